using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 5, the encoder layer: tried on layers of many sizes, whose norms have gains of their own.</summary>
internal static class Turn05Encoder
{
    /// <summary>A layer, a sentence, and what of it is padding.</summary>
    internal sealed record Input(EncoderLayer Layer, Matrix<float> X, Mask Padding) : IInput
    {
        public object Data => X;
    }

    public static Question<Input, Matrix<float>> Question { get; } = new(Inputs)
    {
        Right = x => x.Layer.Forward(x.X, x.Padding).Output,
        Say = x => $"{x.X.RowCount} tokens of width {x.X.ColumnCount}, {x.Layer.Attention.Heads} heads",
        Tolerance = 1e-3,
        Slips =
        [
            (x => x.X, "x comes back unchanged."),
            (x => x.Layer.Forward(x.X).Output, "The mask is not used: give it to the attention, so that padding is " +
                "hidden."),
            (x => Fed(x, x.Layer.AttentionNorm.Forward(Attended(x, x.X))), "The x + before the attention is missing: " +
                "the attention's output is added to x, it does not take its place."),
            (x => Norm2(x, x.Layer.FeedForward.Forward(First(x))), "The x + before the feed-forward network is " +
                "missing: its output is added, it does not take its place."),
            (x => Norm2(x, x.Layer.FeedForward.Forward(x.Layer.AttentionNorm.Forward(Attended(x, x.X)))),
                "Both residual connections are missing: a sublayer's output is added to what it read."),
            (x => Fed(x, x.X + Attended(x, x.X)), "The first norm is missing: AttentionNorm, after the first sum."),
            (x => First(x) is var y ? y + x.Layer.FeedForward.Forward(y) : y, "The second norm is missing: " +
                "FeedForwardNorm, after the second sum."),
            (x => x.X + Attended(x, x.X) is var y ? y + x.Layer.FeedForward.Forward(y) : y, "Both norms are missing: " +
                "each stands after its sum."),
            (x => x.X + Attended(x, x.Layer.AttentionNorm.Forward(x.X)) is var y
                ? y + x.Layer.FeedForward.Forward(x.Layer.FeedForwardNorm.Forward(y)) : y,
                "That is pre-norm: your norms stand before the sublayers. In the paper they stand after the sums."),
            (x => x.Layer.FeedForwardNorm.Forward(x.X + Attended(x, x.X)) is var y
                ? x.Layer.AttentionNorm.Forward(y + x.Layer.FeedForward.Forward(y)) : y,
                "The norms have changed places: AttentionNorm comes first."),
            (x => First(x) is var y ? x.Layer.AttentionNorm.Forward(y + x.Layer.FeedForward.Forward(y)) : y,
                "The same norm twice. The second sum has one of its own, FeedForwardNorm."),
            (x => Norm2(x, x.X + x.Layer.FeedForward.Forward(First(x))), "The second sum begins with the old x. Add " +
                "to what the first sublayer gave."),
            (x => Norm2(x, First(x) + x.Layer.FeedForward.Forward(x.X)), "The feed-forward network reads the old x. " +
                "It reads what the first sublayer gave."),
            (x => Norm2(x, x.X + x.Layer.FeedForward.Forward(x.X)) is var y
                ? x.Layer.AttentionNorm.Forward(y + Attended(x, y)) : y, "The feed-forward network comes first. The " +
                "attention comes first: a token gathers, then it thinks."),
            (First, "The second sublayer is missing: the feed-forward network, its sum and its norm."),
            (x => Norm2(x, x.X + x.Layer.FeedForward.Forward(x.X)), "The first sublayer is missing: the attention."),
            (x => x.X + x.Layer.AttentionNorm.Forward(Attended(x, x.X)) is var y
                ? y + x.Layer.FeedForwardNorm.Forward(x.Layer.FeedForward.Forward(y)) : y,
                "You norm the sublayers' outputs alone. The norm is taken of the sum."),
        ],
    };

    private static Matrix<float> Attended(Input x, Matrix<float> y) => x.Layer.Attention.Forward(y, x.Padding).Output;

    private static Matrix<float> First(Input x) => x.Layer.AttentionNorm.Forward(x.X + Attended(x, x.X));

    private static Matrix<float> Fed(Input x, Matrix<float> y) => Norm2(x, y + x.Layer.FeedForward.Forward(y));

    private static Matrix<float> Norm2(Input x, Matrix<float> sum) => x.Layer.FeedForwardNorm.Forward(sum);

    private static IEnumerable<Input> Inputs() => Samples.Random(Of, count: 60).Prepend(Of(new Random(1)));

    private static Input Of(Random random)
    {
        int heads = random.Next(1, 4), width = heads * random.Next(2, 5), words = random.Next(2, 8);
        var layer = new EncoderLayer(width, heads, 2 * width, random);
        Loud(layer.Parameters("layer"), random);
        int filled = random.Next(1, words); // at least one real word, at least one of padding
        return new(layer, Samples.Matrix(random, words, width), Mask.Where(words, words, (_, key) => key >= filled));
    }

    /// <summary>Weights so large that every part shows in the result.</summary>
    internal static void Loud(IEnumerable<Parameter> parameters, Random random)
    {
        foreach (Parameter parameter in parameters)
        {
            bool gain = parameter.Name.EndsWith("gain", StringComparison.Ordinal);
            foreach (ref float number in parameter.Value.Data.AsSpan())
            {
                number = gain ? 0.5f + random.NextSingle() : (2 * random.NextSingle()) - 1;
            }
        }
    }
}
