using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 18, checkpointing: the walk back through a segment whose results were not kept.</summary>
internal static class Turn18Segment
{
    public static Question<Given, Gradients> Question { get; } = new(Inputs)
    {
        Right = x => Call(Library, x),
        Fault = (x, y) => FaultOf(Call(Library, x), y),
        Say = x => $"a segment from {x.W1.ColumnCount} to {x.W2.RowCount} numbers and {x.X.RowCount} rows",
        Slips =
        [
            (x => Call((segment, input, _) => Walk(segment, input, y => Op.Sum(y)), x), "You walk back from the sum " +
                "of y. What comes from above, dy, says how much each number of y counts: multiply by it first."),
            (x => Call((segment, input, dy) => Walk(segment, input, y => Op.Scale(Op.Sum(Op.Multiply(y, dy)),
                1f / y.Length)), x), "You take the mean of y · dy. It must be the sum: then its gradient with " +
                "respect to y is dy, and not a part of it."),
            (x => Call((segment, input, dy) => Walk(segment, input, y => Op.Sum(Op.Multiply(y, y))), x), "You " +
                "multiply y by itself. Multiply it by dy."),
            (x => Call((segment, input, dy) =>
            {
                _ = Library(segment, input, dy);
                return Library(segment, input, dy);
            }, x), "The weights have twice their gradient: you walk back twice, and Backward adds."),
            (x => Call((segment, input, dy) =>
            {
                _ = Library(segment, input, dy);
                return dy;
            }, x), "You return dy, the gradient of the output. What is asked for is the gradient of the input, which " +
                "the walk has left in the tensor that you have put in."),
            (x => Call((segment, input, dy) =>
            {
                Tensor again = input.Detach();
                Op.Sum(Op.Multiply(segment(again), dy)).Backward();
                return again.Gradient!;
            }, x), "The input gets no gradient. Set its RequiresGradient before the segment runs."),
            (x => Call((segment, input, dy) =>
            {
                Tensor again = input.Detach();
                again.RequiresGradient = true;
                using var quiet = Tape.NoGradient();
                Op.Sum(Op.Multiply(segment(again), dy)).Backward();
                return again.Gradient!;
            }, x), "Your code throws, as nothing leads back. This time the segment must run with the tape on, and " +
                "without Tape.NoGradient()."),
            (x => Call((segment, input, dy) => Walk(segment, input, y => Op.Sum(Op.Multiply(y, dy)), scale: -1), x),
                "The sign is the wrong way round: nothing is to be turned here."),
        ],
    };

    /// <summary>Computes the segment again, with a tape, and walks back from Σ y ⊙ dy.</summary>
    public static Tensor Library(Func<Tensor, Tensor> segment, Tensor x, Tensor dy) =>
        Walk(segment, x, y => Op.Sum(Op.Multiply(y, dy)));

    /// <summary>Calls code on a segment of two linear maps, and looks at all gradients it leaves.</summary>
    public static Gradients Call(Func<Func<Tensor, Tensor>, Tensor, Tensor, Tensor> code, Given x)
    {
        Tensor w1 = Of(x.W1), w2 = Of(x.W2);
        (w1.RequiresGradient, w2.RequiresGradient) = (true, true);
        Tensor dx = code(input => Op.Linear(Op.Tanh(Op.Linear(input, w1)), w2), Of(x.X), Of(x.Dy));
        return new(dx?.Data ?? [], [.. w1.Gradient?.Data ?? [], .. w2.Gradient?.Data ?? []]);
    }

    private static Tensor Walk(
        Func<Tensor, Tensor> segment, Tensor x, Func<Tensor, Tensor> loss, float scale = 1)
    {
        Tensor again = x.Detach();
        again.RequiresGradient = true;
        loss(segment(again)).Backward();
        return again.Gradient! * scale;
    }

    private static Tensor Of(Matrix<float> matrix) =>
        new(matrix.ToRowMajorArray(), matrix.RowCount, matrix.ColumnCount);

    private static string FaultOf(Gradients want, Gradients got) =>
        got.OfInput.Length == 0 ? "What you return has no numbers: the input has no gradient."
        : Values.Difference(want.OfInput, got.OfInput, 1e-4) is { Length: > 0 } difference
        ? $"The gradient of the input is not right: {difference}."
        : got.OfWeights.Length == 0 ? "The segment's weights have no gradient."
        : Values.Difference(want.OfWeights, got.OfWeights, 1e-4) is { Length: > 0 } other
        ? $"The gradient of the input is right, that of the segment's weights is not: {other}."
        : "";

    private static IEnumerable<Given> Inputs() => Samples.Random(random =>
    {
        int rows = random.Next(1, 5), width = random.Next(2, 6), inner = random.Next(2, 6);
        return new Given(
            Samples.Matrix(random, rows, width), Samples.Matrix(random, inner, width),
            Samples.Matrix(random, width, inner), Samples.Matrix(random, rows, width));
    }, count: 80);

    /// <summary>A segment's weights, its input, and what comes from above.</summary>
    internal sealed record Given(Matrix<float> X, Matrix<float> W1, Matrix<float> W2, Matrix<float> Dy) : IInput
    {
        public object Data => (X, W1, W2, Dy);
    }

    /// <summary>What a walk back leaves.</summary>
    internal sealed record Gradients(float[] OfInput, float[] OfWeights) : IInput
    {
        public object Data => (OfInput, OfWeights);
    }
}
