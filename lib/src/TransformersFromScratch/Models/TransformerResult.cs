using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>What the encoder made of a source sentence.</summary>
/// <param name="Memory">S×d_model: every source token in the light of all the others.</param>
/// <param name="Attention">[layer][head], S×S each.</param>
public sealed record EncoderResult(Matrix<float> Memory, IReadOnlyList<IReadOnlyList<Matrix<float>>> Attention);

/// <summary>What the decoder made of a target sentence and a memory.</summary>
/// <param name="Output">T×d_model, before the output embedding.</param>
/// <param name="SelfAttention">[layer][head], T×T each.</param>
/// <param name="CrossAttention">[layer][head], T×S each.</param>
public sealed record DecoderResult(
    Matrix<float> Output,
    IReadOnlyList<IReadOnlyList<Matrix<float>>> SelfAttention,
    IReadOnlyList<IReadOnlyList<Matrix<float>>> CrossAttention);

/// <summary>The whole forward pass.</summary>
/// <param name="Logits">T×vocabulary: row t scores every token as the one to follow target token t.</param>
/// <param name="Encoder">The encoder's memory and attention.</param>
/// <param name="Decoder">The decoder's output and attention.</param>
public sealed record TransformerResult(Matrix<float> Logits, EncoderResult Encoder, DecoderResult Decoder);
