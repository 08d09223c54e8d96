namespace TransformersFromScratch;

/// <summary>Arranges a chart of lines, points or bars on a box.</summary>
/// <param name="Curves">What is drawn, in order.</param>
/// <param name="X">The axis across.</param>
/// <param name="Y">The axis up.</param>
internal sealed record XyLayout(Curve[] Curves, Axis X, Axis Y) : Arrangement
{
    private const double Font = 13, Pad = 8, LegendLine = 20, FullWidth = 720, FullHeight = 290;

    /// <summary>One text per bar or group of bars; null when x is a number.</summary>
    public string[]? Labels { get; init; }

    /// <summary>Whether a unit across is as long as a unit up.</summary>
    public bool Equal { get; init; }

    public override ChartSpec Arrange()
    {
        (Curve[] curves, Axis x, Axis y, string[]? labels) = (Curves, X, Y, Labels);
        // Room about the outermost points, and above them for their labels.
        double room = curves.Any(c => c.Labels is not null && !c.Line) ? 0.1 : curves.Any(c => c.Markers) ? 0.06 : 0.03;
        double[] heights = [.. curves.SelectMany(c => c.Y.Concat(c.Lower ?? []).Concat(c.Upper ?? []))];
        AxisSpec up = Numeric(y, curves.Any(c => c.Bars) ? [0, .. heights] : heights, room, "y", fromZero: !Equal);
        double left = Math.Max(
            LeastLeft, Pad + up.TickText.Max(t => FigureText.Width(t, Font)) + 8 + (y.Title == "" ? 0 : Font + 8));
        double plotWidth = FullWidth - left - 16;
        AxisSpec across = labels is null
            ? Numeric(x, [.. curves.SelectMany(c => c.X)], room, "x", plotWidth)
            : LabelAxis.Of(labels, false, plotWidth / labels.Length, Font, upright: true, 18) with { Title = x.Title };
        if (across.Angle == -45)
        {
            left = Math.Max(left, Pad + LabelAxis.Depth(across, Font) - (plotWidth / labels!.Length / 2));
            plotWidth = FullWidth - left - 16;
        }

        double plotHeight = FullHeight;
        if (Equal)
            (across, up, plotWidth, plotHeight) = Equalise(across, up, plotWidth);
        double width = Math.Ceiling(left + plotWidth + 16);
        LegendEntry[] legend = Legend(curves, left, width);
        double top = Math.Max(LeastTop, Pad + (legend.Length == 0 ? 0 : legend.Max(e => e.Y) + LegendLine));
        double bottom = Pad + (labels is null ? Font + 8 : LabelAxis.Depth(across, Font)) +
            (x.Title == "" ? 0 : Font + 8);
        return new ChartSpec
        {
            Width = width,
            Height = Math.Ceiling(top + plotHeight + bottom),
            FontSize = Font,
            Legend = legend,
            LineColors = Palette.Lines,
            Panels =
            [
                new Panel { X = left, Y = top, Width = plotWidth, Height = plotHeight, Across = across, Down = up,
                    Curves = curves, Equal = Equal },
            ],
        };
    }

    /// <inheritdoc/>
    public override Arrangement Among(IReadOnlyList<ChartSpec> all)
    {
        IEnumerable<AxisSpec> across = all.Select(spec => spec.Panels[0].Across),
            up = all.Select(spec => spec.Panels[0].Down);
        return this with
        {
            X = Labels is null ? X with { Min = across.Min(axis => axis.Min), Max = across.Max(axis => axis.Max) } : X,
            Y = Y with { Min = up.Min(axis => axis.Min), Max = up.Max(axis => axis.Max) },
        };
    }

    /// <param name="axis">What is set about the axis.</param>
    /// <param name="data">All that lies on it.</param>
    /// <param name="room">The share of the span to leave free at both ends.</param>
    /// <param name="which">Its name, for messages.</param>
    /// <param name="length">How much room its texts have side by side, in pixels.</param>
    /// <param name="fromZero">Whether it starts at zero if that is near.</param>
    private static AxisSpec Numeric(
        Axis axis, double[] data, double room, string which, double length = double.PositiveInfinity,
        bool fromZero = false)
    {
        double[] finite = [.. data.Where(double.IsFinite)];
        if (axis.Log && finite.FirstOrDefault(v => v <= 0, 1) is <= 0 and var bad)
        {
            throw new ArgumentException(
                $"The {which} axis is logarithmic, but {FigureText.Number(bad)} is not above zero. " +
                "Leave such points out, or use a linear axis.");
        }

        double low = finite.DefaultIfEmpty(axis.Log ? 1 : 0).Min(), high = finite.DefaultIfEmpty(1).Max();
        (double min, double max) = axis.Log ? PadRatio(low, high) : PadRange(low, high, room, fromZero);
        (min, max) = (axis.Min ?? min, axis.Max ?? max);
        if (!(max - min > 1e-300) || !double.IsFinite(max - min) || (axis.Log && min <= 0))
        {
            throw new ArgumentException(
                $"The {which} axis would run from {FigureText.Number(min)} to {FigureText.Number(max)}. " +
                "Give it a Min below its Max, finite and not too far apart" + (axis.Log ? ", both above zero." : "."));
        }

        double[] ticks = axis.Log ? Ticks.Logarithmic(min, max) : Ticks.Linear(min, max, 6);
        for (int count = 5; count >= 2 && !axis.Log
            && FigureText.Ticks(ticks).Sum(text => FigureText.Width(text, Font) + 8) > length; count--)
            ticks = Ticks.Linear(min, max, count);
        return new AxisSpec
        {
            Title = axis.Title,
            Min = min,
            Max = max,
            Log = axis.Log,
            Digits = Grain.Of(data, axis.Min, axis.Max).Digits,
            TickAt = ticks,
            TickText = FigureText.Ticks(ticks),
        };
    }

    private static (double Min, double Max) PadRange(double low, double high, double share, bool fromZero)
    {
        if (!(high - low > Math.Max(Math.Abs(low), Math.Abs(high)) * Grain.Noise) || high - low < 1e-300)
            return low == 0 ? (-1, 1) : (Math.Min(0, low * 1.2), Math.Max(0, low * 1.2));
        double pad = (high - low) * share;
        // What is never negative (a loss, a probability) does not reach below zero, and starts there when it is near.
        double min = fromZero && low >= 0 && low < high * 0.4 ? 0 : low - pad;
        double max = high <= 0 && high + pad > 0 ? 0 : high + pad;
        return (min, max);
    }

    private static (double Min, double Max) PadRatio(double low, double high)
    {
        double pad = !(high - low > high * Grain.Noise) ? 2 : Math.Pow(high / low, 0.04);
        return (low / pad, high * pad);
    }

    /// <summary>Makes a unit as long across as up, by widening whichever range is too short.</summary>
    private static (AxisSpec Across, AxisSpec Up, double Width, double Height) Equalise(
        AxisSpec across, AxisSpec up, double width)
    {
        double ratio = (up.Max - up.Min) / (across.Max - across.Min);
        // A wide picture, such as a row of circles, may be wider than the square of 400. A chart of 700 pixels and more
        // fills its column (ChartDrawing.Box), and its circles would not stay round.
        double side = Math.Min(width, Math.Clamp(240 / ratio, 400, 600));
        double plotWidth = ratio > 1 ? Math.Max(side / ratio, 200) : side,
            plotHeight = ratio > 1 ? side : Math.Max(side * ratio, 160);
        double unit = Math.Min(plotWidth / (across.Max - across.Min), plotHeight / (up.Max - up.Min));
        return (Widen(across, plotWidth / unit), Widen(up, plotHeight / unit), plotWidth, plotHeight);

        static AxisSpec Widen(AxisSpec axis, double length)
        {
            // The longer of the two stays to the last digit: rounding would cut off a point that lies on its edge.
            if (length <= (axis.Max - axis.Min) * (1 + 1e-9)) { return axis; }

            double middle = (axis.Min + axis.Max) / 2;
            double[] ticks = Ticks.Linear(middle - (length / 2), middle + (length / 2), 6);
            return axis with
            {
                Min = middle - (length / 2),
                Max = middle + (length / 2),
                TickAt = ticks,
                TickText = FigureText.Ticks(ticks),
            };
        }
    }

    /// <summary>Names in a row above the plot, wrapped; none when there is nothing to tell apart.</summary>
    private static LegendEntry[] Legend(Curve[] curves, double left, double width)
    {
        if (curves.Length < 2)
            return [];
        (string Name, int Curve)[] named =
            [.. curves.Select((c, i) => (FigureText.Elide(c.Name, 40), i)).Where(n => n.Item1 != "")];
        double[] lengths = [.. named.Select(n => 26 + FigureText.Width(n.Name, Font) + 16)];
        // One row if all fit, else columns as wide as the widest name: Plotly arranges its legend alike.
        double column = lengths.DefaultIfEmpty(0).Max(), room = width - left;
        bool oneRow = lengths.Sum() <= room;
        int inRow = Math.Max(1, (int)(room / column));
        var entries = new List<LegendEntry>();
        double x = left;
        for (int i = 0; i < named.Length; i++)
        {
            entries.Add(oneRow
                ? new LegendEntry(named[i].Name, x, 0, named[i].Curve)
                : new LegendEntry(named[i].Name, left + (i % inRow * column), i / inRow * LegendLine, named[i].Curve));
            x += lengths[i];
        }

        return [.. entries];
    }
}
