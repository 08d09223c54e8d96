namespace TransformersFromScratch;

/// <summary>
/// The encoder and decoder that turn one text into another whatever the task (Raffel et al. 2019, "Exploring the Limits
/// of Transfer Learning with a Unified Text-to-Text Transformer", section 2.1). It differs from the 2017 Transformer: a
/// norm before each sub-layer that leaves the mean alone and has no bias, maps without biases, and no positions in the
/// embedding; instead a <see cref="RelativeBias"/> in every self-attention, whose products are not divided by √d_k.
/// </summary>
/// <remarks>
/// Deviates from T5: dropout is on the input and the output of each stack and on the output of each sub-layer, as
/// everywhere in this library, but not on the attention weights and not inside the feed-forward network.
/// </remarks>
public sealed class T5 : IEncoderDecoder
{
    private readonly EncoderLayer[] _encoder;
    private readonly DecoderLayer[] _decoder;

    /// <summary>
    /// A model with fresh weights, normal as in T5's code (Mesh TensorFlow's, and <c>_init_weights</c> of Hugging
    /// Face's): embeddings of deviation 1, and maps of 1/√inputs, so that numbers keep their size. W^Q alone has
    /// 1/√(d_model d_k): that stands for the division by √d_k which is left out.
    /// </summary>
    /// <param name="config">Its hyperparameters.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <exception cref="ArgumentException">There can be no such model; see <see cref="T5Config.Check"/>.</exception>
    public T5(T5Config config, int seed) : this(config, new Random(seed))
    {
    }

    internal T5(T5Config config, Random random)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Check();
        Config = config;
        var options = new LayerOptions
        {
            HeadWidth = config.HeadWidth, Scaled = false, Norm = NormKind.RootMeanSquare, Bias = false,
            Epsilon = config.Epsilon,
        };
        Embedding = new Embedding(config.Vocabulary, config.DModel, random);
        EncoderBias = new RelativeBias(config.Heads, true, config.Buckets, config.Distance, config.DModel, random);
        _encoder = [.. Enumerable.Range(0, config.EncoderLayers).Select(_ => new EncoderLayer(
            config.DModel, config.Heads, config.DFeedForward, random, config.Activation, NormPlacement.Pre,
            config.Dropout, options))];
        EncoderNorm = new LayerNorm(config.DModel, config.Epsilon, NormKind.RootMeanSquare);
        DecoderBias = new RelativeBias(config.Heads, false, config.Buckets, config.Distance, config.DModel, random);
        _decoder = [.. Enumerable.Range(0, config.DecoderLayers).Select(_ => new DecoderLayer(
            config.DModel, config.Heads, config.DFeedForward, random, config.Activation, NormPlacement.Pre,
            config.Dropout, options))];
        DecoderNorm = new LayerNorm(config.DModel, config.Epsilon, NormKind.RootMeanSquare);
        Output = config.TiedOutput ? null : new Linear(config.DModel, config.Vocabulary, random, bias: false);
        Start(random);
    }

    /// <summary>The hyperparameters.</summary>
    public T5Config Config { get; }

    /// <summary>One vector a token, for source, target and, if tied, output.</summary>
    public Embedding Embedding { get; }

    /// <summary>What every layer of the encoder adds to its scores, for distances in both directions.</summary>
    public RelativeBias EncoderBias { get; }

    /// <summary>The layers of the encoder, from the bottom.</summary>
    public IReadOnlyList<EncoderLayer> Encoder => _encoder;

    /// <summary>The norm after them.</summary>
    public LayerNorm EncoderNorm { get; }

    /// <summary>What every layer of the decoder adds to the scores of its self-attention.</summary>
    public RelativeBias DecoderBias { get; }

    /// <inheritdoc/>
    public IReadOnlyList<DecoderLayer> Decoder => _decoder;

    /// <inheritdoc/>
    public LayerNorm DecoderNorm { get; }

    LayerNorm? IEncoderDecoder.DecoderNorm => DecoderNorm;

    /// <summary>The map to the vocabulary; null if the embedding is it.</summary>
    public Linear? Output { get; }

    /// <inheritdoc/>
    public int PaddingId => Config.PaddingId;

    /// <inheritdoc/>
    public int StartId => Config.StartId;

    /// <inheritdoc/>
    public int EndId => Config.EndId;

    /// <summary>How many numbers the model learns; a shared embedding counts once.</summary>
    public long ParameterCount => Parameters().Sum(parameter => (long)parameter.Value.Length);

    /// <inheritdoc/>
    public Tensor Encode(
        TokenBatch source, Random? training = null, ICollection<Tensor>? maps = null, Probe? probe = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        Tensor x = Drop(Embedding.Forward(source), training), bias = EncoderBias.Forward(source.Length, source.Length);
        bool[]? padding = source.Padding(PaddingId);
        x = probe?.Stream(0, x) ?? x;
        for (int i = 0; i < _encoder.Length; i++)
        {
            x = _encoder[i].Forward(x, causal: false, padding, training, maps, probe?.HeadsOf(i), bias: bias);
            x = probe?.Stream(i + 1, x) ?? x;
        }

        return Drop(EncoderNorm.Forward(x), training);
    }

    /// <inheritdoc/>
    public Tensor Decode(
        TokenBatch target, Tensor memory, TokenBatch source, Random? training = null,
        ICollection<Tensor>? selfMaps = null, ICollection<Tensor>? crossMaps = null, Probe? probe = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        Tensor y = Drop(Embedding.Forward(target), training), bias = DecoderBias.Forward(target.Length, target.Length);

        // Where padding starts every target, only the batch itself knows what it has filled up before them.
        bool[]? before = target.PaddingBefore(StartId == PaddingId ? null : PaddingId);
        bool[]? padding = source.Padding(PaddingId);
        y = probe?.Stream(0, y) ?? y;
        for (int i = 0; i < _decoder.Length; i++)
        {
            y = _decoder[i].Forward(
                y, memory, before, padding, training, selfMaps, crossMaps, bias, probe?.HeadsOf(i));
            y = probe?.Stream(i + 1, y) ?? y;
        }

        return Drop(DecoderNorm.Forward(y), training);
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor decoded)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        bool scaled = Config.TiedOutput && Config.ScaledOutput;
        return Output?.Forward(decoded)
            ?? Embedding.Logits(scaled ? decoded * (1 / MathF.Sqrt(Config.DModel)) : decoded);
    }

    /// <inheritdoc/>
    public Tensor Forward(TokenBatch source, TokenBatch target, Random? training = null) =>
        Logits(Decode(target, Encode(source, training), source, training));

    /// <inheritdoc/>
    public Tensor EmbedAt(int[] tokens, int position)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Op.Embedding(Embedding.Weight, tokens, tokens.Length);
    }

    /// <inheritdoc/>
    public Tensor? BiasAt(int keys) => DecoderBias.Forward(1, keys);

    /// <summary>Every learned tensor by name, a shared embedding once.</summary>
    public IEnumerable<Parameter> Parameters() =>
    [
        .. Embedding.Parameters("embedding"),
        .. EncoderBias.Parameters("encoder.bias"),
        .. _encoder.SelectMany((layer, i) => layer.Parameters($"encoder.layers.{i}")),
        .. EncoderNorm.Parameters("encoder.norm"),
        .. DecoderBias.Parameters("decoder.bias"),
        .. _decoder.SelectMany((layer, i) => layer.Parameters($"decoder.layers.{i}")),
        .. DecoderNorm.Parameters("decoder.norm"),
        .. Output?.Parameters("output") ?? [],
    ];

    private Tensor Drop(Tensor x, Random? training) => training is null ? x : Op.Dropout(x, Config.Dropout, training);

    private void Start(Random random)
    {
        Initialise.Normal(Embedding.Weight, 1, random);
        IEnumerable<MultiHeadAttention> attentions =
        [
            .. _encoder.Select(layer => layer.Attention),
            .. _decoder.SelectMany(layer => new[] { layer.SelfAttention, layer.CrossAttention }),
        ];
        foreach (MultiHeadAttention attention in attentions)
        {
            Initialise.Normal(attention.Query.Weight, 1 / MathF.Sqrt((float)Config.DModel * Config.HeadWidth), random);
            Keep(attention.Key);
            Keep(attention.Value);
            Keep(attention.Output);
        }

        IEnumerable<FeedForward> networks =
            [.. _encoder.Select(layer => layer.FeedForward), .. _decoder.Select(layer => layer.FeedForward)];
        foreach (FeedForward network in networks)
        {
            Keep(network.Inner);
            Keep(network.Gate);
            Keep(network.Outer);
        }

        Keep(Output);

        // Rows of independent numbers of size 1 come out of such a map as rows of size 1.
        void Keep(Linear? map)
        {
            if (map is not null) { Initialise.Normal(map.Weight, 1 / MathF.Sqrt(map.Inputs), random); }
        }
    }
}
