namespace TransformersFromScratch;

/// <summary>A box of a graph.</summary>
/// <param name="Name">What stands in its first line, such as "a = w·x".</param>
/// <param name="Across">Its column; columns are counted from the left and may lie between two whole numbers.</param>
/// <param name="Down">Its row, counted from the top.</param>
public sealed record GraphNode(string Name, double Across, double Down);

/// <summary>What a graph shows at one stop of its controls.</summary>
/// <param name="Texts">For each node its second and third line, apart by a line feed; empty for none.</param>
/// <param name="Active">The node that is at work: it and its arrows are marked; -1 for none.</param>
/// <param name="Says">A sentence on what happens.</param>
public sealed record GraphStep(IReadOnlyList<string> Texts, int Active = -1, string Says = "");

// A computation as a graph, step by step.
public static partial class Plot
{
    /// <summary>
    /// A computation as a graph that is walked step by step: boxes with numbers, and an arrow from each box to what is
    /// made of it. The control works in a saved notebook and on a static page, with no kernel.
    /// </summary>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="nodes">The boxes.</param>
    /// <param name="arrows">From which box to which, counted from 0.</param>
    /// <param name="control">What the reader moves, such as the step of a walk.</param>
    /// <param name="step">What stands in the boxes at a stop, counted from 0. It is called once per stop.</param>
    /// <exception cref="ArgumentException">An arrow or a step does not fit the nodes.</exception>
    public static Figure Graph(
        string title, IReadOnlyList<GraphNode> nodes, IReadOnlyList<(int From, int To)> arrows,
        FigureControl control, Func<int, GraphStep> step)
    {
        ArgumentNullException.ThrowIfNull(control);
        ArgumentNullException.ThrowIfNull(step);
        return GraphOf(title, nodes, arrows, [control], step);
    }

    /// <summary>The same with two controls, such as the kind of a walk and its step.</summary>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="nodes">The boxes.</param>
    /// <param name="arrows">From which box to which, counted from 0.</param>
    /// <param name="first">What the reader moves.</param>
    /// <param name="second">What the reader moves as well.</param>
    /// <param name="step">What stands in the boxes at a stop of the first and a stop of the second.</param>
    /// <exception cref="ArgumentException">An arrow or a step does not fit the nodes.</exception>
    public static Figure Graph(
        string title, IReadOnlyList<GraphNode> nodes, IReadOnlyList<(int From, int To)> arrows,
        FigureControl first, FigureControl second, Func<int, int, GraphStep> step)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(step);
        int last = second.Stops.Count;
        return GraphOf(title, nodes, arrows, [first, second], stop => step(stop / last, stop % last));
    }

    private static Figure GraphOf(
        string title, IReadOnlyList<GraphNode> nodes, IReadOnlyList<(int From, int To)> arrows,
        IReadOnlyList<FigureControl> controls, Func<int, GraphStep> step)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(arrows);
        var drawing = new GraphDrawing(
            nodes, arrows, controls, [.. Enumerable.Range(0, Stops.Count(controls)).Select(step)]);
        return new Figure(
            drawing, title,
            $"{Stops.Describe(controls)} A graph of {nodes.Count} nodes and {arrows.Count} arrows.", "", drawing.Text);
    }
}
