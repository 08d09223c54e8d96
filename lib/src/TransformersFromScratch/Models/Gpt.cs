using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// A decoder without encoder that foretells the next token (Radford et al. 2019, "Language Models are Unsupervised
/// Multitask Learners", section 2.3). It differs from the 2017 decoder: no cross-attention, learned positions, norms
/// before the sub-layers and one at the end, and GELU. What is left of a decoder layer is an encoder layer under a
/// causal mask. What came after GPT-2 is a matter of its <see cref="GptConfig"/>.
/// </summary>
public sealed class Gpt
{
    private readonly EncoderLayer[] _layers;

    /// <summary>
    /// A model with fresh weights: normal with standard deviation 0.02, and those that write into the residual path
    /// smaller by √(2 N), because 2 N of them add up there (Radford et al. 2019, section 2.3).
    /// </summary>
    /// <param name="config">Its hyperparameters.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    public Gpt(GptConfig config, int seed) : this(config, new Random(seed))
    {
    }

    internal Gpt(GptConfig config, Random random)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Check();
        Config = config;
        Tokens = new Embedding(config.Vocabulary, config.DModel, random);
        Positions = config.Positions == PositionKind.Learned
            ? new Embedding(config.Context, config.DModel, random)
            : null;
        var options = new LayerOptions
        {
            KeyValueHeads = config.KeyValueHeads, Window = config.Window, Positions = config.Positions,
            RotaryBase = config.RotaryBase, RotaryHalves = config.RotaryHalves, HeadWidth = config.HeadWidth,
            Norm = config.NormKind, Epsilon = config.Epsilon, Bias = config.Bias, Experts = config.Experts,
            ExpertsPerToken = config.ExpertsPerToken,
        };
        _layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new EncoderLayer(
            config.DModel, config.Heads, config.DFeedForward, random, config.Activation, config.Norm, config.Dropout,
            options))];
        Norm = config.Norm == NormPlacement.Pre
            ? new LayerNorm(config.DModel, config.Epsilon, config.NormKind, config.Bias)
            : null;
        Output = config.TiedOutput ? null : new Linear(config.DModel, config.Vocabulary, random, bias: false);

        Initialise.NormalWeights(Parameters().Select(parameter => parameter.Value), 0.02f, random);
        foreach (EncoderLayer layer in _layers)
        {
            Initialise.Normal(layer.Attention.Output.Weight, 0.02f / MathF.Sqrt(2 * config.Layers), random);
            foreach (FeedForward network in layer.Mixture?.Experts ?? [layer.FeedForward])
            {
                Initialise.Normal(network.Outer.Weight, 0.02f / MathF.Sqrt(2 * config.Layers), random);
            }
        }
    }

    /// <summary>The hyperparameters.</summary>
    public GptConfig Config { get; }

    /// <summary>One vector a token, used on the way in and, if tied, on the way out.</summary>
    public Embedding Tokens { get; }

    /// <summary>One learned vector a position; null where positions are of another kind.</summary>
    public Embedding? Positions { get; }

    /// <summary>The N layers, from the bottom.</summary>
    public IReadOnlyList<EncoderLayer> Layers => _layers;

    /// <summary>The norm after the last layer; null where each layer ends with one.</summary>
    public LayerNorm? Norm { get; }

    /// <summary>The map to the vocabulary; null if the embedding is it.</summary>
    public Linear? Output { get; }

    /// <summary>How many numbers the model learns; the shared embedding counts once.</summary>
    public long ParameterCount => Parameters().Sum(parameter => (long)parameter.Value.Length);

    /// <summary>Logits of one sentence, on matrices.</summary>
    /// <param name="tokens">T ids. Padding before the sentence is hidden, and positions are counted from its first
    /// token.</param>
    /// <returns>T×vocabulary: row t scores every token as the one to follow token t. Rows of padding mean
    /// nothing.</returns>
    public Matrix<float> Forward(IReadOnlyList<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        RequireContext(tokens.Count);
        var batch = new TokenBatch([.. tokens], 1, tokens.Count);
        int before = Before(batch)?[0] ?? 0;
        Matrix<float> x = Tokens.Forward(tokens);
        int[] places = batch.Places([before]);
        x = Config.Positions switch
        {
            PositionKind.Learned => x + Positions!.Forward(places),
            PositionKind.Sinusoidal => (x * MathF.Sqrt(Config.DModel)) + PositionalEncoding.At(places, Config.DModel),
            _ => x,
        };
        Mask causal = Mask.Where(tokens.Count, tokens.Count, (query, key) => key > query || key < before);
        foreach (EncoderLayer layer in _layers)
        {
            x = layer.Forward(x, causal).Output;
        }

        x = Norm?.Forward(x) ?? x;
        return Output?.Forward(x) ?? Tokens.Logits(x);
    }

    /// <summary>Logits of a batch, with a gradient.</summary>
    /// <param name="tokens">
    /// B sentences of T ids. Padding at the end needs no mask: only padding would see it. Padding before a sentence
    /// (<see cref="TokenBatch.Of"/>, <see cref="GptConfig.PaddingId"/>) is hidden, and positions are counted from the
    /// first token.
    /// </param>
    /// <param name="training">Where dropout draws from; null outside training, for then nothing is dropped.</param>
    /// <param name="maps">If given, each layer's attention weights [B, h, T, T] are added to it.</param>
    /// <param name="probe">Looks at what flows through the layers, and may change it; null for nobody.</param>
    /// <param name="routings">
    /// If given, what each layer's router did is added to it, where there are <see cref="GptConfig.Experts"/>.
    /// </param>
    /// <returns>[B, T, vocabulary]. Rows of padding mean nothing.</returns>
    /// <exception cref="ArgumentException">
    /// More tokens than there are learned positions, or padding within a sentence.
    /// </exception>
    public Tensor Forward(
        TokenBatch tokens, Random? training = null, ICollection<Tensor>? maps = null, Probe? probe = null,
        ICollection<Routing>? routings = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        RequireContext(tokens.Length);
        int[]? before = Before(tokens);
        Tensor x = Embed(tokens, before);
        x = training is null ? x : Op.Dropout(x, Config.Dropout, training);
        x = probe?.Stream(0, x) ?? x;
        bool[]? hidden = before is null ? null : tokens.PaddingBefore(Config.PaddingId);
        for (int i = 0; i < _layers.Length; i++)
        {
            x = _layers[i].Forward(x, causal: true, hidden, training, maps, probe?.HeadsOf(i), routings);
            x = probe?.Stream(i + 1, x) ?? x;
        }

        return Logits(x);
    }

    /// <summary>Every learned tensor by name, the shared embedding once.</summary>
    public IEnumerable<Parameter> Parameters() =>
    [
        .. Tokens.Parameters("tokens"),
        .. Positions?.Parameters("positions") ?? [],
        .. _layers.SelectMany((layer, i) => layer.Parameters($"layers.{i}")),
        .. Norm?.Parameters("norm") ?? [],
        .. Output?.Parameters("output") ?? [],
    ];

    /// <summary>The vectors that the first layer reads.</summary>
    /// <param name="tokens">B·T ids.</param>
    /// <param name="before">How much padding stands before each sentence (<see cref="Before"/>), or null.</param>
    /// <param name="start">How many tokens have been read before these.</param>
    /// <returns>[B, T, d_model].</returns>
    internal Tensor Embed(TokenBatch tokens, int[]? before, int start = 0)
    {
        Tensor x = Tokens.Forward(tokens);
        if (Config.Positions is not (PositionKind.Learned or PositionKind.Sinusoidal))
        {
            return x;
        }

        if (Positions is not null)
        {
            return x + Positions.OfPlaces(tokens, before, start);
        }

        var (places, shape) = tokens.RowsOfPlaces(before, start);
        float[] sines = PositionalEncoding.At(places, Config.DModel).ToRowMajorArray();
        return (x * MathF.Sqrt(Config.DModel)) + new Tensor(sines, [.. shape, Config.DModel]);
    }

    /// <summary>
    /// What the last layer wrote, as scores over the vocabulary: the last norm, then the embedding. What an earlier
    /// layer wrote can be read the same way; that is the logit lens (nostalgebraist 2020).
    /// </summary>
    /// <param name="x">[…, d_model].</param>
    /// <returns>[…, vocabulary].</returns>
    public Tensor Logits(Tensor x)
    {
        x = Norm?.Forward(x) ?? x;
        return Output?.Forward(x) ?? Tokens.Logits(x);
    }

    /// <summary>How much padding stands before each sentence, or null; within a sentence there is none.</summary>
    internal int[]? Before(TokenBatch tokens)
    {
        int[]? before = tokens.Before(Config.PaddingId);
        for (int b = 0; b < tokens.Sentences && Config.PaddingId is { } padding; b++)
        {
            ReadOnlySpan<int> sentence = tokens.Ids.AsSpan(b * tokens.Length, tokens.Length)[(before?[b] ?? 0)..];
            int end = sentence.IndexOf(padding);
            if (end >= 0 && sentence[end..].ContainsAnyExcept(padding))
            {
                throw new ArgumentException(
                    $"Sentence {b} has padding (id {padding}) between its tokens: no token could be said to follow " +
                    "another there. Put padding before or after a sentence.", nameof(tokens));
            }
        }

        return before;
    }

    /// <exception cref="ArgumentException">There are more tokens than learned positions.</exception>
    internal void RequireContext(int length)
    {
        if (Positions is not null && length > Config.Context)
        {
            throw new ArgumentException(
                $"{length} tokens are more than the context of {Config.Context} this model has positions for. Keep " +
                $"the last {Config.Context}.");
        }
    }
}
