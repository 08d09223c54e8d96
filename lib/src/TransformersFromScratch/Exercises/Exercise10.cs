using Encoding = (string Word, (string Left, string Right)[] Merges);
using Joining = (System.Collections.Generic.List<string> Word, (string Left, string Right) Pair);

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 10. Each says what is right, or names the likely mistake.</summary>
public static class Exercise10
{
    private static readonly Question<Joining, IReadOnlyList<string>> s_join = new(JoinInputs)
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
            (x => [.. Join(x.Word, (x.Pair.Right, x.Pair.Left))], "Left and right have changed places."),
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

    private static readonly Question<Encoding, IReadOnlyList<string>> s_encode = new(EncodeInputs)
    {
        Right = x => x.Merges.Aggregate(Letters(x.Word), Join),
        Say = x => $"'{x.Word}' and the merges " +
            $"{string.Join(", ", x.Merges.Select(merge => $"{merge.Left}+{merge.Right}"))}",
        Slips =
        [
            (x => Letters(x.Word), "The word comes back as letters so far."),
            (x => [x.Word], "The word comes back whole. It is joined from its letters, merge by merge."),
            (Longest, "You take the longest token that fits. Merges are played back in the order in which they " +
                "were learned."),
            (x => Leftmost(x.Word, x.Merges), "You join from left to right, whatever was learned first. The merge " +
                "that was learned first comes first."),
            (x => x.Merges.Reverse()
                .Aggregate(Letters(x.Word), Join), "You play the merges back from the last to the first. The one " +
                    "learned first comes first."),
            (x => x.Merges.Aggregate(Letters(x.Word), JoinFirst), "Each merge is applied in one place only. Apply it " +
                "wherever its pair stands."),
            (x => x.Merges.Where(merge => merge.Left.Length + merge.Right.Length == 2).Aggregate(Letters(x.Word), Join),
                "What a merge has made may be joined by a later one: e·f·e·f → ef·ef → efef."),
            (x => x.Merges.Take(1).Aggregate(Letters(x.Word), Join), "Only the first merge is applied."),
            (x => x.Merges.SkipLast(1).Aggregate(Letters(x.Word), Join), "The last merge is not applied."),
        ],
        Symptoms =
        [
            ((x, y) => string.Concat(y) != x.Word, "The tokens must spell the word."),
            ((x, y) => x.Word.Length == 0 && y.Count > 0, "An empty word has no tokens."),
        ],
    };

    /// <summary>Exercise 1: joins a pair wherever it stands, from left to right.</summary>
    public static string CheckJoin(
        Func<IReadOnlyList<string>, (string Left, string Right), IReadOnlyList<string>> join) =>
        Exercise.Run("10.1", s_join, x => join(x.Word, x.Pair) is { } joined ? [.. joined] : null!);

    /// <summary>Exercise 2: the tokens of a word, given what was learned.</summary>
    public static string CheckEncode(
        Func<string, IReadOnlyList<(string Left, string Right)>, IReadOnlyList<string>> encode) =>
        Exercise.Run("10.2", s_encode, x => encode(x.Word, x.Merges) is { } tokens ? [.. tokens] : null!);

    /// <summary>Exercise 3: text that appears while tokens arrive, and never half a character.</summary>
    public static string CheckStream(Func<IEnumerable<byte[]>, IEnumerable<string>> stream) =>
        Exercise.Run("10.3", Exercise10Stream.Question, tokens => Exercise10Stream.Listen(tokens, stream));

    private static IEnumerable<(List<string>, (string, string))> JoinInputs()
    {
        foreach (var (word, left, right) in new[] { ("bananas", "a", "n"), ("aaa", "a", "a"), ("aaaa", "a", "a"),
            ("na", "a", "n"), ("", "a", "n"), ("a", "a", "n"), ("ban", "a", "n") })
        {
            yield return (Letters(word), (left, right));
        }

        string[] tokens = ["a", "n", "an", "b"];
        foreach (var input in Samples.Random(random =>
            (Enumerable.Range(0, random.Next(0, 9)).Select(_ => tokens[random.Next(4)])
                .ToList(), (tokens[random.Next(3)], tokens[random.Next(3)]))))
        {
            yield return input;
        }
    }

    private static IEnumerable<(string, (string, string)[])> EncodeInputs()
    {
        // "abc" could be ab·c or a·bc; bc was learned first. "abcd": bc, then nothing, as ab and cd are no longer
        // there.
        (string, string)[] merges = [("b", "c"), ("a", "b"), ("c", "d"), ("ab", "cd"), ("e", "f"), ("ef", "ef")];
        foreach (string word in new[] { "abcd", "efef", "ab", "" }) { yield return (word, merges); }

        foreach (var input in Samples.Random(
            random =>
                (string.Concat(Enumerable.Range(0, random.Next(0, 10)).Select(_ => "abc"[random.Next(3)])),
                    Learned(random))))
        {
            yield return input;
        }
    }

    /// <summary>Merges as they are learned: of letters, and of what earlier merges made.</summary>
    private static (string, string)[] Learned(Random random)
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

    private static List<string> Letters(string word) => [.. word.Select(letter => letter.ToString())];

    private static List<string> Join(List<string> tokens, (string Left, string Right) pair) =>
        Join(tokens, pair, eitherWay: false);

    private static List<string> Join(List<string> tokens, (string Left, string Right) pair, bool eitherWay)
    {
        var joined = new List<string>();
        for (int i = 0; i < tokens.Count; i++)
        {
            bool here = i + 1 < tokens.Count
                && ((tokens[i], tokens[i + 1]) == pair || (eitherWay && (tokens[i + 1], tokens[i]) == pair));
            joined.Add(here ? tokens[i] + tokens[++i] : tokens[i]);
        }

        return joined;
    }

    private static List<string> JoinFirst(List<string> tokens, (string Left, string Right) pair) =>
        Enumerable.Range(0, Math.Max(0, tokens.Count - 1))
            .FirstOrDefault(i => (tokens[i], tokens[i + 1]) == pair, -1) is var at && at < 0
            ? tokens : [.. tokens.Take(at), pair.Left + pair.Right, .. tokens.Skip(at + 2)];

    private static List<string> FromTheRight(List<string> tokens, (string Left, string Right) pair)
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

        return joined;
    }

    /// <summary>As often as the pair can be found, with what has just been joined.</summary>
    private static List<string> AtOnce(List<string> tokens, (string Left, string Right) pair)
    {
        var joined = new List<string>();
        foreach (string token in tokens)
        {
            bool here = joined.Count > 0 && token == pair.Right
                && (joined[^1] == pair.Left || joined[^1].EndsWith(pair.Left + pair.Right, StringComparison.Ordinal));
            if (here) { joined[^1] += token; } else { joined.Add(token); }
        }

        return joined;
    }

    /// <summary>Every place where the pair stands becomes a token, though two of them share one.</summary>
    private static List<string> Overlapping(List<string> tokens, (string Left, string Right) pair)
    {
        bool Starts(int i) => i >= 0 && i + 1 < tokens.Count && (tokens[i], tokens[i + 1]) == pair;
        return [.. Enumerable.Range(0, tokens.Count).Where(i => Starts(i) || !Starts(i - 1))
            .Select(i => Starts(i) ? tokens[i] + tokens[i + 1] : tokens[i])];
    }

    private static List<string> Longest((string Word, (string Left, string Right)[] Merges) x)
    {
        var known = x.Merges.Select(merge => merge.Left + merge.Right).ToHashSet();
        var tokens = new List<string>();
        for (int at = 0; at < x.Word.Length; at += tokens[^1].Length)
        {
            tokens.Add(
                Enumerable.Range(0, x.Word.Length - at).Select(cut => x.Word[at..^cut])
                    .First(part => part.Length == 1 || known.Contains(part)));
        }

        return tokens;
    }

    /// <summary>Again and again the leftmost pair that any merge knows.</summary>
    private static List<string> Leftmost(string word, (string Left, string Right)[] merges)
    {
        List<string> tokens = Letters(word);
        while (Enumerable.Range(0, Math.Max(0, tokens.Count - 1))
            .FirstOrDefault(i => merges.Contains((tokens[i], tokens[i + 1])), -1) is var at && at >= 0)
        {
            tokens[at] += tokens[at + 1];
            tokens.RemoveAt(at + 1);
        }

        return tokens;
    }
}
