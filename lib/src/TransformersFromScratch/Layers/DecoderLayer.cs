using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>What a decoder layer gives back.</summary>
/// <param name="Output">T×d_model.</param>
/// <param name="SelfAttention">One T×T matrix of weights a head.</param>
/// <param name="CrossAttention">One T×S matrix of weights a head.</param>
public sealed record DecoderLayerResult(
    Matrix<float> Output, IReadOnlyList<Matrix<float>> SelfAttention, IReadOnlyList<Matrix<float>> CrossAttention);

/// <summary>
/// One of the N layers of the decoder: masked self-attention over what has been written, cross-attention over the
/// encoder's output, then the feed-forward network, each inside a residual connection with a layer norm
/// (Vaswani et al. 2017, section 3.1).
/// </summary>
public sealed class DecoderLayer
{
    /// <summary>A layer with fresh weights.</summary>
    /// <param name="dModel">d_model.</param>
    /// <param name="heads">h.</param>
    /// <param name="dFeedForward">d_ff.</param>
    /// <param name="random">Where the weights come from.</param>
    /// <param name="activation">ReLU as in the paper.</param>
    /// <param name="norm">Post as in the paper.</param>
    /// <param name="dropout">P_drop of training, on the output of each sub-layer (section 5.4).</param>
    /// <param name="options">
    /// What else deviates from the 2017 paper; null for nothing. Positions and a window are of the self-attention
    /// alone: source and target have no common places.
    /// </param>
    /// <exception cref="ArgumentException">An option does not fit, or asks for several experts.</exception>
    public DecoderLayer(
        int dModel, int heads, int dFeedForward, Random random,
        Activation activation = Activation.Relu, NormPlacement norm = NormPlacement.Post, float dropout = 0,
        LayerOptions? options = null)
    {
        options ??= new LayerOptions();
        if (options.Experts != 1)
        {
            throw new ArgumentException(
                $"A decoder layer has one feed-forward network, not {options.Experts} experts; " +
                "those are for an EncoderLayer.",
                nameof(options));
        }

        SelfAttention = new MultiHeadAttention(dModel, heads, random, options);
        SelfAttentionNorm = NewNorm();
        CrossAttention = new MultiHeadAttention(
            dModel, heads, random, options with { Positions = PositionKind.None, Window = null });
        CrossAttentionNorm = NewNorm();
        FeedForward = new FeedForward(dModel, dFeedForward, random, activation, options.Bias);
        FeedForwardNorm = NewNorm();
        Norm = norm;
        Dropout = dropout;

        LayerNorm NewNorm() => new(dModel, options.Epsilon, options.Norm, options.Bias);
    }

    /// <summary>Attention over the target itself, masked causally.</summary>
    public MultiHeadAttention SelfAttention { get; }

    /// <summary>The norm of the self-attention's residual.</summary>
    public LayerNorm SelfAttentionNorm { get; }

    /// <summary>Attention over the encoder's output.</summary>
    public MultiHeadAttention CrossAttention { get; }

    /// <summary>The norm of the cross-attention's residual.</summary>
    public LayerNorm CrossAttentionNorm { get; }

    /// <summary>The feed-forward network.</summary>
    public FeedForward FeedForward { get; }

    /// <summary>The norm of the feed-forward's residual.</summary>
    public LayerNorm FeedForwardNorm { get; }

    /// <summary>Post as in the paper, or Pre.</summary>
    public NormPlacement Norm { get; }

    /// <summary>P_drop; used in training alone.</summary>
    public float Dropout { get; }

    /// <summary>The layer applied to a target and the memory of its source.</summary>
    /// <param name="y">T×d_model, the target so far.</param>
    /// <param name="memory">S×d_model, the encoder's output.</param>
    /// <param name="selfMask">T×T, or null: <see cref="Mask.Causal"/> wherever the future must stay hidden.</param>
    /// <param name="crossMask">T×S, or null: usually the padding of the source.</param>
    /// <param name="bias">
    /// One T×T matrix a head of the self-attention, added to its scores, or null (<see cref="RelativeBias"/>).
    /// </param>
    public DecoderLayerResult Forward(
        Matrix<float> y, Matrix<float> memory, Mask? selfMask = null, Mask? crossMask = null,
        IReadOnlyList<Matrix<float>>? bias = null)
    {
        if (Norm == NormPlacement.Post)
        {
            var self = SelfAttention.Forward(y, selfMask, bias);
            y = SelfAttentionNorm.Forward(y + self.Output);
            var cross = CrossAttention.Forward(y, memory, crossMask);
            y = CrossAttentionNorm.Forward(y + cross.Output);
            y = FeedForwardNorm.Forward(y + FeedForward.Forward(y));
            return new DecoderLayerResult(y, self.Weights, cross.Weights);
        }
        else
        {
            var self = SelfAttention.Forward(SelfAttentionNorm.Forward(y), selfMask, bias);
            y += self.Output;
            var cross = CrossAttention.Forward(CrossAttentionNorm.Forward(y), memory, crossMask);
            y += cross.Output;
            y += FeedForward.Forward(FeedForwardNorm.Forward(y));
            return new DecoderLayerResult(y, self.Weights, cross.Weights);
        }
    }

    /// <summary>The layer applied to a batch, with a gradient; a target token sees no later one.</summary>
    /// <param name="y">[B, T, d_model].</param>
    /// <param name="memory">[B, S, d_model].</param>
    /// <param name="targetIsPadding">B·T flags, or null. Padding at the end needs none: only padding would see
    /// it.</param>
    /// <param name="sourceIsPadding">B·S flags, or null.</param>
    /// <param name="training">Where dropout draws from; null outside training, for then nothing is dropped.</param>
    /// <param name="selfMaps">If given, the weights [B, h, T, T] are added to it.</param>
    /// <param name="crossMaps">If given, the weights [B, h, T, S] are added to it.</param>
    /// <param name="bias">[h, T, T], added to the scores of the self-attention, or null
    /// (<see cref="RelativeBias"/>).</param>
    /// <param name="heads">If given, what the heads of the self-attention have mixed, [B, T, h·d_v], goes through it
    /// before W^O (<see cref="Probe"/>).</param>
    /// <returns>[B, T, d_model].</returns>
    public Tensor Forward(
        Tensor y, Tensor memory, bool[]? targetIsPadding = null, bool[]? sourceIsPadding = null,
        Random? training = null,
        ICollection<Tensor>? selfMaps = null, ICollection<Tensor>? crossMaps = null, Tensor? bias = null,
        Func<Tensor, Tensor>? heads = null) => Forward(
            y,
            x => SelfAttention.Forward(x, causal: true, targetIsPadding, selfMaps, heads, bias),
            x => CrossAttention.Forward(x, memory, causal: false, sourceIsPadding, crossMaps),
            training);

    /// <summary>The layer, wherever the keys and values of its attentions come from.</summary>
    /// <param name="y">[…, d_model].</param>
    /// <param name="attendToTarget">The self-attention of the decoder.</param>
    /// <param name="attendToSource">The cross-attention.</param>
    /// <param name="training">Where dropout draws from; null outside training.</param>
    internal Tensor Forward(
        Tensor y, Func<Tensor, Tensor> attendToTarget, Func<Tensor, Tensor> attendToSource, Random? training = null)
    {
        if (Norm == NormPlacement.Post)
        {
            y = SelfAttentionNorm.Forward(y + Drop(attendToTarget(y)));
            y = CrossAttentionNorm.Forward(y + Drop(attendToSource(y)));
            return FeedForwardNorm.Forward(y + Drop(FeedForward.Forward(y)));
        }

        y += Drop(attendToTarget(SelfAttentionNorm.Forward(y)));
        y += Drop(attendToSource(CrossAttentionNorm.Forward(y)));
        return y + Drop(FeedForward.Forward(FeedForwardNorm.Forward(y)));

        Tensor Drop(Tensor output) => training is null ? output : Op.Dropout(output, Dropout, training);
    }

    /// <summary>The parameters of the six parts.</summary>
    public IEnumerable<Parameter> Parameters(string prefix) =>
    [
        .. SelfAttention.Parameters($"{prefix}.self_attention"),
        .. SelfAttentionNorm.Parameters($"{prefix}.self_attention_norm"),
        .. CrossAttention.Parameters($"{prefix}.cross_attention"),
        .. CrossAttentionNorm.Parameters($"{prefix}.cross_attention_norm"),
        .. FeedForward.Parameters($"{prefix}.feed_forward"),
        .. FeedForwardNorm.Parameters($"{prefix}.feed_forward_norm"),
    ];
}
