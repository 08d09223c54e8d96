namespace TransformersFromScratch;

/// <summary>Chapter 8, the mirror of one frequency: t becomes c - t.</summary>
internal static class Turn08Mirror
{
    public static Question<(double Omega, double C), double[,]> Question { get; } = new(() =>
        Samples.Random(random => (0.01 + random.NextDouble(), 1 + (20 * random.NextDouble()))).Prepend((0.3, 15)))
    {
        Right = Library,
        Tolerance = 1e-6,
        Say = x => $"ω = {Values.Say(x.Omega)} and c = {Values.Say(x.C)}",
        Slips =
        [
            (_ => new double[2, 2], "It is all zeros so far."),
            (x => Block(x, (sin, cos) => (cos, -sin, sin, cos)), "That moves every position on by c: a rotation. A " +
                "mirror swaps the ends: sin ω(c - t)."),
            (x => Block(x, (sin, cos) => (cos, sin, -sin, cos)), "That moves every position back by c. You need c - " +
                "t, not t - c."),
            (_ => new double[,] { { -1, 0 }, { 0, 1 } }, "That mirrors about 0. The constant c is missing."),
            (_ => new double[,] { { 1, 0 }, { 0, 1 } }, "That is the identity: every position stays where it is."),
            (x => Block(x, (sin, cos) => (cos, -sin, -sin, -cos)), "Every sign is turned."),
            (x => Block(x, (sin, cos) => (-cos, sin, -sin, -cos)), "The sine comes out right, the cosine with its " +
                "sign turned: cos ω(c - t) = cos ωc cos ωt + sin ωc sin ωt."),
            (x => Block(x, (sin, cos) => (cos, sin, sin, -cos)), "Sine and cosine have changed places in the signs: " +
                "sin ω(c - t) = sin ωc cos ωt - cos ωc sin ωt."),
            (x => Block(x, (sin, cos) => (sin, -cos, cos, sin)), "The columns have changed places: the first column " +
                "makes the new sine."),
            (x => Block(x, (sin, cos) => (sin, cos, -cos, sin)), "The rows have changed places: the first row is " +
                "what multiplies the old sine."),
            (x => Library((x.C, 1)), "ω is missing: the angle is ωc."),
            (x => Library((x.Omega, 1)), "c is missing: the angle is ωc."),
        ],
        Symptoms =
            [((_, y) => (y.GetLength(0), y.GetLength(1)) != (2, 2), "One pair of columns, a sine and a cosine, needs " +
                "a 2×2 matrix.")],
    };

    /// <summary>The mirror as it is.</summary>
    public static double[,] Library((double Omega, double C) x) => Block(x, (sin, cos) => (-cos, sin, sin, cos));

    private static double[,] Block(
        (double Omega, double C) x, Func<double, double, (double, double, double, double)> entries)
    {
        var (a, b, c, d) = entries(Math.Sin(x.Omega * x.C), Math.Cos(x.Omega * x.C));
        return new[,] { { a, b }, { c, d } };
    }
}
