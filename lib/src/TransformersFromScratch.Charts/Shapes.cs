using System.Globalization;
using System.Text;

namespace TransformersFromScratch.Charts;

/// <summary>The hatching of hidden cells, as Plotly's shapes.</summary>
internal static class Shapes
{
    private const double Faint = 0.45;

    /// <summary>The lines of a panel, in the coordinates of its axes: the middle of cell 0 is 0.</summary>
    public static Dictionary<string, object> Hatch(Heat heat, string axis)
    {
        var path = new StringBuilder();
        for (int i = 0; i < heat.Hatch.Length; i += 4)
            path.Append(
                $"M{At(heat.Hatch[i])},{At(heat.Hatch[i + 1])}L{At(heat.Hatch[i + 2])},{At(heat.Hatch[i + 3])}");
        return Lines(path.ToString(), "x" + axis, "y" + axis);

        static string At(double place) => Math.Round(place - 0.5, 3).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The hatched square beside its meaning, in shares of the plot.</summary>
    public static IEnumerable<Dictionary<string, object>> HiddenKey(
        double left, double right, double top, double bottom)
    {
        (double x, double y) = ((left + right) / 2, (top + bottom) / 2);
        yield return new()
        {
            ["type"] = "rect", ["xref"] = "paper", ["yref"] = "paper", ["x0"] = left, ["x1"] = right, ["y0"] = bottom,
            ["y1"] = top,
            ["opacity"] = 0.35, ["line"] = new Dictionary<string, object> { ["color"] = "ink", ["width"] = 1 },
        };
        yield return Lines(string.Create(CultureInfo.InvariantCulture,
            $"M{left:0.####},{y:0.####}L{x:0.####},{top:0.####}" +
            $"M{left:0.####},{bottom:0.####}L{right:0.####},{top:0.####}" +
            $"M{x:0.####},{bottom:0.####}L{right:0.####},{y:0.####}"), "paper", "paper");
    }

    private static Dictionary<string, object> Lines(string path, string across, string up) => new()
    {
        ["type"] = "path", ["path"] = path, ["xref"] = across, ["yref"] = up, ["opacity"] = Faint,
        ["line"] = new Dictionary<string, object> { ["color"] = "ink", ["width"] = 1 },
    };
}
