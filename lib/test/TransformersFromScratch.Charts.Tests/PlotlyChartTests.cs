using System.Reflection;
using System.Text.Json;

namespace TransformersFromScratch.Charts.Tests;

public class PlotlyChartTests
{
    private static readonly AxisSpec s_words =
        new()
        {
            Title = "key", Min = -0.5, Max = 1.5, TickAt = [0, 1], TickText = ["the", "<pad>"],
            Labels = ["the", "<pad>"]
        };

    [Fact]
    public void The_public_surface_takes_and_gives_strings_only()
    {
        Type type = Assert.Single(typeof(PlotlyChart).Assembly.GetExportedTypes());
        MethodInfo method = Assert.Single(
            type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly));
        Assert.Equal(typeof(string), method.ReturnType);
        Assert.All(method.GetParameters(), p => Assert.Equal(typeof(string), p.ParameterType));
    }

    [Fact]
    public void A_heatmap_keeps_rows_gaps_and_words()
    {
        JsonElement json = Build(Heatmap(new Heat(2, 2, [1, 2, double.NaN, double.NegativeInfinity])));
        JsonElement trace = json.GetProperty("data")[0];
        Assert.Equal("heatmap", trace.GetProperty("type").GetString());
        Assert.Equal("""[[1.0,2.0],["NaN","NaN"]]""", trace.GetProperty("z").GetRawText());
        Assert.Equal("&lt;pad&gt;", trace.GetProperty("meta").GetProperty("rows")[1].GetString());
        Assert.Equal("coloraxis", trace.GetProperty("coloraxis").GetString());
        JsonElement x = json.GetProperty("layout").GetProperty("xaxis");
        Assert.Equal("array", x.GetProperty("tickmode").GetString());
        Assert.Equal("&lt;pad&gt;", x.GetProperty("ticktext")[1].GetString());
        Assert.False(json.GetProperty("layout").TryGetProperty("template", out _));
    }

    [Fact]
    public void Panels_lie_where_the_picture_has_them()
    {
        Panel left = Heatmap(new Heat(2, 2, [1, 2, 3, 4]));
        Panel right = left with { X = 250, Name = "<b>" };
        JsonElement layout = Build(left, right).GetProperty("layout");
        // From 50 to 350: the first takes the first third, the second the last.
        Assert.Equal("[0.0,0.3333]", layout.GetProperty("xaxis").GetProperty("domain").GetRawText());
        Assert.Equal("[0.6667,1.0]", layout.GetProperty("xaxis2").GetProperty("domain").GetRawText());
        Assert.Equal("y2", layout.GetProperty("xaxis2").GetProperty("anchor").GetString());
        Assert.Equal(50, layout.GetProperty("margin").GetProperty("l").GetDouble());
        Assert.Equal(50, layout.GetProperty("margin").GetProperty("r").GetDouble());
        Assert.Equal("<b>&lt;b&gt;</b>", layout.GetProperty("annotations")[0].GetProperty("text").GetString());
    }

    [Fact]
    public void Lines_points_bands_and_bars_become_traces_in_order()
    {
        Curve line =
            new()
            {
                Name = "a & b", X = [0, 1], Y = [1, double.NaN], Line = true, Dashed = true, Lower = [0, 0],
                Upper = [2, 3]
            };
        Curve points = new() { X = [0.5], Y = [1.5], Markers = true, Labels = ["<s>"], Color = 1 };
        Curve bars = new() { X = [0, 1], Y = [1, 2], Bars = true, BarWidth = 0.8, Color = 2 };
        Panel panel = Heatmap(new Heat(1, 1, [0])) with { Heat = null, Curves = [line, points, bars] };
        JsonElement[] traces = [.. Build(panel).GetProperty("data").EnumerateArray()];
        Assert.Equal(
            ["toself", "lines", "markers+text", null],
            traces.Select((t, i) => i == 0 ? t.GetProperty("fill").GetString()
            : t.TryGetProperty("mode", out JsonElement mode) ? mode.GetString() : null));
        Assert.Equal("[0.0,1.0,1.0,0.0]", traces[0].GetProperty("x").GetRawText());
        Assert.Equal("[2.0,3.0,0.0,0.0]", traces[0].GetProperty("y").GetRawText());
        Assert.Equal("a &amp; b", traces[1].GetProperty("name").GetString());
        Assert.Equal("""[1.0,"NaN"]""", traces[1].GetProperty("y").GetRawText());
        Assert.Equal("6px,4px", traces[1].GetProperty("line").GetProperty("dash").GetString());
        Assert.Equal("&lt;s&gt;", traces[2].GetProperty("text")[0].GetString());
        Assert.Equal("bar", traces[3].GetProperty("type").GetString());
        Assert.Equal("green", traces[3].GetProperty("marker").GetProperty("color").GetString());
    }

    [Fact]
    public void A_logarithmic_axis_has_its_range_in_powers_of_ten()
    {
        Panel panel = Heatmap(
            new Heat(1, 1, [0])) with
        {
            Heat = null,
            Curves = [],
            Across = new AxisSpec { Min = 1, Max = 1000, Log = true, TickAt = [1, 1000], TickText = ["1", "1000"] }
        };
        Panel drawn = panel with { Curves = [new Curve { X = [1], Y = [1], Line = true }] };
        JsonElement axis = Build(drawn).GetProperty("layout").GetProperty("xaxis");
        Assert.Equal("log", axis.GetProperty("type").GetString());
        Assert.Equal("[0.0,3.0]", axis.GetProperty("range").GetRawText());
    }

    [Fact]
    public void Numbers_far_from_zero_and_close_together_stay_apart()
    {
        Panel panel = Heatmap(new Heat(1, 1, [0])) with
        {
            Heat = null,
            Curves = [new Curve { X = [10001, 10020], Y = [1000.01, 1000.2], Line = true }],
            Across =
                new AxisSpec
                {
                    Min = 10000.43, Max = 10020.57, Digits = 7, TickAt = [10005, 10010],
                    TickText = ["10,005", "10,010"]
                },
            Down =
                new AxisSpec
                {
                    Min = 1000, Max = 1000.2057, Digits = 8, TickAt = [1000, 1000.1],
                    TickText = ["1000", "1000.1"]
                },
        };
        JsonElement json = Build(panel), layout = json.GetProperty("layout");
        Assert.Equal("[10000.43,10020.57]", layout.GetProperty("xaxis").GetProperty("range").GetRawText());
        Assert.Equal("[1000.0,1000.2057]", layout.GetProperty("yaxis").GetProperty("range").GetRawText());
        Assert.Equal("none", layout.GetProperty("xaxis").GetProperty("exponentformat").GetString());
        Assert.Contains(
            "%{x:.7~g}", json.GetProperty("data")[0].GetProperty("hovertemplate").GetString(),
            StringComparison.Ordinal);
        Assert.Contains(
            "%{y:.8~g}", json.GetProperty("data")[0].GetProperty("hovertemplate").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    public void A_broken_description_is_an_error(string spec) =>
        Assert.ThrowsAny<JsonException>(() => PlotlyChart.ToJson(spec));

    [Fact]
    public void An_absent_description_is_an_error() =>
        Assert.Throws<ArgumentException>(() => PlotlyChart.ToJson("null"));

    private static Panel Heatmap(Heat heat) => new()
    {
        X = 50,
        Y = 20,
        Width = 100,
        Height = 100,
        Across = s_words,
        Down = s_words with { Title = "query", Reversed = true },
        Heat = heat,
    };

    private static JsonElement Build(params Panel[] panels)
    {
        var spec = new ChartSpec
        {
            Width = panels.Max(p => p.X + p.Width) + 50,
            Height = 150,
            FontSize = 12,
            Panels = panels,
            LineColors = ["red", "blue", "green"],
            Color = panels[0].Heat is not null
                ? new ColorScale(0, 4, ["#000000", "#ffffff"]) { Height = 100, Width = 12 }
                : null,
        };
        string json = PlotlyChart.ToJson(JsonSerializer.Serialize(spec, ChartSpecJson.Default.ChartSpec));
        return JsonDocument.Parse(json).RootElement;
    }
}
