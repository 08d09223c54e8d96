using System.Text.Json;
using Plotly.NET;

namespace TransformersFromScratch.Charts;

/// <summary>
/// Builds live charts with Plotly.NET. The library loads this assembly into a load context of its own and calls it
/// with one string, so that F# types stay on this side.
/// </summary>
public static class PlotlyChart
{
    /// <summary>Builds a chart.</summary>
    /// <param name="spec">A <c>ChartSpec</c> as JSON.</param>
    /// <returns>Plotly's data, layout and config as one JSON object.</returns>
    public static string ToJson(string spec)
    {
        ChartSpec chart = JsonSerializer.Deserialize(spec, ChartSpecJson.Default.ChartSpec)
            ?? throw new ArgumentException("The chart's description is empty.", nameof(spec));
        return GenericChart.toJson(Build(chart));
    }

    private static GenericChart Build(ChartSpec chart)
    {
        var traces = new List<GenericChart>();
        for (int i = 0; i < chart.Panels.Length; i++)
            traces.AddRange(Traces.Of(chart, chart.Panels[i], i == 0 ? "" : (i + 1).ToString()));
        GenericChart combined = Plotly.NET.CSharp.Chart.Combine(traces);
        combined = GenericChart.setLayout(LayoutOf.Chart(chart), combined);
        return GenericChart.setConfig(ConfigOf(), combined);
    }

    private static Config ConfigOf()
    {
        var config = new Config();
        config.SetProperty("displayModeBar", false);
        // Labels are words of a text: a dollar among them starts no formula.
        config.SetProperty("typesetMath", false);
        return config;
    }
}
