namespace TransformersFromScratch;

/// <summary>What kind of stories to draw.</summary>
/// <param name="Facts">How many sentences a question needs: 1 or 2; 0 for either, each half of the time.</param>
/// <param name="Least">How many sentences a story has at least: 2 or more.</param>
/// <param name="Most">How many it has at most.</param>
/// <param name="Asides">
/// How many sentences are put in that change nothing, such as "Mary thinks of the garden.". They are counted in
/// addition.
/// </param>
/// <param name="Lesson">
/// Whether nothing is outdated, for each person goes somewhere once, or takes something once, and each place or thing
/// comes once. So whoever answers has to find the sentence of that person, or of that thing. For two facts, people
/// meet in pairs, or each goes somewhere and takes something. Such stories have 12 sentences at most; with two facts
/// there are 3 or more.
/// </param>
/// <param name="Even">
/// Whether the forms of question that a story allows, such as "who has …?", are asked equally often. Otherwise every
/// single question is as likely as another, and most of them ask where a person is, because everybody is somewhere.
/// </param>
public sealed record StoryKind(
    int Facts = 1, int Least = 4, int Most = 8, int Asides = 0, bool Lesson = false, bool Even = false)
{
    /// <summary>Whether there are such stories.</summary>
    /// <exception cref="ArgumentException">There are not; the message says why.</exception>
    public void Check()
    {
        if (Facts is not (0 or 1 or 2) || Least < 2 || Most < Least || Most > 40 || Asides is < 0 or > 10
            || (Lesson && (Facts == 0 || Least <= Facts || Most > 12)))
        {
            throw new ArgumentException(
                $"There are no stories of {Facts} facts and {Least} to {Most} sentences with {Asides} asides: choose " +
                "1 or 2 facts (0 for either), " +
                "2 to 40 sentences, the least first, and 0 to 10 asides; of lessons, more " +
                "sentences than facts, and 12 at most.");
        }
    }
}
