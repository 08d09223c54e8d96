namespace TransformersFromScratch;

/// <summary>Chapter 7, the learning rate of the paper.</summary>
internal static class Turn07Warmup
{
    public static Question<(double T, double D, double W), double> Question { get; } = new(Steps)
    {
        Right = Library,
        Tolerance = 1e-12,
        Say = x => $"step {Values.Say(x.T)}, d = {Values.Say(x.D)}, w = {Values.Say(x.W)}",
        Slips =
        [
            (x => Math.Pow(x.D, -0.5) * Math.Max(Math.Pow(x.T, -0.5), x.T * Math.Pow(x.W, -1.5)), "You take the " +
                "larger of the two. The rate is the smaller one: it rises first and falls later."),
            (x => Math.Pow(x.D, -0.5) * Math.Min(Math.Pow(x.T, -0.5), x.T * Math.Pow(x.W, -1)), "Your w has the " +
                "power -1. With -1.5 the line meets the curve at step w."),
            (x => Math.Pow(x.D, -0.5) * Math.Min(Math.Pow(x.T, -0.5), x.T * Math.Pow(x.W, -0.5)), "Your w has the " +
                "power -0.5. With -1.5 the line meets the curve at step w."),
            (x => Library(x) * Math.Sqrt(x.D), "The width is missing: multiply by d^-0.5."),
            (x => Library(x) * x.D, "You multiply by the root of d. The wider the model, the smaller the rate: " +
                "d^-0.5."),
            (x => Library(x) / Math.Sqrt(x.D), "You divide by d. The power is -0.5: divide by its root."),
            (x => Math.Pow(x.D, -0.5) * Math.Min(1 / x.T, x.T * Math.Pow(x.W, -1.5)), "After the warm-up yours falls " +
                "with 1/t. It falls with 1/√t."),
            (x => Math.Pow(x.D, -0.5) * Math.Pow(x.T, -0.5), "The warm-up is missing: take the smaller of t^-0.5 and " +
                "t · w^-1.5."),
            (x => Math.Pow(x.D, -0.5) * x.T * Math.Pow(x.W, -1.5), "Yours grows for ever: take the smaller of t^-0.5 " +
                "and t · w^-1.5."),
            (x => Library((x.T - 1, x.D, x.W)), "Your step is one too small. Steps are counted from 1."),
        ],
        Symptoms = [((_, y) => !double.IsFinite(y), "That is no finite number. Is there a division of integers?")],
    };

    /// <summary>The rule as it is.</summary>
    public static double Library((double T, double D, double W) x) =>
        Math.Pow(x.D, -0.5) * Math.Min(Math.Pow(x.T, -0.5), x.T * Math.Pow(x.W, -1.5));

    private static IEnumerable<(double, double, double)> Steps() => Samples.Random(random =>
            (random.Next(1, 200) + 0.0, 8.0 * random.Next(1, 129), random.Next(2, 150) + 0.0))
        .Prepend((4000, 512, 4000)).Prepend((1, 512, 4000)).Append((100_000, 512, 4000));
}
