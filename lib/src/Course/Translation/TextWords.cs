namespace Course;

/// <summary>How a command speaks of its work.</summary>
/// <param name="Command">Its name, which is what it does: translate.</param>
/// <param name="Source">What it reads: sentence.</param>
/// <param name="Target">What it writes: translation.</param>
/// <param name="Example">A source in quotes, for messages.</param>
internal sealed record TextWords(string Command, string Source, string Target, string Example)
{
    /// <summary>The source at the beginning of a sentence's second word: "The sentence …".</summary>
    public string TheSource => $"The {Source}";
}
