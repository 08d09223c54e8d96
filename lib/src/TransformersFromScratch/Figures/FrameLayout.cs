namespace TransformersFromScratch;

/// <summary>Joins figures of one shape into one with a slider.</summary>
internal static class FrameLayout
{
    private const double SliderHeight = 62;

    /// <summary>The first spec with the contents of all, ranges wide enough for each, and room for a slider.</summary>
    public static ChartSpec Join(ChartSpec[] frames, string[] labels, string slider)
    {
        ChartSpec first = frames[0];
        for (int f = 0; f < frames.Length; f++)
        {
            if (Shape(frames[f]) != Shape(first))
            {
                throw new ArgumentException(
                    $"Frame {f} ({labels[f]}) shows {Shape(frames[f])}, but frame 0 ({labels[0]}) shows {Shape(first)}. " +
                    "Frames must have the same shape.", nameof(frames));
            }
        }

        int cells = frames.Sum(frame => frame.Panels.Sum(p => p.Heats.Sum(h => h.Values.Length)));
        int points = frames.Sum(frame => frame.Panels.Sum(p => p.Curves.Sum(c => c.X.Length)));
        if (cells > HeatmapLayout.MostCells || points > 4000)
        {
            throw new ArgumentException(
                $"{frames.Length} frames hold {cells} cells and {points} points together; a figure may have " +
                $"{HeatmapLayout.MostCells} and 4000. Show fewer frames, or a part of each.", nameof(frames));
        }

        double min = frames.Min(f => f.Color?.Min ?? 0), max = frames.Max(f => f.Color?.Max ?? 0);
        return first with
        {
            Height = first.Height + SliderHeight,
            Frames = labels,
            FrameTitle = slider,
            Color = first.Color is null ? null : Stretch(first.Color, min, max) with { Digits = frames.Max(f => f.Color?.Digits ?? 0) },
            Panels = [.. first.Panels.Select((panel, p) => panel with
            {
                Heats = [.. frames.SelectMany(f => f.Panels[p].Heats)],
                Curves = [.. frames.SelectMany((f, index) => f.Panels[p].Curves.Select(c => c with { Frame = index }))],
                Across = Widen(panel.Across, frames.Select(f => f.Panels[p].Across)),
                Down = Widen(panel.Down, frames.Select(f => f.Panels[p].Down)),
            })],
        };
    }

    private static string Shape(ChartSpec spec) => string.Join(" + ", spec.Panels.GroupBy(p =>
            p.Heats.Length > 0 ? $"{p.Heats[0].Rows}×{p.Heats[0].Columns} cells" : $"{p.Curves.Length} series")
        .Select(g => g.Count() == 1 ? g.Key : $"{g.Count()} times {g.Key}")) + (spec.Frames.Length > 0 ? " with a slider of its own" : "");

    private static ColorScale Stretch(ColorScale color, double min, double max)
    {
        double[] ticks = Ticks.Linear(min, max, color.Height < 90 ? 2 : 5);
        return color with { Min = min, Max = max, TickAt = ticks, TickText = FigureText.Ticks(ticks) };
    }

    private static AxisSpec Widen(AxisSpec axis, IEnumerable<AxisSpec> all)
    {
        if (axis.Labels.Length > 0)
            return axis;
        AxisSpec[] axes = [.. all];
        double min = axes.Min(a => a.Min), max = axes.Max(a => a.Max);
        double[] ticks = axis.Log ? Ticks.Logarithmic(min, max) : Ticks.Linear(min, max, 6);
        return axis with { Min = min, Max = max, Digits = axes.Max(a => a.Digits), TickAt = ticks, TickText = FigureText.Ticks(ticks) };
    }
}
