using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>What an encoder layer gives back.</summary>
/// <param name="Output">S×d_model.</param>
/// <param name="Attention">One S×S matrix of weights a head.</param>
public sealed record EncoderLayerResult(Matrix<float> Output, IReadOnlyList<Matrix<float>> Attention);

/// <summary>
/// One of the N layers of the encoder: self-attention, then the feed-forward network, each inside a residual
/// connection with a layer norm (Vaswani et al. 2017, section 3.1).
/// </summary>
public sealed class EncoderLayer
{
    /// <summary>A layer with fresh weights.</summary>
    /// <param name="dModel">d_model.</param>
    /// <param name="heads">h.</param>
    /// <param name="dFeedForward">d_ff.</param>
    /// <param name="random">Where the weights come from.</param>
    /// <param name="activation">ReLU as in the paper.</param>
    /// <param name="norm">Post as in the paper.</param>
    public EncoderLayer(
        int dModel, int heads, int dFeedForward, Random random,
        Activation activation = Activation.Relu, NormPlacement norm = NormPlacement.Post)
    {
        Attention = new MultiHeadAttention(dModel, heads, random);
        AttentionNorm = new LayerNorm(dModel);
        FeedForward = new FeedForward(dModel, dFeedForward, random, activation);
        FeedForwardNorm = new LayerNorm(dModel);
        Norm = norm;
    }

    /// <summary>The self-attention.</summary>
    public MultiHeadAttention Attention { get; }

    /// <summary>The norm of the attention's residual.</summary>
    public LayerNorm AttentionNorm { get; }

    /// <summary>The feed-forward network.</summary>
    public FeedForward FeedForward { get; }

    /// <summary>The norm of the feed-forward's residual.</summary>
    public LayerNorm FeedForwardNorm { get; }

    /// <summary>Post as in the paper, or Pre.</summary>
    public NormPlacement Norm { get; }

    /// <summary>The layer applied to a sentence.</summary>
    /// <param name="x">S×d_model.</param>
    /// <param name="mask">S×S, or null: usually the padding of the source.</param>
    public EncoderLayerResult Forward(Matrix<float> x, Mask? mask = null)
    {
        if (Norm == NormPlacement.Post)
        {
            var attended = Attention.Forward(x, mask);
            x = AttentionNorm.Forward(x + attended.Output);
            x = FeedForwardNorm.Forward(x + FeedForward.Forward(x));
            return new EncoderLayerResult(x, attended.Weights);
        }
        else
        {
            var attended = Attention.Forward(AttentionNorm.Forward(x), mask);
            x += attended.Output;
            x += FeedForward.Forward(FeedForwardNorm.Forward(x));
            return new EncoderLayerResult(x, attended.Weights);
        }
    }

    /// <summary>The parameters of the four parts.</summary>
    public IEnumerable<Parameter> Parameters(string prefix) =>
    [
        .. Attention.Parameters($"{prefix}.attention"), .. AttentionNorm.Parameters($"{prefix}.attention_norm"),
        .. FeedForward.Parameters($"{prefix}.feed_forward"), .. FeedForwardNorm.Parameters($"{prefix}.feed_forward_norm"),
    ];
}
