using static TransformersFromScratch.Merging;
using Joining = (string[] Word, (string Left, string Right) Pair);

namespace TransformersFromScratch;

/// <summary>Chapter 10, a merge: a pair is joined wherever it stands (Sennrich et al. 2016, section 3.2).</summary>
internal static class Turn10Join
{
    public static Question<Joining, string[]> Question { get; } = new(JoinInputs)
    {
        Right = x => Join(x.Word, x.Pair),
        Say = x => $"{string.Join('·', x.Word)} and the pair ({x.Pair.Left}, {x.Pair.Right})",
        Slips =
        [
            (x => x.Word, "The word comes back unchanged so far."),
            (x => JoinFirst(x.Word, x.Pair), "Only the first place is joined. Go on through the word."),
            (x => FromTheRight(x.Word, x.Pair), "You go from right to left. In a·a·a the left pair is joined " +
                "first: aa·a."),
            (x => AtOnce(x.Word, x.Pair), "The new token was joined again at once. A merge joins its two tokens, not " +
                "what it has just made."),
            (x => Overlapping(x.Word, x.Pair), "Places overlap in a·a·a: once the first two are joined, the second " +
                "is no longer free. It gives aa·a."),
            (x => Join(x.Word, x.Pair, eitherWay: true), "You join n and a as well as a and n. The order counts."),
            (x => Join(x.Word, (x.Pair.Right, x.Pair.Left)), "Left and right have changed places."),
            (x => [.. Join(x.Word, x.Pair).Where(token => token == x.Pair.Left + x.Pair.Right)], "Only the joined " +
                "tokens are left. The others stay as they are."),
            (x =>
                [.. Join(x.Word, x.Pair)
                    .SkipLast(Join(x.Word, x.Pair).LastOrDefault() == x.Pair.Left + x.Pair.Right ? 0 : 1)],
                "The last token is lost. When no pair can begin at it, it still belongs to the word."),
            (x => [string.Concat(x.Word)], "The whole word is one token now. Join only the two that are asked for."),
        ],
        Symptoms =
        [
            ((x, y) => string.Concat(y) != string.Concat(x.Word), "Letters are lost or doubled: the tokens must " +
                "still spell the word. What happens to the last token?"),
        ],
    };

    private static IEnumerable<Joining> JoinInputs()
    {
        foreach (var (word, left, right) in new[] { ("bananas", "a", "n"), ("aaa", "a", "a"), ("aaaa", "a", "a"),
            ("na", "a", "n"), ("", "a", "n"), ("a", "a", "n"), ("ban", "a", "n") })
        {
            yield return (Letters(word), (left, right));
        }

        string[] tokens = ["a", "n", "an", "b"];
        foreach (var input in Samples.Random(random =>
            (Enumerable.Range(0, random.Next(0, 9)).Select(_ => tokens[random.Next(4)])
                .ToArray(), (tokens[random.Next(3)], tokens[random.Next(3)]))))
        {
            yield return input;
        }
    }

    private static string[] FromTheRight(string[] tokens, (string Left, string Right) pair)
    {
        List<string> joined = [.. tokens];
        for (int i = joined.Count - 2; i >= 0; i--)
        {
            if (i + 1 < joined.Count && (joined[i], joined[i + 1]) == pair)
            {
                joined[i] += joined[i + 1];
                joined.RemoveAt(i + 1);
            }
        }

        return [.. joined];
    }

    /// <summary>As often as the pair can be found, with what has just been joined.</summary>
    private static string[] AtOnce(string[] tokens, (string Left, string Right) pair)
    {
        var joined = new List<string>();
        foreach (string token in tokens)
        {
            bool here = joined.Count > 0 && token == pair.Right
                && (joined[^1] == pair.Left || joined[^1].EndsWith(pair.Left + pair.Right, StringComparison.Ordinal));
            if (here) { joined[^1] += token; } else { joined.Add(token); }
        }

        return [.. joined];
    }

    /// <summary>Every place where the pair stands becomes a token, though two of them share one.</summary>
    private static string[] Overlapping(string[] tokens, (string Left, string Right) pair)
    {
        bool Starts(int i) => i >= 0 && i + 1 < tokens.Length && (tokens[i], tokens[i + 1]) == pair;
        return [.. Enumerable.Range(0, tokens.Length).Where(i => Starts(i) || !Starts(i - 1))
            .Select(i => Starts(i) ? tokens[i] + tokens[i + 1] : tokens[i])];
    }
}
