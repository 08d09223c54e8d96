using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 4, the residual sublayer: norm(x + drop(sublayer(x))).</summary>
internal static class Turn04Sublayer
{
    public static Question<Parts, Matrix<float>> Question { get; } = new(() => Samples.Random(Parts.Random, count: 80))
    {
        Right = p => p.N(p.X + p.D(p.F(p.X))),
        Say = p => $"a sentence of {p.X.RowCount} words of width {p.X.ColumnCount}",
        Slips =
        [
            (p => p.X, "The sentence comes back unchanged so far."),
            (p => p.F(p.X), "That is the sublayer's output alone."),
            (p => p.X + p.F(p.X), "Sum without dropout and norm. The sublayer's output goes through drop, and the " +
                "sum through norm."),
            (p => p.X + p.D(p.F(p.X)), "The norm is missing: it is taken of the sum."),
            (p => p.N(p.X + p.F(p.X)), "Dropout is missing: the sublayer's output goes through drop before it is " +
                "added."),
            (p => p.N(p.D(p.F(p.X))), "The x + is missing: without it, what the word was is lost."),
            (p => p.N(p.F(p.X)), "x + and dropout are missing."),
            (p => p.N(p.D(p.X + p.F(p.X))), "You drop from the sum. x itself must go through whole: only the " +
                "sublayer's output is dropped."),
            (p => p.N(p.D(p.X) + p.F(p.X)), "You drop from x. x itself must go through whole: it is the sublayer's " +
                "output that is dropped."),
            (p => p.N(p.X + p.F(p.D(p.X))), "You drop what the sublayer reads. Drop its output."),
            (p => p.D(p.N(p.X + p.F(p.X))), "Dropout comes last. It comes before the sum (section 5.4 of the paper)."),
            (p => p.X + p.N(p.D(p.F(p.X))), "You norm the sublayer's output alone. The norm is taken of the sum."),
            (p => p.X + p.D(p.N(p.F(p.X))), "You norm the sublayer's output alone. The norm is taken of the sum."),
            (p => p.X + p.D(p.F(p.N(p.X))), "That is pre-norm, which chapter 5 compares: the norm stands before the " +
                "sublayer. The paper takes the norm of the sum."),
            (p => p.N(p.X) + p.D(p.F(p.X)), "You norm x and add then. The norm is taken of the sum."),
            (p => p.N(p.X).Add(p.N(p.D(p.F(p.X)))), "You norm both parts. There is one norm, of their sum."),
            (p => p.N(p.X + p.X), "You add x to itself. Add the sublayer's output."),
            (p => p.N(p.X.PointwiseMultiply(p.D(p.F(p.X)))), "You multiply. The sublayer's output is added to x."),
            (p => p.N(p.N(p.X + p.D(p.F(p.X)))), "One norm too many."),
        ],
    };

    /// <summary>A sentence, a sublayer, a dropout whose holes stay where they are, and a norm with a gain.</summary>
    internal sealed record Parts(
        Matrix<float> X, Func<Matrix<float>, Matrix<float>> F, Func<Matrix<float>, Matrix<float>> D,
        Func<Matrix<float>, Matrix<float>> N) : IInput
    {
        public object Data => X;

        public static Parts Random(Random random)
        {
            int width = random.Next(3, 9);
            var norm = new LayerNorm(width);
            Initialise.Normal(norm.Gain, 1, random);
            Initialise.Normal(norm.Bias, 1, random);
            Matrix<float> x = Samples.Matrix(random, random.Next(1, 6), width) + 1;
            int hole = random.Next(width);
            return new(
                x, new FeedForward(width, 2 * width, random).Forward,
                y => y.MapIndexed((row, column, v) => (row + column) % width == hole ? 0 : 1.5f * v, Zeros.Include),
                norm.Forward);
        }
    }
}
