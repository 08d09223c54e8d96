using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 4, the feed-forward network: tried on many widths, with biases that show.</summary>
internal static class Turn04Network
{
    /// <summary>What a network is given.</summary>
    internal sealed record Input(
        Matrix<float> X, Matrix<float> W1, Vector<float> B1, Matrix<float> W2, Vector<float> B2) : IInput
    {
        public object Data => (X, W1, B1, W2, B2);
    }

    public static Question<Input, Matrix<float>> Question { get; } = new(Inputs)
    {
        Right = x => Relu(Plus(x.X * x.W1, x.B1)).Into(x, bias: true),
        Say = x => $"x {Shapes.Of(x.X)}, W₁ {Shapes.Of(x.W1)}, W₂ {Shapes.Of(x.W2)}",
        Slips =
        [
            (x => x.X, "The words come back unchanged."),
            (x => Plus(x.X * x.W1, x.B1).Into(x, bias: true), "The bend is missing: without max(0, ·) between them, " +
                "the two maps are one map."),
            (x => (x.X * x.W1).Into(x, bias: false), "Bend and biases are missing."),
            (x => Relu(x.X * x.W1).Into(x, bias: true), "The first bias is missing: add b₁ to each row before " +
                "the bend."),
            (x => Relu(Plus(x.X * x.W1, x.B1)).Into(x, bias: false), "The second bias is missing: add b₂ to each " +
                "row at the end."),
            (x => Relu(x.X * x.W1).Into(x, bias: false), "Both biases are missing: b₁ before the bend, b₂ at " +
                "the end."),
            (x => Plus(Relu(x.X * x.W1), x.B1).Into(x, bias: true), "You bend first and add b₁ then. The bias comes " +
                "before the bend: it decides where the bend is."),
            (x => Relu(Relu(Plus(x.X * x.W1, x.B1)).Into(x, bias: true)), "You bend at the end too. The output may " +
                "be negative: only what stands between the maps is bent."),
            (x => Relu(Plus(x.X * x.W1, x.B1).Into(x, bias: true)), "The bend stands at the end. It belongs between " +
                "the two maps."),
            (x => Plus(Relu(x.X) * x.W1, x.B1).Into(x, bias: true), "You bend the input. The bend comes after the " +
                "first map and its bias."),
            (x => Bend(x, v => Math.Min(0, v)), "Your bend keeps the negative numbers. max(0, ·) keeps the " +
                "positive ones."),
            (x => Bend(x, Math.Abs), "Your bend is the absolute value. max(0, ·) makes negative numbers 0."),
            (x => Activations.Gelu(Plus(x.X * x.W1, x.B1)).Into(x, bias: true), "That is GELU, the bend of BERT. The " +
                "paper's is max(0, ·)."),
            (x => Softmax.Rows(Plus(x.X * x.W1, x.B1)).Into(x, bias: true), "You take a softmax. The bend is " +
                "max(0, ·), of each number by itself."),
            (x => x.X + Relu(Plus(x.X * x.W1, x.B1)).Into(x, bias: true), "You add x to the output. That is the " +
                "residual connection: it comes later in this chapter, outside of the network."),
            (x => Relu(Plus(x.X * x.W1, x.B1)), "These are the inner units, T×d_ff. The second map is missing."),
        ],
        Symptoms =
        [
            ((x, y) => (y.RowCount, y.ColumnCount) != (x.X.RowCount, x.X.ColumnCount), "The output must be T×d, as " +
                "the input is: W₁ leads up to d_ff, W₂ back to d."),
            ((_, y) => y.Enumerate().Any(float.IsNaN), "There is a NaN."),
        ],
    };

    public static Matrix<float> Library(
        Matrix<float> x, Matrix<float> w1, Vector<float> b1, Matrix<float> w2, Vector<float> b2) =>
        Plus(Relu(Plus(x * w1, b1)) * w2, b2);

    private static Matrix<float> Into(this Matrix<float> inner, Input x, bool bias) =>
        bias ? Plus(inner * x.W2, x.B2) : inner * x.W2;

    private static Matrix<float> Bend(Input x, Func<float, float> bend) =>
        Plus(x.X * x.W1, x.B1).Map(bend, Zeros.Include).Into(x, bias: true);

    private static Matrix<float> Relu(Matrix<float> x) => Activations.Relu(x);

    private static Matrix<float> Plus(Matrix<float> x, Vector<float> b) =>
        x.MapIndexed((_, column, value) => value + b[column], Zeros.Include);

    private static IEnumerable<Input> Inputs()
    {
        yield return Of(new Random(4), 4, 2, 4);
        yield return Of(new Random(4), 3, 3, 3);
        foreach (Input input in Samples.OfShapes((random, t, d) => Of(random, t, d, random.Next(1, 12))))
        {
            yield return input;
        }
    }

    private static Input Of(Random random, int t, int d, int inner) => new(
        Samples.Matrix(random, t, d), Samples.Matrix(random, d, inner), Samples.Vector(random, inner),
        Samples.Matrix(random, inner, d), Samples.Vector(random, d));
}
