namespace TransformersFromScratch;

/// <summary>
/// One line or one cloud of points of a chart. NaN and the infinities leave a gap in the line; the figure says so.
/// </summary>
public sealed record Series
{
    /// <summary>A series of points.</summary>
    /// <param name="name">Its name in the legend; empty for none.</param>
    /// <param name="x">Where each point lies across; on a line in the order in which points are joined.</param>
    /// <param name="y">Where each point lies up; as many numbers as <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">There is no point, or one list is longer than the other.</exception>
    public Series(string name, IEnumerable<double> x, IEnumerable<double> y)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        (Name, X, Y) = (name, [.. x], [.. y]);
        if (X.Count != Y.Count)
        {
            throw new ArgumentException(
                $"Series \"{name}\" has {X.Count} x and {Y.Count} y. Give every point both.", nameof(y));
        }

        if (X.Count == 0)
            throw new ArgumentException($"Series \"{name}\" has no point. Give at least one.", nameof(x));
    }

    /// <summary>The name in the legend.</summary>
    public string Name { get; }

    /// <summary>Where each point lies across.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>Where each point lies up.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>
    /// Whether each point is marked. <see cref="Plot.Scatter(string, Axis, Axis, Series[])"/> always marks.
    /// </summary>
    public bool Markers { get; init; }

    /// <summary>
    /// Whether the points are joined. When null, <see cref="Plot.Lines"/> joins them and
    /// <see cref="Plot.Scatter(string, Axis, Axis, Series[])"/> does not.
    /// </summary>
    public bool? Joined { get; init; }

    /// <summary>Whether the line is dashed, as a reference or a theoretical curve is.</summary>
    public bool Dashed { get; init; }

    /// <summary>
    /// Whether a NaN among <see cref="Y"/> is a gap on purpose: it lifts the pen between two pieces of one line. The
    /// figure then does not report it as a number that is missing.
    /// </summary>
    public bool Gaps { get; init; }

    /// <summary>
    /// The lower edge of a band about the line (a spread, an expected range); set both edges or neither.
    /// </summary>
    public IReadOnlyList<double>? Lower { get; init; }

    /// <summary>The upper edge of a band about the line; set both edges or neither.</summary>
    public IReadOnlyList<double>? Upper { get; init; }

    /// <summary>
    /// A text for each point: written beside it in a scatter plot, shown under the pointer on a line.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }
}
