namespace TransformersFromScratch;

/// <summary>What kind of stories to draw.</summary>
/// <param name="Facts">How many sentences a question needs: 1 or 2; 0 for either, each half of the time.</param>
/// <param name="Least">How many sentences a story has at least: 2 or more.</param>
/// <param name="Most">How many it has at most.</param>
/// <param name="Asides">
/// How many sentences are put in that change nothing, such as "Mary thinks of the garden.". They are counted in
/// addition.
/// </param>
/// <param name="Walks">
/// Whether nothing happens but that each person goes somewhere once, each to another place. So no sentence is outdated,
/// and whoever answers with a place has to find the person's own; such stories have one fact and 12 sentences at most.
/// </param>
public sealed record StoryKind(int Facts = 1, int Least = 4, int Most = 8, int Asides = 0, bool Walks = false)
{
    /// <summary>Whether there are such stories.</summary>
    /// <exception cref="ArgumentException">There are not; the message says why.</exception>
    public void Check()
    {
        if (Facts is not (0 or 1 or 2) || Least < 2 || Most < Least || Most > 40 || Asides is < 0 or > 10
            || (Walks && (Facts != 1 || Most > 12)))
        {
            throw new ArgumentException(
                $"There are no stories of {Facts} facts and {Least} to {Most} sentences with {Asides} asides: choose " +
                "1 or 2 facts (0 for either), " +
                "2 to 40 sentences, the least first, and 0 to 10 asides; of walks alone, 1 fact and 2 to 12 " +
                "sentences.");
        }
    }
}
