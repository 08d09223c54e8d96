namespace TransformersFromScratch;

/// <summary>The keys and values of the tokens so far, one row of places per text, and room for further ones.</summary>
/// <param name="window">How many places a later token sees at most; what lies further back may go.</param>
internal sealed class KeyValueStore(int window = int.MaxValue)
{
    private Tensor? _keys, _values;

    /// <summary>[B, room, g·d_k], of which the first <see cref="Filled"/> places are filled.</summary>
    public Tensor Keys => _keys!;

    /// <summary>[B, room, g·d_v].</summary>
    public Tensor Values => _values!;

    /// <summary>How many places are filled.</summary>
    public int Filled { get; private set; }

    /// <summary>How many numbers a further token may see, for all texts.</summary>
    public long Numbers => _keys is null ? 0
        : (long)_keys.Shape[0] * Math.Min(Filled, window) * (_keys.Shape[2] + _values!.Shape[2]);

    /// <summary>For how many numbers there is room.</summary>
    public long Room => _keys is null ? 0 : (long)_keys.Length + _values!.Length;

    /// <summary>Appends the same number of places to every text.</summary>
    /// <param name="keys">[B, T, g·d_k].</param>
    /// <param name="values">[B, T, g·d_v].</param>
    public void Append(Tensor keys, Tensor values)
    {
        int coming = keys.Shape[1];
        _keys ??= new Tensor(keys.Shape[0], 2 * coming, keys.Shape[2]);
        _values ??= new Tensor(values.Shape[0], 2 * coming, values.Shape[2]);
        if (Filled + coming > _keys.Shape[1])
        {
            // Half of the room stays free, so each number is copied about once on the average, however long the texts
            // get.
            int kept = Math.Min(Filled, window - 1);
            Keep(kept, Math.Max(_keys.Shape[1], 2 * (kept + coming)));
        }

        Copy(keys, 0, _keys, Filled, coming);
        Copy(values, 0, _values, Filled, coming);
        Filled += coming;
    }

    /// <summary>Gives back the room that a long beginning has taken and its end will not need.</summary>
    public void Shrink()
    {
        if (Keys.Shape[1] / 2 > window)
        {
            Keep(Math.Min(Filled, window), 2 * window);
        }
    }

    /// <summary>From now on text i goes on where text <c>rows[i]</c> stood; there may be fewer than before.</summary>
    public void SelectRows(ReadOnlySpan<int> rows)
    {
        if (_keys is not null)
        {
            (_keys, _values) = (Selected(_keys, rows, Filled), Selected(_values!, rows, Filled));
        }
    }

    /// <summary>Some rows of a tensor [B, S, d], as far as places are filled.</summary>
    public static Tensor Selected(Tensor cache, ReadOnlySpan<int> rows, int filled)
    {
        int size = cache.Shape[1] * cache.Shape[2];
        var selected = new Tensor(rows.Length, cache.Shape[1], cache.Shape[2]);
        for (int i = 0; i < rows.Length; i++)
        {
            cache.Span.Slice(rows[i] * size, filled * cache.Shape[2]).CopyTo(selected.Span[(i * size)..]);
        }

        return selected;
    }

    /// <summary>Moves the last places to the front of a room, which may be the present one.</summary>
    private void Keep(int last, int room)
    {
        (_keys, _values) = (Moved(Keys), Moved(Values));
        Filled = last;

        Tensor Moved(Tensor cache)
        {
            Tensor to = room == cache.Shape[1] ? cache : new Tensor(cache.Shape[0], room, cache.Shape[2]);
            Copy(cache, Filled - last, to, 0, last);
            return to;
        }
    }

    /// <summary>Copies places of every text; within one tensor, too.</summary>
    private static void Copy(Tensor from, int fromPlace, Tensor to, int toPlace, int places)
    {
        int width = from.Shape[2];
        for (int b = 0; b < from.Shape[0]; b++)
        {
            from.Span.Slice(((b * from.Shape[1]) + fromPlace) * width, places * width)
                .CopyTo(to.Span[(((b * to.Shape[1]) + toPlace) * width)..]);
        }
    }
}
