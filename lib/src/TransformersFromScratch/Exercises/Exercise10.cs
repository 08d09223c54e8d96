namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 10. Each says what is right, or names the likely mistake.</summary>
public static class Exercise10
{
    private const int MostWords = 10, MostLetters = 12, MostMerges = 5;

    /// <summary>
    /// Exercise 1: a corpus, and merges of one's own that leave fewer tokens than as many merges of the rule do.
    /// </summary>
    /// <param name="corpus">At most 10 words of at most 12 letters, each with how often it occurs.</param>
    /// <param name="merges">1 to 5 merges, in the order in which they are applied.</param>
    public static string CheckGreedy(
        IReadOnlyList<(string Word, int Count)> corpus, IReadOnlyList<(string Left, string Right)> merges)
    {
        if (corpus is null || merges is null) { return Exercise.Say("10.1", new Verdict("Something is null.")); }

        if (corpus.Count == 0 && merges.Count == 0) { return Exercise.Say("10.1", Verdict.Empty); }

        return Exercise.Say("10.1", FaultOf(corpus) ?? FaultOf(merges) ?? Compared(corpus, merges));
    }

    /// <summary>Exercise 2: the fewest tokens that spell a word, of those that there are.</summary>
    public static string CheckShortest(Func<string, HashSet<string>, string[]> shortest) =>
        Exercise.Run("10.2", Exercise10Shortest.Question, x => shortest(x.Word, [.. x.Tokens]));

    /// <summary>Exercise 3: text that appears while tokens arrive, and never half a character.</summary>
    public static string CheckStream(Func<IEnumerable<byte[]>, IEnumerable<string>> stream) =>
        Exercise.Run("10.3", Exercise10Stream.Question, tokens => Exercise10Stream.Listen(tokens, stream));

    private static Verdict? FaultOf(IReadOnlyList<(string Word, int Count)> corpus)
    {
        foreach (var (word, count) in corpus)
        {
            if (word is null or { Length: 0 or > MostLetters })
                return new Verdict($"The word '{word}' has {word?.Length ?? 0} letters. Give 1 to {MostLetters}.");
            if (count is < 1 or > 1000)
                return new Verdict($"'{word}' occurs {count} times. Give 1 to 1000.");
        }

        return corpus.Count is 0 or > MostWords
            ? new Verdict($"The corpus has {corpus.Count} words. Give 1 to {MostWords}.")
            : null;
    }

    private static Verdict? FaultOf(IReadOnlyList<(string Left, string Right)> merges) =>
        merges.Count is 0 or > MostMerges
            ? new Verdict($"There are {merges.Count} merges. Give 1 to {MostMerges}.")
        : merges.Any(merge => string.IsNullOrEmpty(merge.Left) || string.IsNullOrEmpty(merge.Right))
            ? new Verdict("A merge joins two tokens, and one of yours is empty.")
        : null;

    private static Verdict Compared(
        IReadOnlyList<(string Word, int Count)> corpus, IReadOnlyList<(string Left, string Right)> merges)
    {
        (string[] Tokens, int Count)[] words = [.. corpus.Select(word => (Merging.Letters(word.Word), word.Count))];
        List<(string Left, string Right)> rule = Turn10Learn.Library(words, merges.Count);
        int Left(IEnumerable<(string, string)> of) => Turn10Learn.Length(
            words.Select(word => (of.Aggregate(word.Tokens, Merging.Join), word.Count)));
        (int yours, int rules, int all) = (Left(merges), Left(rule), Turn10Learn.Length(words));
        string Named(IEnumerable<(string Left, string Right)> of) =>
            string.Join(", ", of.Select(merge => $"{merge.Left}+{merge.Right}"));
        return yours < rules ? Verdict.Right
            : yours == all ? new Verdict(
                $"Your merges join nothing: {Named(merges)}. Does each pair stand side by side in a word, as the " +
                "merges before it left the word?")
            : new Verdict(
                $"Of {all} tokens the rule's {Named(rule)} leaves {rules}, and your {Named(merges)} {yours}. " +
                (yours == rules
                    ? "That is as good. Make the most frequent pair stand in the way of two pairs that are nearly as " +
                        "frequent."
                    : "Look for a corpus whose most frequent pair stands in the way of two others."));
    }
}
