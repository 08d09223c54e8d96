namespace TransformersFromScratch;

/// <summary>What one layer of a <see cref="Gpt"/> remembers while it reads: the keys and values of the tokens so far, as far back as its window shows.</summary>
internal sealed class KeyValueCache(EncoderLayer layer)
{
    private readonly int _window = layer.Attention.Window ?? int.MaxValue;
    private Tensor? _keys, _values; // [B, room, g·d_k] and [B, room, g·d_v], of which the first places are filled
    private int _filled;

    /// <summary>How many numbers the keys and values are that a further token may see, for all sentences.</summary>
    public long Numbers => _keys is null ? 0 : (long)_keys.Shape[0] * Math.Min(_filled, _window) * (_keys.Shape[2] + _values!.Shape[2]);

    /// <summary>For how many numbers there is room.</summary>
    public long Room => _keys is null ? 0 : (long)_keys.Length + _values!.Length;

    /// <summary>The layer at the next places.</summary>
    /// <param name="x">[B, T, d_model].</param>
    /// <param name="place">How many tokens have been read before.</param>
    /// <param name="before">How much padding stands before each sentence, or null.</param>
    /// <param name="maps">If given, the weights [B, h, T, S] are added to it; S counts the keys that are there.</param>
    /// <returns>[B, T, d_model].</returns>
    public Tensor Read(Tensor x, int place, int[]? before, ICollection<Tensor>? maps) => layer.Forward(x, y =>
    {
        MultiHeadAttention attention = layer.Attention;
        Append(attention.Keys(y, place), attention.Value.Forward(y));
        Tensor mixed = attention.Attend(y, _keys!, _values!, causal: true, Padding(before, place + y.Shape[1] - _filled), maps, place, _filled);
        if (_keys!.Shape[1] / 2 > _window)
        {
            Keep(Math.Min(_filled, _window), 2 * _window); // A long beginning took more room than its end will need.
        }

        return mixed;
    });

    /// <summary>Keeps some sentences and forgets the others.</summary>
    public void SelectSentences(ReadOnlySpan<int> sentences)
    {
        if (_keys is not null)
        {
            (_keys, _values) = (Selected(_keys, sentences), Selected(_values!, sentences));
        }
    }

    private void Append(Tensor keys, Tensor values)
    {
        int coming = keys.Shape[1];
        _keys ??= new Tensor(keys.Shape[0], 2 * coming, keys.Shape[2]);
        _values ??= new Tensor(values.Shape[0], 2 * coming, values.Shape[2]);
        if (_filled + coming > _keys.Shape[1])
        {
            // Half of the room stays free, so each number is copied about once on the average, however long the text gets.
            int kept = Math.Min(_filled, _window - 1);
            Keep(kept, Math.Max(_keys.Shape[1], 2 * (kept + coming)));
        }

        Copy(keys, 0, _keys, _filled, coming);
        Copy(values, 0, _values, _filled, coming);
        _filled += coming;
    }

    /// <summary>Moves the last keys and values to the front of a room, which may be the present one.</summary>
    private void Keep(int last, int room)
    {
        (_keys, _values) = (Moved(_keys!), Moved(_values!));
        _filled = last;

        Tensor Moved(Tensor cache)
        {
            Tensor to = room == cache.Shape[1] ? cache : new Tensor(cache.Shape[0], room, cache.Shape[2]);
            Copy(cache, _filled - last, to, 0, last);
            return to;
        }
    }

    /// <summary>Copies places of every sentence; within one tensor, too.</summary>
    private static void Copy(Tensor from, int fromPlace, Tensor to, int toPlace, int places)
    {
        int width = from.Shape[2];
        for (int b = 0; b < from.Shape[0]; b++)
        {
            from.Span.Slice(((b * from.Shape[1]) + fromPlace) * width, places * width)
                .CopyTo(to.Span[(((b * to.Shape[1]) + toPlace) * width)..]);
        }
    }

    private static Tensor Selected(Tensor cache, ReadOnlySpan<int> sentences)
    {
        int size = cache.Shape[1] * cache.Shape[2];
        var selected = new Tensor(sentences.Length, cache.Shape[1], cache.Shape[2]);
        for (int i = 0; i < sentences.Length; i++)
        {
            cache.Span.Slice(sentences[i] * size, size).CopyTo(selected.Span[(i * size)..]);
        }

        return selected;
    }

    /// <summary>B·S flags: which of the keys are padding, the first of them standing at a place; null if none is.</summary>
    private bool[]? Padding(int[]? before, int first) => before is null || Array.TrueForAll(before, count => count <= first)
        ? null
        : [.. before.SelectMany(count => Enumerable.Range(first, _filled).Select(place => place < count))];
}
