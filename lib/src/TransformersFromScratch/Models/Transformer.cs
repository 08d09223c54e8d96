using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// The Transformer of "Attention Is All You Need" (Vaswani et al. 2017, figure 1): an encoder that reads the whole
/// source at once, a decoder that writes the target from left to right, and one embedding matrix shared by source,
/// target and output.
/// </summary>
public sealed class Transformer : IEncoderDecoder
{
    /// <summary>
    /// The base model of the paper (table 3): N = 6, d_model = 512, d_ff = 2048, h = 8, P_drop = 0.1.
    /// </summary>
    public static TransformerConfig Base { get; } = new();

    /// <summary>The big model of the paper (table 3): d_model = 1024, d_ff = 4096, h = 16, P_drop = 0.3.</summary>
    public static TransformerConfig Big { get; } =
        Base with { DModel = 1024, DFeedForward = 4096, Heads = 16, Dropout = 0.3f };

    private readonly EncoderLayer[] _encoder;
    private readonly DecoderLayer[] _decoder;
    private Tensor? _positions; // Grows with the longest sentence seen.

    /// <summary>A model with fresh weights.</summary>
    /// <param name="config">Its hyperparameters.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <exception cref="ArgumentException">There can be no such model; see
    /// <see cref="TransformerConfig.Check"/>.</exception>
    public Transformer(TransformerConfig config, int seed) : this(config, new Random(seed))
    {
    }

    internal Transformer(TransformerConfig config, Random random)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Check();
        Config = config;
        Embedding = new Embedding(config.Vocabulary, config.DModel, random);
        _encoder = [.. Enumerable.Range(0, config.EncoderLayers).Select(_ =>
            new EncoderLayer(
                config.DModel, config.Heads, config.DFeedForward, random, config.Activation, config.Norm,
                config.Dropout))];
        _decoder = [.. Enumerable.Range(0, config.DecoderLayers).Select(_ =>
            new DecoderLayer(
                config.DModel, config.DecoderHeads ?? config.Heads,
                config.DecoderDFeedForward ?? config.DFeedForward, random, config.Activation, config.Norm,
                config.Dropout))];
        if (config.Norm == NormPlacement.Pre)
        {
            EncoderNorm = new LayerNorm(config.DModel);
            DecoderNorm = new LayerNorm(config.DModel);
        }

        OutputBias = config.OutputBias ? new Tensor(config.Vocabulary) { RequiresGradient = true } : null;
    }

    /// <summary>The hyperparameters.</summary>
    public TransformerConfig Config { get; }

    /// <summary>The one embedding matrix, used three times (section 3.4).</summary>
    public Embedding Embedding { get; }

    /// <summary>The N layers of the encoder, from the bottom.</summary>
    public IReadOnlyList<EncoderLayer> Encoder => _encoder;

    /// <summary>The N layers of the decoder, from the bottom.</summary>
    public IReadOnlyList<DecoderLayer> Decoder => _decoder;

    /// <summary>The last norm of a pre-norm encoder; null in the paper's post-norm.</summary>
    public LayerNorm? EncoderNorm { get; }

    /// <summary>The last norm of a pre-norm decoder; null in the paper's post-norm.</summary>
    public LayerNorm? DecoderNorm { get; }

    /// <summary>[vocabulary], added to the scores; null as in the paper.</summary>
    public Tensor? OutputBias { get; }

    /// <summary>How many numbers the model learns; the shared embedding counts once.</summary>
    public long ParameterCount => Parameters().Sum(parameter => (long)parameter.Value.Length);

    /// <summary>
    /// What enters the first layer: <c>E[tokens] · √d_model + PE</c> (sections 3.4 and 3.5).
    /// </summary>
    /// <param name="tokens">T ids. Positions are counted from the first that is no padding.</param>
    /// <returns>T×d_model.</returns>
    public Matrix<float> Embed(IReadOnlyList<int> tokens) => Embed(tokens, PaddingBefore(tokens, Config.PaddingId));

    private Matrix<float> Embed(IReadOnlyList<int> tokens, int before)
    {
        Matrix<float> scaled = Embedding.Forward(tokens) * MathF.Sqrt(Config.DModel);
        Matrix<float> positions = PositionalEncoding.Sinusoidal(
            tokens.Count, Config.DModel, sinesFirst: Config.SinesFirst);
        return scaled + (before == 0 ? positions : Matrix<float>.Build.Dense(
            tokens.Count, Config.DModel, (place, dimension) => positions[Math.Max(0, place - before), dimension]));
    }

    /// <summary>Reads the source: the left half of the paper's figure 1.</summary>
    /// <param name="source">S ids; padding is masked as a key.</param>
    /// <param name="residual">
    /// Given a level and the rows there, S×d_model: what to go on with, as in a <see cref="Probe"/>. Level 0 is what
    /// the first layer reads, level n what the first n layers have made of it. Null leaves all as it is.
    /// </param>
    public EncoderResult Encode(
        IReadOnlyList<int> source, Func<int, Matrix<float>, Matrix<float>>? residual = null)
    {
        Matrix<float> x = Embed(source);
        x = residual?.Invoke(0, x) ?? x;
        Mask padding = Mask.Padding(source.Count, source, Config.PaddingId);
        var attention = new List<IReadOnlyList<Matrix<float>>>();
        foreach (EncoderLayer layer in _encoder)
        {
            var result = layer.Forward(x, padding);
            x = result.Output;
            attention.Add(result.Attention);
            x = residual?.Invoke(attention.Count, x) ?? x;
        }

        return new EncoderResult(EncoderNorm?.Forward(x) ?? x, attention);
    }

    /// <summary>Writes the target: the right half of the paper's figure 1.</summary>
    /// <param name="target">T ids, beginning with the start token; each sees only itself and those before it. Padding
    /// before the start token is hidden.</param>
    /// <param name="memory">S×d_model, from
    /// <see cref="Encode(IReadOnlyList{int}, Func{int, Matrix{float}, Matrix{float}}?)"/>.</param>
    /// <param name="source">The S ids the memory was made from, to know which of them are padding.</param>
    public DecoderResult Decode(IReadOnlyList<int> target, Matrix<float> memory, IReadOnlyList<int> source)
    {
        int before = PaddingBefore(target, Filling);
        Matrix<float> y = Embed(target, before);
        Mask causal = Mask.Causal(target.Count);
        causal = before == 0 ? causal : causal | Mask.Where(target.Count, target.Count, (_, key) => key < before);
        Mask padding = Mask.Padding(target.Count, source, Config.PaddingId);
        var self = new List<IReadOnlyList<Matrix<float>>>();
        var cross = new List<IReadOnlyList<Matrix<float>>>();
        foreach (DecoderLayer layer in _decoder)
        {
            var result = layer.Forward(y, memory, causal, padding);
            y = result.Output;
            self.Add(result.SelfAttention);
            cross.Add(result.CrossAttention);
        }

        return new DecoderResult(DecoderNorm?.Forward(y) ?? y, self, cross);
    }

    /// <summary>The whole forward pass, with every attention map on the way.</summary>
    /// <param name="source">S ids.</param>
    /// <param name="target">T ids, beginning with the start token.</param>
    public TransformerResult Forward(IReadOnlyList<int> source, IReadOnlyList<int> target)
    {
        EncoderResult encoder = Encode(source);
        DecoderResult decoder = Decode(target, encoder.Memory, source);
        Matrix<float> logits = Embedding.Logits(decoder.Output);
        if (OutputBias is not null)
        {
            logits.MapIndexedInplace((_, token, score) => score + OutputBias.Data[token], Zeros.Include);
        }

        return new TransformerResult(logits, encoder, decoder);
    }

    /// <summary>
    /// What enters the first layer, for a batch; in training, dropout is applied "to the sums of the embeddings and the
    /// positional encodings" (section 5.4). Positions are counted from the first token of a sentence that is no
    /// padding.
    /// </summary>
    /// <returns>[B, T, d_model].</returns>
    public Tensor Embed(TokenBatch tokens, Random? training = null) => Embed(tokens, Config.PaddingId, training);

    private Tensor Embed(TokenBatch tokens, int? filling, Random? training)
    {
        Tensor positions = tokens.Before(filling) is { } before
            ? PositionalEncoding.SinusoidalTensor(tokens, before, Config.DModel, Config.SinesFirst)
            : Positions(tokens.Length);
        Tensor x = (Embedding.Forward(tokens) * MathF.Sqrt(Config.DModel)) + positions;
        return training is null ? x : Op.Dropout(x, Config.Dropout, training);
    }

    /// <summary>The output embedding, which is the input's.</summary>
    public Tensor Logits(Tensor decoded) => Op.Linear(decoded, Embedding.Weight, OutputBias);

    int IEncoderDecoder.PaddingId => Config.PaddingId;

    int IEncoderDecoder.StartId => Config.StartId;

    int IEncoderDecoder.EndId => Config.EndId;

    Tensor? IEncoderDecoder.BiasAt(int keys) => null;

    Tensor IEncoderDecoder.EmbedAt(int[] tokens, int position)
    {
        Tensor place = new(Positions(position + 1).Span[(position * Config.DModel)..].ToArray(), Config.DModel);
        return (Op.Embedding(Embedding.Weight, tokens, tokens.Length) * MathF.Sqrt(Config.DModel)) + place;
    }

    /// <summary>Reads a batch of sources, with a gradient.</summary>
    /// <param name="source">B sentences of S ids; padding is masked as a key.</param>
    /// <param name="training">Where dropout draws from; null outside training.</param>
    /// <param name="maps">If given, each layer's attention weights [B, h, S, S] are added to it.</param>
    /// <param name="probe">Looks at what flows through the layers, and may change it; null for nobody.</param>
    /// <returns>[B, S, d_model].</returns>
    public Tensor Encode(
        TokenBatch source, Random? training = null, ICollection<Tensor>? maps = null, Probe? probe = null)
    {
        Tensor x = Embed(source, training);
        bool[]? padding = source.Padding(Config.PaddingId);
        x = probe?.Stream(0, x) ?? x;
        for (int i = 0; i < _encoder.Length; i++)
        {
            x = _encoder[i].Forward(x, causal: false, padding, training, maps, probe?.HeadsOf(i));
            x = probe?.Stream(i + 1, x) ?? x;
        }

        return EncoderNorm?.Forward(x) ?? x;
    }

    /// <summary>Writes a batch of targets, with a gradient.</summary>
    /// <param name="target">B sentences of T ids, beginning with the start token. Padding before it is hidden; after
    /// it, only padding would see it.</param>
    /// <param name="memory">[B, S, d_model], from
    /// <see cref="Encode(TokenBatch, Random?, ICollection{Tensor}?, Probe?)"/>.</param>
    /// <param name="source">What the memory was made from, to know its padding.</param>
    /// <param name="training">Where dropout draws from; null outside training.</param>
    /// <param name="selfMaps">If given, each layer's weights [B, h, T, T] are added to it.</param>
    /// <param name="crossMaps">If given, each layer's weights [B, h, T, S] are added to it.</param>
    /// <param name="probe">Looks at what flows through the layers, and may change it; null for nobody.</param>
    /// <returns>[B, T, d_model], before the output embedding.</returns>
    public Tensor Decode(
        TokenBatch target, Tensor memory, TokenBatch source, Random? training = null,
        ICollection<Tensor>? selfMaps = null, ICollection<Tensor>? crossMaps = null, Probe? probe = null)
    {
        Tensor y = Embed(target, Filling, training);
        bool[]? padding = source.Padding(Config.PaddingId), before = target.PaddingBefore(Filling);
        y = probe?.Stream(0, y) ?? y;
        for (int i = 0; i < _decoder.Length; i++)
        {
            y = _decoder[i].Forward(
                y, memory, before, padding, training, selfMaps, crossMaps, heads: probe?.HeadsOf(i));
            y = probe?.Stream(i + 1, y) ?? y;
        }

        return DecoderNorm?.Forward(y) ?? y;
    }

    /// <summary>The whole forward pass of a batch, with a gradient.</summary>
    /// <param name="source">B sentences of S ids.</param>
    /// <param name="target">B sentences of T ids, beginning with the start token.</param>
    /// <param name="training">Where dropout draws from; null outside training, for then nothing is dropped.</param>
    /// <returns>[B, T, vocabulary]: logits for the token that follows each target token.</returns>
    public Tensor Forward(TokenBatch source, TokenBatch target, Random? training = null) =>
        Logits(Decode(target, Encode(source, training), source, training));

    /// <summary>Every learned tensor by name, the shared embedding once.</summary>
    public IEnumerable<Parameter> Parameters() =>
    [
        .. Embedding.Parameters("embedding"),
        .. _encoder.SelectMany((layer, i) => layer.Parameters($"encoder.layers.{i}")),
        .. EncoderNorm?.Parameters("encoder.norm") ?? [],
        .. _decoder.SelectMany((layer, i) => layer.Parameters($"decoder.layers.{i}")),
        .. DecoderNorm?.Parameters("decoder.norm") ?? [],
        .. OutputBias is null ? [] : new[] { new Parameter("output.bias", OutputBias) },
    ];

    /// <summary>
    /// What may stand before a target and is no part of it; none where the padding starts every target.
    /// </summary>
    private int? Filling => Config.StartId == Config.PaddingId ? null : Config.PaddingId;

    private static int PaddingBefore(IReadOnlyList<int> tokens, int? filling) =>
        tokens.TakeWhile(token => token == filling).Count() is var before && before < tokens.Count ? before : 0;

    private Tensor Positions(int length)
    {
        Tensor? positions = _positions; // Another thread may put a shorter one in its place.
        if (positions is null || positions.Shape[0] < length)
        {
            _positions = positions = PositionalEncoding.SinusoidalTensor(length, Config.DModel, Config.SinesFirst);
        }

        return positions.View(length, Config.DModel);
    }
}
