using System.Reflection;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>
/// What stands in the middle of a figure: a still picture, and what a script needs to bring it to life.
/// </summary>
internal abstract class Drawing
{
    public abstract double Width { get; }

    public abstract double Height { get; }

    public abstract double FontSize { get; }

    /// <summary>The class by which the script finds the box, and the box's style.</summary>
    public abstract (string Class, string Style) Box { get; }

    /// <summary>The scripts that bring the picture to life, in order.</summary>
    public abstract IReadOnlyList<string> Scripts { get; }

    /// <summary>Which of its states the still picture shows, in a sentence; empty where there is but one.</summary>
    public virtual string Shown => "";

    /// <summary>
    /// The picture without its surrounding element, and how many cells across and down are drawn as one square; without
    /// values under the pointer if small.
    /// </summary>
    public abstract (string Body, int Block) Draw(bool small = false);

    /// <summary>What the script reads; null where it cannot be made.</summary>
    public abstract string? Json();

    /// <summary>
    /// The text of scripts; comments and indentation stay in the source, because every figure carries this text.
    /// </summary>
    public static string ScriptText(IEnumerable<string> names) => string.Join('\n', names.SelectMany(name =>
    {
        Assembly library = typeof(Drawing).Assembly;
        using Stream stream = library.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n').Select(line => line.Trim())
            .Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)).ToArray();
    }));
}

/// <summary>A chart, which Plotly draws where it is found; with controls, the chart of each of their stops.</summary>
internal sealed class ChartDrawing(ChartSpec spec, Stops? stops = null) : Drawing
{
    /// <summary>
    /// Below this width, in pixels, a chart of lines or bars is not squeezed, and a heatmap not below what its labels
    /// need.
    /// </summary>
    private const double Narrowest = 250, LeastPitch = 11;

    public ChartSpec Spec => spec;

    public override double Width => spec.Width;

    public override double Height => spec.Height;

    public override double FontSize => spec.FontSize;

    // Charts of lines and bars fill the column; a heatmap's cells need no more room than they have. On a narrow screen
    // the box shrinks, and it scrolls once smaller text could not be read.
    public override (string Class, string Style) Box
    {
        get
        {
            if (spec.Color is null)
                return ("tfs-box",
                    $"max-width:{(spec.Width < 700 ? Px(spec.Width) : "1100")}px;" +
                        $"min-width:{Px(Math.Min(Narrowest, spec.Width))}px;" +
                        $"min-height:{Px(Math.Min(spec.Height, 260))}px");
            double pitch = spec.Panels.SelectMany(
                panel => new[] { Pitch(panel.Across, panel.Width), Pitch(panel.Down, panel.Height) })
                    .DefaultIfEmpty(double.PositiveInfinity).Min();
            double least = Math.Min(
                spec.Width, Math.Max(Narrowest, Math.Floor(spec.Width * Math.Clamp(LeastPitch / pitch, 0.4, 1))));
            return ("tfs-box", $"max-width:{Px(spec.Width)}px;min-width:{Px(least)}px");
        }
    }

    public override IReadOnlyList<string> Scripts =>
        stops is null ? ["figure.js"] : ["controls.js", "stops.js", "figure.js"];

    public override string Shown => stops?.Shown ?? "";

    public override (string Body, int Block) Draw(bool small = false) => Svg.Draw(spec, small);

    public override string? Json() => stops is null ? PlotlyHost.Json(spec) : stops.Json;

    /// <summary>How far two labels of an axis are apart, in pixels.</summary>
    private static double Pitch(AxisSpec axis, double length) =>
        axis.TickAt.Length < 2
            ? double.PositiveInfinity
            : (axis.TickAt[1] - axis.TickAt[0]) * length / (axis.Max - axis.Min);
}
