using System.Text.Json;
using System.Text.RegularExpressions;

namespace TransformersFromScratch.Tests.Figures;

/// <summary>Plot.Plotly: any trace goes through as it is, and the picture shows what the library can draw.</summary>
public partial class PlotlyTests
{
    [Fact]
    public void Traces_and_layout_arrive_as_they_were_written_and_gaps_are_null()
    {
        JsonElement chart = ChartOf(Plot.Plotly(
            [
                new { type = "violin", y = new[] { 1, double.NaN, 3 }, name = "v" },
                new { type = "pie", values = new[] { 1f, float.PositiveInfinity } },
            ],
            new { yaxis = new { title = new { text = "metres" } }, margin = new { l = 99 }, height = 500 },
            "Two kinds"));
        Assert.Equal("violin", chart.GetProperty("data")[0].GetProperty("type").GetString());
        Assert.Equal(JsonValueKind.Null, chart.GetProperty("data")[0].GetProperty("y")[1].ValueKind);
        Assert.Equal(3, chart.GetProperty("data")[0].GetProperty("y")[2].GetDouble());
        Assert.Equal(JsonValueKind.Null, chart.GetProperty("data")[1].GetProperty("values")[1].ValueKind);
        JsonElement layout = chart.GetProperty("layout");
        Assert.Equal("metres", layout.GetProperty("yaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.Equal(99, layout.GetProperty("margin").GetProperty("l").GetDouble());
        Assert.Equal(500, layout.GetProperty("height").GetDouble());
    }

    [Fact]
    public void A_whole_chart_or_a_list_of_traces_may_come_as_JSON()
    {
        Figure whole = Plot.Plotly("""
            { "data": [{ "type": "bar", "x": ["a", "b"], "y": [1, 2] }],
              "layout": { "title": { "text": "Bars <here>" }, "template": { "data": {} }, "coloraxis": { "cmin": 0 } },
              "config": { "scrollZoom": true } }
            """);
        Assert.Equal("Bars <here>", whole.Title);
        JsonElement chart = ChartOf(whole);
        Assert.False(chart.GetProperty("layout").TryGetProperty("template", out _));
        Assert.False(chart.GetProperty("layout").TryGetProperty("coloraxis", out _)); // the sign of our own heatmaps
        Assert.Equal(0, chart.GetProperty("layout").GetProperty("coloraxis99").GetProperty("cmin").GetDouble());
        Assert.True(chart.GetProperty("config").GetProperty("scrollZoom").GetBoolean());
        Assert.Equal("", Plot.Plotly("""[{ "type": "bar", "x": ["a"], "y": [1] }]""").Title);
        Assert.Equal("Mine", Plot.Plotly("""[{ "type": "pie" }]""", "Mine").Title);
    }

    [Theory]
    [InlineData("""[{ "y": [1, 4, 9] }]""", "Line chart: 3 points from 1 at 0 to 9 at 2")]
    [InlineData("""[{ "x": [1, 2], "y": [3, null], "mode": "markers", "name": "p" }]""", "Scatter plot: p:")]
    [InlineData("""[{ "type": "bar", "x": ["a", "b"], "y": [1, 2] }]""", "Bar chart: a 1, b 2")]
    [InlineData("""[{ "type": "heatmap", "z": [[1, 2], [3, 4]] }]""", "Heatmap of 2×2 numbers")]
    [InlineData(
        """{ "data": [{ "y": [1, 10] }], "layout": { "yaxis": { "type": "log", "title": "loss" } } }""",
        "Line chart of loss against")]
    public void Lines_points_bars_and_heatmaps_have_a_still_picture_and_words(string json, string words)
    {
        Figure figure = Plot.Plotly(json);
        Assert.StartsWith(words, figure.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("is drawn by plotly.js", figure.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("<svg", figure.ToSvg(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{ "type": "pie", "values": [1, 2], "name": "shares" }]""", "pie \"shares\"")]
    [InlineData("""[{ "x": ["2026-01-01"], "y": [1] }]""", "scatter")]
    [InlineData("""[{ "y": [1, 2], "yaxis": "y2" }]""", "scatter")]
    [InlineData("""[{ "y": [1, 2], "fill": "tozeroy" }]""", "scatter")]
    [InlineData("""[{ "type": "bar", "x": [1], "y": ["a"], "orientation": "h" }]""", "bar")]
    [InlineData("""[{ "type": "heatmap", "z": [[1, 2], [3]] }]""", "heatmap")]
    [InlineData("""[{ "y": [1] }, { "type": "bar", "y": [1] }]""", "scatter, bar")]
    public void What_the_library_cannot_draw_is_said_in_its_place(string json, string kinds)
    {
        Figure figure = Plot.Plotly(json);
        Assert.Equal("Plotly chart: " + kinds, figure.Description);
        Assert.Contains("is drawn by plotly.js", figure.ToHtml(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json", "not JSON")]
    [InlineData("[]", "no trace to draw")]
    [InlineData("{}", "no trace to draw")]
    [InlineData("[1]", "no trace to draw")]
    [InlineData("3", "no trace to draw")]
    public void What_is_no_chart_is_refused_with_a_sentence(string json, string why) =>
        Assert.Contains(
            why, Assert.Throws<ArgumentException>(() => Plot.Plotly(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_chart_that_would_make_the_notebook_slow_is_refused_with_its_size()
    {
        string why = Assert.Throws<ArgumentException>(
            () => Plot.Plotly([new { y = Enumerable.Range(0, 200_000).Select(i => (double)i) }])).Message;
        Assert.Contains("above 1,000,000", why, StringComparison.Ordinal);
        Assert.Contains("every k-th", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hostile_text_stays_text()
    {
        string html = Plot.Plotly([new { type = "pie", name = "</script><script>alert(1)</script>" }]).ToHtml();
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
    }

    /// <summary>The chart that a figure carries for the script.</summary>
    private static JsonElement ChartOf(Figure figure)
    {
        string json = ChartInFigure().Match(figure.ToHtml()).Groups[1].Value;
        return JsonDocument.Parse(json).RootElement;
    }

    [GeneratedRegex("<script type=\"application/json\">(.*?)</script>")]
    private static partial Regex ChartInFigure();
}
