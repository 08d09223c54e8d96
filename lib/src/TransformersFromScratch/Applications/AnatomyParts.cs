using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>A token of an <see cref="Anatomy"/>: its id, and how it is shown.</summary>
/// <param name="Id">From 0 to the vocabulary's size - 1.</param>
/// <param name="Text">
/// A word, a part of a word or a mark; a part that continues a word begins with a dot in the middle.
/// </param>
public sealed record AnatomyToken(int Id, string Text);

/// <summary>A token that may come next.</summary>
/// <param name="Token">The token.</param>
/// <param name="Logit">Its score.</param>
/// <param name="Probability">What the softmax over the whole vocabulary makes of the score.</param>
public sealed record AnatomyGuess(AnatomyToken Token, float Logit, double Probability);

/// <summary>
/// One sublayer as it computed: what it added to the residual stream, and the norm of that sum or, in a pre-norm model,
/// of what the sublayer read.
/// </summary>
/// <param name="Name">Self-attention, masked self-attention, cross-attention or feed-forward.</param>
/// <param name="Norm">The layer norm that belongs to it.</param>
/// <param name="Output">T×d_model, what is added to the stream.</param>
public abstract record AnatomyPart(string Name, LayerNorm Norm, Matrix<float> Output);

/// <summary>
/// Multi-head attention as it computed (Vaswani et al. 2017, section 3.2). All else follows from Q, K and V.
/// </summary>
/// <param name="Name">Self-attention, masked self-attention or cross-attention.</param>
/// <param name="Norm">The layer norm that belongs to it.</param>
/// <param name="Queries">Q of all heads side by side, T×d_model; head i has columns i·d_k to (i+1)·d_k.</param>
/// <param name="Keys">K, S×d_model.</param>
/// <param name="Values">V, S×d_model.</param>
/// <param name="Heads">h.</param>
/// <param name="IsCausal">Whether query t sees the keys up to t only.</param>
/// <param name="IsCross">Whether keys and values come from the encoder.</param>
/// <param name="Output">T×d_model: the heads side by side, times W^O, plus its bias.</param>
public sealed record AnatomyAttention(
    string Name, LayerNorm Norm, Matrix<float> Queries, Matrix<float> Keys, Matrix<float> Values, int Heads,
    bool IsCausal, bool IsCross, Matrix<float> Output) : AnatomyPart(Name, Norm, Output)
{
    /// <summary>softmax(Q Kᵀ / √d_k) V of one head.</summary>
    /// <param name="head">From 0.</param>
    /// <returns>What it mixes, T×d_k, and the weights, T×S.</returns>
    public AttentionResult Head(int head) => Attention.ScaledDotProduct(
        Of(Queries, head), Of(Keys, head), Of(Values, head),
        IsCausal ? Mask.Causal(Queries.RowCount) : null);

    /// <summary>What the heads have mixed, side by side, before W^O.</summary>
    /// <returns>T×d_model.</returns>
    public Matrix<float> Mixed() =>
        MultiHeadAttention.Merge([.. Enumerable.Range(0, Heads).Select(head => Head(head).Output)]);

    private Matrix<float> Of(Matrix<float> all, int head) => MultiHeadAttention.Split(all, Heads)[head];
}

/// <summary>The feed-forward network as it computed (Vaswani et al. 2017, section 3.3).</summary>
/// <param name="Norm">The layer norm that belongs to it.</param>
/// <param name="Hidden">T×d_ff, after the activation.</param>
/// <param name="Output">T×d_model.</param>
public sealed record AnatomyNetwork(LayerNorm Norm, Matrix<float> Hidden, Matrix<float> Output)
    : AnatomyPart("feed-forward", Norm, Output);

/// <summary>An encoder or a decoder as it computed, from its tokens to what comes out at its top.</summary>
/// <param name="Name">Encoder or decoder.</param>
/// <param name="Tokens">T tokens.</param>
/// <param name="Embedded">T×d_model: a row per token, times √d_model where the model does so.</param>
/// <param name="Positions">T×d_model, what is added to tell where a token stands.</param>
/// <param name="Layers">N layers of two or three sublayers each.</param>
/// <param name="FinalNorm">The norm after the last layer of a pre-norm model; otherwise null.</param>
/// <param name="Output">T×d_model.</param>
public sealed record AnatomyStack(
    string Name, IReadOnlyList<AnatomyToken> Tokens, Matrix<float> Embedded, Matrix<float> Positions,
    IReadOnlyList<IReadOnlyList<AnatomyPart>> Layers, LayerNorm? FinalNorm, Matrix<float> Output);
