namespace TransformersFromScratch;

/// <summary>
/// What a reader moves in a figure: a <see cref="Slider"/> or a <see cref="Selector"/>. It has a name and stops; each
/// stop shows one figure, drawn beforehand, so that it works in a saved notebook and on a page without a kernel.
/// </summary>
public abstract record FigureControl
{
    private protected FigureControl(string name, IReadOnlyList<string> stops, int start)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(stops);
        if (stops.Count == 0 || stops.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException(
                $"The control \"{name}\" needs at least one stop, and each stop a name that can be read.",
                nameof(stops));
        if (start < 0 || start >= stops.Count)
        {
            throw new ArgumentException(
                $"The control \"{name}\" would start at stop {start}, but its {stops.Count} stops are numbered from " +
                $"0 to {stops.Count - 1}.", nameof(start));
        }

        (Name, Stops, Start) = (name, [.. stops], start);
    }

    /// <summary>What the reader moves, in words: "temperature", "layer".</summary>
    public string Name { get; }

    /// <summary>The name of each stop.</summary>
    public IReadOnlyList<string> Stops { get; }

    /// <summary>The stop that shows first, counted from 0.</summary>
    public int Start { get; }
}

/// <summary>
/// Stops in an order, such as temperatures or training steps: a slider with buttons to play and to step.
/// </summary>
public sealed record Slider : FigureControl
{
    /// <summary>A slider.</summary>
    /// <param name="name">What it moves, in words.</param>
    /// <param name="stops">The name of each stop, in order.</param>
    /// <param name="start">The stop that shows first, counted from 0; choose one that shows something.</param>
    /// <exception cref="ArgumentException">There is no stop, a name is empty, or there is no stop of the number
    /// <paramref name="start"/>.</exception>
    public Slider(string name, IReadOnlyList<string> stops, int start = 0) : base(name, stops, start)
    {
    }
}

/// <summary>Stops to choose from, such as heads or sentences: a list that opens.</summary>
public sealed record Selector : FigureControl
{
    /// <summary>A selector.</summary>
    /// <param name="name">What it selects, in words.</param>
    /// <param name="stops">The name of each stop.</param>
    /// <param name="start">The stop that shows first, counted from 0.</param>
    /// <exception cref="ArgumentException">There is no stop, a name is empty, or there is no stop of the number
    /// <paramref name="start"/>.</exception>
    public Selector(string name, IReadOnlyList<string> stops, int start = 0) : base(name, stops, start)
    {
    }
}
