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
    /// <param name="dropout">P_drop of training, on the output of each sub-layer (section 5.4).</param>
    /// <param name="options">What else deviates from the 2017 paper; null for nothing.</param>
    public EncoderLayer(
        int dModel, int heads, int dFeedForward, Random random,
        Activation activation = Activation.Relu, NormPlacement norm = NormPlacement.Post, float dropout = 0,
        LayerOptions? options = null)
    {
        options ??= new LayerOptions();
        Attention = new MultiHeadAttention(dModel, heads, random, options);
        AttentionNorm = new LayerNorm(dModel, options.Epsilon, options.Norm, options.Bias);
        Mixture = options.Experts == 1
            ? null
            : new MixtureOfExperts(
                dModel, dFeedForward, random, options.Experts, options.ExpertsPerToken, activation, options.Bias);
        FeedForward = Mixture?.Experts[0] ?? new FeedForward(dModel, dFeedForward, random, activation, options.Bias);
        FeedForwardNorm = new LayerNorm(dModel, options.Epsilon, options.Norm, options.Bias);
        Norm = norm;
        Dropout = dropout;
    }

    /// <summary>The self-attention.</summary>
    public MultiHeadAttention Attention { get; }

    /// <summary>The norm of the attention's residual.</summary>
    public LayerNorm AttentionNorm { get; }

    /// <summary>The feed-forward network; of a mixture the first expert.</summary>
    public FeedForward FeedForward { get; }

    /// <summary>The experts that stand in the place of one network; null as in the paper.</summary>
    public MixtureOfExperts? Mixture { get; }

    /// <summary>The norm of the feed-forward's residual.</summary>
    public LayerNorm FeedForwardNorm { get; }

    /// <summary>Post as in the paper, or Pre.</summary>
    public NormPlacement Norm { get; }

    /// <summary>P_drop; used in training alone.</summary>
    public float Dropout { get; }

    /// <summary>The layer applied to a sentence.</summary>
    /// <param name="x">S×d_model.</param>
    /// <param name="mask">S×S, or null: usually the padding of the source.</param>
    /// <param name="bias">One S×S matrix a head, added to its scores, or null (<see cref="RelativeBias"/>).</param>
    public EncoderLayerResult Forward(Matrix<float> x, Mask? mask = null, IReadOnlyList<Matrix<float>>? bias = null)
    {
        if (Norm == NormPlacement.Post)
        {
            var attended = Attention.Forward(x, mask, bias);
            x = AttentionNorm.Forward(x + attended.Output);
            x = FeedForwardNorm.Forward(x + Network(x));
            return new EncoderLayerResult(x, attended.Weights);
        }
        else
        {
            var attended = Attention.Forward(AttentionNorm.Forward(x), mask, bias);
            x += attended.Output;
            x += Network(FeedForwardNorm.Forward(x));
            return new EncoderLayerResult(x, attended.Weights);
        }

        Matrix<float> Network(Matrix<float> y) => Mixture?.Forward(y) ?? FeedForward.Forward(y);
    }

    /// <summary>The layer applied to a batch, with a gradient.</summary>
    /// <param name="x">[B, S, d_model].</param>
    /// <param name="causal">Whether a token sees no later one: true in a decoder without encoder, such as
    /// <see cref="Gpt"/>.</param>
    /// <param name="keyIsPadding">B·S flags (<see cref="TokenBatch.Padding"/>), or null.</param>
    /// <param name="training">Where dropout draws from; null outside training, for then nothing is dropped.</param>
    /// <param name="maps">If given, the attention weights [B, h, S, S] are added to it.</param>
    /// <param name="heads">If given, what the heads have mixed, [B, S, h·d_v], goes through it before W^O
    /// (<see cref="Probe"/>).</param>
    /// <param name="routings">If given, what the router of a mixture did is added to it.</param>
    /// <param name="bias">[h, S, S], added to the scores of every sentence, or null
    /// (<see cref="RelativeBias"/>).</param>
    /// <returns>[B, S, d_model].</returns>
    public Tensor Forward(
        Tensor x, bool causal = false, bool[]? keyIsPadding = null, Random? training = null,
        ICollection<Tensor>? maps = null,
        Func<Tensor, Tensor>? heads = null, ICollection<Routing>? routings = null, Tensor? bias = null) =>
        Forward(x, y => Attention.Forward(y, causal, keyIsPadding, maps, heads, bias), training, routings);

    /// <summary>The layer, wherever the keys and values of its attention come from.</summary>
    /// <param name="x">[B, T, d_model].</param>
    /// <param name="attend">The self-attention.</param>
    /// <param name="training">Where dropout draws from; null outside training.</param>
    /// <param name="routings">If given, what the router of a mixture did is added to it.</param>
    internal Tensor Forward(
        Tensor x, Func<Tensor, Tensor> attend, Random? training = null, ICollection<Routing>? routings = null)
    {
        if (Norm == NormPlacement.Post)
        {
            x = AttentionNorm.Forward(x + Drop(attend(x)));
            return FeedForwardNorm.Forward(x + Drop(Network(x)));
        }

        x += Drop(attend(AttentionNorm.Forward(x)));
        return x + Drop(Network(FeedForwardNorm.Forward(x)));

        Tensor Network(Tensor y) => Mixture?.Forward(y, routings) ?? FeedForward.Forward(y);

        Tensor Drop(Tensor output) => training is null ? output : Op.Dropout(output, Dropout, training);
    }

    /// <summary>The parameters of the four parts.</summary>
    public IEnumerable<Parameter> Parameters(string prefix) =>
    [
        .. Attention.Parameters($"{prefix}.attention"), .. AttentionNorm.Parameters($"{prefix}.attention_norm"),
        .. Mixture?.Parameters($"{prefix}.mixture") ?? FeedForward.Parameters($"{prefix}.feed_forward"),
        .. FeedForwardNorm.Parameters($"{prefix}.feed_forward_norm"),
    ];
}
