namespace TransformersFromScratch;

/// <summary>
/// An encoder and a decoder that learn to give back a text that was damaged (Lewis et al. 2019, "BART: Denoising
/// Sequence-to-Sequence Pre-training for Natural Language Generation, Translation, and Comprehension", section 2.1). It
/// differs from the 2017 Transformer: learned positions, a norm after each embedding, which is not multiplied by
/// √d_model, and GELU.
/// </summary>
/// <remarks>
/// Deviates from BART: dropout is on the embedding and on the output of each sub-layer, as everywhere in this library,
/// and not on the attention weights.
/// </remarks>
public sealed class Bart : IEncoderDecoder
{
    private readonly EncoderLayer[] _encoder;
    private readonly DecoderLayer[] _decoder;

    /// <summary>
    /// A model with fresh weights: normal with standard deviation <see cref="BartConfig.Deviation"/>, biases 0 (the
    /// authors' 0.02, as in BERT).
    /// </summary>
    /// <param name="config">Its hyperparameters.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <exception cref="ArgumentException">There can be no such model; see <see cref="BartConfig.Check"/>.</exception>
    public Bart(BartConfig config, int seed) : this(config, new Random(seed))
    {
    }

    internal Bart(BartConfig config, Random random)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Check();
        Config = config;
        Embedding = new Embedding(config.Vocabulary, config.DModel, random);
        EncoderPositions = new Embedding(config.Positions, config.DModel, random);
        EncoderEmbeddingNorm = new LayerNorm(config.DModel);
        _encoder = [.. Enumerable.Range(0, config.EncoderLayers).Select(_ => new EncoderLayer(
            config.DModel, config.Heads, config.DFeedForward, random, config.Activation, config.Norm, config.Dropout))];
        DecoderPositions = new Embedding(config.Positions, config.DModel, random);
        DecoderEmbeddingNorm = new LayerNorm(config.DModel);
        _decoder = [.. Enumerable.Range(0, config.DecoderLayers).Select(_ => new DecoderLayer(
            config.DModel, config.DecoderHeads ?? config.Heads, config.DecoderDFeedForward ?? config.DFeedForward,
            random, config.Activation, config.Norm, config.Dropout))];
        if (config.Norm == NormPlacement.Pre)
        {
            EncoderNorm = new LayerNorm(config.DModel);
            DecoderNorm = new LayerNorm(config.DModel);
        }

        OutputBias = config.OutputBias ? new Tensor(config.Vocabulary) { RequiresGradient = true } : null;
        Initialise.NormalWeights(Parameters().Select(parameter => parameter.Value), config.Deviation, random);
    }

    /// <summary>The hyperparameters.</summary>
    public BartConfig Config { get; }

    /// <summary>One vector a token, for source, target and output.</summary>
    public Embedding Embedding { get; }

    /// <summary>One learned vector a position of the source.</summary>
    public Embedding EncoderPositions { get; }

    /// <summary>The norm of the source's embedding.</summary>
    public LayerNorm EncoderEmbeddingNorm { get; }

    /// <summary>The layers of the encoder, from the bottom.</summary>
    public IReadOnlyList<EncoderLayer> Encoder => _encoder;

    /// <summary>The last norm of a pre-norm encoder; null in BART's post-norm.</summary>
    public LayerNorm? EncoderNorm { get; }

    /// <summary>One learned vector a position of the target.</summary>
    public Embedding DecoderPositions { get; }

    /// <summary>The norm of the target's embedding.</summary>
    public LayerNorm DecoderEmbeddingNorm { get; }

    /// <inheritdoc/>
    public IReadOnlyList<DecoderLayer> Decoder => _decoder;

    /// <summary>The last norm of a pre-norm decoder; null in BART's post-norm.</summary>
    public LayerNorm? DecoderNorm { get; }

    /// <summary>[vocabulary], added to the scores; null unless <see cref="BartConfig.OutputBias"/>.</summary>
    public Tensor? OutputBias { get; }

    /// <inheritdoc/>
    public int PaddingId => Config.PaddingId;

    /// <inheritdoc/>
    public int StartId => Config.StartId;

    /// <inheritdoc/>
    public int EndId => Config.EndId;

    /// <summary>How many numbers the model learns; the shared embedding counts once.</summary>
    public long ParameterCount => Parameters().Sum(parameter => (long)parameter.Value.Length);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A source is longer than there are positions.</exception>
    public Tensor Encode(
        TokenBatch source, Random? training = null, ICollection<Tensor>? maps = null, Probe? probe = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        Tensor x = Embed(source, source.Before(PaddingId), EncoderPositions, EncoderEmbeddingNorm, training);
        bool[]? padding = source.Padding(PaddingId);
        x = probe?.Stream(0, x) ?? x;
        for (int i = 0; i < _encoder.Length; i++)
        {
            x = _encoder[i].Forward(x, causal: false, padding, training, maps, probe?.HeadsOf(i));
            x = probe?.Stream(i + 1, x) ?? x;
        }

        return EncoderNorm?.Forward(x) ?? x;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A target is longer than there are positions.</exception>
    public Tensor Decode(
        TokenBatch target, Tensor memory, TokenBatch source, Random? training = null,
        ICollection<Tensor>? selfMaps = null, ICollection<Tensor>? crossMaps = null, Probe? probe = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        int? filling = StartId == PaddingId ? null : PaddingId; // What may stand before a target and is no part of it.
        Tensor y = Embed(target, target.Before(filling), DecoderPositions, DecoderEmbeddingNorm, training);
        bool[]? before = target.PaddingBefore(filling), padding = source.Padding(PaddingId);
        y = probe?.Stream(0, y) ?? y;
        for (int i = 0; i < _decoder.Length; i++)
        {
            y = _decoder[i].Forward(
                y, memory, before, padding, training, selfMaps, crossMaps, heads: probe?.HeadsOf(i));
            y = probe?.Stream(i + 1, y) ?? y;
        }

        return DecoderNorm?.Forward(y) ?? y;
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor decoded) => Op.Linear(decoded, Embedding.Weight, OutputBias);

    /// <inheritdoc/>
    public Tensor Forward(TokenBatch source, TokenBatch target, Random? training = null) =>
        Logits(Decode(target, Encode(source, training), source, training));

    /// <inheritdoc/>
    public Tensor EmbedAt(int[] tokens, int position)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        RequirePositions(position + 1);
        Tensor place = Op.Embedding(DecoderPositions.Weight, [position]);
        return DecoderEmbeddingNorm.Forward(Scaled(Op.Embedding(Embedding.Weight, tokens, tokens.Length)) + place);
    }

    /// <inheritdoc/>
    public Tensor? BiasAt(int keys) => null;

    /// <summary>Every learned tensor by name, the shared embedding once.</summary>
    public IEnumerable<Parameter> Parameters() =>
    [
        .. Embedding.Parameters("embedding"),
        .. EncoderPositions.Parameters("encoder.positions"),
        .. EncoderEmbeddingNorm.Parameters("encoder.embedding_norm"),
        .. _encoder.SelectMany((layer, i) => layer.Parameters($"encoder.layers.{i}")),
        .. EncoderNorm?.Parameters("encoder.norm") ?? [],
        .. DecoderPositions.Parameters("decoder.positions"),
        .. DecoderEmbeddingNorm.Parameters("decoder.embedding_norm"),
        .. _decoder.SelectMany((layer, i) => layer.Parameters($"decoder.layers.{i}")),
        .. DecoderNorm?.Parameters("decoder.norm") ?? [],
        .. OutputBias is null ? [] : new[] { new Parameter("output.bias", OutputBias) },
    ];

    private Tensor Scaled(Tensor x) => Config.ScaledEmbedding ? x * MathF.Sqrt(Config.DModel) : x;

    /// <summary>The norm of the sum of two vectors: of the token, and of its position.</summary>
    private Tensor Embed(TokenBatch tokens, int[]? before, Embedding positions, LayerNorm norm, Random? training)
    {
        RequirePositions(tokens.Length);
        Tensor x = norm.Forward(Scaled(Embedding.Forward(tokens)) + positions.OfPlaces(tokens, before));
        return training is null ? x : Op.Dropout(x, Config.Dropout, training);
    }

    private void RequirePositions(int length) => Hyperparameters.Require(
        length <= Config.Positions,
        $"{length} tokens are more than the {Config.Positions} positions this model has. " +
        "Shorten the text, or set Positions higher.");
}
