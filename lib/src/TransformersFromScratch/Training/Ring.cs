namespace TransformersFromScratch;

/// <summary>
/// Machines in a ring, each with an array of its own, such as its gradient: p machines simulated in one process. An
/// array counts as p chunks of nearly equal size. In a round every machine sends one chunk to the machine after it, and
/// nothing else ever goes from one to another; so what is sent can be counted (Patarasu and Yuan 2009).
/// </summary>
public sealed class Ring
{
    private readonly float[][] _values;

    /// <summary>A ring whose machines start with copies of these arrays.</summary>
    /// <param name="values">An array for each machine, all of one length.</param>
    /// <exception cref="ArgumentException">There is no machine, or lengths differ.</exception>
    public Ring(IEnumerable<float[]> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = [.. values.Select(array => (float[])array.Clone())];
        if (_values.Length == 0 || Array.Exists(_values, array => array.Length != _values[0].Length))
        {
            throw new ArgumentException(
                $"A ring needs at least one machine, and arrays of one length, not of " +
                $"{string.Join(", ", _values.Select(array => array.Length))} numbers.", nameof(values));
        }
    }

    /// <summary>p.</summary>
    public int Machines => _values.Length;

    /// <summary>What each machine has at present.</summary>
    public IReadOnlyList<float[]> Values => _values;

    /// <summary>How many rounds there have been.</summary>
    public int Rounds { get; private set; }

    /// <summary>How many bytes all machines together have sent.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// One round: every machine sends one chunk to the machine after it, all at the same time. The last one sends to
    /// machine 0.
    /// </summary>
    /// <param name="chunk">
    /// Which chunk a machine sends, from its number. Chunks go round, too: p is chunk 0, and -1 is chunk p - 1.
    /// </param>
    /// <param name="add">Whether the receiver adds it to its own chunk of that number, or puts it in the place.</param>
    public void Send(Func<int, int> chunk, bool add)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        int p = Machines;
        // All chunks leave before any arrives.
        var parcels = Enumerable.Range(0, p).Select(machine =>
        {
            Range place = Chunk(chunk(machine));
            return (To: (machine + 1) % p, Place: place, Numbers: _values[machine][place]);
        }).ToList();
        foreach (var (to, place, numbers) in parcels)
        {
            Span<float> here = _values[to].AsSpan(place);
            for (int i = 0; i < here.Length; i++) { here[i] = add ? here[i] + numbers[i] : numbers[i]; }

            Bytes += sizeof(float) * (long)numbers.Length;
        }

        Rounds++;
    }

    /// <summary>
    /// Every machine ends with the sum of all arrays, after 2 (p - 1) rounds in which each sends 2 (p - 1) / p of its
    /// array: in the first half sums are collected, in the second they are handed on.
    /// </summary>
    public void AllReduce()
    {
        for (int round = 0; round < Machines - 1; round++)
        {
            int past = round;
            Send(machine => machine - past, add: true);
        }

        for (int round = 0; round < Machines - 1; round++)
        {
            int past = round;
            Send(machine => machine + 1 - past, add: false);
        }
    }

    /// <summary>Where a chunk lies in an array.</summary>
    /// <param name="number">Its number; it may be below 0 or above p.</param>
    private Range Chunk(int number)
    {
        int p = Machines, at = ((number % p) + p) % p;
        long length = _values[0].Length;
        return (int)(at * length / p)..(int)((at + 1) * length / p);
    }
}
