namespace TransformersFromScratch;

/// <summary>
/// An axis with one label a row, column or bar. The axis is numeric (0, 1, 2 …) and the labels are the texts of its
/// ticks: on an axis of categories Plotly would merge equal labels, and "the … the" is a sentence like any other.
/// </summary>
internal static class LabelAxis
{
    /// <param name="labels">The whole labels, one a place.</param>
    /// <param name="numbered">Whether the labels are just numbers, of which a few suffice.</param>
    /// <param name="pitch">Pixels from one place to the next.</param>
    /// <param name="font">The font size, in pixels.</param>
    /// <param name="upright">Whether the axis runs across, so that long labels must be turned.</param>
    /// <param name="longest">How many characters of a label are shown at most.</param>
    public static AxisSpec Of(string[] labels, bool numbered, double pitch, double font, bool upright, int longest)
    {
        string[] texts = [.. labels.Select(label => FigureText.Elide(label, longest))];
        double widest = texts.Max(text => FigureText.Width(text, font));
        bool flat = !upright || widest + 4 <= pitch;
        int step = numbered
            ? Ticks.Step((upright ? widest + 12 : font + 6) / pitch)
            : (int)Math.Ceiling((font + 1) / pitch);
        int[] shown = [.. Enumerable.Range(0, labels.Length).Where(i => i % step == 0)];
        return new AxisSpec
        {
            Min = -0.5,
            Max = labels.Length - 0.5,
            Labels = labels,
            TickAt = [.. shown.Select(i => (double)i)],
            TickText = [.. shown.Select(i => texts[i])],
            Angle = flat || numbered ? 0 : pitch * step >= font * 1.5 ? -45 : -90,
        };
    }

    /// <summary>How far the labels reach away from the plot, in pixels.</summary>
    public static double Depth(AxisSpec axis, double font)
    {
        double widest = axis.TickText.Max(text => FigureText.Width(text, font));
        return axis switch
        {
            { Reversed: true } => widest + 8, // the axis of the rows: labels lie flat beside it
            { Angle: -90 } => widest + 8,
            { Angle: -45 } => ((widest + font) * 0.71) + 6,
            _ => font + 8,
        };
    }
}
