namespace TransformersFromScratch;

/// <summary>Chapter 5, the shift: what the decoder reads, and what it should say at each place.</summary>
internal static class Turn05Shift
{
    public static Question<int[], (int[] Input, int[] Wanted)> Question { get; } = new(() =>
        Samples.Random(random => Ids(random, random.Next(0, 9))).Prepend([7, 8, 9]))
    {
        Right = t => ([1, .. t], [.. t, 2]),
        Say = t => $"the translation {Values.Say(t)}",
        Slips =
        [
            (t => (t, t), "Both are the translation itself: at each place the decoder reads the very token it " +
                "should say."),
            (t => ([1, .. t], t), "The end token is missing: the model would never learn to stop."),
            (t => (t, [.. t, 2]), "The start token is missing: at the first place the decoder would already read the " +
                "first word."),
            (t => ([1, .. t, 2], [1, .. t, 2]), Alone), (t => ([1, .. t, 2], [.. t, 2]), Alone),
            (t => ([1, .. t], [1, .. t, 2]), Alone), (t => ([1, .. t, 2], t), Alone),
            (t => ([.. t, 2], [1, .. t]), "You shifted the wrong one: it is the input that moves to the right."),
            (t => ([1, .. t], [1, .. t]), "Both begin with the start token: at each place the decoder reads the very " +
                "token it should say. The wanted output begins with the first word."),
            (t => ([.. t, 2], [.. t, 2]), "Both end with the end token: at each place the decoder reads the very " +
                "token it should say. The input begins with the start token."),
            (t => ([2, .. t], [.. t, 1]), "Start and end have changed places: <s> is 1, </s> is 2."),
            (t => ([1, .. t.SkipLast(1)], t), "You kept the length and lost a token: both are one longer than the " +
                "translation."),
            (t => ([0, .. t], [.. t, 0]), "The start token is 1 and the end token is 2; 0 is padding."),
        ],
        Symptoms =
        [
            ((_, y) => y.Input is null || y.Wanted is null, "One of the two is null."),
            ((_, y) => y.Input.Length != y.Wanted.Length, "Every place that is read needs its answer: both must have " +
                "the same length, one more than the translation."),
        ],
    };

    private const string Alone = "Start belongs to the input alone, end to the wanted output alone.";

    private static int[] Ids(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(3, 99))];
}
