namespace TransformersFromScratch;

/// <summary>Chapter 7, clipping by the norm over all gradients together.</summary>
internal static class Turn07Clip
{
    private const string NoRoot = "You divided by the sum of squares; the norm is its root.";

    public static Question<(double[][] Gradients, double Most), double[][]> Question { get; } = new(ClipInputs)
    {
        Right = Library,
        Tolerance = 1e-6,
        Say = x => $"the gradients [{string.Join(", ", x.Gradients.Select(g => Values.Say(g)))}], clipped to " +
            $"{Values.Say(x.Most)}",
        Slips =
        [
            (x => x.Gradients, "Nothing is clipped yet: the norm of (3, 0) and (0, 4, 12) together is 13, and 6.5 " +
                "was allowed."),
            (x => Scaled(x, (_, i) => Norm(x.Gradients[i]) is var own && own > x.Most ? x.Most / own : 1),
                "You clipped each array by its own norm. The norm is one number over all of them, else the " +
                "gradient turns."),
            (x => [.. x.Gradients.Select(g => g.Select(value => Math.Clamp(value, -x.Most, x.Most)).ToArray())],
                "You clipped each number by itself. That turns the gradient; multiply all by one factor."),
            (x => Scaled(x, (norm, _) => norm * norm > x.Most ? x.Most / (norm * norm) : 1), NoRoot),
            (x => Scaled(x, (norm, _) => norm > x.Most ? x.Most / (norm * norm) : 1), NoRoot),
            (x => Scaled(x, (norm, _) => x.Most / norm), "A gradient that is short enough was made longer. The " +
                "factor is never above 1."),
            (x => Scaled(x, (norm, _) => norm > x.Most ? 1 / norm : 1), "You clip to a norm of 1. Allowed is the " +
                "given norm: multiply by it."),
            (x => Scaled(x, (norm, _) => x.Most / Math.Max(norm, 1)), "A gradient that is short enough was changed. " +
                "The factor is the smaller of 1 and most / norm."),
            (x => Scaled(
                x, (_, _) => x.Gradients.Sum(g => g.Sum(Math.Abs)) is var sum && sum > x.Most ? x.Most / sum : 1),
                    "Your norm is the sum of the sizes. The norm is the root of the sum of the squares."),
            (x => Scaled(
                x, (_, _) => x.Gradients.SelectMany(g => g).Select(Math.Abs).DefaultIfEmpty().Max() is var max
                    && max > x.Most ? x.Most / max : 1),
                "Your norm is the largest number. The norm is the root of the sum of the squares."),
            (x => Scaled(x, (_, _) => x.Gradients.Sum(Norm) is var sum && sum > x.Most ? x.Most / sum : 1),
                "You add up the norms of the arrays. Norms do not add; squares do."),
            (x => Scaled(x, (norm, i) => i == 0 && norm > x.Most ? x.Most / norm : 1), "Only the first " +
                "array is scaled."),
            (x => [.. x.Gradients.Select(g => g.Select(_ => 0.0).ToArray())], "All are zero now."),
        ],
        Symptoms =
        [
            ((x, y) => y.Length != x.Gradients.Length
                || y.Zip(x.Gradients).Any(pair => pair.First?.Length != pair.Second.Length),
                "The result has another shape than the gradients: there is one clipped number for every number."),
            ((_, y) => y.SelectMany(g => g)
                .Any(double.IsNaN), "There is a NaN. Gradients that are all zero have the norm 0: do you " +
                    "divide by it?"),
            ((x, y) => Norm([.. y.SelectMany(g => g)]) > x.Most + 1e-4, "After clipping, the norm over all numbers " +
                "may not be larger than the norm that was allowed."),
        ],
    };

    /// <summary>The rule as it is.</summary>
    public static double[][] Library((double[][] Gradients, double Most) x) =>
        Scaled(x, (norm, _) => norm > x.Most ? x.Most / norm : 1);

    private static IEnumerable<(double[][], double)> ClipInputs()
    {
        yield return ([[3, 0], [0, 4, 12]], 6.5);   // norms 3 and √160, together 13
        yield return ([[3, 0], [0, 4, 12]], 26);
        foreach (var input in Samples.Random(
            random =>
                (Enumerable.Range(0, random.Next(1, 5)).Select(_ => Samples.Doubles(random, random.Next(1, 6), 5))
                    .ToArray(), 0.5 + (8 * random.NextDouble()))))
        {
            yield return input;
        }

        yield return ([[0, 0], [0]], 1);
    }

    private static double Norm(double[] g) => Math.Sqrt(g.Sum(value => value * value));

    private static double[][] Scaled((double[][] Gradients, double Most) x, Func<double, int, double> factor)
    {
        double norm = Norm([.. x.Gradients.SelectMany(g => g)]);
        return [.. x.Gradients.Select((g, i) => g.Select(value => value * factor(norm, i)).ToArray())];
    }
}
