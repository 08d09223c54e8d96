using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 5, the assembled model: tried on small models of many sizes, with sources that end in padding.
/// </summary>
internal static class Turn05Model
{
    /// <summary>A model and a pair of sentences.</summary>
    internal sealed record Input(Transformer Model, int[] Source, int[] Target) : IInput
    {
        public object Data => (Source, Target);
    }

    public static Question<Input, Matrix<float>> Question { get; } = new(() => Samples.Random(Of, count: 60))
    {
        Right = x => x.Model.Forward(x.Source, x.Target).Logits,
        Say = x => $"the source {Values.Say(x.Source)} and the input {Values.Say(x.Target)}",
        Tolerance = 1e-3,
        Slips =
        [
            (x => Run(x, causal: false), "The future is not hidden from the decoder: its mask is " +
                "Mask.Causal(input.Length)."),
            (x => Run(x, hideSource: false, hideCross: false), "Padding is not hidden: Mask.Padding makes the masks, " +
                "for the encoder and for the cross-attention."),
            (x => Run(x, hideCross: false), "Padding is not hidden from the cross-attention: its mask has a row per " +
                "token of the input."),
            (x => Run(x, hideSource: false), "Padding is not hidden from the encoder: its mask has a row per token " +
                "of the source."),
            (x => Run(x, embed: Plain), "The embeddings are not multiplied by the root of d."),
            (x => Run(x, embed: (m, ids) => (m.Embedding.Forward(ids) + Places(m, ids)) * MathF.Sqrt(m.Config.DModel)),
                "You multiply the positions by the root of d too. Multiply the embeddings, then add the positions."),
            (x => Run(x, embed: (m, ids) => m.Embedding.Forward(ids) * MathF.Sqrt(m.Config.DModel)), "The positions " +
                "are missing: add PositionalEncoding.Sinusoidal."),
            (x => Run(x, embed: (m, ids) => (m.Embedding.Forward(ids) * m.Config.DModel) + Places(m, ids)), "You " +
                "multiply by d. It is the root of d."),
            (x => Run(x, embed: (m, ids) => (m.Embedding.Forward(ids) / MathF.Sqrt(m.Config.DModel)) + Places(m, ids)),
                "You divide by the root of d. Multiply: on the way in, the embeddings are too small."),
            (x => Run(x, encoder: 0), "The encoder's layers are not used: the memory is what entered them."),
            (x => Run(x, decoder: 0), "The decoder's layers are not used."),
            (x => Run(x, encoder: 1), "You use the first layer of the encoder alone. A stack is a loop."),
            (x => Run(x, decoder: 1), "You use the first layer of the decoder alone. A stack is a loop."),
            (x => Run(x, encoder: 1, decoder: 1), "You use the first layer of each stack alone. A stack is a loop."),
            (x => Softmax.Rows(x.Model.Forward(x.Source, x.Target).Logits), "You took a softmax. Return the logits, " +
                "the scores before it."),
            (x => Run(x, decode: false), "That is what the decoder gives, T×d. The scores are missing: " +
                "model.Embedding.Logits."),
            (x => x.Model.Forward(x.Target, x.Source).Logits, "Source and input have changed places: the encoder " +
                "reads the source, the decoder the input."),
            (x => x.Model.Forward(x.Source, x.Source).Logits, "Your decoder reads the source. It reads the input."),
        ],
        Symptoms =
        [
            ((x, y) => (y.RowCount, y.ColumnCount) != (x.Target.Length, x.Model.Config.Vocabulary), "The logits have " +
                "a row per token of the input and a column per token of the vocabulary: T×V."),
        ],
    };

    private static Matrix<float> Run(
        Input x, bool causal = true, bool hideSource = true, bool hideCross = true,
        Func<Transformer, int[], Matrix<float>>? embed = null, int encoder = int.MaxValue, int decoder = int.MaxValue,
        bool decode = true)
    {
        Transformer model = x.Model;
        Matrix<float> memory = (embed ?? Embed)(model, x.Source), y = (embed ?? Embed)(model, x.Target);
        Mask? hidden = hideSource ? Padding(x.Source.Length, x.Source) : null;
        foreach (EncoderLayer layer in model.Encoder.Take(encoder)) { memory = layer.Forward(memory, hidden).Output; }

        Mask? future = causal ? Mask.Causal(x.Target.Length) : null;
        Mask? cross = hideCross ? Padding(x.Target.Length, x.Source) : null;
        foreach (DecoderLayer layer in model.Decoder.Take(decoder))
        {
            y = layer.Forward(y, memory, future, cross).Output;
        }

        return decode ? model.Embedding.Logits(y) : y;
    }

    private static Mask Padding(int queries, int[] keys) => Mask.Padding(queries, keys, Vocabulary.Padding);

    private static Matrix<float> Embed(Transformer model, int[] ids) => model.Embed(ids);

    private static Matrix<float> Plain(Transformer model, int[] ids) =>
        model.Embedding.Forward(ids) + Places(model, ids);

    private static Matrix<float> Places(Transformer model, int[] ids) =>
        PositionalEncoding.Sinusoidal(ids.Length, model.Config.DModel);

    private static Input Of(Random random)
    {
        int heads = random.Next(1, 3), width = heads * 2 * random.Next(1, 4), layers = random.Next(2, 4);
        var model = new Transformer(
            new TransformerConfig
            {
                Vocabulary = 12, DModel = width, Heads = heads, DFeedForward = 2 * width, EncoderLayers = layers,
                DecoderLayers = layers
            }, random.Next());
        int[] Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(3, 12))];
        int padding = random.Next(1, 4);
        return new(model, [.. Ids(random.Next(1, 6)), .. new int[padding]], [1, .. Ids(random.Next(1, 6))]);
    }
}
