using System.Globalization;
using System.Text;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>Draws the cells of a heatmap, in a unit square each, scaled to their place.</summary>
internal static class SvgHeatmap
{
    /// <summary>Up to this many cells are drawn one by one, each with its value under the pointer.</summary>
    private const int CellByCell = 260;

    /// <summary>
    /// With more cells than that, those of one colour are one path. As many colours as leave the figure small enough;
    /// the live chart has them all.
    /// </summary>
    private static readonly int[] s_levels = [48, 40, 32, 26, 20, 16];

    /// <summary>How many characters the cells of a figure may take, and how many when it is drawn small.</summary>
    private const int Budget = 22_000, SmallBudget = 4_000;

    /// <summary>How many less for each further panel.</summary>
    private const int PanelCost = 600;

    /// <summary>
    /// How many characters each panel of a figure may take; <see cref="Draw"/> has no limit for
    /// <see cref="int.MaxValue"/>.
    /// </summary>
    public static int BudgetOf(Heat heat, int cells, int panels, bool small) =>
        cells <= CellByCell && !small ? int.MaxValue
        : Math.Max(1, (small ? SmallBudget : Budget) - (PanelCost * (panels - 1))) * heat.Values.Length / cells;

    /// <summary>
    /// Draws a panel in so many characters. Says how many cells across and down it draws as one: 1, unless the numbers
    /// of a very large heatmap are so irregular that even few colours take too much room. Without a limit every cell
    /// shows its value under the pointer.
    /// </summary>
    public static int Draw(StringBuilder svg, Panel panel, ColorScale scale, double font, int budget)
    {
        Heat heat = panel.Heat!;
        double width = panel.Width / heat.Columns, height = panel.Height / heat.Rows;
        // The faint ground shows where cells are left blank.
        svg.Append(
            $"<rect x=\"{Px(panel.X)}\" y=\"{Px(panel.Y)}\" width=\"{Px(panel.Width)}\" " +
            $"height=\"{Px(panel.Height)}\" fill=\"currentColor\" opacity=\".07\"/>");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<g transform=\"translate({Px(panel.X)} {Px(panel.Y)}) scale({width:0.####} {height:0.####})\" " +
            $"shape-rendering=\"crispEdges\" stroke-width=\"1\">");
        int block = 1;
        if (budget == int.MaxValue)
        {
            OneByOne(svg, panel, heat, scale);
        }
        else
        {
            (string paths, block) = Compact(heat, scale, budget);
            svg.Append(paths);
        }

        svg.Append("</g>");
        if (heat.Hatch.Length > 0)
            Hatch(svg, panel, heat.Hatch, width, height);
        if (heat.Decimals >= 0)
            Numbers(svg, panel, heat, scale, font);
        return block;
    }

    private static double Fraction(ColorScale scale, double value) => (value - scale.Min) / (scale.Max - scale.Min);

    private static void OneByOne(StringBuilder svg, Panel panel, Heat heat, ColorScale scale)
    {
        for (int i = 0; i < heat.Rows; i++)
        {
            for (int j = 0; j < heat.Columns; j++)
            {
                double value = heat.Values[(i * heat.Columns) + j];
                string fill = double.IsFinite(value)
                    ? Palette.At(Fraction(scale, value), scale.Colors)
                    : "none\" pointer-events=\"all";
                string text = heat.Hidden?[(i * heat.Columns) + j] == true ? scale.Hidden : Number(value, scale.Digits);
                string hover = Escape($"{panel.Down.Labels[i]} → {panel.Across.Labels[j]}: {text}");
                svg.Append($"<path d=\"M{j} {i}h1v1h-1z\" fill=\"{fill}\"><title>{hover}</title></path>");
            }
        }
    }

    private static void Hatch(StringBuilder svg, Panel panel, double[] lines, double width, double height)
    {
        var path = new StringBuilder();
        for (int i = 0; i < lines.Length; i += 4)
            path.Append(
                $"M{Px(panel.X + (lines[i] * width))} " +
                $"{Px(panel.Y + (lines[i + 1] * height))}L{Px(panel.X + (lines[i + 2] * width))} " +
                $"{Px(panel.Y + (lines[i + 3] * height))}");
        svg.Append(
            $"<path d=\"{path}\" stroke=\"currentColor\" stroke-opacity=\".45\" fill=\"none\" " +
            $"pointer-events=\"none\"/>");
    }

    /// <summary>
    /// One path a colour, made of runs of equal cells: a run is a stroke one unit thick. Runs go across or down,
    /// whichever needs fewer characters (down a sinusoid's column the colour changes slowly, across it flips).
    /// Few enough colours are taken, and at last few enough squares, that the paths fit the budget.
    /// </summary>
    private static (string Svg, int Block) Compact(Heat heat, ColorScale scale, int budget)
    {
        for (int block = 1; ; block++)
        {
            Heat merged = block == 1 ? heat : Merge(heat, block);
            string paths = Shortest(merged, scale, s_levels[^1]);
            if (paths.Length > budget && merged.Values.Length > 1)
                continue;
            paths = s_levels.Select(levels => Shortest(merged, scale, levels))
                .FirstOrDefault(p => p.Length <= budget, paths);
            double width = (double)heat.Columns / merged.Columns, height = (double)heat.Rows / merged.Rows;
            return (block == 1 ? paths : FormattableString.Invariant(
                $"<g transform=\"scale({width:0.####} {height:0.####})\">{paths}</g>"), block);
        }
    }

    private static string Shortest(Heat heat, ColorScale scale, int levels)
    {
        string across = Runs(heat, scale, levels, down: false), down = Runs(heat, scale, levels, down: true);
        return across.Length <= down.Length ? across : down;
    }

    /// <summary>The mean of each block of cells, gaps left out; blocks at the far edges may be smaller.</summary>
    private static Heat Merge(Heat heat, int block)
    {
        int rows = (heat.Rows + block - 1) / block, columns = (heat.Columns + block - 1) / block;
        var means = new double[rows * columns];
        for (int i = 0; i < means.Length; i++)
        {
            means[i] = (
                from r in Enumerable.Range(i / columns * block, block)
                from c in Enumerable.Range(i % columns * block, block)
                where r < heat.Rows && c < heat.Columns && double.IsFinite(heat.Values[(r * heat.Columns) + c])
                select heat.Values[(r * heat.Columns) + c]).DefaultIfEmpty(double.NaN).Average();
        }

        return new Heat(rows, columns, means);
    }

    private static string Runs(Heat heat, ColorScale scale, int levels, bool down)
    {
        (int lines, int length) = down ? (heat.Columns, heat.Rows) : (heat.Rows, heat.Columns);
        var paths = new RunPath?[levels];
        for (int line = 0; line < lines; line++)
        {
            int start = 0, level = LevelAt(line, 0);
            for (int i = 1; i <= length; i++)
            {
                int next = i == length ? -2 : LevelAt(line, i);
                if (next == level)
                    continue;
                if (level >= 0)
                    (paths[level] ??= new RunPath(down)).Add(line, start, i - start);
                (start, level) = (i, next);
            }
        }

        // The stroke lies on the middle of a row (or column): half a unit in.
        var svg = new StringBuilder($"<g transform=\"translate({(down ? ".5 0" : "0 .5")})\">");
        for (int level = 0; level < levels; level++)
        {
            if (paths[level] is { } path)
                svg.Append($"<path stroke=\"{Palette.At((level + 0.5) / levels, scale.Colors)}\" d=\"{path}\"/>");
        }

        return svg.Append("</g>").ToString();

        int LevelAt(int line, int i)
        {
            double value = heat.Values[down ? (i * heat.Columns) + line : (line * heat.Columns) + i];
            return double.IsFinite(value) ? (int)Math.Clamp(Fraction(scale, value) * levels, 0, levels - 1) : -1;
        }
    }

    /// <summary>
    /// The path of one colour's runs; each move is written from the origin or from the last end, the shorter of the
    /// two.
    /// </summary>
    private sealed class RunPath(bool down)
    {
        private readonly StringBuilder _path = new();
        private int _line, _end;

        public void Add(int line, int start, int length)
        {
            string absolute = "M" + Pair(line, start), relative = "m" + Pair(line - _line, start - _end);
            _path.Append(_path.Length == 0 || absolute.Length < relative.Length ? absolute : relative)
                .Append(down ? 'v' : 'h').Append(length);
            (_line, _end) = (line, start + length);
        }

        public override string ToString() => _path.ToString();

        private string Pair(int line, int along)
        {
            (int x, int y) = down ? (line, along) : (along, line);
            return y < 0 ? $"{x}{y}" : $"{x} {y}";
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
                if (heat.Hidden?[(i * heat.Columns) + j] == true)
                    continue;
                string text = double.IsFinite(value)
                    ? Fixed(value, "F" + heat.Decimals).Replace('-', '−')
                    : Number(value);
                string color = double.IsFinite(value)
                    ? Palette.TextOn(Palette.At(Fraction(scale, value), scale.Colors))
                    : "currentColor";
                svg.Append(
                    $"<text x=\"{Px(Scale.Across(panel, j))}\" y=\"{Px(Scale.Down(panel, i) + (font * 0.35))}\" " +
                    $"fill=\"{color}\">{text}</text>");
            }
        }

        svg.Append("</g>");
    }
}
