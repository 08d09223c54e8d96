namespace TransformersFromScratch;

/// <summary>
/// Chapter 13, the span of an answer: the sum of two scores, over all spans that are allowed (Devlin et al. 2018,
/// section 4.2).
/// </summary>
internal static class Turn13Span
{
    public static Question<(float[] Starts, float[] Ends, int Most), (int First, int Last)> Question { get; } =
        new(SpanInputs)
        {
            Right = Library,
            Say = x => $"the start scores {Values.Say(x.Starts)}, the end scores {Values.Say(x.Ends)} and {x.Most} " +
                "tokens at most",
            Slips =
        [
            (_ => (0, 0), "It returns the first token so far."),
            (x => (Best(x.Starts), Best(x.Ends)), "You take the best start and the best end, each by itself. The end " +
                "may then stand before the start, or too far behind it: compare the sums of pairs that are allowed."),
            (x => By(x, order: false), "The end may not stand before the start. Try for each start only ends " +
                "from there on."),
            (x => By(x, most: x.Starts.Length), "The span may be longer than allowed: from first to last there are " +
                "last - first + 1 tokens."),
            (x => By(x, most: x.Most + 1), "One token too many: first and last both belong to the span, so it has " +
                "last - first + 1 tokens."),
            (x => By(x, most: x.Most - 1), "One token too few: last - first + 1 may be as large as the " +
                "number allowed."),
            (x => By(x, score: (a, b) => a * b), "You multiply the scores. They are logits, and may be " +
                "negative: add them."),
            (x => By(x, score: (a, b) => Math.Max(a, b)), "You take the larger of the two scores. Add them."),
            (x => By(x, score: (a, b) => -a - b), "You take the span with the least sum. Take the largest."),
            (x => (Best(x.Starts), Best(x.Starts)), "You return the best start twice. The end has scores of its own."),
            (x => Best(x.Starts) is var first ? (first, ByEnds(x, first)) : default,
                "You fix the best start first, and then look for an end. Another start may have the larger sum: " +
                "try all pairs."),
            (x => Library(x) is var (first, last)
                ? (first, last + 1)
                : default, "The last token is one too far: it belongs to the answer, as the first does."),
        ],
            Symptoms =
            [((x, y) => y.Last < y.First, "The last token stands before the first."),
                ((x, y) => y.Last - y.First >= x.Most, "The span is longer than allowed.")],
        };

    /// <summary>The best span.</summary>
    public static (int First, int Last) Library((float[] Starts, float[] Ends, int Most) x) => By(x);

    private static (int First, int Last) By(
        (float[] Starts, float[] Ends, int Most) x, bool order = true, int? most = null,
        Func<float, float, float>? score = null)
    {
        score ??= (a, b) => a + b;
        return (from first in Enumerable.Range(0, x.Starts.Length)
                from last in Enumerable.Range(0, x.Ends.Length)
                where (!order || last >= first) && last - first < Math.Max(1, most ?? x.Most)
                orderby score(x.Starts[first], x.Ends[last]) descending
                select (first, last)).First();
    }

    private static int Best(float[] scores) => Array.IndexOf(scores, scores.Max());

    private static int ByEnds((float[] Starts, float[] Ends, int Most) x, int first) =>
        Enumerable.Range(first, Math.Min(x.Most, x.Ends.Length - first))
        .MaxBy(last => x.Ends[last]);

    private static IEnumerable<(float[], float[], int)> SpanInputs()
    {
        yield return ([0, 3, 1, 0], [2, 0, 1, 2.5f], 2);
        yield return ([1, 0, 2.5f], [3, 0, 0.25f], 3);
        foreach (var input in Samples.Random(random =>
        {
            int length = random.Next(3, 10);
            return (Scores(random, length), Scores(random, length), random.Next(1, 5));
        })) { yield return input; }

        static float[] Scores(Random random, int count) =>
            [.. Samples.Doubles(random, count, 3).Select(x => (float)Math.Round(x, 4))];
    }
}
