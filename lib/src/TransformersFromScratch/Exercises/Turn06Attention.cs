using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 6, attention walked back: linear, softmax, linear.</summary>
internal static class Turn06Attention
{
    public static Question<Given, (Matrix<float> DQ, Matrix<float> DK, Matrix<float> DV)> Question { get; } =
        new(AttentionInputs)
        {
            Right = Library,
            Say = x => $"Q {Shapes.Of(x.Q)}, K {Shapes.Of(x.K)} and V {Shapes.Of(x.V)}",
            Slips =
            [
                (x => Backward(x, scale: _ => 1), "The 1/√d_k is missing on the way back. The scores were divided by " +
                    "√d_k, so their gradient is, too."),
                (x => Backward(x, scale: dK => 1 / (float)dK), "You divide by d_k. Forward the scores were divided " +
                    "by √d_k."),
                (x => Backward(x, softmax: (_, dA) => dA), "The softmax is missing: dA goes straight on to the " +
                    "scores. Between them stands dZ = A ⊙ (dA - Σ A dA)."),
                (x => Backward(x, softmax: (a, dA) => a.PointwiseMultiply(dA)), "In your softmax the weighted mean " +
                    "is missing: dZ = A ⊙ (dA - Σ A dA), row by row."),
                (x => (Library(x).DQ, Library(x).DK, x.A * x.DO), "Your dV is A dO. Each value learns from " +
                    "the words that looked at it: dV = Aᵀ dO."),
                (x => (Library(x).DK, Library(x).DQ, Library(x).DV), "dQ and dK have changed places."),
                (x => (Library(x).DQ, Scores(x).Dz * x.Q / Root(x), Library(x).DV), "Your dK is dZ Q. A key moves a " +
                    "column of the scores: dK = dZᵀ Q / √d_k."),
                (x => (Library(x).DQ, Library(x).DK, x.DO), "Your dV is dO itself. A value is spread by the weights: " +
                    "dV = Aᵀ dO."),
                (x => (-Library(x).DQ, -Library(x).DK, -Library(x).DV), "All have the wrong sign. The gradient " +
                    "points uphill."),
                (x => (Scores(x).Dz * x.K, Library(x).DK, Library(x).DV), "The 1/√d_k is missing in dQ."),
                (x => (Library(x).DQ, Scores(x).Dz.TransposeThisAndMultiply(x.Q), Library(x).DV), "The 1/√d_k is " +
                    "missing in dK."),
            ],
            Symptoms =
            [
                ((x, y) => Shape(y.DQ) != Shape(x.Q), "dQ must have the shape of Q."),
                ((x, y) => Shape(y.DK) != Shape(x.K), "dK must have the shape of K."),
                ((x, y) => Shape(y.DV) != Shape(x.V), "dV must have the shape of V."),
            ],
        };

    /// <summary>The rule as it is.</summary>
    public static (Matrix<float> DQ, Matrix<float> DK, Matrix<float> DV) Library(Given x) => Backward(x);

    private static (Matrix<float>, Matrix<float>, Matrix<float>) Backward(
        Given x, Func<int, float>? scale = null,
        Func<Matrix<float>, Matrix<float>, Matrix<float>>? softmax = null)
    {
        float factor = scale?.Invoke(x.Q.ColumnCount) ?? (1 / Root(x));
        Matrix<float> dA = x.DO * x.V.Transpose(), dZ = (softmax ?? Turn06Softmax.Library)(x.A, dA) * factor;
        return (dZ * x.K, dZ.TransposeThisAndMultiply(x.Q), x.A.TransposeThisAndMultiply(x.DO));
    }

    private static (Matrix<float> Dz, int Width) Scores(Given x) =>
        (Turn06Softmax.Library(x.A, x.DO * x.V.Transpose()), x.Q.ColumnCount);

    private static float Root(Given x) => MathF.Sqrt(x.Q.ColumnCount);

    private static (int, int) Shape(Matrix<float> m) => (m.RowCount, m.ColumnCount);

    private static IEnumerable<Given> AttentionInputs() => Samples.OfShapes((random, queries, keys) =>
    {
        int width = random.Next(2, 6), wide = queries == keys ? width : random.Next(1, 6);
        return new Given(
            Samples.Matrix(random, queries, width), Samples.Matrix(random, keys, width),
            Samples.Matrix(random, keys, wide), Samples.Matrix(random, queries, wide));
    });

    /// <summary>What goes in; the weights follow from Q and K where no mask changes them.</summary>
    internal sealed record Given(Matrix<float> Q, Matrix<float> K, Matrix<float> V, Matrix<float> DO) : IInput
    {
        /// <summary>softmax(Q Kᵀ / √d_k), T×S.</summary>
        public Matrix<float> A { get; init; } = Softmax.Rows(Q * K.Transpose() / MathF.Sqrt(Q.ColumnCount));

        public object Data => (Q, K, V, A, DO);
    }
}
