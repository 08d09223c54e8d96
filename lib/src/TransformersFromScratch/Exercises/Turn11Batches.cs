namespace TransformersFromScratch;

/// <summary>
/// Chapter 11, batches by length: "sentence pairs were batched together by approximate sequence length" (Vaswani et al.
/// 2017, section 5.1).
/// </summary>
internal static class Turn11Batches
{
    public static Question<(int[] Lengths, int Places), int[][]> Question { get; } = new(Corpora)
    {
        Right = Library,
        Say = x => $"the lengths {Values.Say(x.Lengths)} and {x.Places} places",
        Slips =
        [
            (_ => [], "There is no batch so far."),
            (x => [Ordered(x.Lengths)], "All sentences stand in one batch. Begin a new one before a batch has more " +
                "places than it may."),
            (x => [.. Ordered(x.Lengths).Select(i => new[] { i })], "Each sentence has a batch of its own. A batch " +
                "takes as many as it can."),
            (x => Cut(x, [.. x.Lengths.Index().Select(one => one.Index)]), "The sentences are not sorted, so short " +
                "ones share a batch with long ones, and most of its places are padding. Sort them by length first."),
            (x => Cut(x, Ordered(x.Lengths), sum: true), "You add up the tokens. A batch is a rectangle: it has its " +
                "number of sentences times its longest length places, padding and all."),
            (x => Cut(x, Ordered(x.Lengths), late: true), "You begin a new batch one sentence too late: look " +
                "whether it fits before you put it in."),
            (x => Cut(x, Ordered(x.Lengths), strict: true), "A batch may be full: it may have just as many places " +
                "as are allowed (≤, not <)."),
            (x => Cut(x, Ordered(x.Lengths), shortest: true), "You count a batch's places by its shortest sentence. " +
                "The longest one, which comes last, sets the width of all."),
            (x => Cut(x, [.. Ordered(x.Lengths).Reverse()]), "The longest stand first. Begin with the shortest."),
            (x => Cut(x, [.. Enumerable.Range(0, x.Lengths.Length).Reverse().OrderBy(i => x.Lengths[i])]), "Of " +
                "sentences of the same length the earlier must come first. (OrderBy keeps their order.)"),
            (x => [.. Library(x).Select(batch => batch.Select(i => x.Lengths[i]).ToArray())], "You return the " +
                "lengths. Return the numbers of the sentences, so that one can find them."),
            (x => Library(x)[..^1], "The last batch is lost. When the sentences have come to an end, a batch " +
                "is still open."),
        ],
        Symptoms =
        [
            ((x, y) => y.Any(batch => batch is null), "A batch is null."),
            ((_, y) => y.Any(batch => batch.Length == 0), "There is an empty batch."),
            ((x, y) => !y.SelectMany(batch => batch).Order().SequenceEqual(Enumerable.Range(0, x.Lengths.Length)),
                "Each sentence must stand in exactly one batch."),
            ((x, y) => y.Any(batch => batch.Length * batch.Max(i => x.Lengths[i]) > x.Places), "A batch has more " +
                "places than it may: its sentences times its longest length."),
        ],
    };

    /// <summary>The batches as they are.</summary>
    public static int[][] Library((int[] Lengths, int Places) x) => Cut(x, Ordered(x.Lengths));

    private static int[] Ordered(int[] lengths) =>
        [.. Enumerable.Range(0, lengths.Length).OrderBy(i => lengths[i])];

    private static int[][] Cut((int[] Lengths, int Places) x, int[] order, bool sum = false, bool late = false,
        bool strict = false, bool shortest = false)
    {
        var batches = new List<int[]>();
        List<int> batch = [];
        foreach (int i in order)
        {
            List<int> more = late ? batch : [.. batch, i];
            IEnumerable<int> lengths = more.Select(j => x.Lengths[j]);
            int places = more.Count == 0 ? 0
                : sum ? lengths.Sum()
                : more.Count * (shortest ? lengths.Min() : lengths.Max());
            if (batch.Count > 0 && (late || strict ? places >= x.Places : places > x.Places))
            {
                batches.Add([.. batch]);
                batch = [];
            }

            batch.Add(i);
        }

        return batch.Count == 0 ? [.. batches] : [.. batches, [.. batch]];
    }

    private static IEnumerable<(int[], int)> Corpora()
    {
        yield return ([5, 2, 9, 2, 4], 10);
        yield return ([3], 3);
        foreach (var input in Samples.Random(random =>
        {
            int[] lengths = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(1, 10))];
            return (lengths, random.Next(lengths.Max(), 30));
        })) { yield return input; }
    }
}
