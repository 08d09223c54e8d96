namespace TransformersFromScratch;

/// <summary>
/// A decoder that writes one token at a time without computing anything twice. Under the causal mask a token's keys and
/// values never change once it has been written, whatever comes after; so each layer keeps them (the "KV cache"), and
/// the keys and values of the source too. A step then costs one token and not the whole target so far.
/// </summary>
/// <remarks>
/// Without it, writing T tokens takes 1 + 2 + … + T = T(T + 1)/2 tokens through the decoder; with it, T. What remains
/// is that the T-th token still looks at all T before it. The numbers are the same as the decoder's own (a test
/// compares them); only their last bits may differ.
/// </remarks>
public sealed class DecoderCache
{
    private readonly IEncoderDecoder _model;
    private readonly LayerCache[] _layers;
    private readonly int _sourceLength;
    private readonly Workspace _workspace = new(); // Every step makes the same tensors as the one before.
    private bool[]? _sourceIsPadding;

    /// <summary>Reads the sources, and is ready for the start tokens.</summary>
    /// <param name="model">The model; nothing is recorded for gradients.</param>
    /// <param name="source">B sources.</param>
    /// <param name="beams">W, how many targets to write for each source at the same time.</param>
    public DecoderCache(IEncoderDecoder model, TokenBatch source, int beams = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beams);
        (_model, Sentences, Beams, _sourceLength) = (model, source.Sentences, beams, source.Length);
        _sourceIsPadding = source.Padding(model.PaddingId);
        using var quiet = Tape.NoGradient();
        Tensor memory = model.Encode(source);
        _layers = [.. model.Decoder.Select(layer => new LayerCache(layer, memory))];
    }

    /// <summary>B, how many sources are left.</summary>
    public int Sentences { get; private set; }

    /// <summary>W, how many targets are written for each.</summary>
    public int Beams { get; }

    /// <summary>How many tokens have been written in every row.</summary>
    public int Length { get; private set; }

    /// <summary>Writes one more token in every row.</summary>
    /// <param name="tokens">B·W ids, the W rows of a source side by side; the first time, start tokens.</param>
    /// <param name="crossMaps">If given, each layer's weights [B, h, W, S] are added to it.</param>
    /// <returns>[B·W, vocabulary]: logits for the token that comes next.</returns>
    /// <exception cref="ArgumentException">There are not B·W tokens, or a target begins with padding.</exception>
    public Tensor Step(int[] tokens, ICollection<Tensor>? crossMaps = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.Length != Sentences * Beams)
        {
            throw new ArgumentException(
                $"{Sentences} sentences with {Beams} targets each take {Sentences * Beams} tokens a step, not " +
                $"{tokens.Length}.", nameof(tokens));
        }

        if (Length == 0 && _model.StartId != _model.PaddingId
            && Array.IndexOf(tokens, _model.PaddingId) is var padding and >= 0)
        {
            throw new ArgumentException(
                $"Target {padding} begins with padding. All targets of a cache begin at the same place: give each " +
                "its start token, " +
                "and shorter ones no padding before it.", nameof(tokens));
        }

        using var quiet = Tape.NoGradient();
        // Maps belong to whoever asks for them: they outlive the step.
        using Workspace.Step step = crossMaps is null ? _workspace.BeginStep() : default;
        Tensor y = _model.EmbedAt(tokens, Length);
        Tensor? bias = _model.BiasAt(Length + 1);
        foreach (LayerCache layer in _layers)
        {
            y = layer.Step(y, Sentences, _sourceIsPadding, crossMaps, bias);
        }

        Length++;
        return _model.Logits(_model.DecoderNorm?.Forward(y) ?? y).Detach();
    }

    /// <summary>
    /// Lets row i go on where row <c>rows[i]</c> stands: a beam that is better than another takes its place.
    /// </summary>
    /// <param name="rows">B·W rows; each of the same source as the place it is for.</param>
    /// <exception cref="ArgumentException">A row of another source, or not B·W of them.</exception>
    public void SelectRows(ReadOnlySpan<int> rows)
    {
        if (rows.Length != Sentences * Beams)
        {
            throw new ArgumentException(
                $"There are {Sentences * Beams} rows to choose, not {rows.Length}.", nameof(rows));
        }

        bool same = true;
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] < 0 || rows[i] / Beams != i / Beams)
            {
                throw new ArgumentException(
                    $"Row {i} belongs to source {i / Beams} and cannot go on where row {rows[i]} of another " +
                    "source stands.", nameof(rows));
            }

            same &= rows[i] == i;
        }

        foreach (LayerCache layer in same ? [] : _layers)
        {
            layer.SelectRows(rows);
        }
    }

    /// <summary>Keeps some sources and forgets the others, whose targets have ended.</summary>
    /// <param name="sentences">Which to keep, at least one, each from 0 to B - 1.</param>
    public void SelectSentences(IReadOnlyList<int> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        if (sentences.Count == 0 || sentences.Any(sentence => sentence < 0 || sentence >= Sentences))
        {
            throw new ArgumentException(
                $"Choose at least one sentence of 0 to {Sentences - 1}, not [{string.Join(", ", sentences)}].",
                nameof(sentences));
        }

        int[] rows = [.. sentences.SelectMany(sentence => Enumerable.Range(sentence * Beams, Beams))];
        foreach (LayerCache layer in _layers)
        {
            layer.SelectRows(rows);
            layer.SelectSentences([.. sentences]);
        }

        if (_sourceIsPadding is { } padding)
        {
            _sourceIsPadding =
                [.. sentences.SelectMany(
                    sentence => padding[(sentence * _sourceLength)..((sentence + 1) * _sourceLength)])];
        }

        Sentences = sentences.Count;
    }
}
