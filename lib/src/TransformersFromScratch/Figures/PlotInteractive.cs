namespace TransformersFromScratch;

// Figures with controls.
public static partial class Plot
{
    /// <summary>
    /// Several figures of the same shape in one place, with a slider that steps through them: layers, training steps,
    /// temperatures. The slider works in saved notebooks and static pages; where no script runs, the first figure shows.
    /// </summary>
    /// <param name="figures">Figures made by one and the same method, with the same labels and the same number of panels.</param>
    /// <param name="labels">The name of each stop of the slider.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="slider">What the slider steps through, such as "layer".</param>
    /// <exception cref="ArgumentException">There is no figure, labels do not fit, or figures differ in shape.</exception>
    public static Figure Frames(
        IReadOnlyList<Figure> figures, IReadOnlyList<string> labels, string title = "", string slider = "")
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(title);
        if (figures.Count == 0)
            throw new ArgumentException("There is no frame to show. Give at least one figure.", nameof(figures));
        if (figures.Count != labels.Count)
            throw new ArgumentException($"There are {figures.Count} figures, but {labels.Count} labels. Give one label a figure.", nameof(labels));
        ChartSpec spec = FrameLayout.Join([.. figures.Select(f => f.Spec)], [.. labels], slider ?? "");
        string what = slider is null or "" ? "frame" : slider;
        string note = string.Join(" ", figures.Select(f => spec.Color is { Min: not 0 } ? f.Note : f.Note.Replace(HeatmapLayout.CloseNote, "", StringComparison.Ordinal).Trim())
            .Prepend($"The slider steps from {what} {labels[0]} to {labels[^1]}; where no script runs, the first is shown.")
            .Where(n => n != "").Distinct());
        return new Figure(spec, title, $"{figures.Count} frames, {what} {labels[0]} to {labels[^1]}. {figures[0].Description}", note, figures[0].ToString());
    }

    /// <summary>
    /// A figure that answers: one control, and a figure for each of its stops. The controls work in a saved notebook and on a static page,
    /// with no kernel. The still picture shows the control's start.
    /// </summary>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="control">What the reader moves.</param>
    /// <param name="figure">
    /// The figure at a stop, counted from 0. It is called once per stop. All figures are of one kind: all heatmaps, or all charts. Axes and
    /// colours span the numbers of all stops.
    /// </param>
    /// <exception cref="ArgumentException">The figures are of two kinds, or together too large for a notebook.</exception>
    public static Figure Interactive(string title, FigureControl control, Func<int, Figure> figure)
    {
        ArgumentNullException.ThrowIfNull(control);
        ArgumentNullException.ThrowIfNull(figure);
        return figure(control.Start);
    }

    /// <summary>The same with two controls, such as a layer and a head: a figure for each pair of stops.</summary>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="first">What the reader moves.</param>
    /// <param name="second">What the reader moves as well.</param>
    /// <param name="figure">The figure at a stop of the first and a stop of the second, each counted from 0.</param>
    /// <exception cref="ArgumentException">The figures are of two kinds, or together too large for a notebook.</exception>
    public static Figure Interactive(string title, FigureControl first, FigureControl second, Func<int, int, Figure> figure)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(figure);
        return figure(first.Start, second.Start);
    }
}
