using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 18, the online softmax: scores are seen a tile at a time, and never again.</summary>
internal static class Turn18Online
{
    public static Question<(Vector<float> Scores, Matrix<float> Values, int Tile), Vector<float>> Question { get; } =
        new(Inputs)
        {
            Right = Library,
            Say = x => $"{x.Scores.Count} scores in tiles of {x.Tile}",
            Slips =
            [
                (x => ByTiles(x, shrinkOutput: false), "When a tile brings a larger maximum, the output so far must " +
                    "shrink as the sum does: it was made with the old maximum."),
                (x => ByTiles(x, shrinkSum: false), "When a tile brings a larger maximum, the sum so far must shrink " +
                    "by e^(old - new), too."),
                (x => ByTiles(x, shrinkSum: false, shrinkOutput: false), "When a tile brings a larger maximum, the " +
                    "sum and the output so far must shrink by e^(old - new): they were made with the old one."),
                (x => ByTiles(x, forget: true), "The new maximum must be the larger of the old one and the tile's. " +
                    "With the tile's alone, e^(old - new) overflows when the tile has small scores only."),
                (x => ByTiles(x, divide: false), "Divide by the sum at the end."),
                (x => ByTiles(x, whole: true), "The last tile may be shorter, and you leave it out: begin a tile " +
                    "wherever scores are left."),
                (x => ByTiles(x, plain: true), "Without the maximum, e^score overflows for large scores. Subtract " +
                    "the largest that you have seen so far."),
                (x => ByTiles(x with { Tile = x.Scores.Count }, first: x.Tile), "That is the first tile alone."),
            ],
            Symptoms =
            [
                ((x, y) => y.Count != x.Values.ColumnCount, "The answer has one number for each column of the values."),
                ((_, y) => y.Any(float.IsNaN), "There is a NaN in it: ∞ - ∞, 0 · ∞ or 0 / 0. The first factor " +
                    "must be e^-∞ = 0: begin with a maximum of -∞, and write e^(old - new), not e^(new - old)."),
            ],
        };

    /// <summary>softmax(scores) · values, with a running maximum, sum and output.</summary>
    public static Vector<float> Library((Vector<float> Scores, Matrix<float> Values, int Tile) x) => ByTiles(x);

    private static Vector<float> ByTiles(
        (Vector<float> Scores, Matrix<float> Values, int Tile) x, bool shrinkSum = true, bool shrinkOutput = true,
        bool forget = false, bool divide = true, bool whole = false, bool plain = false, int? first = null)
    {
        float largest = plain ? 0 : float.NegativeInfinity, sum = 0;
        var output = Vector<float>.Build.Dense(x.Values.ColumnCount);
        for (int from = 0; from < x.Scores.Count; from += x.Tile)
        {
            int count = Math.Min(first ?? x.Tile, x.Scores.Count - from);
            if (whole && count < x.Tile) { break; }

            Vector<float> scores = x.Scores.SubVector(from, count);
            float now = plain ? 0 : forget ? scores.Maximum() : Math.Max(largest, scores.Maximum());
            float shrink = MathF.Exp(largest - now);
            Vector<float> e = scores.Map(score => MathF.Exp(score - now));
            sum = (sum * (shrinkSum ? shrink : 1)) + e.Sum();
            output = (output * (shrinkOutput ? shrink : 1)) + (e * x.Values.SubMatrix(from, count, 0, output.Count));
            largest = now;
        }

        return divide ? output / sum : output;
    }

    private static IEnumerable<(Vector<float>, Matrix<float>, int)> Inputs()
    {
        Matrix<float> three = Samples.Of(new float[,] { { 1 }, { 2 }, { 3 } });
        yield return (Vector<float>.Build.Dense([100f, 200f, 150f]), three, 1);
        foreach (var input in Samples.Random(random =>
        {
            int length = random.Next(2, 12), tile = random.Next(1, 6);
            Vector<float> scores = Samples.Vector(random, length, scale: random.Next(4) == 0 ? 200 : 3);
            return (scores, Samples.Matrix(random, length, random.Next(1, 4)), tile);
        })) { yield return input; }
    }
}
