namespace TransformersFromScratch;

/// <summary>
/// An encoder without decoder that reads a text in both directions at once (Devlin et al. 2018, "BERT: Pre-training of
/// Deep Bidirectional Transformers for Language Understanding", section 3). It learns by masked words: some tokens are
/// hidden, and it says which they were. It differs from the 2017 encoder: learned positions, a learned vector for the
/// kind of text, a norm after the embedding, and GELU.
/// </summary>
/// <remarks>
/// Deviates from BERT: dropout is on the embedding and on the output of each sub-layer, as everywhere in this library,
/// and not on the attention weights; and nothing foretells whether one sentence follows another (Liu et al. 2019,
/// section 4.2, found that it does not help).
/// </remarks>
public sealed class Bert
{
    private readonly EncoderLayer[] _layers;

    /// <summary>
    /// A model with fresh weights: normal with standard deviation <see cref="BertConfig.Deviation"/>, biases 0. (BERT's
    /// code cuts the normal off at two deviations.)
    /// </summary>
    /// <param name="config">Its hyperparameters.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <exception cref="ArgumentException">There can be no such model; see <see cref="BertConfig.Check"/>.</exception>
    public Bert(BertConfig config, int seed) : this(config, new Random(seed))
    {
    }

    internal Bert(BertConfig config, Random random)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Check();
        Config = config;
        var options = new LayerOptions { Epsilon = config.Epsilon };
        Tokens = new Embedding(config.Vocabulary, config.DModel, random);
        Positions = config.Buckets == 0 ? new Embedding(config.Positions, config.DModel, random) : null;
        Distances = config.Buckets == 0
            ? null
            : new RelativeBias(config.Heads, true, config.Buckets, config.Positions, config.DModel, random);
        Types = new Embedding(config.TokenTypes, config.DModel, random);
        EmbeddingNorm = new LayerNorm(config.DModel, config.Epsilon);
        _layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new EncoderLayer(
            config.DModel, config.Heads, config.DFeedForward, random, config.Activation, config.Norm, config.Dropout,
            options))];
        Norm = config.Norm == NormPlacement.Pre ? new LayerNorm(config.DModel, config.Epsilon) : null;
        Transform = new Linear(config.DModel, config.DModel, random);
        TransformNorm = new LayerNorm(config.DModel, config.Epsilon);
        OutputBias = new Tensor(config.Vocabulary) { RequiresGradient = true };
        Start(Parameters(), random);
    }

    /// <summary>The hyperparameters.</summary>
    public BertConfig Config { get; }

    /// <summary>One vector a token, used on the way in and by the head for masked words.</summary>
    public Embedding Tokens { get; }

    /// <summary>
    /// One learned vector a position, as in BERT; null where <see cref="Distances"/> say where a token stands.
    /// </summary>
    public Embedding? Positions { get; }

    /// <summary>One learned number a head and distance, the same in all layers, as in T5; null as in BERT.</summary>
    public RelativeBias? Distances { get; }

    /// <summary>One learned vector a kind of text: 0, say, for a question and 1 for what it asks about.</summary>
    public Embedding Types { get; }

    /// <summary>The norm of their sum.</summary>
    public LayerNorm EmbeddingNorm { get; }

    /// <summary>The N layers, from the bottom.</summary>
    public IReadOnlyList<EncoderLayer> Layers => _layers;

    /// <summary>The norm after the last layer; null where each layer ends with one, as in BERT.</summary>
    public LayerNorm? Norm { get; }

    /// <summary>The map of the head for masked words, before the embedding.</summary>
    public Linear Transform { get; }

    /// <summary>The norm after that map.</summary>
    public LayerNorm TransformNorm { get; }

    /// <summary>[vocabulary], added to the scores of the head for masked words.</summary>
    public Tensor OutputBias { get; }

    /// <summary>How many numbers the model learns; the shared embedding counts once.</summary>
    public long ParameterCount => Parameters().Sum(parameter => (long)parameter.Value.Length);

    /// <summary>Reads a batch of texts, with a gradient.</summary>
    /// <param name="tokens">
    /// B texts of T ids; padding is hidden, and positions are counted from the first that is none.
    /// </param>
    /// <param name="types">B·T numbers, from 0 to <see cref="BertConfig.TokenTypes"/> - 1; null for all 0.</param>
    /// <param name="training">Where dropout draws from; null outside training, for then nothing is dropped.</param>
    /// <param name="maps">If given, each layer's attention weights [B, h, T, T] are added to it.</param>
    /// <param name="probe">Looks at what flows through the layers, and may change it; null for nobody.</param>
    /// <returns>[B, T, d_model]: every token in the light of all the others. Rows of padding mean nothing.</returns>
    /// <exception cref="ArgumentException">
    /// A text is longer than there are positions, or the types do not fit.
    /// </exception>
    public Tensor Encode(
        TokenBatch tokens, int[]? types = null, Random? training = null, ICollection<Tensor>? maps = null,
        Probe? probe = null)
    {
        Tensor x = Embed(tokens, types);
        x = training is null ? x : Op.Dropout(x, Config.Dropout, training);
        x = probe?.Stream(0, x) ?? x;
        bool[]? padding = tokens.Padding(Config.PaddingId);
        Tensor? bias = Distances?.Forward(tokens.Length, tokens.Length);
        for (int i = 0; i < _layers.Length; i++)
        {
            x = _layers[i].Forward(x, causal: false, padding, training, maps, probe?.HeadsOf(i), bias: bias);
            x = probe?.Stream(i + 1, x) ?? x;
        }

        return Norm?.Forward(x) ?? x;
    }

    /// <summary>
    /// Scores every token of the vocabulary as the one that was hidden, at some places alone: with 4,000 tokens and a
    /// d_model of 128 the scores of a place cost more than two layers, and six of seven places are not asked.
    /// </summary>
    /// <param name="hidden">[B, T, d_model], from <see cref="Encode"/>.</param>
    /// <param name="places">Which rows: b·T + t for place t of text b, in any order.</param>
    /// <returns>[places, vocabulary].</returns>
    public Tensor MaskedLogits(Tensor hidden, int[] places)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(places);
        int rows = hidden.Length / Config.DModel;
        if (places.Length == 0 || Array.Exists(places, place => place < 0 || place >= rows))
        {
            throw new ArgumentException(
                $"Choose at least one place of 0 to {rows - 1}, not [{string.Join(", ", places.Take(5))}]. " +
                "Place t of text b is b·T + t.", nameof(places));
        }

        Tensor chosen = Op.Embedding(hidden.Reshape(rows, Config.DModel), places, places.Length);
        Tensor transformed = TransformNorm.Forward(Activations.Apply(Config.Activation, Transform.Forward(chosen)));
        return Op.Linear(transformed, Tokens.Weight, OutputBias);
    }

    /// <summary>One vector a text.</summary>
    /// <param name="hidden">[B, T, d_model], from <see cref="Encode"/>.</param>
    /// <param name="tokens">What it was made from, to know the padding.</param>
    /// <param name="pooling">How.</param>
    /// <returns>[B, d_model].</returns>
    public Tensor Pool(Tensor hidden, TokenBatch tokens, Pooling pooling)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(tokens);
        if (pooling == Pooling.Mean)
        {
            return Op.MeanOfRows(hidden, tokens.Padding(Config.PaddingId));
        }

        int[] before = tokens.Before(Config.PaddingId) ?? new int[tokens.Sentences];
        int[] first = [.. before.Select((padding, b) => (b * tokens.Length) + padding)];
        return Op.Embedding(hidden.Reshape(tokens.Ids.Length, Config.DModel), first, tokens.Sentences);
    }

    /// <summary>Every learned tensor by name, the shared embedding once.</summary>
    public IEnumerable<Parameter> Parameters() =>
    [
        .. BodyParameters(),
        .. Transform.Parameters("masked.transform"), .. TransformNorm.Parameters("masked.norm"),
        new Parameter("masked.bias", OutputBias),
    ];

    /// <summary>The same without the head for masked words, which other heads take the place of.</summary>
    internal IEnumerable<Parameter> BodyParameters(string prefix = "") =>
    [
        .. Tokens.Parameters($"{prefix}tokens"), .. Positions?.Parameters($"{prefix}positions") ?? [],
        .. Distances?.Parameters($"{prefix}distances") ?? [],
        .. Types.Parameters($"{prefix}types"), .. EmbeddingNorm.Parameters($"{prefix}embedding_norm"),
        .. _layers.SelectMany((layer, i) => layer.Parameters($"{prefix}layers.{i}")),
        .. Norm?.Parameters($"{prefix}norm") ?? [],
    ];

    /// <summary>
    /// The norm of the sum of three vectors: of the token, of its kind, and, if positions have any, of its position.
    /// </summary>
    /// <param name="tokens">B texts of T ids.</param>
    /// <param name="types">B·T numbers, or null for all 0.</param>
    /// <returns>[B, T, d_model].</returns>
    public Tensor Embed(TokenBatch tokens, int[]? types = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        types ??= new int[tokens.Ids.Length];
        if (tokens.Length > Config.Positions || types.Length != tokens.Ids.Length)
        {
            throw new ArgumentException(
                $"{tokens.Sentences} texts of {tokens.Length} tokens with {types.Length} types do not fit: there are " +
                $"{Config.Positions} positions, and each token has one type.", nameof(tokens));
        }

        Tensor sum = Tokens.Forward(tokens) + Op.Embedding(Types.Weight, types, tokens.Sentences, tokens.Length);
        return EmbeddingNorm.Forward(
            Positions is null ? sum : sum + Positions.OfPlaces(tokens, tokens.Before(Config.PaddingId)));
    }

    /// <summary>Weights of maps and embeddings start normal; gains and biases stay as they are.</summary>
    internal void Start(IEnumerable<Parameter> parameters, Random random) =>
        Initialise.NormalWeights(parameters.Select(parameter => parameter.Value), Config.Deviation, random);
}
