using static TransformersFromScratch.Merging;
using Encoding = (string Word, (string Left, string Right)[] Merges);

namespace TransformersFromScratch;

/// <summary>
/// Chapter 10, encoding: the merges are played back in the order in which they were learned (Sennrich et al. 2016,
/// section 3.2).
/// </summary>
internal static class Turn10Encode
{
    public static Question<Encoding, string[]> Question { get; } = new(EncodeInputs)
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
            ((x, y) => x.Word.Length == 0 && y.Length > 0, "An empty word has no tokens."),
        ],
    };

    /// <summary>The rule as it is.</summary>
    public static string[] Library(string word, IEnumerable<(string Left, string Right)> merges) =>
        merges.Aggregate(Letters(word), Join);

    private static IEnumerable<Encoding> EncodeInputs()
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

    private static string[] Longest((string Word, (string Left, string Right)[] Merges) x)
    {
        var known = x.Merges.Select(merge => merge.Left + merge.Right).ToHashSet();
        var tokens = new List<string>();
        for (int at = 0; at < x.Word.Length; at += tokens[^1].Length)
        {
            tokens.Add(
                Enumerable.Range(0, x.Word.Length - at).Select(cut => x.Word[at..^cut])
                    .First(part => part.Length == 1 || known.Contains(part)));
        }

        return [.. tokens];
    }

    /// <summary>Again and again the leftmost pair that any merge knows.</summary>
    private static string[] Leftmost(string word, (string Left, string Right)[] merges)
    {
        List<string> tokens = [.. Letters(word)];
        while (Enumerable.Range(0, Math.Max(0, tokens.Count - 1))
            .FirstOrDefault(i => merges.Contains((tokens[i], tokens[i + 1])), -1) is var at && at >= 0)
        {
            tokens[at] += tokens[at + 1];
            tokens.RemoveAt(at + 1);
        }

        return [.. tokens];
    }
}
