using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 2, the part of a question that is the same at all positions. <c>PE_t U PE_sᵀ</c> depends on t - s alone when
/// U commutes with every shift; the matrices that do so are blocks <c>(m, -n; n, m)</c> along the diagonal.
/// </summary>
internal static class Turn02Turns
{
    public static Question<Matrix<float>, Matrix<float>> Question { get; } = new(Inputs)
    {
        Right = Library,
        Slips =
        [
            (u => u, "The matrix comes back unchanged."),
            (u => u * 0, "All numbers are 0."),
            (u => u.MapIndexed((r, c, v) => r / 2 == c / 2 ? v : 0, Zeros.Include), "The blocks are cut out, but not " +
                "averaged yet: in a turn both numbers of the diagonal are equal, and the other two are equal up to " +
                "the sign."),
            (u => u.MapIndexed((r, c, v) => r == c ? v : 0, Zeros.Include), "Only the diagonal is left, and it is " +
                "not averaged yet. A turn has sines beside it."),
            (By((e, f, g, h) => ((e + h) / 2, 0)), "Only the diagonal is left. A turn has sines beside it: " +
                "n = (g - f) / 2."),
            (By((e, f, g, h) => (0, (g - f) / 2)), "The diagonal is missing: m = (e + h) / 2."),
            (By((e, f, g, h) => (e + h, g - f)), "You add without halving. An average of two numbers is half of " +
                "their sum."),
            (By((e, f, g, h) => ((e + h) / 2, (f - g) / 2)), "n has the wrong sign: the lower left number is +n, so " +
                "n = (g - f) / 2."),
            (By((e, f, g, h) => ((e + h) / 2, (g + f) / 2)), "You average f and g with the same sign. In a turn they " +
                "are -n and +n, so n = (g - f) / 2."),
            (By((e, f, g, h) => ((e - h) / 2, (g - f) / 2)), "You subtract the numbers of the diagonal. In a turn " +
                "both are m, so m = (e + h) / 2."),
            (By((e, f, g, h) => (e, g)), "You take m and n from the first column alone. Average the two places in " +
                "which each stands."),
            (u => u.MapIndexed((r, c, v) => r / 2 == c / 2 ? Library(u)[r, c] : v, Zeros.Include),
                "The blocks along the diagonal are right, but the others are still there. They compare two hands of " +
                "different speeds, and must be 0."),
            (u => Library(u).MapIndexed((r, c, v) => r < 2 && c < 2 ? v : 0, Zeros.Include),
                "Only the first block is done. There are d/2 of them."),
        ],
        Symptoms =
        [
            ((u, y) => (y.RowCount, y.ColumnCount) == (u.RowCount, u.ColumnCount)
                && Enumerable.Range(0, u.RowCount).Any(r => Enumerable.Range(0, u.RowCount)
                    .Any(c => r / 2 != c / 2 && y[r, c] != 0)),
                "Outside of the 2×2 blocks along the diagonal everything must be 0."),
        ],
    };

    /// <summary>The nearest matrix that turns and stretches each pair, and does nothing else.</summary>
    public static Matrix<float> Library(Matrix<float> question) =>
        By((e, f, g, h) => ((e + h) / 2, (g - f) / 2))(question);

    private static Func<Matrix<float>, Matrix<float>> By(Func<float, float, float, float, (float A, float B)> turn) =>
        u =>
        {
            var turns = Matrix<float>.Build.Dense(u.RowCount, u.ColumnCount);
            for (int i = 0; i < u.RowCount; i += 2)
            {
                var (a, b) = turn(u[i, i], u[i, i + 1], u[i + 1, i], u[i + 1, i + 1]);
                (turns[i, i], turns[i, i + 1], turns[i + 1, i], turns[i + 1, i + 1]) = (a, -b, b, a);
            }

            return turns;
        };

    private static IEnumerable<Matrix<float>> Inputs() =>
        Samples.Random(random => 2 * random.Next(1, 7) is var d ? Samples.Matrix(random, d, d) : null!)
            .Prepend(Samples.Matrix(new Random(2), 4, 4));
}
