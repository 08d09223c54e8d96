namespace TransformersFromScratch;

/// <summary>Words and merges as the checks of chapter 10 know them: letters, and pairs that are joined.</summary>
internal static class Merging
{
    /// <summary>The letters of a word, each a token.</summary>
    public static string[] Letters(string word) => [.. word.Select(letter => letter.ToString())];

    /// <summary>Joins a pair wherever it stands, from left to right.</summary>
    public static string[] Join(string[] tokens, (string Left, string Right) pair) =>
        Join(tokens, pair, eitherWay: false);

    /// <summary>The same, and the pair turned round as well if so wished.</summary>
    public static string[] Join(string[] tokens, (string Left, string Right) pair, bool eitherWay)
    {
        var joined = new List<string>();
        for (int i = 0; i < tokens.Length; i++)
        {
            bool here = i + 1 < tokens.Length
                && ((tokens[i], tokens[i + 1]) == pair || (eitherWay && (tokens[i + 1], tokens[i]) == pair));
            joined.Add(here ? tokens[i] + tokens[++i] : tokens[i]);
        }

        return [.. joined];
    }

    /// <summary>Joins a pair in the first place alone.</summary>
    public static string[] JoinFirst(string[] tokens, (string Left, string Right) pair) =>
        Enumerable.Range(0, Math.Max(0, tokens.Length - 1))
            .FirstOrDefault(i => (tokens[i], tokens[i + 1]) == pair, -1) is var at && at < 0
            ? tokens : [.. tokens.Take(at), pair.Left + pair.Right, .. tokens.Skip(at + 2)];

    /// <summary>Merges as they might be learned: of letters, and of what earlier merges made.</summary>
    public static (string, string)[] Learned(Random random)
    {
        List<string> known = ["a", "b", "c"];
        var merges = new List<(string, string)>();
        for (int i = random.Next(1, 7); i > 0; i--)
        {
            var pair = (known[random.Next(known.Count)], known[random.Next(known.Count)]);
            if (merges.Contains(pair)) { continue; }

            merges.Add(pair);
            known.Add(pair.Item1 + pair.Item2);
        }

        return [.. merges];
    }
}
