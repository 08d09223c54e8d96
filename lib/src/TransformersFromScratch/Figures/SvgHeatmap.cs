using System.Globalization;
using System.Text;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>Draws the cells of a heatmap, in a unit square each, scaled to their place.</summary>
internal static class SvgHeatmap
{
    /// <summary>Up to this many cells are drawn one by one, each with its value under the pointer.</summary>
    private const int CellByCell = 260;

    /// <summary>With more cells than that, those of one colour are one path; this many colours.</summary>
    private const int Levels = 40;

    /// <summary>Draws one panel of a figure that has a number of cells in all.</summary>
    public static void Draw(StringBuilder svg, Panel panel, ColorScale scale, double font, int cells)
    {
        Heat heat = panel.Heats[0];
        double width = panel.Width / heat.Columns, height = panel.Height / heat.Rows;
        // The faint ground shows where cells are left blank.
        svg.Append($"<rect x=\"{Px(panel.X)}\" y=\"{Px(panel.Y)}\" width=\"{Px(panel.Width)}\" height=\"{Px(panel.Height)}\" fill=\"currentColor\" opacity=\".07\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({Px(panel.X)} {Px(panel.Y)}) scale({width:0.####} {height:0.####})\" shape-rendering=\"crispEdges\">");
        if (cells <= CellByCell)
            OneByOne(svg, panel, heat, scale);
        else
            ByColor(svg, heat, scale);
        svg.Append("</g>");
        if (heat.Decimals >= 0)
            Numbers(svg, panel, heat, scale, font);
    }

    private static double Fraction(ColorScale scale, double value) => (value - scale.Min) / (scale.Max - scale.Min);

    private static void OneByOne(StringBuilder svg, Panel panel, Heat heat, ColorScale scale)
    {
        for (int i = 0; i < heat.Rows; i++)
        {
            for (int j = 0; j < heat.Columns; j++)
            {
                double value = heat.Values[(i * heat.Columns) + j];
                string fill = double.IsFinite(value) ? Palette.At(Fraction(scale, value)) : "none\" pointer-events=\"all";
                string hover = Escape($"{panel.Down.Labels[i]} → {panel.Across.Labels[j]}: {Number(value)}");
                svg.Append($"<path d=\"M{j} {i}h1v1h-1z\" fill=\"{fill}\"><title>{hover}</title></path>");
            }
        }
    }

    /// <summary>
    /// One path a colour, made of runs of equal cells: a run is a stroke one unit thick. Runs go across or down,
    /// whichever needs fewer characters (down a sinusoid's column the colour changes slowly, across it flips).
    /// </summary>
    private static void ByColor(StringBuilder svg, Heat heat, ColorScale scale)
    {
        string across = Runs(heat, scale, down: false), down = Runs(heat, scale, down: true);
        svg.Append(across.Length <= down.Length ? across : down);
    }

    private static string Runs(Heat heat, ColorScale scale, bool down)
    {
        (int lines, int length) = down ? (heat.Columns, heat.Rows) : (heat.Rows, heat.Columns);
        var paths = new StringBuilder[Levels];
        for (int line = 0; line < lines; line++)
        {
            int start = 0, level = LevelAt(0);
            for (int i = 1; i <= length; i++)
            {
                int next = i == length ? -2 : LevelAt(i);
                if (next == level)
                    continue;
                if (level >= 0)
                    Add(level, line, start, i - start);
                (start, level) = (i, next);
            }

            int LevelAt(int i)
            {
                double value = heat.Values[down ? (i * heat.Columns) + line : (line * heat.Columns) + i];
                return double.IsFinite(value) ? (int)Math.Clamp(Fraction(scale, value) * Levels, 0, Levels - 1) : -1;
            }
        }

        var svg = new StringBuilder($"<g stroke-width=\"1\">");
        for (int level = 0; level < Levels; level++)
        {
            if (paths[level] is { } path)
                svg.Append($"<path stroke=\"{Palette.At((level + 0.5) / Levels)}\" d=\"{path}\"/>");
        }

        return svg.Append("</g>").ToString();

        void Add(int level, int line, int start, int run)
        {
            StringBuilder path = paths[level] ??= new StringBuilder();
            _ = down ? path.Append($"M{line}.5 {start}v{run}") : path.Append($"M{start} {line}.5h{run}");
        }
    }

    private static void Numbers(StringBuilder svg, Panel panel, Heat heat, ColorScale scale, double font)
    {
        svg.Append("<g text-anchor=\"middle\" pointer-events=\"none\">");
        for (int i = 0; i < heat.Rows; i++)
        {
            for (int j = 0; j < heat.Columns; j++)
            {
                double value = heat.Values[(i * heat.Columns) + j];
                string text = double.IsFinite(value)
                    ? value.ToString("F" + heat.Decimals, CultureInfo.InvariantCulture).Replace('-', '−')
                    : Number(value);
                string color = double.IsFinite(value) ? Palette.TextOn(Palette.At(Fraction(scale, value))) : "currentColor";
                svg.Append($"<text x=\"{Px(Scale.Across(panel, j))}\" y=\"{Px(Scale.Down(panel, i) + (font * 0.35))}\" fill=\"{color}\">{text}</text>");
            }
        }

        svg.Append("</g>");
    }
}
