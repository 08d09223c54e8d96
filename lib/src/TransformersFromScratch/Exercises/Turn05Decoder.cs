using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 5, the decoder layer: tried on layers of many sizes, with sources that end in padding.</summary>
internal static class Turn05Decoder
{
    /// <summary>A layer, a target, the memory of its source, and what is hidden.</summary>
    internal sealed record Input(
        DecoderLayer Layer, Matrix<float> Y, Matrix<float> Memory, Mask Future, Mask Padding) : IInput
    {
        public object Data => (Y, Memory);
    }

    public static Question<Input, Matrix<float>> Question { get; } = new(Inputs)
    {
        Right = x => Third(x, Second(x, First(x))),
        Say = x => $"{x.Y.RowCount} target tokens and {x.Memory.RowCount} source tokens of width {x.Y.ColumnCount}",
        Tolerance = 1e-3,
        Slips =
        [
            (x => x.Y, "y comes back unchanged."),
            (x => x.Layer.Forward(x.Y, x.Memory, null, x.Padding).Output, "The future is not hidden: give the " +
                "self-attention the mask future."),
            (x => x.Layer.Forward(x.Y, x.Memory, x.Future).Output, "The source's padding is not hidden: give the " +
                "cross-attention the mask padding."),
            (x => x.Layer.Forward(x.Y, x.Memory).Output, "Neither mask is used: future is for the self-attention, " +
                "padding for the cross-attention."),
            (x => Third(x, First(x)), "The cross-attention is missing: the decoder never looks at the source."),
            (x => Third(x, Second(x, x.Y)), "The self-attention is missing: the decoder never looks at what it has " +
                "written."),
            (x => Second(x, First(x)), "The feed-forward network is missing, with its sum and its norm."),
            (First, "Cross-attention and feed-forward network are missing."),
            (x => First(x) is var y
                ? Third(x, x.Layer.CrossAttentionNorm.Forward(y + x.Layer.CrossAttention.Forward(y, x.Future).Output))
                : y, "Your cross-attention looks at the target itself. Its keys and values come from the memory."),
            (x => First(x) is var y
                ? Third(
                    x, x.Layer.CrossAttentionNorm.Forward(y + x.Layer.CrossAttention.Forward(y, y, x.Future).Output))
                : y, "Your cross-attention looks at the target itself. Its keys and values come from the memory."),
            (x => Third(x, x.Layer.CrossAttentionNorm.Forward(First(x) + Cross(x, x.Y))), "The cross-attention asks " +
                "with the old y. It asks with what the self-attention's sublayer gave."),
            (x => Third(x, x.Layer.CrossAttentionNorm.Forward(x.Y + Cross(x, First(x)))), "The second sum begins " +
                "with the old y. Add to what the first sublayer gave."),
            (x => Third(x, x.Layer.CrossAttentionNorm.Forward(Cross(x, First(x)))), "The residual of the " +
                "cross-attention is missing: its output is added to y."),
            (x => Third(x, Second(x, x.Layer.SelfAttentionNorm.Forward(Self(x, x.Y)))), "The residual of the " +
                "self-attention is missing: its output is added to y."),
            (x => x.Layer.FeedForwardNorm.Forward(x.Layer.FeedForward.Forward(Second(x, First(x)))), "The residual " +
                "of the feed-forward network is missing: its output is added to y."),
            (x => Third(x, FirstAfter(x, x.Layer.CrossAttentionNorm.Forward(x.Y + Cross(x, x.Y)))), "The " +
                "cross-attention comes first. The self-attention comes first."),
            (x => Third(x, x.Layer.SelfAttentionNorm.Forward(First(x) + Cross(x, First(x)))), "The norm of the " +
                "self-attention is used twice. The second sum has CrossAttentionNorm."),
            (x => x.Y + Self(x, x.Layer.SelfAttentionNorm.Forward(x.Y)) is var y
                && y + Cross(x, x.Layer.CrossAttentionNorm.Forward(y)) is var z
                ? z + x.Layer.FeedForward.Forward(x.Layer.FeedForwardNorm.Forward(z)) : x.Y,
                "That is pre-norm: your norms stand before the sublayers. In the paper they stand after the sums."),
            (x => x.Y + Self(x, x.Y) is var y && y + Cross(x, y) is var z ? z + x.Layer.FeedForward.Forward(z) : x.Y,
                "The norms are missing: one stands after each of the three sums."),
        ],
    };

    private static Matrix<float> Self(Input x, Matrix<float> y) => x.Layer.SelfAttention.Forward(y, x.Future).Output;

    private static Matrix<float> Cross(Input x, Matrix<float> y) =>
        x.Layer.CrossAttention.Forward(y, x.Memory, x.Padding).Output;

    private static Matrix<float> First(Input x) => FirstAfter(x, x.Y);

    private static Matrix<float> FirstAfter(Input x, Matrix<float> y) =>
        x.Layer.SelfAttentionNorm.Forward(y + Self(x, y));

    private static Matrix<float> Second(Input x, Matrix<float> y) =>
        x.Layer.CrossAttentionNorm.Forward(y + Cross(x, y));

    private static Matrix<float> Third(Input x, Matrix<float> y) =>
        x.Layer.FeedForwardNorm.Forward(y + x.Layer.FeedForward.Forward(y));

    private static IEnumerable<Input> Inputs() => Samples.Random(Of, count: 60).Prepend(Of(new Random(2)));

    private static Input Of(Random random)
    {
        int heads = random.Next(1, 4), width = heads * random.Next(2, 5);
        int target = random.Next(2, 7), source = random.Next(2, 7), filled = random.Next(1, source);
        var layer = new DecoderLayer(width, heads, 2 * width, random);
        Turn05Encoder.Loud(layer.Parameters("layer"), random);
        return new(
            layer, Samples.Matrix(random, target, width), Samples.Matrix(random, source, width), Mask.Causal(target),
            Mask.Where(target, source, (_, key) => key >= filled));
    }
}
