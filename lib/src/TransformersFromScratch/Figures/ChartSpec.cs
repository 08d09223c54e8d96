namespace TransformersFromScratch;

// What a figure shows, in numbers and pixels, before anything is drawn. Two painters read it: Svg (the picture that
// every host shows) and, through JSON, Plotly.NET in TransformersFromScratch.Charts (the live chart). This file is
// compiled into both assemblies, so that neither needs a reference to the other. All lengths are in pixels of a box
// of Width × Height; y points down.

/// <summary>A whole figure: panels on a box, and what they share.</summary>
internal sealed record ChartSpec
{
    public required double Width { get; init; }
    public required double Height { get; init; }
    public required double FontSize { get; init; }
    public required Panel[] Panels { get; init; }
    public ColorScale? Color { get; init; }
    public LegendEntry[] Legend { get; init; } = [];

    /// <summary>
    /// Line colours; a series takes the one at its <see cref="Curve.Color"/>. "ink" is the text colour.
    /// </summary>
    public string[] LineColors { get; init; } = [];
}

/// <summary>A rectangle with two axes, holding either a heatmap or curves.</summary>
internal sealed record Panel
{
    public required double X { get; init; }
    public required double Y { get; init; }
    public required double Width { get; init; }
    public required double Height { get; init; }
    public string Name { get; init; } = "";
    public required AxisSpec Across { get; init; }
    public required AxisSpec Down { get; init; }
    public Heat? Heat { get; init; }
    public Curve[] Curves { get; init; } = [];

    /// <summary>Whether a unit across stays as long as a unit up, also where the box has another shape.</summary>
    public bool Equal { get; init; }
}

/// <summary>An axis. Min is at the left or at the top for a heatmap, at the bottom for a chart.</summary>
internal sealed record AxisSpec
{
    public string Title { get; init; } = "";
    public required double Min { get; init; }
    public required double Max { get; init; }
    public bool Log { get; init; }

    /// <summary>How many significant digits the numbers under the pointer need.</summary>
    public int Digits { get; init; } = 4;

    /// <summary>Ticks: a value and its text. Text is whole in Labels, and shortened here.</summary>
    public double[] TickAt { get; init; } = [];
    public string[] TickText { get; init; } = [];

    /// <summary>The full label of each row, column or bar; what the pointer shows. Empty on a numeric axis.</summary>
    public string[] Labels { get; init; } = [];

    /// <summary>How far tick text is turned, in degrees: 0, -45 or -90.</summary>
    public int Angle { get; init; }
    public bool ShowTicks { get; init; } = true;

    /// <summary>Whether Min is at the top (heatmaps: row 0 on top).</summary>
    public bool Reversed { get; init; }
}

/// <summary>The cells of one heatmap, row after row; NaN and the infinities are gaps.</summary>
internal sealed record Heat(int Rows, int Columns, double[] Values)
{
    /// <summary>How many decimals the number written into each cell has; -1 writes none.</summary>
    public int Decimals { get; init; } = -1;

    /// <summary>
    /// Whether all numbers are whole (counts, ids, masks of 0 and 1): these are written without decimals everywhere.
    /// </summary>
    public bool Whole() => Values.All(v => !double.IsFinite(v) || v == Math.Round(v));

    /// <summary>For each cell whether it is hidden; null if none is.</summary>
    public bool[]? Hidden { get; init; }

    /// <summary>
    /// The lines that hatch the hidden cells: column and row of one end, then of the other, counted in cells from the
    /// top left corner.
    /// </summary>
    public double[] Hatch { get; init; } = [];
}

/// <summary>The colour scale that all panels of a figure share, and the box of its colour bar.</summary>
internal sealed record ColorScale(double Min, double Max, string[] Colors)
{
    public double X { get; init; }
    public double Y { get; init; }
    public double Width { get; init; }
    public double Height { get; init; }
    public double[] TickAt { get; init; } = [];
    public string[] TickText { get; init; } = [];

    /// <summary>How many significant digits the numbers under the pointer need.</summary>
    public int Digits { get; init; } = 4;

    /// <summary>Whether the colours say on which side of zero a number lies.</summary>
    public bool Diverging { get; init; }

    /// <summary>What the hatched square below the bar means; empty where nothing is hidden.</summary>
    public string Hidden { get; init; } = "";

    /// <summary>The top of that square, whose side is the bar's width.</summary>
    public double HiddenY { get; init; }
}

/// <summary>One name of the legend, where it is drawn, and which curve of the first panel it names.</summary>
internal sealed record LegendEntry(string Name, double X, double Y, int Curve);

/// <summary>A line, points, both, or bars.</summary>
internal sealed record Curve
{
    public string Name { get; init; } = "";
    public required double[] X { get; init; }
    public required double[] Y { get; init; }
    public double[]? Lower { get; init; }
    public double[]? Upper { get; init; }
    public string[]? Labels { get; init; }
    public int Color { get; init; }
    public bool Line { get; init; }
    public bool Markers { get; init; }
    public bool Dashed { get; init; }
    public bool Bars { get; init; }

    /// <summary>The width of a bar, in units of the axis.</summary>
    public double BarWidth { get; init; }
}
