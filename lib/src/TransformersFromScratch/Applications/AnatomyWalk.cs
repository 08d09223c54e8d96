using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Walks through the layers of a model with its own weights, and keeps what each sublayer computed.
/// </summary>
/// <param name="placement">Where the model has its norms.</param>
/// <param name="x">T×d_model, what the first layer reads.</param>
internal sealed class AnatomyWalk(NormPlacement placement, Matrix<float> x)
{
    private readonly List<List<AnatomyPart>> _layers = [];

    /// <summary>Every sublayer so far, layer by layer.</summary>
    public IReadOnlyList<IReadOnlyList<AnatomyPart>> Layers => _layers;

    /// <summary>What the next sublayer reads.</summary>
    public Matrix<float> Stream { get; private set; } = x;

    /// <summary>An encoder's layer; under a causal mask, a GPT's.</summary>
    public void Through(EncoderLayer layer, bool causal)
    {
        if (layer.Mixture is not null)
        {
            throw new NotSupportedException(
                "An anatomy shows one feed-forward network per layer, not a mixture of experts.");
        }

        _layers.Add([]);
        Attend(causal ? "masked self-attention" : "self-attention", layer.Attention, layer.AttentionNorm, causal);
        Feed(layer.FeedForward, layer.FeedForwardNorm);
    }

    /// <summary>A decoder's layer, which also reads what the encoder made.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="memory">S×d_model.</param>
    public void Through(DecoderLayer layer, Matrix<float> memory)
    {
        _layers.Add([]);
        Attend("masked self-attention", layer.SelfAttention, layer.SelfAttentionNorm, causal: true);
        Attend("cross-attention", layer.CrossAttention, layer.CrossAttentionNorm, causal: false, memory);
        Feed(layer.FeedForward, layer.FeedForwardNorm);
    }

    private void Attend(
        string name, MultiHeadAttention attention, LayerNorm norm, bool causal, Matrix<float>? memory = null)
    {
        LayerOptions options = attention.Options;
        if (attention.KeyValueHeads != attention.Heads || attention.Window is not null || !options.Scaled
            || options.Positions is PositionKind.Rotary or PositionKind.Alibi)
        {
            throw new NotSupportedException(
                "An anatomy shows attention as in the 2017 paper: a head of keys and values per head of queries, no " +
                "window, and positions that are added to the embeddings.");
        }

        Add(norm, y =>
        {
            var part = new AnatomyAttention(
                name, norm, attention.Query.Forward(y), attention.Key.Forward(memory ?? y),
                attention.Value.Forward(memory ?? y), attention.Heads, causal, memory is not null, y);
            return part with { Output = attention.Output.Forward(part.Mixed()) };
        });
    }

    private void Feed(FeedForward network, LayerNorm norm)
    {
        if (network.Gate is not null)
        {
            throw new NotSupportedException("An anatomy shows a feed-forward network of two maps, without a gate.");
        }

        Add(norm, y =>
        {
            Matrix<float> hidden = Activations.Apply(network.Activation, network.Inner.Forward(y));
            return new AnatomyNetwork(norm, hidden, network.Outer.Forward(hidden));
        });
    }

    /// <summary>The residual connection around a sublayer, with its norm where the model has it.</summary>
    private void Add(LayerNorm norm, Func<Matrix<float>, AnatomyPart> sublayer)
    {
        if (norm.Kind != NormKind.Layer)
        {
            throw new NotSupportedException("An anatomy shows layer norms, not root-mean-square norms.");
        }

        bool isPost = placement == NormPlacement.Post;
        AnatomyPart part = sublayer(isPost ? Stream : norm.Forward(Stream));
        _layers[^1].Add(part);
        Stream = isPost ? norm.Forward(Stream + part.Output) : Stream + part.Output;
    }
}
