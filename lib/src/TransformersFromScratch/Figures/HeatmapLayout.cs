using System.Globalization;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Arranges heatmaps on a box: how large a cell is, what text fits where.</summary>
internal sealed record HeatmapLayout : Arrangement
{
    /// <summary>
    /// Above this many cells in a figure only every k-th row or column is shown (and the figure says so): a figure
    /// stays below 60 kB, and a cell above three pixels.
    /// </summary>
    public const int MostCells = 128 * 128;

    /// <summary>What is said of colours that do not start at zero, as others do.</summary>
    public const string CloseNote = "The colours do not start at zero, for the numbers lie close together.";

    private const double Bar = 12, Gap = 18, Pad = 6, NameHeight = 20;

    public required IReadOnlyList<Matrix<float>> Panels { get; init; }
    public string[]? Names { get; init; }
    public string[]? Rows { get; init; }
    public string[]? Columns { get; init; }
    public string RowTitle { get; init; } = "";
    public string ColumnTitle { get; init; } = "";
    public float? Min { get; init; }
    public float? Max { get; init; }
    public Mask? Mask { get; init; }
    public ColorMap Colors { get; init; }

    /// <summary>Whether a cell is as wide as high. An encoding rather fills the width.</summary>
    public bool Square { get; init; } = true;

    /// <summary>The scale of all stops of a figure with controls; null where the figure's own numbers decide.</summary>
    public (double Min, double Max, bool Diverging)? Scale { get; init; }

    /// <summary>What the reader must be told: gaps, rows left out.</summary>
    public string Note { get; private set; } = "";

    /// <summary>How many cells are hidden: by the mask, or because they are −∞.</summary>
    public int HiddenCells => Cells().Count(cell => IsHidden(cell.Row, cell.Column, cell.Value));

    /// <summary>The finite numbers that are not hidden, with their places.</summary>
    public IEnumerable<(int Panel, int Row, int Column, float Value)> Numbers() =>
        Cells().Where(cell => float.IsFinite(cell.Value) && !IsHidden(cell.Row, cell.Column, cell.Value));

    /// <summary>The spec, ready to be drawn.</summary>
    public override ChartSpec Arrange()
    {
        int rowStride = 1, columnStride = 1;
        int rows = Panels[0].RowCount, columns = Panels[0].ColumnCount;
        while (Shown(rows, rowStride) * Shown(columns, columnStride) * Panels.Count > MostCells)
        {
            // Odd steps only: an even one would show the sines of an encoding and none of its cosines.
            if (Shown(rows, rowStride) > Shown(columns, columnStride))
                rowStride += 2;
            else
                columnStride += 2;
        }

        (double min, double max, bool diverging) = Scale ?? Range();
        Grain grain = Grain.Of(
            Numbers().Select(n => (double)n.Value), Scale is null ? Min : min, Scale is null ? Max : max);
        Heat[] heats = [.. Panels.Select(m => Sample(m, grain, rowStride, columnStride))];
        string hidden = !heats.Any(heat => heat.Hidden is not null) ? "" : Mask is null ? "−∞" : "hidden";
        string close = Min is null && !diverging && (min > 0 || (min < 0 && max < 0)) ? CloseNote : "";
        Note = string.Join(" ", new[] { GapNote(), StrideNote(rowStride, columnStride), close }.Where(s => s != ""));
        int shownRows = heats[0].Rows, shownColumns = heats[0].Columns;
        int across = PanelsAcross(Panels.Count), down = (Panels.Count + across - 1) / across;
        (double cellWidth, double cellHeight) = CellSize(shownRows, shownColumns, across);
        double font = Panels.Count == 1 ? 12 : Math.Clamp(Math.Floor(Math.Min(cellWidth, cellHeight)) - 1, 9, 12);
        double plotWidth = cellWidth * shownColumns, plotHeight = cellHeight * shownRows;

        string[] rowLabels = LabelsShown(Rows, rows, rowStride),
            columnLabels = LabelsShown(Columns, columns, columnStride);
        AxisSpec downAxis = LabelAxis.Of(
            rowLabels, Rows is null, cellHeight, font, upright: false, 16) with
        { Title = RowTitle, Reversed = true };
        AxisSpec acrossAxis = LabelAxis.Of(
            columnLabels, Columns is null, cellWidth, font, upright: true, 14) with
        { Title = ColumnTitle };

        double titleHeight = font + 8;
        double overhang = acrossAxis.Angle == -45 ? LabelAxis.Depth(acrossAxis, font) - (cellWidth / 2) : 0;
        double left = Math.Max(
            LeastLeft, Pad + Math.Max(overhang, LabelAxis.Depth(downAxis, font) + (RowTitle == "" ? 0 : titleHeight)));
        double bottom = Pad + LabelAxis.Depth(acrossAxis, font) + (ColumnTitle == "" ? 0 : titleHeight);
        double top = Math.Max(LeastTop, Pad + (Names is null ? 0 : NameHeight));
        double[] barTicks = Ticks.Linear(min, max, plotHeight < 100 ? 2 : 5);
        string[] barText = FigureText.Ticks(barTicks);
        double right = Gap + Bar + 8 + barText.Append(hidden).Select(t => FigureText.Width(t, font)).DefaultIfEmpty(0)
            .Max() + Pad;

        double rowPitch = plotHeight + Gap + (Names is null ? 0 : NameHeight - 6);
        int decimals = Decimals(heats, cellWidth, font, plotHeight / shownRows);
        heats =
            [.. heats.Select(
                heat => heat with { Decimals = decimals, Hatch = Hatching.Of(heat, cellWidth, cellHeight) })];
        var panels = heats.Select((heat, i) => new Panel
        {
            X = left + ((i % across) * (plotWidth + Gap)),
            Y = top + ((i / across) * rowPitch),
            Width = plotWidth,
            Height = plotHeight,
            Name = Names?[i] ?? "",
            // Only the panels at the edge of the grid carry labels: the others repeat them.
            Down = downAxis with { ShowTicks = i % across == 0, Title = i % across == 0 ? RowTitle : "" },
            Across =
                acrossAxis with
                {
                    ShowTicks = i + across >= heats.Length,
                    Title = i + across >= heats.Length ? ColumnTitle : ""
                },
            Heat = heat,
        }).ToArray();

        double gridWidth = (across * plotWidth) + ((across - 1) * Gap),
            gridHeight = ((down - 1) * rowPitch) + plotHeight;
        double room = hidden == "" ? 0 : Bar + 12, barHeight = Math.Max(20, Math.Min(gridHeight, 260) - room);
        double barTop = top + Math.Max(0, (gridHeight - barHeight - room) / 2);
        return new ChartSpec
        {
            Width = Math.Ceiling(left + gridWidth + right),
            Height = Math.Ceiling(top + Math.Max(gridHeight, barHeight + room) + bottom),
            FontSize = font,
            Panels = panels,
            Color = new ColorScale(
                grain.Round(min), grain.Round(max), diverging ? Palette.DivergingOver(min, max) : Palette.Sequential)
            {
                Digits = grain.Digits,
                Diverging = diverging,
                Hidden = hidden,
                HiddenY = barTop + barHeight + 12,
                X = left + gridWidth + Gap,
                Y = barTop,
                Width = Bar,
                Height = barHeight,
                TickAt = barTicks,
                TickText = barText,
            },
        };
    }

    /// <summary>On the axes and colours that all of these have in common.</summary>
    public override Arrangement Among(IReadOnlyList<ChartSpec> all)
    {
        bool diverging = all.Any(spec => spec.Color!.Diverging);
        double min = all.Min(spec => spec.Color!.Min), max = all.Max(spec => spec.Color!.Max),
            largest = Math.Max(Math.Abs(min), Math.Abs(max));
        return this with
        {
            Scale = diverging && Min is null && Max is null
            ? (-largest, largest, true)
            : (min, max, diverging)
        };
    }

    /// <summary>
    /// The scale starts at zero; with negative numbers it is symmetric, so that zero keeps the palest colour. But
    /// numbers that lie so close together that all would have one of the picture's colours have a scale of their own
    /// (not if they differ by no more than float's rounding).
    /// </summary>
    private (double Min, double Max, bool Diverging) Range()
    {
        float[] finite = [.. Numbers().Select(n => n.Value)];
        float low = finite.DefaultIfEmpty(0).Min(), high = finite.DefaultIfEmpty(1).Max();
        float widest = Math.Max(Math.Abs(low), Math.Abs(high));
        bool diverging = Colors is ColorMap.Diverging || (Colors is ColorMap.Auto && low < 0 && !(Min >= 0));
        double span = (double)high - low;
        if ((Min ?? Max) is null && span < widest / 48.0 && span > widest * 1e-5 && Colors is not ColorMap.Diverging)
            return (low, high, false);
        double min = Min ?? (diverging ? -widest : low < 0 ? low : 0), max = Max ?? (diverging ? widest : high);
        if ((Min ?? Max) is null)
            return max > min ? (min, max, diverging) : (min, min + 1, false);
        return min < max && double.IsFinite(max - min) ? (min, max, diverging) : throw new ArgumentException(
            $"The colours would run from zMin = {FigureText.Number(min)} to zMax = {FigureText.Number(max)}. " +
            "Give two finite numbers, zMin the smaller one.");
    }

    private IEnumerable<(int Panel, int Row, int Column, float Value)> Cells() =>
        Panels.SelectMany(
            (m, p) => m.EnumerateIndexed(Zeros.Include).Select(cell => (p, cell.Item1, cell.Item2, cell.Item3)));

    private bool IsHidden(int row, int column, float value) =>
        float.IsNegativeInfinity(value) || Mask?.Hides(row, column) == true;

    private static int Shown(int count, int stride) => (count + stride - 1) / stride;

    private Heat Sample(Matrix<float> m, Grain grain, int rowStride, int columnStride)
    {
        int rows = Shown(m.RowCount, rowStride), columns = Shown(m.ColumnCount, columnStride);
        var values = new double[rows * columns];
        bool[] hidden = new bool[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                int cell = (i * columns) + j;
                float value = m[i * rowStride, j * columnStride];
                hidden[cell] = IsHidden(i * rowStride, j * columnStride, value);
                values[cell] = hidden[cell] ? double.NaN : grain.Round(value);
            }
        }

        return new Heat(rows, columns, values) { Hidden = hidden.Contains(true) ? hidden : null };
    }

    private static string[] LabelsShown(string[]? labels, int count, int stride) =>
    [
        .. Enumerable.Range(0, Shown(count, stride))
            .Select(i => labels?[i * stride] ?? (i * stride).ToString(CultureInfo.InvariantCulture)),
    ];

    private static int PanelsAcross(int count) => count <= 4 ? count : count is 5 or 6 or 9 ? 3 : 4;

    private (double Width, double Height) CellSize(int rows, int columns, int across)
    {
        double room = across switch { 1 => 400, 2 => 250, 3 => 200, _ => 158 };
        double width = Math.Min(Square ? room / columns : 600.0 / columns, 54), height = Math.Min(room / rows, 54);
        if (Square)
        {
            double side = Math.Min(width, height);
            // A matrix far wider than high (or the reverse) may stretch its short side: a sliver shows nothing.
            width = Math.Max(side, Math.Min(width, 80.0 / columns));
            height = Math.Max(side, Math.Min(height, 80.0 / rows));
        }
        else
        {
            height = Math.Min(height, Math.Max(290.0 / rows, 3));
        }

        return (Whole(width), Whole(height));

        static double Whole(double size) => size >= 8 ? Math.Floor(size) : size;
    }

    /// <summary>
    /// How many decimals fit into a cell, or -1 when the numbers do not, or not with those that tell them apart.
    /// </summary>
    private static int Decimals(Heat[] heats, double cellWidth, double font, double cellHeight)
    {
        double[] values = [.. heats.SelectMany(h => h.Values).Where(double.IsFinite)];
        double largest = values.Select(Math.Abs).DefaultIfEmpty(0).Max();
        int decimals = heats.All(heat => heat.Whole()) ? 0 : largest < 10 ? 2 : largest < 100 ? 1 : 0;
        double span = values.DefaultIfEmpty(0).Max() - values.DefaultIfEmpty(0).Min();
        if (span > 0)
            decimals = Math.Max(decimals, -(int)Math.Floor(Math.Log10(span)));
        string widest = (values.Any(v => v < 0) ? "−" : "") +
            largest.ToString("F" + decimals, CultureInfo.InvariantCulture);
        return FigureText.Width(widest, font) + 3 <= cellWidth && cellHeight >= font + 4 ? decimals : -1;
    }

    private string GapNote()
    {
        int gaps = Cells().Count(cell => !float.IsFinite(cell.Value) && !IsHidden(cell.Row, cell.Column, cell.Value));
        return gaps switch
        {
            0 => "",
            1 => "1 cell is not a finite number (NaN or infinite) and has no colour.",
            _ => $"{gaps} cells are not finite numbers (NaN or infinite) and have no colour.",
        };
    }

    private static string StrideNote(int rows, int columns) => (rows, columns) switch
    {
        (1, 1) => "",
        (_, 1) => $"Every {Nth(rows)} row is shown.",
        (1, _) => $"Every {Nth(columns)} column is shown.",
        _ => $"Every {Nth(rows)} row and every {Nth(columns)} column is shown.",
    };

    /// <summary>"Every …": 2 is second, 21 is 21st, 111 is 111th. Called for steps of 2 and more.</summary>
    internal static string Nth(int n) => (n, n % 10, n / 10 % 10) switch
    {
        (2, _, _) => "second",
        (3, _, _) => "third",
        (_, 1, not 1) => $"{n}st",
        (_, 2, not 1) => $"{n}nd",
        (_, 3, not 1) => $"{n}rd",
        _ => $"{n}th",
    };
}
