namespace TransformersFromScratch;

/// <summary>
/// What one decoder layer remembers while it writes: the keys and values of the source, computed once, and those of the tokens written so far, to which
/// each step adds one.
/// </summary>
internal sealed class LayerCache
{
    private readonly DecoderLayer _layer;
    private Tensor _sourceKeys, _sourceValues; // [B, S, d]
    private Tensor _keys, _values;             // [B·W, room, d], of which the first places are filled

    /// <summary>The cache of a layer for B sources of which W targets each are written.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="memory">[B, S, d_model].</param>
    /// <param name="rows">B·W.</param>
    public LayerCache(DecoderLayer layer, Tensor memory, int rows)
    {
        _layer = layer;
        (_sourceKeys, _sourceValues) = (layer.CrossAttention.Key.Forward(memory), layer.CrossAttention.Value.Forward(memory));
        (_keys, _values) = (new Tensor(rows, FirstRoom, memory.Shape[2]), new Tensor(rows, FirstRoom, memory.Shape[2]));
    }

    private const int FirstRoom = 16;

    /// <summary>The layer at one more place.</summary>
    /// <param name="y">[B·W, d_model].</param>
    /// <param name="place">How many tokens have been written before.</param>
    /// <param name="sentences">B.</param>
    /// <param name="sourceIsPadding">B·S flags, or null.</param>
    /// <param name="maps">If given, the weights [B, h, W, S] are added to it.</param>
    /// <returns>[B·W, d_model].</returns>
    public Tensor Step(Tensor y, int place, int sentences, bool[]? sourceIsPadding, ICollection<Tensor>? maps)
    {
        int rows = y.Shape[0], width = y.Shape[1];
        return _layer.Forward(
            y,
            x =>
            {
                MakeRoom(place + 1);
                Append(_keys, _layer.SelfAttention.Key.Forward(x), place);
                Append(_values, _layer.SelfAttention.Value.Forward(x), place);

                // The places that are not filled yet are hidden like padding; the one query is the last token, so nothing else has to be.
                return _layer.SelfAttention.Attend(x.Reshape(rows, 1, width), _keys, _values, keyIsPadding: NotFilled(rows, place + 1)).Reshape(rows, width);
            },

            // The W targets of a source are W queries to the same keys: what is the same for all of them is kept and read once.
            x => _layer.CrossAttention.Attend(
                x.Reshape(sentences, rows / sentences, width), _sourceKeys, _sourceValues, keyIsPadding: sourceIsPadding, maps: maps).Reshape(rows, width));
    }

    /// <summary>From now on row i goes on where row <c>rows[i]</c> stood.</summary>
    public void SelectRows(ReadOnlySpan<int> rows, int filled) =>
        (_keys, _values) = (Selected(_keys, rows, filled), Selected(_values, rows, filled));

    /// <summary>Keeps some sources only.</summary>
    public void SelectSentences(ReadOnlySpan<int> sentences) =>
        (_sourceKeys, _sourceValues) = (Selected(_sourceKeys, sentences, _sourceKeys.Shape[1]), Selected(_sourceValues, sentences, _sourceValues.Shape[1]));

    /// <summary>Twice the room whenever it is used up: each number is copied about once on the average, however long the target gets.</summary>
    private void MakeRoom(int places)
    {
        if (places > _keys.Shape[1])
        {
            int[] all = [.. Enumerable.Range(0, _keys.Shape[0])];
            (_keys, _values) = (Selected(_keys, all, places - 1, 2 * places), Selected(_values, all, places - 1, 2 * places));
        }
    }

    private static void Append(Tensor cache, Tensor rows, int place)
    {
        int room = cache.Shape[1], width = cache.Shape[2];
        for (int row = 0; row < cache.Shape[0]; row++)
        {
            rows.Span.Slice(row * width, width).CopyTo(cache.Span[(((row * room) + place) * width)..]);
        }
    }

    private static Tensor Selected(Tensor cache, ReadOnlySpan<int> rows, int filled, int room = 0)
    {
        int width = cache.Shape[2];
        var selected = new Tensor(rows.Length, room == 0 ? cache.Shape[1] : room, width);
        for (int i = 0; i < rows.Length; i++)
        {
            cache.Span.Slice(rows[i] * cache.Shape[1] * width, filled * width).CopyTo(selected.Span[(i * selected.Shape[1] * width)..]);
        }

        return selected;
    }

    private bool[] NotFilled(int rows, int filled)
    {
        int room = _keys.Shape[1];
        bool[] hidden = new bool[rows * room];
        for (int row = 0; row < rows; row++)
        {
            hidden.AsSpan((row * room) + filled, room - filled).Fill(true);
        }

        return hidden;
    }
}
