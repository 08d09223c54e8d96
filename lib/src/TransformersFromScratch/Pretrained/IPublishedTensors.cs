namespace TransformersFromScratch;

/// <summary>
/// The named tensors of a published model, wherever they lie: in safetensors files (<see cref="PublishedTensors"/>), or
/// in an ONNX file (<see cref="OnnxReader"/>).
/// </summary>
internal interface IPublishedTensors : IDisposable
{
    private const int AtOnce = 1 << 14;

    /// <summary>The folder or the file, for messages.</summary>
    string Folder { get; }

    /// <summary>The tensors by name.</summary>
    IReadOnlyDictionary<string, SafeTensorsEntry> Entries { get; }

    /// <summary>How many numbers those hold that can be read.</summary>
    sealed long Numbers => Entries.Values.Where(entry => entry.Unreadable is null).Sum(entry => entry.Count);

    /// <summary>The first of some names that there is a tensor of; null if there is none.</summary>
    sealed string? Find(params string[] names) => Array.Find(names, Entries.ContainsKey);

    /// <summary>Whether two tensors have the same shape and hold the same numbers.</summary>
    sealed bool Same(string name, string other)
    {
        SafeTensorsEntry one = Entries[name], two = Entries[other];
        if (one.Unreadable is not null || two.Unreadable is not null || !one.Shape.AsSpan().SequenceEqual(two.Shape))
        {
            return false;
        }

        float[] left = new float[Math.Min(one.Count, AtOnce)], right = new float[left.Length];
        for (long first = 0; first < one.Count; first += AtOnce)
        {
            int length = (int)Math.Min(AtOnce, one.Count - first);
            CopyTo(name, first, left.AsSpan(0, length));
            CopyTo(other, first, right.AsSpan(0, length));
            if (!left.AsSpan(0, length).SequenceEqual(right.AsSpan(0, length))) { return false; }
        }

        return true;
    }

    /// <summary>Copies numbers of a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="first">The first number, counted from 0.</param>
    /// <param name="numbers">Room for those that are wanted.</param>
    void CopyTo(string name, long first, Span<float> numbers);
}
