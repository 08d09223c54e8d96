namespace TransformersFromScratch;

/// <summary>
/// What is to be drawn, before it has places: it can be arranged alone, or on the axes and colours of several.
/// </summary>
internal abstract record Arrangement
{
    /// <summary>How much room there is at least to the left of the first panel and above it, in pixels.</summary>
    public double LeastLeft { get; init; }

    /// <inheritdoc cref="LeastLeft"/>
    public double LeastTop { get; init; }

    /// <summary>The spec, ready to be drawn.</summary>
    public abstract ChartSpec Arrange();

    /// <summary>The same on the axes and colours that all of these have in common, itself among them.</summary>
    public abstract Arrangement Among(IReadOnlyList<ChartSpec> all);

    /// <summary>
    /// Arranges all of them on common axes and colours (if so wished), and on boxes of one size, in which the first
    /// panel starts at one place.
    /// </summary>
    public static ChartSpec[] Together(IReadOnlyList<Arrangement> all, bool oneScale)
    {
        ChartSpec[] alone = [.. all.Select(one => one.Arrange())];
        Arrangement[] scaled = oneScale ? [.. all.Select(one => one.Among(alone))] : [.. all];
        ChartSpec[] specs = oneScale ? [.. scaled.Select(one => one.Arrange())] : alone;
        double left = specs.Max(spec => spec.Panels[0].X), top = specs.Max(spec => spec.Panels[0].Y);
        specs = [.. scaled.Select(one => (one with { LeastLeft = left, LeastTop = top }).Arrange())];
        double width = specs.Max(spec => spec.Width), height = specs.Max(spec => spec.Height);
        return [.. specs.Select(spec => spec with { Width = width, Height = height })];
    }
}
