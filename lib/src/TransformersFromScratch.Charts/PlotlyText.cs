namespace TransformersFromScratch.Charts;

/// <summary>
/// Text for Plotly, which reads some HTML tags in labels: a token such as &lt;pad&gt; must stay as it is.
/// </summary>
internal static class PlotlyText
{
    public static string Escape(string text) => FigureText.Visible(text)
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
