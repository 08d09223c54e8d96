using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Figures;

/// <summary>One figure of each kind, as a chapter would draw it: real shapes, long sentences, hostile words.</summary>
internal static class Samples
{
    private static readonly string[] s_six = "Click a filter to select it".Split(' ');

    private static readonly string[] s_thirty =
        ("the animal did not cross the street because it was too tired and the street was far too wide " +
        "for an animal of its size to cross in a single").Split(' ');

    private static readonly string[] s_hostile =
        ["the", "the", "</script>", "<pad>", "internationalisation-of-everything", "\"", "$x$", "&amp;", "猫", "\n", ""];

    private static readonly double[] s_powers = [.. Enumerable.Range(0, 11).Select(i => Math.Pow(2, i))];

    public static Dictionary<string, Func<Figure>> All { get; } = new()
    {
        ["three tokens"] = () => Plot.Heatmap(Soft(3, 3), ["the", "cat", "sat"], ["the", "cat", "sat"], "Three tokens"),
        ["masked scores"] = () => Plot.Heatmap(Masked(6), s_six, s_six, "Masked scores"),
        ["thirty tokens"] = () => Plot.Heatmap(Soft(30, 30), s_thirty, s_thirty, "Thirty tokens"),
        ["hostile labels"] = () => Plot.Heatmap(Soft(11, 11), s_hostile, s_hostile, "Hostile </script> labels"),
        ["one cell"] = () => Plot.Heatmap(Soft(1, 1)),
        ["sliver"] = () => Plot.Heatmap(Soft(1, 60), ["query"]),
        ["eight heads"] = () => Plot.Heads(
            [.. Enumerable.Range(1, 8).Select(h => Soft(14, 14, h))], s_thirty[..14], s_thirty[..14], "Eight heads"),
        ["sixteen heads"] = () => Plot.Heads(
            [.. Enumerable.Range(1, 16).Select(h => Soft(20, 20, h))], s_thirty[..20], s_thirty[..20], "Sixteen heads"),
        ["encoding 64x128"] = () => Plot.Encoding(Sinusoids(64, 128), "Encoding"),
        ["encoding 128x128"] = () => Plot.Encoding(Sinusoids(128, 128), "Encoding"),
        ["encoding 100x512"] = () => Plot.Encoding(Sinusoids(100, 512), "Encoding"),
        ["noise 64x128"] = () => Plot.Encoding(Noise(64, 128), "Noise compresses worst"),
        ["noise 128x128"] = () => Plot.Encoding(Noise(128, 128), "Noise compresses worst"),
        ["similarity"] = () => Plot.Heatmap(
            Sinusoids(100, 64) * Sinusoids(100, 64).Transpose(), title: "PE·PEᵀ", rowTitle: "position",
            columnTitle: "position"),
        ["lines"] = () => Plot.Lines(
            "Variance", Axis.Logarithmic("d"), Axis.Logarithmic("variance"),
            new Series("measured", s_powers, s_powers.Select(p => p * 1.05)) { Markers = true },
            new Series("theory", s_powers, s_powers) { Dashed = true }),
        ["band"] = () => Plot.Lines(
            "Band", "layer", new Axis("rms") { Min = 0.5 },
            new Series("pre-norm", [0, 1, 2], [1, 1.3, 1.6]) { Lower = [0.2, 1, 1.2], Upper = [1.2, 1.6, 2] }),
        ["seven lines"] = () => Plot.Lines(
            "Seven", "position", "value", [.. Enumerable.Range(0, 7).Select(k => new Series(
            $"dimension {k}", Enumerable.Range(0, 50).Select(i => (double)i),
            Enumerable.Range(0, 50).Select(i => Math.Sin(i / Math.Pow(2, k)))))]),
        ["constant"] = () => Plot.Lines("Constant", "x", "y", new Series("", [1], [3])),
        ["bars"] = () => Plot.Bars(s_hostile, Enumerable.Range(0, 11).Select(i => Math.Sin(i)), "Bars", "score"),
        ["groups"] = () => Plot.Bars(
            ["embedding", "attention"], [("base", [18.9, 18.9]), ("big", [37.9, 75.5])], "Groups", "millions"),
        ["bars and a level"] = () => Plot.Bars(
            ["heads", "mask"], [0.3, 1.32], "Bars and a level", "score", ("0.05", 1.3)),
        ["scatter"] = () => Plot.Scatter(
            "Words", "first", "second",
            new Series("animals", [1, 1.2], [3, 2.5]) { Labels = ["cat", "dog"] },
            new Series("path", [-1, -2], [0, 0.4]) { Joined = true }),
        ["plane"] = () => Plot.Plane(
            "Circle", "sin", "cos", new Series("", [0, 1, 0, -1], [1, 0, -1, 0]) { Joined = true }),
        ["masked weights"] = () => Plot.Heatmap(Soft(6, 6), s_six, s_six, "Masked", mask: Mask.Causal(6)),
        ["temperatures"] = () => Plot.Interactive(
            "Temperatures", new Slider("temperature", ["0.5", "1", "2"], 1),
            i => Plot.Lines("", "score", "weight", new Series(
            "softmax", Enumerable.Range(0, 40).Select(x => x / 10.0),
            Enumerable.Range(0, 40).Select(x => Math.Tanh((1 + i) * x / 20.0))))),
        ["two controls"] = () => Plot.Interactive(
            "Two controls", new Selector("layer", ["1", "2"]), new Slider("head", ["1", "2", "3"], 2), (l, h) =>
            Plot.Heatmap(Soft(6, 6, (10 * l) + h), s_six, s_six, $"layer {l + 1}, head {h + 1}", zMin: 0, zMax: 1)),
        ["frames"] = () => Plot.Frames(
            [.. Enumerable.Range(1, 6).Select(l => Plot.Heatmap(Soft(6, 6, l), s_six, s_six))],
            ["1", "2", "3", "4", "5", "6"], "Layers", "layer"),
    };

    /// <summary>Rows that sum to 1, from a seed.</summary>
    public static Matrix<float> Soft(int rows, int columns, int seed = 1)
    {
        var random = new Random(seed);
        Matrix<float> scores = Matrix<float>.Build.Dense(rows, columns, (_, _) => MathF.Exp(4 * random.NextSingle()));
        return scores.NormalizeRows(1);
    }

    public static Matrix<float> Sinusoids(int positions, int width) =>
        Matrix<float>.Build.Dense(positions, width, (p, i) =>
    {
        double angle = p / Math.Pow(10_000, (i - (i % 2)) / (double)width);
        return (float)(i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
    });

    private static Matrix<float> Noise(int rows, int columns)
    {
        var random = new Random(7);
        return Matrix<float>.Build.Dense(rows, columns, (_, _) => (2 * random.NextSingle()) - 1);
    }

    private static Matrix<float> Masked(int n) =>
        Matrix<float>.Build.Dense(n, n, (i, j) => j > i ? float.NegativeInfinity : ((i - j) / 3f) - 0.7f);
}
