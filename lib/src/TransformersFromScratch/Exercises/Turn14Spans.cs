namespace TransformersFromScratch;

/// <summary>Chapter 14, span corruption: what T5 reads, and what it has to write (Raffel et al. 2019, figure
/// 2).</summary>
internal static class Turn14Spans
{
    public static Question<(int[] Ids, (int Start, int Length)[] Spans, int[] Sentinels),
        (int[] Input, int[] Target)> Question
    { get; } = new(Inputs)
    {
        Right = x => Library(x.Ids, x.Spans, x.Sentinels),
        Say = x => $"the ids {Values.Say(x.Ids)} without the spans " +
            $"{string.Join(", ", x.Spans.Select(span => $"{span.Start} + {span.Length}"))} " +
            $"and the sentinels {Values.Say(x.Sentinels)}",
        Slips =
        [
            (x => (x.Ids, x.Ids), "Both are the whole text so far."),
            (x => Library(x.Ids, x.Spans, x.Sentinels) is var (input, target) ? (target, input) : default,
                "Input and target have changed places."),
            (x => (Library(x.Ids, x.Spans, x.Sentinels).Input, Target(x, end: false)),
                "The target lacks its last sentinel: the one that says that no span follows."),
            (x => (Library(x.Ids, x.Spans, x.Sentinels).Input, x.Ids),
                "Your target is the whole text. That is BART's task; T5 writes the missing spans only, each after " +
                "its sentinel."),
            (x => (Library(x.Ids, x.Spans, x.Sentinels).Input, [.. x.Spans.SelectMany(span => Piece(x.Ids, span))]),
                "The target has the missing tokens, but no sentinels: nobody could say which span a token belongs to."),
            (x => (Input(x, (_, _) => [x.Sentinels[0]]), Library(x.Ids, x.Spans, x.Sentinels).Target),
                "In your input all spans have the same sentinel. Each has its own, in their order."),
            (x => (Input(x, (i, span) => [.. Enumerable.Repeat(x.Sentinels[i], span.Length)]),
                Library(x.Ids, x.Spans, x.Sentinels).Target),
                "You put a sentinel for each missing token. One stands for a whole span, so that the input does not " +
                "tell how long the span was."),
            (x => (Input(x, (_, _) => []), Library(x.Ids, x.Spans, x.Sentinels).Target),
                "The input has no sentinels: it does not show where something is missing."),
            (x => (Input(x, (i, span) => [x.Sentinels[i], .. Piece(x.Ids, span)]),
                Library(x.Ids, x.Spans, x.Sentinels).Target),
                "The spans still stand in your input, after their sentinels. Leave them out there."),
            (x => (Library(x.Ids, x.Spans, x.Sentinels).Input,
                [.. x.Spans.SelectMany((span, i) => Piece(x.Ids, span).Append(x.Sentinels[i])),
                x.Sentinels[x.Spans.Length]]),
                "In your target a sentinel follows its span. It comes before it: the model first says which span it " +
                "will write."),
            (x => (Input(x, (i, _) => [x.Sentinels[i]], tail: false), Library(x.Ids, x.Spans, x.Sentinels).Target),
                "What comes after the last span is missing from your input."),
        ],
        Symptoms = [((x, y) => y.Input.Length > x.Ids.Length + x.Spans.Length,
            "The input has become longer than the text.")],
    };

    /// <summary>The rule as it is.</summary>
    public static (int[] Input, int[] Target) Library(int[] ids, (int Start, int Length)[] spans, int[] sentinels) =>
        (Input((ids, spans, sentinels), (i, _) => [sentinels[i]]), Target((ids, spans, sentinels), end: true));

    private static int[] Input(
        (int[] Ids, (int Start, int Length)[] Spans, int[] Sentinels) x, Func<int, (int Start, int Length),
            int[]> mark, bool tail = true)
    {
        List<int> input = [];
        int at = 0;
        for (int i = 0; i < x.Spans.Length; i++)
        {
            input.AddRange(x.Ids[at..x.Spans[i].Start]);
            input.AddRange(mark(i, x.Spans[i]));
            at = x.Spans[i].Start + x.Spans[i].Length;
        }

        return [.. input, .. tail ? x.Ids[at..] : []];
    }

    private static int[] Target((int[] Ids, (int Start, int Length)[] Spans, int[] Sentinels) x, bool end) =>
        [.. x.Spans.SelectMany((span, i) => Piece(x.Ids, span).Prepend(x.Sentinels[i])), .. end
            ? [x.Sentinels[x.Spans.Length]] : (int[])[]];

    private static int[] Piece(int[] ids, (int Start, int Length) span) => ids[span.Start..(span.Start + span.Length)];

    private static IEnumerable<(int[], (int, int)[], int[])> Inputs()
    {
        yield return ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [(2, 2), (8, 1)], [90, 91, 92]);
        yield return ([5, 6, 7], [(1, 2)], [50, 51]);
        foreach (var input in Samples.Random(random =>
        {
            int length = random.Next(6, 20), first = random.Next(100, 900);
            var spans = new List<(int, int)>();
            for (int at = random.Next(0, 3); at < length && spans.Count < 4;)
            {
                int size = Math.Min(random.Next(1, 4), length - at);
                spans.Add((at, size));
                at += size + random.Next(1, 5);
            }

            return (Enumerable.Range(0, length).Select(_ => random.Next(1, 60)).ToArray(), spans.ToArray(),
                Enumerable.Range(0, spans.Count + 1).Select(i => first + (2 * i)).ToArray());
        })) { yield return input; }
    }
}
