namespace TransformersFromScratch;

/// <summary>
/// An encoder that answers at every place: the left half of the paper's figure 1, and a linear map to the vocabulary.
/// It has no decoder, so all its answers come at once; and each must be about as far into the answer as its question
/// is.
/// </summary>
public sealed class Tagger
{
    private readonly EncoderLayer[] _layers;

    /// <summary>A model with fresh weights.</summary>
    /// <param name="config">Its hyperparameters; those of the decoder do not matter.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    public Tagger(TransformerConfig config, int seed)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Check();
        Config = config;
        var random = new Random(seed);
        Embedding = new Embedding(config.Vocabulary, config.DModel, random);
        _layers = [.. Enumerable.Range(0, config.EncoderLayers).Select(_ =>
            new EncoderLayer(
                config.DModel, config.Heads, config.DFeedForward, random, config.Activation, config.Norm,
                config.Dropout))];
        Output = new Linear(config.DModel, config.Vocabulary, random);
    }

    /// <summary>The hyperparameters.</summary>
    public TransformerConfig Config { get; }

    /// <summary>One vector a token.</summary>
    public Embedding Embedding { get; }

    /// <summary>The encoder's layers, from the bottom.</summary>
    public IReadOnlyList<EncoderLayer> Layers => _layers;

    /// <summary>From a vector to scores over the vocabulary.</summary>
    public Linear Output { get; }

    /// <summary>How many numbers the model learns.</summary>
    public long ParameterCount => Parameters().Sum(parameter => (long)parameter.Value.Length);

    /// <summary>Scores for the answer at every place.</summary>
    /// <param name="tokens">B sequences of T ids; padding is masked as a key, and positions are counted from the first
    /// that is none.</param>
    /// <param name="training">Where dropout draws from; null outside training.</param>
    /// <param name="maps">If given, each layer's attention weights [B, h, T, T] are added to it.</param>
    /// <returns>[B, T, vocabulary].</returns>
    public Tensor Forward(TokenBatch tokens, Random? training = null, ICollection<Tensor>? maps = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Tensor positions = tokens.Before(Config.PaddingId) is { } before
            ? PositionalEncoding.SinusoidalTensor(tokens, before, Config.DModel)
            : PositionalEncoding.SinusoidalTensor(tokens.Length, Config.DModel);
        Tensor x = (Embedding.Forward(tokens) * MathF.Sqrt(Config.DModel)) + positions;
        x = training is null ? x : Op.Dropout(x, Config.Dropout, training);
        bool[]? padding = tokens.Padding(Config.PaddingId);
        foreach (EncoderLayer layer in _layers)
        {
            x = layer.Forward(x, causal: false, padding, training, maps);
        }

        return Output.Forward(x);
    }

    /// <summary>The most likely answer at every place.</summary>
    /// <returns>B·T ids.</returns>
    public int[] Answer(TokenBatch tokens)
    {
        using var quiet = Tape.NoGradient();
        Tensor logits = Forward(tokens);
        int width = logits.Shape[^1];
        return [.. Enumerable.Range(0, tokens.Ids.Length)
            .Select(i => Greedy.Best(logits.Data.AsSpan(i * width, width)))];
    }

    /// <summary>Every learned tensor by name.</summary>
    public IEnumerable<Parameter> Parameters() =>
    [
        .. Embedding.Parameters("embedding"),
        .. _layers.SelectMany((layer, i) => layer.Parameters($"layers.{i}")),
        .. Output.Parameters("output"),
    ];
}
