using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 12, the block of a GPT: tried on layers of many sizes, whose norms have gains and biases of their own.
/// </summary>
internal static class Turn12Block
{
    public static Question<Input, Matrix<float>> Question { get; } = new(Inputs)
    {
        Right = input => input.Run((layer, x) => layer.Forward(x, causal: true)),
        Say = input => $"{input.Sentences} × {input.Length} tokens of width {input.Width}, {input.Heads} heads",
        Tolerance = 1e-3,
        Slips =
        [
            (By((_, x) => x), "x comes back unchanged."),
            (By((l, x) => Fed(l, x + l.Attention.Forward(l.AttentionNorm.Forward(x)))),
                "The future is not hidden: give the attention causal: true. A model that may look at the next token " +
                "has nothing to learn."),
            (By((l, x) => Fed(l, Attended(l, l.AttentionNorm.Forward(x)))),
                "The x + before the attention is missing: the attention's output is added to x, it does not " +
                "take its place."),
            (By((l, x) => Attend(l, x) is var y ? l.FeedForward.Forward(l.FeedForwardNorm.Forward(y)) : x),
                "The x + before the feed-forward network is missing: its output is added to x, it does not " +
                "take its place."),
            (By((l, x) => l.FeedForward.Forward(l.FeedForwardNorm.Forward(Attended(l, l.AttentionNorm.Forward(x))))),
                "Both residual connections are missing: each part's output is added to x, it does not take its place."),
            (By((l, x) => l.AttentionNorm.Forward(x + Attended(l, x)) is var y
                ? l.FeedForwardNorm.Forward(y + l.FeedForward.Forward(y))
                : x),
                "That is the block of 2017: its norms stand after the sums. In a GPT the norm stands before each " +
                "part, and nothing is normalised on the way of x itself."),
            (By((l, x) => x + Attended(l, x) is var y ? y + l.FeedForward.Forward(y) : x), "Both norms are missing. " +
                "Each part reads norm(x), and its output is added to x."),
            (By((l, x) => Fed(l, x + Attended(l, x))), "The norm before the attention is missing."),
            (By((l, x) => Attend(l, x) is var y ? y + l.FeedForward.Forward(y) : x), "The norm before the " +
                "feed-forward network is missing."),
            (By((l, x) => x + Attended(l, l.FeedForwardNorm.Forward(x)) is var y
                ? y + l.FeedForward.Forward(l.AttentionNorm.Forward(y))
                : x),
                "The norms have changed places: AttentionNorm stands before the attention, FeedForwardNorm before " +
                "the feed-forward network."),
            (By((l, x) => Attend(l, x) is var y ? y + l.FeedForward.Forward(l.AttentionNorm.Forward(y)) : x),
                "The same norm twice. The feed-forward network has one of its own, FeedForwardNorm."),
            (By((l, x) => x + Attended(l, l.FeedForwardNorm.Forward(x)) is var y ? Fed(l, y) : x),
                "The same norm twice. The attention has one of its own, AttentionNorm."),
            (By((l, x) => l.AttentionNorm.Forward(x) is var n ? Fed(l, n + Attended(l, n)) : x),
                "You add the attention's output to norm(x). Add it to x: the norm is for what the part reads, and x " +
                "itself runs through untouched."),
            (By((l, x) => l.FeedForwardNorm.Forward(Attend(l, x)) is var n ? n + l.FeedForward.Forward(n) : x),
                "You add the feed-forward network's output to norm(x). Add it to x: x itself runs through untouched."),
            (By((l, x) => l.AttentionNorm.Forward(x) is var n && n + Attended(l, n) is var y
                && l.FeedForwardNorm.Forward(y) is var m ? m + l.FeedForward.Forward(m) : x),
                "You add to norm(x), both times. Add to x: x itself runs through untouched."),
            (By((l, x) => Attend(l, x) + l.FeedForward.Forward(l.FeedForwardNorm.Forward(x))),
                "The feed-forward network reads the old x. It reads what the attention has made of it."),
            (By((l, x) => x + l.FeedForward.Forward(l.FeedForwardNorm.Forward(Attend(l, x)))),
                "The second sum begins with the old x, so the attention's output is lost. Add to what the " +
                "first sum gave."),
            (By((l, x) => Attend(l, Fed(l, x))), "The feed-forward network comes first. The attention comes first: a " +
                "token gathers, then it thinks."),
            (By(Attend), "The feed-forward network is missing."),
            (By(Fed), "The attention is missing."),
            (By((l, x) => l.FeedForwardNorm.Forward(l.Forward(x, causal: true))),
                "There is a norm too many at the end. The model has one after its last block; a block has none there."),
        ],
        Symptoms =
        [
            ((input, y) => y.RowCount == input.Right.RowCount
                && Enumerable.Range(0, input.Length - 1).Any(t => !Same(y, input.Changed, t)),
                "An earlier token changes when a later one does: the future is not hidden."),
        ],
    };

    private static Tensor Attended(EncoderLayer layer, Tensor x) => layer.Attention.Forward(x, causal: true);

    private static Tensor Attend(EncoderLayer layer, Tensor x) => x + Attended(layer, layer.AttentionNorm.Forward(x));

    private static Tensor Fed(EncoderLayer layer, Tensor x) =>
        x + layer.FeedForward.Forward(layer.FeedForwardNorm.Forward(x));

    private static Func<Input, Matrix<float>> By(Func<EncoderLayer, Tensor, Tensor> code) => input => input.Run(code);

    private static bool Same(Matrix<float> y, Matrix<float> other, int row) =>
        (y.Row(row) - other.Row(row)).AbsoluteMaximum() < 1e-3;

    private static IEnumerable<Input> Inputs() => Samples.Random(
        random => new Input(
            random.Next(1, 4), random.Next(2, 7), 4 * random.Next(1, 4), random.Next(2) == 0 ? 2 : 4, random.Next()),
                count: 60)
        .Prepend(new Input(1, 3, 4, 2, 1));

    /// <summary>A layer and B sentences of T tokens for it.</summary>
    internal sealed record Input(int Sentences, int Length, int Width, int Heads, int Seed) : IInput
    {
        private readonly EncoderLayer _layer = Layer(Width, Heads, Seed);
        private readonly Tensor _x = new(Numbers(Sentences * Length * Width, Seed + 1), Sentences, Length, Width);

        public object Data => _x.Data;

        /// <summary>The right answer.</summary>
        public Matrix<float> Right => Run((layer, x) => layer.Forward(x, causal: true));

        /// <summary>The right answer where the last token of the first sentence is another one.</summary>
        public Matrix<float> Changed => Rows(Run(_layer, Other(), (layer, x) => layer.Forward(x, causal: true)));

        /// <summary>(B·T)×d_model, or as many rows and columns as the answer has.</summary>
        public Matrix<float> Run(Func<EncoderLayer, Tensor, Tensor> code) => Rows(Run(_layer, _x, code));

        private static Tensor Run(EncoderLayer layer, Tensor x, Func<EncoderLayer, Tensor, Tensor> code) =>
            code(layer, x) ?? throw new Hint("Your code returns null.");

        private static Matrix<float> Rows(Tensor y) =>
            Matrix<float>.Build.DenseOfRowMajor(y.Length / y.Shape[^1], y.Shape[^1], y.Data);

        private Tensor Other()
        {
            float[] changed = [.. _x.Data];
            changed.AsSpan((Length - 1) * Width, Width).Reverse();
            return new Tensor(changed, Sentences, Length, Width);
        }

        /// <summary>Weights so large that every part of the block shows in the result.</summary>
        private static EncoderLayer Layer(int width, int heads, int seed)
        {
            var random = new SeededRandom(seed);
            var layer = new EncoderLayer(width, heads, 2 * width, random, Activation.GeluTanh, NormPlacement.Pre);
            foreach (Parameter parameter in layer.Parameters("layer"))
            {
                bool gain = parameter.Name.EndsWith("gain", StringComparison.Ordinal);
                Span<float> numbers = parameter.Value.Data;
                for (int i = 0; i < numbers.Length; i++)
                {
                    numbers[i] = gain ? 0.5f + random.NextSingle() : (2 * random.NextSingle()) - 1;
                }
            }

            return layer;
        }

        private static float[] Numbers(int count, int seed)
        {
            var random = new SeededRandom(seed);
            return [.. Enumerable.Range(0, count).Select(_ => (4 * random.NextSingle()) - 2)];
        }
    }
}
