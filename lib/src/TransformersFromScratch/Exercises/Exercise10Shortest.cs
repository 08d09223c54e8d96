namespace TransformersFromScratch;

/// <summary>Chapter 10, exercise 2: the fewest tokens that spell a word.</summary>
internal static class Exercise10Shortest
{
    /// <summary>Many cuts may be equally short; any of them is right.</summary>
    public static Question<(string Word, string[] Tokens), string[]> Question { get; } = new(Inputs)
    {
        Fault = FaultOf,
        Say = x => $"the word '{x.Word}' and the tokens {string.Join(' ', x.Tokens)}",
        Slips =
        [
            (x => [.. x.Word.Select(letter => letter.ToString())], "The word comes back as letters so far."),
            (x => Longest(x.Word, x.Tokens, fromLeft: true), "You take the longest token that fits, from the left. " +
                "That can cost one more at the end: abcd with abc, ab and cd is abc·d for you, and ab·cd at best."),
            (x => Longest(x.Word, x.Tokens, fromLeft: false), "You take the longest token that fits, from the " +
                "right. That can cost one more at the beginning. Compare all ways to cut."),
        ],
    };

    /// <summary>How few tokens are enough.</summary>
    public static int Fewest(string word, IReadOnlyCollection<string> tokens)
    {
        int[] fewest = new int[word.Length + 1]; // for the first i letters
        for (int end = 1; end <= word.Length; end++)
        {
            fewest[end] = Enumerable.Range(0, end).Where(start => tokens.Contains(word[start..end]))
                .Select(start => fewest[start] + 1).DefaultIfEmpty(int.MaxValue / 2).Min();
        }

        return fewest[word.Length];
    }

    private static string FaultOf((string Word, string[] Tokens) x, string[] cut)
    {
        int fewest = Fewest(x.Word, x.Tokens);
        return string.Concat(cut) != x.Word
            ? $"For {Question.Say(x)} your tokens spell '{string.Concat(cut)}'."
            : cut.FirstOrDefault(token => !x.Tokens.Contains(token)) is { } stranger
            ? $"For {Question.Say(x)} your answer has the token '{stranger}', which does not exist."
            : cut.Length == fewest ? ""
            : $"For {Question.Say(x)} your answer {string.Join('·', cut)} has {cut.Length} tokens, but {fewest} are " +
                "enough.";
    }

    private static string[] Longest(string word, string[] tokens, bool fromLeft)
    {
        var cut = new List<string>();
        while (word != "")
        {
            int length = Enumerable.Range(1, word.Length)
                .Last(n => tokens.Contains(fromLeft ? word[..n] : word[^n..]));
            cut.Insert(fromLeft ? cut.Count : 0, fromLeft ? word[..length] : word[^length..]);
            word = fromLeft ? word[length..] : word[..^length];
        }

        return [.. cut];
    }

    private static IEnumerable<(string, string[])> Inputs()
    {
        yield return ("abcd", ["a", "b", "c", "d", "ab", "cd", "abc"]);
        yield return ("", ["a"]);
        yield return ("abab", ["a", "b", "ba", "ab"]);
        foreach (var input in Samples.Random(random =>
        {
            HashSet<string> tokens = ["a", "b", "c"];
            for (int i = random.Next(1, 12); i > 0; i--) { tokens.Add(Letters(random, random.Next(2, 5))); }

            return (Letters(random, random.Next(0, 12)), tokens.Order(StringComparer.Ordinal).ToArray());
        })) { yield return input; }

        static string Letters(Random random, int count) =>
            string.Concat(Enumerable.Range(0, count).Select(_ => "abc"[random.Next(3)]));
    }
}
