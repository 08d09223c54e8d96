using System.Globalization;
using System.Text.Json;
using CsCheck;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Figures;

/// <summary>
/// Numbers that lie close together stay apart: in the picture, in the live chart, under the pointer, beside the axes
/// and in words.
/// </summary>
public class GrainTests
{
    /// <summary>Where twenty equal steps begin, and how long they are.</summary>
    public static readonly TheoryData<double, double> Spans = new()
    {
        { 10001, 1 }, { 1000.01, 0.01 }, { 1e9, 0.001 }, { 1e9, 1e-5 }, { 1e-9, 1e-11 }, { 1e-9, 1e-15 },
        { -1000.2, 0.01 }, { -0.1, 0.01 }, { 0, 1 }, { 0, 1e6 },
        { 1.7643e9, 60 }, { 638_999_999_000_000_000, 864e9 }, { 2020, 0.05 }, { 46_000.5, 0.1 }, { 1e300, 1e297 },
        { 1e-300, 1e-302 }, { 0.5, 1e-9 }, { 123_456_789, 1 },
    };

    private static double[] Steps(double start, double step) =>
        [.. Enumerable.Range(0, 20).Select(i => start + (i * step))];

    [Theory, MemberData(nameof(Spans))]
    public void Lines_keep_their_steps(double start, double step)
    {
        double[] values = Steps(start, step);
        foreach (bool across in new[] { true, false })
        {
            double[] others = Steps(0, 1);
            Series series = across ? new("s", values, others) : new("s", others, values);
            Figure figure = Plot.Lines("", "x", "y", series);
            AxisSpec axis = across ? figure.Spec.Panels[0].Across : figure.Spec.Panels[0].Down;
            Even(across ? figure.Spec.Panels[0].Curves[0].X : figure.Spec.Panels[0].Curves[0].Y, values);
            Assert.Equal(axis.TickText.Length, axis.TickText.Distinct().Count());
            if (Math.Abs(start) > 1e200) { continue; } // Plotly's own affair.

            using JsonDocument json = PlotTests.Json(figure);
            JsonElement trace = json.RootElement.GetProperty("data")[0];
            Even([.. trace.GetProperty(across ? "x" : "y").EnumerateArray().Select(v => v.GetDouble())], values);
            double[] range =
                [.. json.RootElement.GetProperty("layout").GetProperty(across ? "xaxis" : "yaxis").GetProperty("range")
                    .EnumerateArray().Select(v => v.GetDouble())];
            Assert.True(
                range[0] <= values[0] && range[1] >= values[^1],
                $"{range[0]} to {range[1]} for {values[0]} to {values[^1]}");

            // Under the pointer: as many digits as d3's format is told to write.
            string hover = trace.GetProperty("hovertemplate").GetString()!, format = across ? "%{x:." : "%{y:.";
            int digits = int.Parse(
                hover[(hover.IndexOf(format, StringComparison.Ordinal) + format.Length)..].Split('~')[0],
                CultureInfo.InvariantCulture);
            Even([.. values.Select(v => FigureText.Round(v, digits))], values);
            if (!across && start != 0)
            {
                System.Text.RegularExpressions.Match words = System.Text.RegularExpressions.Regex.Match(
                    figure.ToString(), @"points from (\S+) at \S+ to (\S+) at");
                Assert.True(words.Success && words.Groups[1].Value != words.Groups[2].Value, figure.ToString());
            }
        }
    }

    /// <summary>The picture's line goes up by equal steps of pixels.</summary>
    [Theory, MemberData(nameof(Spans))]
    public void The_picture_of_a_straight_line_is_straight(double start, double step)
    {
        Figure figure = Plot.Lines("", "x", "y", new Series("", Steps(start, step), Steps(start, step)));
        string path = figure.ToSvg().Split("stroke-linejoin")[0].Split("<path d=\"").Last().Split('"')[0];
        (double X, double Y)[] points =
            [.. path[1..].Split('L')
                .Select(p => p.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray())
                .Select(p => (p[0], p[1]))];
        Assert.Equal(20, points.Length);
        for (int i = 2; i < 20; i++)
        {
            Assert.Equal(points[1].X - points[0].X, points[i].X - points[i - 1].X, 1.1);
            Assert.Equal(points[1].Y - points[0].Y, points[i].Y - points[i - 1].Y, 1.1);
        }
    }

    private static void Even(double[] got, double[] want)
    {
        double span = want[^1] - want[0];
        for (int i = 0; i < want.Length; i++)
        {
            Assert.Equal((want[i] - want[0]) / span, (got[i] - want[0]) / span, 1.01e-3);
        }
    }

    [Fact]
    public void A_small_number_beside_a_large_one_keeps_its_digits()
    {
        Curve curve = Plot.Lines(
            "", "x", "y", new Series("", [0, 1, 2], [0.0001234567, 0.123456, 1])).Spec.Panels[0].Curves[0];
        Assert.Equal([0.0001235, 0.1235, 1], curve.Y);
        Curve constant = Plot.Lines(
            "", "x", "y", new Series("", [0, 1], [12345.678, 12345.678])).Spec.Panels[0].Curves[0];
        Assert.Equal([12345.68, 12345.68], constant.Y);
        Curve zoomed = Plot.Lines(
            "", "x", new Axis("y") { Min = 1000, Max = 1001 },
            new Series("", [0, 1, 2, 3], [0, 1e6, 1000.123, 1000.456])).Spec.Panels[0].Curves[0];
        Assert.Equal([1000.123, 1000.456], zoomed.Y[2..]);
        double noise = 0.1 + 0.2;
        AxisSpec axis = Plot.Lines("", "x", "y", new Series("", [0, 1], [0.3, noise])).Spec.Panels[0].Down;
        Assert.True(axis.Max - axis.Min > 0.1, "A rounding error of doubles is no slope.");
    }

    [Fact]
    public void A_logarithmic_axis_keeps_what_is_close_together()
    {
        double[] values = Steps(10001, 1);
        Figure figure = Plot.Lines("", Axis.Logarithmic("x"), Axis.Logarithmic("y"), new Series("", values, values));
        AxisSpec axis = figure.Spec.Panels[0].Across;
        Assert.True(axis.TickText.Length >= 2);
        Assert.Equal(axis.TickText.Length, axis.TickText.Distinct().Count());
        double[] range =
            [.. PlotTests.Json(figure).RootElement.GetProperty("layout").GetProperty("xaxis").GetProperty("range")
                .EnumerateArray().Select(v => v.GetDouble())];
        Assert.True(Math.Pow(10, range[0]) <= 10001 && Math.Pow(10, range[1]) >= 10020 && range[1] - range[0] < 0.0012);
        Even(figure.Spec.Panels[0].Curves[0].X, values);
    }

    [Fact]
    public void Bars_say_their_numbers_as_finely_as_they_differ()
    {
        Figure figure = Plot.Bars(
            ["a", "b"], new double[] { 1000.01, 1000.02 }, yAxis: new Axis("y") { Min = 1000, Max = 1000.1 });
        Assert.Equal([1000.01, 1000.02], figure.Spec.Panels[0].Curves[0].Y);
        Assert.Contains("a: 1000.01", figure.ToSvg(), StringComparison.Ordinal);
        Assert.Contains("b: 1000.02", figure.ToString(), StringComparison.Ordinal);
    }

    private static Matrix<float> Ramp(float start, float end, int rows = 4, int columns = 5) =>
        Matrix<float>.Build.Dense(
            rows, columns, (i, j) => start + ((end - start) * ((i * columns) + j) / ((rows * columns) - 1)));

    [Theory]
    [InlineData(1000, 1000.4)]
    [InlineData(-1000.4, -1000)]
    [InlineData(1e-9, 1.01e-9)]
    [InlineData(3e9, 3.0001e9)]
    public void A_heatmap_of_numbers_close_together_has_all_its_colours(double start, double end)
    {
        Matrix<float> m = Ramp((float)start, (float)end);
        Figure figure = Plot.Heatmap(m);
        string[] colors = [.. PlotTests.Cells(figure).Select(cell => cell.Attribute("fill")!.Value)];
        Assert.Equal(20, colors.Distinct().Count());
        Assert.Equal((Palette.At(0), Palette.At(1)), (colors[0], colors[^1]));
        Assert.Equal(20, PlotTests.Cells(figure).Select(cell => cell.Value.Split(": ")[1]).Distinct().Count());
        Assert.Contains("do not start at zero", figure.ToHtml(), StringComparison.Ordinal);
        string[] words = figure.Description.Split("from ")[1].TrimEnd('.').Split(" to ");
        Assert.NotEqual(words[0], words[1]);
        ColorScale scale = figure.Spec.Color!;
        Assert.Equal(scale.TickText.Length, scale.TickText.Distinct().Count());

        // And where it is packed into steps of one or two bytes.
        foreach (var (rows, columns) in new[] { (50, 60), (100, 120) })
        {
            Matrix<float> large = Ramp((float)start, (float)end, rows, columns);
            using JsonDocument json = PlotTests.Json(Plot.Heatmap(large));
            JsonElement trace = json.RootElement.GetProperty("data")[0], meta = trace.GetProperty("meta"),
                z = trace.GetProperty("z");
            byte[] bytes = z.GetProperty("bdata").GetBytesFromBase64();
            bool wide = z.GetProperty("dtype").GetString() == "i2";
            Assert.Equal(rows * columns <= 8192, wide);
            for (int i = 0; i < rows * columns; i++)
            {
                int packed = wide ? BitConverter.ToInt16(bytes, 2 * i) : (sbyte)bytes[i];
                double value = FigureText.Round(
                    meta.GetProperty("zero").GetDouble() + (packed * meta.GetProperty("step").GetDouble()),
                    meta.GetProperty("digits").GetInt32());
                Assert.Equal(large[i / columns, i % columns], value, (end - start) / 100);
            }
        }
    }

    [Fact]
    public void Other_heatmaps_start_at_zero_as_ever()
    {
        foreach (Matrix<float> m in new[] { Ramp(0.2f, 0.3f), Ramp(0.25f, 0.25f), Ramp(0.25f, 0.2500001f),
            Ramp(0, 1000) })
        {
            Assert.Equal(0, Plot.Heatmap(m).Spec.Color!.Min);
            Assert.DoesNotContain("start at zero", Plot.Heatmap(m).ToHtml(), StringComparison.Ordinal);
        }

        Assert.Equal(
            (0, 2000),
            (Plot.Heatmap(Ramp(1000, 1000.4f), zMin: 0, zMax: 2000).Spec.Color!.Min, Plot.Heatmap(
                Ramp(1000, 1000.4f), zMax: 2000).Spec.Color!.Max));

        // In frames with others that start at zero, so do all, and nothing else is said.
        Figure frames = Plot.Frames([Plot.Heatmap(Ramp(0.25f, 0.251f)), Plot.Heatmap(Ramp(0, 1))], ["0", "100"]);
        Assert.Equal(0, frames.Spec.Color!.Min);
        Assert.DoesNotContain("start at zero", frames.ToHtml(), StringComparison.Ordinal);
        Figure close = Plot.Frames(
            [Plot.Heatmap(Ramp(1000, 1000.4f)), Plot.Heatmap(Ramp(1000.1f, 1000.5f))], ["0", "100"]);
        Assert.Equal((1000, 1000.5), (Math.Round(close.Spec.Color!.Min, 4), Math.Round(close.Spec.Color.Max, 4)));
        Assert.Contains("start at zero", close.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_in_cells_differ_or_are_not_written()
    {
        string svg = Plot.Heatmap(Ramp(1000, 1000.4f, 2, 2)).ToSvg();
        Assert.Contains(">1000.4</text>", svg, StringComparison.Ordinal);
        Assert.Contains(">1000.1</text>", svg, StringComparison.Ordinal);
        Assert.DoesNotContain(">0.00</text>", Plot.Heatmap(Ramp(0, 1e-9f, 2, 2)).ToSvg(), StringComparison.Ordinal);
        Assert.Contains("1000.13", Plot.Heatmap(Ramp(1000, 1000.4f, 2, 2)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Table_cells_differ_as_their_column_does()
    {
        string Text(params object?[] column) =>
            Table.Rows(["n"], column.Select(value => (IReadOnlyList<object?>)[value])).ToString();
        Assert.Equal(
            "n\n1000000.1\n1000000.2", Text(1_000_000.1, 1_000_000.2).Replace(" ", "", StringComparison.Ordinal));
        Assert.Contains("1234567", Text(1_234_567.0), StringComparison.Ordinal);
        Assert.Contains("1000.01", Text(1000.01f, 1000.2f), StringComparison.Ordinal);
        Assert.Contains("0.333333\n", Text(1 / 3.0, 1.0), StringComparison.Ordinal);
        Assert.Contains("0.5", Text((Half)0.5), StringComparison.Ordinal);
        Assert.Equal(2, Text(0.3f, 0.30000001f).Split('\n').Skip(1).Count());
    }

    [Fact]
    public void Ticks_of_any_axis_are_distinct_and_say_where_they_stand() =>
        Gen.Select(Gen.Double[-1, 1], Gen.Int[-12, 12], Gen.Double[1, 10], Gen.Int[-11, 0], Gen.Int[2, 7])
            .Sample((lead, power, length, below, count) =>
        {
            double start = lead * Math.Pow(10, power), span = length * Math.Pow(10, power + below);
            (double min, double max) = (start, start + span);
            double[] ticks = Ticks.Linear(min, max, count);
            string[] texts = FigureText.Ticks(ticks);
            Assert.InRange(ticks.Length, 2, (2 * Math.Max(count, 3)) + 1);
            Assert.Equal(texts.Length, texts.Distinct().Count());
            double step = ticks[1] - ticks[0];
            Assert.All(ticks.Zip(texts), tick =>
            {
                Assert.InRange(tick.First, min - (span * 1e-5), max + (span * 1e-5));
                Assert.Equal(0, (tick.First - Read(tick.Second)) / step, 1e-2);
            });
        }, iter: 3000);

    [Fact]
    public void Ticks_of_a_logarithmic_axis_are_distinct_and_within_it() =>
        Gen.Select(Gen.Double[-9, 9], Gen.Double[-4, 1.2]).Sample((lead, decades) =>
        {
            double min = Math.Pow(10, lead), max = min * Math.Pow(10, Math.Pow(10, decades));
            double[] ticks = Ticks.Logarithmic(min, max);
            string[] texts = FigureText.Ticks(ticks);
            Assert.True(ticks.Length >= 2);
            Assert.Equal(texts.Length, texts.Distinct().Count());
            Assert.All(
                ticks.Zip(texts), tick => Assert.Equal(tick.First, Read(tick.Second), Math.Max(1e-3 * tick.First, 0)));
            Assert.All(ticks, tick => Assert.InRange(tick, min * 0.998, max * 1.002));
        }, iter: 2000);

    [Fact]
    public void What_is_kept_is_right_to_a_thousandth_of_the_span_or_to_four_digits() =>
        Gen.Select(Gen.Double[-1, 1], Gen.Int[-200, 200], Gen.Int[-10, 3], Gen.Double[0, 1].Array[2, 30])
            .Sample((lead, power, below, parts) =>
        {
            double start = lead * Math.Pow(10, power), span = Math.Pow(10, power + below);
            double[] values = [.. parts.Select(part => start + (part * span))];
            Grain grain = Grain.Of(values);
            double whole = values.Max() - values.Min();
            if (whole > values.Max(Math.Abs) * 1e-12)
            {
                Assert.All(values, v => Assert.True(Math.Abs(grain.Round(v) - v) <= whole * 0.51e-3));
                Assert.All(
                    values, v => Assert.True(
                        Math.Abs(double.Parse(FigureText.Number(grain.Round(v), 17), CultureInfo.InvariantCulture) - v)
                            <= whole * 0.52e-3));
            }
            Assert.All(values, v => Assert.True(Math.Abs(grain.Round(v) - v) <= Math.Abs(v) * 0.51e-3));
        }, iter: 2000);

    private static double Read(string text)
    {
        double unit = text[^1] switch { 'k' => 1e3, 'M' => 1e6, 'B' => 1e9, _ => 1 };
        return unit * double.Parse(
            text.Replace('−', '-').TrimEnd('k', 'M', 'B'), NumberStyles.Float | NumberStyles.AllowThousands,
            CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1000, 1e-3)]
    [InlineData(1e9, 1e-3)]
    public void Four_thousand_points_far_from_zero_stay_below_two_hundred_thousand_characters(double start, double step)
    {
        double[] x = [.. Enumerable.Range(0, 4000).Select(i => start + (i * step))];
        Assert.InRange(
            Plot.Lines("Many", "x", "y", new Series("", x, x.Select((v, i) => v + (step * 400 * Math.Sin(i)))))
                .ToHtml().Length, 1000, 200_000);
    }
}
