namespace TransformersFromScratch;

/// <summary>
/// What one decoder layer remembers while it writes: the keys and values of the source, computed once, and those of the
/// tokens written so far, to which each step adds one.
/// </summary>
internal sealed class LayerCache
{
    private readonly DecoderLayer _layer;
    private readonly KeyValueStore _written = new();
    private Tensor _sourceKeys, _sourceValues; // [B, S, d]

    /// <summary>The cache of a layer for B sources.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="memory">[B, S, d_model].</param>
    public LayerCache(DecoderLayer layer, Tensor memory)
    {
        _layer = layer;
        (_sourceKeys, _sourceValues) =
            (layer.CrossAttention.Key.Forward(memory), layer.CrossAttention.Value.Forward(memory));
    }

    /// <summary>The layer at one more place.</summary>
    /// <param name="y">[B·W, d_model].</param>
    /// <param name="sentences">B.</param>
    /// <param name="sourceIsPadding">B·S flags, or null.</param>
    /// <param name="maps">If given, the weights [B, h, W, S] are added to it.</param>
    /// <param name="bias">What each head adds to the scores, [h, 1, tokens so far and this one]; or null.</param>
    /// <returns>[B·W, d_model].</returns>
    public Tensor Step(Tensor y, int sentences, bool[]? sourceIsPadding, ICollection<Tensor>? maps, Tensor? bias)
    {
        int rows = y.Shape[0], width = y.Shape[1];
        MultiHeadAttention self = _layer.SelfAttention;
        return _layer.Forward(
            y,
            x =>
            {
                // The one query is the last token, which sees all that has been written.
                x = x.Reshape(rows, 1, width);
                _written.Append(self.Keys(x, _written.Filled), self.Value.Forward(x));
                int filled = _written.Filled;
                return self.Attend(
                    x, _written.Keys, _written.Values, causal: false, keyIsPadding: null, maps: null,
                    filled - 1, filled, bias: bias)
                    .Reshape(rows, width);
            },

            // The W targets of a source are W queries to the same keys: what is the same for all of them is kept and
            // read once.
            x => _layer.CrossAttention.Attend(
                x.Reshape(sentences, rows / sentences, width), _sourceKeys, _sourceValues,
                keyIsPadding: sourceIsPadding, maps: maps).Reshape(rows, width));
    }

    /// <summary>From now on row i goes on where row <c>rows[i]</c> stood.</summary>
    public void SelectRows(ReadOnlySpan<int> rows) => _written.SelectRows(rows);

    /// <summary>Keeps some sources only.</summary>
    public void SelectSentences(ReadOnlySpan<int> sentences)
    {
        _sourceKeys = KeyValueStore.Selected(_sourceKeys, sentences, _sourceKeys.Shape[1]);
        _sourceValues = KeyValueStore.Selected(_sourceValues, sentences, _sourceValues.Shape[1]);
    }
}
