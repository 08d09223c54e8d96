namespace TransformersFromScratch;

// Figures with controls.
public static partial class Plot
{
    /// <summary>
    /// Several figures that are there already in one place, with a slider that steps through them:
    /// <see cref="Interactive(string, FigureControl, Func{int, Figure}, bool)"/> with a <see cref="Slider"/> that
    /// starts at the first.
    /// </summary>
    /// <param name="figures">Figures made by one and the same method, with the same labels and the same number of
    /// panels.</param>
    /// <param name="labels">The name of each stop of the slider.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="slider">What the slider steps through, such as "layer".</param>
    /// <exception cref="ArgumentException">There is no figure, labels do not fit, or figures differ in
    /// shape.</exception>
    public static Figure Frames(
        IReadOnlyList<Figure> figures, IReadOnlyList<string> labels, string title = "", string slider = "")
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentNullException.ThrowIfNull(labels);
        if (figures.Count == 0)
            throw new ArgumentException("There is no frame to show. Give at least one figure.", nameof(figures));
        if (figures.Count != labels.Count)
            throw new ArgumentException(
                $"There are {figures.Count} figures, but {labels.Count} labels. Give one label per figure.",
                nameof(labels));
        return Interactive(
            title, new Slider(string.IsNullOrWhiteSpace(slider) ? "frame" : slider, labels), stop => figures[stop]);
    }

    /// <summary>
    /// A figure that answers: one control, and a figure for each of its stops. The controls work in a saved notebook
    /// and on a static page, with no kernel. The still picture shows the control's start.
    /// </summary>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="control">What the reader moves.</param>
    /// <param name="figure">
    /// The figure at a stop, counted from 0. It is called once per stop. All figures are of one kind: all heatmaps, or
    /// all charts. Axes and colours span the numbers of all stops.
    /// </param>
    /// <param name="oneScale">Whether axes and colours stay the same at all stops, so that stops can be
    /// compared.</param>
    /// <exception cref="ArgumentException">The figures are of two kinds, or together too large for a
    /// notebook.</exception>
    public static Figure Interactive(
        string title, FigureControl control, Func<int, Figure> figure, bool oneScale = true)
    {
        ArgumentNullException.ThrowIfNull(control);
        ArgumentNullException.ThrowIfNull(figure);
        return Answering(title, [control], stop => figure(stop[0]), oneScale);
    }

    /// <summary>The same with two controls, such as a layer and a head: a figure for each pair of stops.</summary>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="first">What the reader moves.</param>
    /// <param name="second">What the reader moves as well.</param>
    /// <param name="figure">The figure at a stop of the first and a stop of the second, each counted from 0.</param>
    /// <param name="oneScale">Whether axes and colours stay the same at all stops, so that stops can be
    /// compared.</param>
    /// <exception cref="ArgumentException">The figures are of two kinds, or together too large for a
    /// notebook.</exception>
    public static Figure Interactive(
        string title, FigureControl first, FigureControl second, Func<int, int, Figure> figure, bool oneScale = true)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(figure);
        return Answering(title, [first, second], stop => figure(stop[0], stop[1]), oneScale);
    }

    private static Figure Answering(string title, FigureControl[] controls, Func<int[], Figure> figure, bool oneScale)
    {
        ArgumentNullException.ThrowIfNull(title);
        int count = Stops.Count(controls), last = controls[^1].Stops.Count;
        Figure[] figures =
            [.. Enumerable.Range(0, count)
                .Select(stop => figure(controls.Length == 1 ? [stop] : [stop / last, stop % last]))];
        var stops = new Stops(title, controls, figures, oneScale);
        Figure start = figures[stops.Start];
        return new Figure(
            new ChartDrawing(stops.StartSpec, stops), stops.Caption(start), $"{stops.InWords} {start.Description}",
            stops.Note(start), start.Text);
    }
}
