namespace TransformersFromScratch;

/// <summary>Chapter 14, the longest common subsequence: the same words in the same order, gaps allowed (Lin 2004,
/// section 3).</summary>
internal static class Turn14Longest
{
    public static Question<(string[] First, string[] Second), int> Question { get; } = new(Inputs)
    {
        Right = x => Library(x.First, x.Second),
        Say = x => $"'{string.Join(' ', x.First)}' and '{string.Join(' ', x.Second)}'",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => x.First.Distinct().Count(x.Second.Contains),
                "You count the words that both have, each once. Their order counts, and a word may come twice."),
            (x => x.First.GroupBy(word => word)
                .Sum(group => Math.Min(group.Count(), x.Second.Count(word => word == group.Key))),
                "You count common words without their order: that is what ROUGE-1 does. Here they must stand in the " +
                "same order in both."),
            (Substring,
                "You allow no gaps. Words between two common ones do no harm: when two words differ, go on with the " +
                "better of two shorter beginnings."),
            (Greedily,
                "You take the first match that comes. It may cost two later ones: compare both ways, without the " +
                "last word of the one and without that of the other."),
            (x => x.First.Zip(x.Second).Count(pair => pair.First == pair.Second),
                "You compare the words at the same places. A common word may stand at other places."),
            (x => x.First.Zip(x.Second).TakeWhile(pair => pair.First == pair.Second).Count(),
                "You stop at the first difference. Go on behind it."),
            (x => Math.Min(x.First.Length, x.Second.Length),
                "That is the length of the shorter one: the most that it could be."),
            (x => Library(x.First[..^1], x.Second[..^1]),
                "The last words are left out. A table of beginnings has one row more than there are words: that of " +
                "the empty beginning."),
            (x => Library(x.First, x.Second) + 1,
                "One too many. Two empty texts have nothing in common: begin with 0."),
            (Added, "You add the two ways where words differ. Only one of them can be taken: the better."),
        ],
        Symptoms =
        [
            ((_, y) => y < 0, "A length is 0 or more."),
            ((x, y) => y > Math.Min(x.First.Length, x.Second.Length), "It is longer than the shorter text."),
        ],
    };

    /// <summary>The rule as it is, in one row of the table.</summary>
    public static int Library(string[] first, string[] second) => Table(first, second, Math.Max);

    private static int Added((string[] First, string[] Second) x) => Table(x.First, x.Second, (a, b) => a + b);

    private static int Table(string[] first, string[] second, Func<int, int, int> choose)
    {
        int[,] length = new int[first.Length + 1, second.Length + 1];
        for (int i = 1; i <= first.Length; i++)
        {
            for (int j = 1; j <= second.Length; j++)
            {
                length[i, j] = first[i - 1] == second[j - 1] ? length[i - 1, j - 1] + 1
                    : choose(length[i - 1, j], length[i, j - 1]);
            }
        }

        return length[first.Length, second.Length];
    }

    private static int Substring((string[] First, string[] Second) x) => Enumerable.Range(0, x.First.Length)
        .SelectMany(i => Enumerable.Range(0, x.Second.Length)
            .Select(j => x.First[i..].Zip(x.Second[j..]).TakeWhile(pair => pair.First == pair.Second).Count()))
        .Max();

    private static int Greedily((string[] First, string[] Second) x)
    {
        int found = 0, from = 0;
        foreach (string word in x.First)
        {
            int at = Array.IndexOf(x.Second, word, from);
            (found, from) = at < 0 ? (found, from) : (found + 1, at + 1);
        }

        return found;
    }

    private static IEnumerable<(string[], string[])> Inputs()
    {
        yield return ("the cat sat on the mat".Split(' '), "the cat lay on a mat".Split(' '));
        yield return ("police killed the gunman".Split(' '), "the gunman police killed".Split(' '));
        yield return (["a"], ["b"]);
        foreach (var input in Samples.Random(random => (Words(random), Words(random)))) { yield return input; }

        static string[] Words(Random random) =>
            [.. Enumerable.Range(0, random.Next(1, 9))
            .Select(_ => "one two two fast fast tool"[..].Split(' ')[random.Next(6)])];
    }
}
