using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 5's "Your turn": the shift, the encoder layer, the decoder layer, and the assembled model. Each checks what
/// the reader wrote, says in one line what is right or which slip it is, and returns the version to use: the reader's
/// once it is right, the library's until then. None of them throws.
/// </summary>
public static class Turn05
{
    /// <summary>An encoder layer's forward pass: its parts, x (S×d) and what is hidden, to S×d.</summary>
    public delegate Matrix<float> Encoder(EncoderLayer layer, Matrix<float> x, Mask padding);

    /// <summary>
    /// A decoder layer's forward pass: its parts, y (T×d), the memory (S×d), the mask of the future (T×T) and that of
    /// the source's padding (T×S), to T×d.
    /// </summary>
    public delegate Matrix<float> Decoder(
        DecoderLayer layer, Matrix<float> y, Matrix<float> memory, Mask future, Mask padding);

    /// <summary>A model's forward pass: its parts, S source ids and T target ids, to T×V logits.</summary>
    public delegate Matrix<float> Model(Transformer model, int[] source, int[] input);

    /// <summary>What the decoder reads and what it should say: <c>[start, …]</c> and <c>[…, end]</c>.</summary>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<int[], (int[] Input, int[] Wanted)> ShiftRight(
        Func<int[], (int[] Input, int[] Wanted)> yours) => YourTurn.Take(
        "05.ShiftRight", "The shift", yours, t => ([Vocabulary.Start, .. t], [.. t, Vocabulary.End]),
        Turn05Shift.Question, code => code);

    /// <summary>Your encoder layer, post-norm (Vaswani et al. 2017, section 3.1).</summary>
    /// <returns>Yours if it is right, else <see cref="EncoderLayer"/>'s own.</returns>
    public static Encoder EncoderLayer(Encoder yours) => YourTurn.Take(
        "05.EncoderLayer", "The encoder layer", yours, (layer, x, mask) => layer.Forward(x, mask).Output,
        Turn05Encoder.Question, code => x => code(x.Layer, x.X, x.Padding));

    /// <summary>Your decoder layer, post-norm (Vaswani et al. 2017, section 3.1).</summary>
    /// <returns>Yours if it is right, else <see cref="DecoderLayer"/>'s own.</returns>
    public static Decoder DecoderLayer(Decoder yours) => YourTurn.Take(
        "05.DecoderLayer", "The decoder layer", yours,
        (layer, y, memory, future, padding) => layer.Forward(y, memory, future, padding).Output,
        Turn05Decoder.Question, code => x => code(x.Layer, x.Y, x.Memory, x.Future, x.Padding));

    /// <summary>Your Transformer: from ids to logits (Vaswani et al. 2017, figure 1).</summary>
    /// <returns>Yours if it is right, else <see cref="Transformer"/>'s own.</returns>
    public static Model Forward(Model yours) => YourTurn.Take(
        "05.Forward", "The model", yours, (model, source, input) => model.Forward(source, input).Logits,
        Turn05Model.Question, code => x => code(x.Model, x.Source, x.Target));
}
