namespace TransformersFromScratch;

/// <summary>Chapter 9, Holm's correction: the smallest p times all comparisons, the next times one fewer.</summary>
internal static class Turn09Holm
{
    public static Question<double[], double[]> Question { get; } = new(() => Samples.Random(random =>
        Enumerable.Range(0, random.Next(1, 13)).Select(_ => random.Next(3) == 0
            ? random.Next(1, 11) / 10.0
            : Math.Pow(random.NextDouble(), 3)).ToArray()).Prepend([0.04, 0.01, 0.03]))
    {
        Right = Library,
        Tolerance = 1e-9,
        Say = p => Values.Say(p),
        Slips =
        [
            (p => p, "Nothing is corrected yet."),
            (p => new double[p.Length], "It is all zeros so far."),
            (p => [.. p.Select(x => Math.Min(1, x * p.Length))], "That is Bonferroni's correction: every p times all " +
                "comparisons. Holm multiplies the smallest by m, the next by m - 1, and so on."),
            (p => Ordered(p, (sorted, i) => Math.Min(1, sorted[i] * (p.Length - i)), raise: false), "A p that was " +
                "larger has become smaller than one before it. Each corrected p is at least as large as the one " +
                "before it in the order."),
            (p => Ordered(p, (sorted, i) => sorted[i] * (p.Length - i)), "A p lies between 0 and 1: cut at 1."),
            (p => [.. Library(p).Order()], "The numbers are right, but they stand in ascending order. Give each back " +
                "at the place of its own p."),
            (p => Ordered(p, (sorted, i) => Math.Min(1, sorted[i] * (p.Length - i - 1))), "The factors are one too " +
                "small: the smallest p is multiplied by m, and the largest by 1."),
            (p => Ordered(p, (sorted, i) => Math.Min(1, sorted[i] * (i + 1))), "The factors run the wrong way: the " +
                "smallest p is multiplied by m, and the largest by 1."),
            (p => Ordered(p, (sorted, i) => Math.Min(1, sorted[i] * p.Length / (i + 1)), raise: false),
                "That divides by the place, as Benjamini and Hochberg do. It holds down the share of false finds, " +
                "not the chance of any."),
        ],
        Symptoms =
        [
            ((p, y) => y.Length != p.Length, "There is one corrected p for each p."),
            ((_, y) => y.Any(x => !(x is >= 0 and <= 1)), "A p lies between 0 and 1."),
            ((p, y) => p.Zip(y).Any(pair => pair.Second < pair.First - 1e-12), "A correction never makes a p smaller."),
        ],
    };

    /// <summary>The correction as it is.</summary>
    public static double[] Library(double[] p) =>
        Ordered(p, (sorted, i) => Math.Min(1, sorted[i] * (p.Length - i)));

    /// <summary>Corrects in ascending order, and gives each back at its place.</summary>
    private static double[] Ordered(double[] p, Func<double[], int, double> corrected, bool raise = true)
    {
        int[] order = [.. Enumerable.Range(0, p.Length).OrderBy(i => p[i])];
        double[] sorted = [.. order.Select(i => p[i])], result = new double[p.Length];
        double largest = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double one = corrected(sorted, i);
            largest = Math.Max(largest, one);
            result[order[i]] = raise ? largest : one;
        }

        return result;
    }
}
