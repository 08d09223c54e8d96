namespace TransformersFromScratch;

/// <summary>
/// A <see cref="Gpt"/> that goes on from what it has read without reading it again. Under the causal mask a token's
/// keys and values never change, whatever comes after it, so each layer keeps them (the "KV cache"). Reading the
/// beginning at once is called prefill; then every step reads one token.
/// </summary>
/// <remarks>
/// Without it, writing T tokens takes 1 + 2 + … + T = T(T + 1)/2 tokens through the model; with it, T. The numbers are
/// the model's own (a test compares them); only their last bits may differ.
/// </remarks>
public sealed class GptCache
{
    private readonly Gpt _model;
    private readonly KeyValueStore[] _layers; // As many as the model has layers.
    private readonly Workspace _workspace = new(); // Every step makes the same tensors as the one before.
    private int[]? _before;

    /// <summary>A cache that has read nothing.</summary>
    /// <param name="model">The model; nothing is recorded for gradients.</param>
    public GptCache(Gpt model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _layers = [.. model.Layers.Select(layer => new KeyValueStore(layer.Attention.Window ?? int.MaxValue))];
    }

    /// <summary>B, how many sentences are being read; 0 before the first.</summary>
    public int Sentences { get; private set; }

    /// <summary>How many tokens of each have been read, padding before them included.</summary>
    public int Length { get; private set; }

    /// <summary>
    /// How many bytes the keys and values take that a further token may see: 2 · N · B · tokens · g · d_k · 4, with no
    /// more tokens than the window has. (There is room for about as many again, so that not every step has to make
    /// some.)
    /// </summary>
    public long Bytes => _layers.Sum(layer => layer.Numbers) * sizeof(float);

    /// <summary>The bytes of that room.</summary>
    internal long RoomBytes => _layers.Sum(layer => layer.Room) * sizeof(float);

    /// <summary>Reads on: the first time the beginnings of B sentences, later more of the same.</summary>
    /// <param name="tokens">
    /// B sentences of T ids. They end at the same place: only the first time, shorter ones have padding before them
    /// (<see cref="TokenBatch.Of"/>).
    /// </param>
    /// <param name="maps">
    /// If given, each layer's attention weights [B, h, T, S] are added to it; a window may leave the first keys out of
    /// S.
    /// </param>
    /// <returns>[B, vocabulary]: logits for the token that comes next.</returns>
    /// <exception cref="ArgumentException">
    /// Padding elsewhere, another B than before, or more tokens than there are learned positions.
    /// </exception>
    public Tensor Read(TokenBatch tokens, ICollection<Tensor>? maps = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        int[]? before = _model.Before(tokens);
        RequireFitting(tokens, before);
        before = Length == 0 ? before : _before;
        _model.RequireContext(Length + tokens.Length - (before?.Min() ?? 0));
        (_before, Sentences) = (before, tokens.Sentences);
        using var quiet = Tape.NoGradient();
        // Maps belong to whoever asks for them: they outlive the step.
        using Workspace.Step step = maps is null ? _workspace.BeginStep() : default;
        Tensor x = _model.Embed(tokens, _before, Length);
        for (int i = 0; i < _layers.Length; i++)
        {
            x = Read(_model.Layers[i], _layers[i], x, maps);
        }

        Length += tokens.Length;
        return _model.Logits(Last(x)).Detach();
    }

    /// <summary>Reads one more token of every sentence.</summary>
    /// <param name="tokens">B ids.</param>
    /// <returns>[B, vocabulary]: logits for the token that comes next.</returns>
    public Tensor Step(params int[] tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Read(new TokenBatch(tokens, tokens.Length, 1));
    }

    /// <summary>Keeps some sentences and forgets the others, which have ended.</summary>
    /// <param name="sentences">Which to keep, at least one, each from 0 to B - 1.</param>
    public void SelectSentences(params int[] sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        if (sentences.Length == 0 || sentences.Any(sentence => sentence < 0 || sentence >= Sentences))
        {
            throw new ArgumentException(
                $"Choose at least one sentence of 0 to {Sentences - 1}, not [{string.Join(", ", sentences)}].",
                nameof(sentences));
        }

        foreach (KeyValueStore layer in _layers)
        {
            layer.SelectRows(sentences);
        }

        _before = _before is null ? null : [.. sentences.Select(sentence => _before[sentence])];
        Sentences = sentences.Length;
    }

    /// <summary>One layer at the next places.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="store">What it remembers.</param>
    /// <param name="x">[B, T, d_model].</param>
    /// <param name="maps">If given, the weights [B, h, T, S] are added to it.</param>
    /// <returns>[B, T, d_model].</returns>
    private Tensor Read(EncoderLayer layer, KeyValueStore store, Tensor x, ICollection<Tensor>? maps)
    {
        MultiHeadAttention attention = layer.Attention;
        return layer.Forward(x, y =>
        {
            store.Append(attention.Keys(y, Length), attention.Value.Forward(y));
            bool[]? hidden = Padding(first: Length + y.Shape[1] - store.Filled, store.Filled);
            Tensor mixed = attention.Attend(
                y, store.Keys, store.Values, causal: true, hidden, maps, Length, store.Filled);
            store.Shrink();
            return mixed;
        });
    }

    /// <summary>
    /// B·S flags: which of S keys are padding, of which the first stands at a place; null if none is.
    /// </summary>
    private bool[]? Padding(int first, int keys) =>
        _before is null || Array.TrueForAll(_before, count => count <= first)
            ? null
            : [.. _before.SelectMany(count => Enumerable.Range(first, keys).Select(place => place < count))];

    /// <summary>[B, T, d] → [B, d]: the rows of the last tokens, the only ones that say what comes next.</summary>
    internal static Tensor Last(Tensor x)
    {
        int length = x.Shape[1], width = x.Shape[2];
        if (length == 1)
        {
            return x.Reshape(x.Shape[0], width);
        }

        var last = new Tensor(x.Shape[0], width);
        for (int b = 0; b < x.Shape[0]; b++)
        {
            x.Span.Slice((((b + 1) * length) - 1) * width, width).CopyTo(last.Span[(b * width)..]);
        }

        return last;
    }

    private void RequireFitting(TokenBatch tokens, int[]? before)
    {
        if (Length > 0 && (tokens.Sentences != Sentences || before is not null))
        {
            throw new ArgumentException(
                $"The cache goes on with the {Sentences} sentences it has read, one row of tokens for each and " +
                "no padding " +
                $"before them; these are {tokens.Sentences} rows{(before is null ? "" : " with padding")}. " +
                "Begin another text with another cache.", nameof(tokens));
        }

        for (int b = 0; b < tokens.Sentences && tokens.Length > 1 && _model.Config.PaddingId is { } padding; b++)
        {
            if (tokens.Ids[((b + 1) * tokens.Length) - 1] == padding)
            {
                throw new ArgumentException(
                    $"Sentence {b} ends with padding (id {padding}), after which nothing comes next. " +
                    "Fill up before the sentences: TokenBatch.Of(…, left: true).", nameof(tokens));
            }
        }
    }
}
