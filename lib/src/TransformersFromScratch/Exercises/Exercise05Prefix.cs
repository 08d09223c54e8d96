using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 5, exercise 4: a decoder-only model whose first tokens, the prefix, see one another in both directions.
/// </summary>
internal static class Exercise05Prefix
{
    /// <summary>A model, whose encoder's layers are used, a text, and how many of its tokens are prefix.</summary>
    internal sealed record Input(Transformer Model, int[] Ids, int Prefix) : IInput
    {
        public object Data => Ids;
    }

    public static Question<Input, Matrix<float>> Question { get; } = new(() => Samples.Random(Of, count: 60))
    {
        Right = x => Run(x, (query, key) => key > query && key >= x.Prefix),
        Say = x => $"the text {Values.Say(x.Ids)} with a prefix of {x.Prefix}",
        Tolerance = 1e-3,
        Slips =
        [
            (x => Run(x, (_, _) => false), "Nothing is hidden. Behind the prefix no token may see a later one, and " +
                "the prefix may see nothing behind it."),
            (x => Run(x, (query, key) => key > query), "That is decoder-only: within the prefix a token may see " +
                "later ones too, up to the end of the prefix."),
            (x => Run(x, (query, key) => query >= x.Prefix && key > query), "The prefix sees what comes behind it. " +
                "It may see itself alone."),
            (x => Run(x, (query, key) => key > query && key > x.Prefix), "Off by one: with a prefix of n tokens the " +
                "last that all may see is at place n - 1, counted from 0."),
            (x => Run(x, (query, key) => query < x.Prefix ? key >= x.Prefix : key > query || key < x.Prefix),
                "What comes behind the prefix does not see it. It sees the whole prefix and its own past."),
            (x => Run(x, (query, key) => key >= x.Prefix), "Only the prefix can be seen. What comes behind it also " +
                "sees itself and its own past."),
            (x => Run(x, (query, key) => key < query && key >= x.Prefix), "Your mask is turned round: it hides the " +
                "past and shows the future."),
            (x => Run(x, (query, key) => key > query && key >= x.Prefix, logits: false), "That is what the last " +
                "layer gives, T×d. The scores are missing: model.Embedding.Logits."),
            (x => Run(x, (query, key) => key > query && key >= x.Prefix, root: false), "The embeddings are not " +
                "multiplied by the root of d: use model.Embed."),
            (x => Run(x, (query, key) => key > query && key >= x.Prefix, layers: 1), "You use the first layer alone. " +
                "A stack is a loop."),
            (x => x.Model.Embedding.Logits(x.Model.Embed(x.Ids)), "No layer is used."),
            (x => x.Model.Forward(x.Ids[..x.Prefix], x.Ids).Logits, "That is the whole Transformer, with the prefix " +
                "as its source. Use the layers of model.Encoder alone."),
        ],
    };

    private static Matrix<float> Run(
        Input x, Func<int, int, bool> hides, bool logits = true, bool root = true, int layers = int.MaxValue)
    {
        int length = x.Ids.Length;
        Matrix<float> y = root ? x.Model.Embed(x.Ids)
            : x.Model.Embedding.Forward(x.Ids) + PositionalEncoding.Sinusoidal(length, x.Model.Config.DModel);
        var mask = Mask.Where(length, length, hides);
        foreach (EncoderLayer layer in x.Model.Encoder.Take(layers)) { y = layer.Forward(y, mask).Output; }

        return logits ? x.Model.Embedding.Logits(y) : y;
    }

    /// <summary>At least two tokens of prefix and one behind it, so that every part of the mask shows.</summary>
    private static Input Of(Random random)
    {
        int heads = random.Next(1, 3), width = heads * 2 * random.Next(1, 4), layers = random.Next(2, 4);
        var model = new Transformer(
            new TransformerConfig
            {
                Vocabulary = 12, DModel = width, Heads = heads, DFeedForward = 2 * width, EncoderLayers = layers,
                DecoderLayers = layers
            }, random.Next());
        int prefix = random.Next(2, 6), behind = random.Next(1, 5);
        return new(model, [.. Enumerable.Range(0, prefix + behind).Select(_ => random.Next(3, 12))], prefix);
    }
}
