using System.Text.Json;

namespace Notebooks.Tests.Engine;

/// <summary>Charts of Plotly.NET, which a cell brings by itself.</summary>
public class PlotlyNetTests
{
    private const string Points = "Chart.Point<double, double, string>(new double[] { 1, 2 }, new double[] { 3, 4 })";

    [Fact]
    public async Task A_chart_is_handed_to_the_host_as_JSON_wherever_it_is_shown()
    {
        await using var session = new Session(options => options with
        {
            ShowChart = json => new MimeBundle(("text/html", $"<b>{json.Length > 100}</b>"), ("text/plain", json)),
        });
        Ran ran = await PublishedPackageTests.RunAsync(
            session, $"#r \"nuget: Plotly.NET.CSharp, 0.14.0\"\nusing Plotly.NET.CSharp;\n{Points}");
        Assert.Equal("", ran.Trace);
        Assert.Equal("<b>True</b>", ran.Value!["text/html"]);
        JsonElement chart = JsonDocument.Parse(ran.Text!).RootElement;
        Assert.Equal("scatter", chart.GetProperty("data")[0].GetProperty("type").GetString());
        Assert.Equal(4, chart.GetProperty("data")[0].GetProperty("y")[1].GetDouble());

        Ran shown = await session.RunAsync($"var place = " +
            $"display({Points});\nplace.Update({Points});\n{Points}.Display();");
        Assert.Equal(
            ["<b>True</b>", "<b>True</b>", "<b>True</b>"],
            shown.Events.Select(happened => happened switch
            {
                CellEvent.Display display => display.Data["text/html"],
                CellEvent.UpdateDisplay update => update.Data["text/html"],
                _ => happened.ToString(),
            }));
    }

    [Fact]
    public async Task A_chart_that_nobody_draws_is_given_as_JSON_with_a_sentence()
    {
        await using var session = new Session();
        Ran ran = await PublishedPackageTests.RunAsync(
            session, $"#r \"nuget: Plotly.NET.CSharp, 0.14.0\"\nusing Plotly.NET.CSharp;\n{Points}");
        Assert.Equal("", ran.Trace);
        Assert.Equal(["application/vnd.plotly.v1+json", "text/plain"], ran.Value!.MimeTypes);
        Assert.Equal(JsonValueKind.Object, ran.Value.ToMessage()["application/vnd.plotly.v1+json"]!.GetValueKind());
    }
}
