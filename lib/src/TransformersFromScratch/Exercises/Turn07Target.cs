namespace TransformersFromScratch;

/// <summary>Chapter 7, what should be believed when labels are smoothed.</summary>
internal static class Turn07Target
{
    public static Question<(int Right, int Classes, double Epsilon), double[]> Question { get; } = new(Targets)
    {
        Right = Library,
        Tolerance = 1e-7,
        Say = x => $"right = {x.Right}, C = {x.Classes} and ε = {Values.Say(x.Epsilon)}",
        Slips =
        [
            (x => Each(x, 1, 0), "That is q without smoothing: all on the right class."),
            (x => Each(x, 1 - x.Epsilon, x.Epsilon / x.Classes), "The right class gets its share of ε too: ε is " +
                "spread over all classes, so its q is 1 - ε + ε / C. Yours does not add up to 1."),
            (x => Each(x, 1 - x.Epsilon, x.Epsilon / (x.Classes - 1)), "You spread ε over the other classes only. " +
                "The paper's smoothing spreads it over all of them."),
            (x => Each(x, 1 - x.Epsilon, 0), "You took ε from the right class but gave it to nobody: q does not add " +
                "up to 1."),
            (x => Each(x, 1, x.Epsilon / x.Classes), "You give ε to the others but take it from nobody: the right " +
                "class keeps 1 - ε + ε / C."),
            (x => Each(x, 1 + (x.Epsilon / x.Classes), x.Epsilon / x.Classes), "You give ε to all but take it from " +
                "nobody: q does not add up to 1."),
            (x => Each(x, 1, x.Epsilon), "Each class gets the whole ε. It is shared by all C classes: ε / C."),
            (x => Each(x, 1.0 / x.Classes, 1.0 / x.Classes), "Your q is the same for all classes. The right one has " +
                "1 - ε more."),
            (x => Each(
                x, x.Epsilon + ((1 - x.Epsilon) / x.Classes), (1 - x.Epsilon) / x.Classes), "ε and 1 - ε have " +
                    "changed places: ε is the share that is spread."),
        ],
        Symptoms =
        [
            ((x, y) => y.Length != x.Classes, "q has one number for each class."),
            ((_, y) => Math.Abs(y.Sum() - 1) > 1e-6, "q is shared belief, so it adds up to 1. Yours does not."),
        ],
    };

    /// <summary>The rule as it is.</summary>
    public static double[] Library((int Right, int Classes, double Epsilon) x) =>
        Each(x, 1 - x.Epsilon + (x.Epsilon / x.Classes), x.Epsilon / x.Classes);

    private static double[] Each((int Right, int Classes, double Epsilon) x, double right, double other) =>
        [.. Enumerable.Range(0, x.Classes).Select(c => c == x.Right ? right : other)];

    private static IEnumerable<(int, int, double)> Targets() => Samples.Random(random =>
    {
        int classes = random.Next(2, 12);
        return (random.Next(classes), classes, random.Next(10) == 0 ? 0 : 0.9 * random.NextDouble());
    }).Prepend((1, 4, 0.2));
}
