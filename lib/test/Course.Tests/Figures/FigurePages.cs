using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using MathNet.Numerics.LinearAlgebra;
using Notebooks;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>
/// Pages with figures that answer, as the site, a stored notebook and a bare host show them. Load the library before.
/// </summary>
internal static partial class FigurePages
{
    public static readonly string[] Six = "Click a filter to select it".Split(' ');

    public static readonly double[] Temperatures = [0.25, 0.5, 1, 2, 4];

    public static double[] Scores { get; } = [.. Enumerable.Range(0, 41).Select(i => (i - 20) / 5.0)];

    /// <summary>Weights of a layer and a head, rows that sum to 1.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Matrix<float> Weights(int layer, int head)
    {
        var random = new Random((10 * layer) + head + 1);
        return Softmax.Rows(Matrix<float>.Build.Dense(6, 6, (_, _) => 6 * random.NextSingle()));
    }

    /// <summary>The weight of a score at a stop of the slider.</summary>
    public static double Weight(int stop, double score) => 1 / (1 + Math.Exp(-score / Temperatures[stop]));

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Dictionary<string, string> Figures()
    {
        IReadOnlyList<Matrix<float>>[] layers =
            [.. Enumerable.Range(0, 2)
                .Select(l => (IReadOnlyList<Matrix<float>>)[.. Enumerable.Range(0, 4).Select(h => Weights(l, h))])];
        return new()
        {
            ["lines"] = Plot.Interactive(
                "Softmax of one score against zero",
                new Slider("temperature", [.. Temperatures.Select(t => FormattableString.Invariant($"{t}"))], 2),
                stop =>
                Plot.Lines(
                    "", "score", "weight", new Series("weight", Scores, Scores.Select(s => Weight(stop, s))),
                    new Series("temperature 1", Scores, Scores.Select(s => Weight(2, s))) { Dashed = true })).ToHtml(),
            ["maps"] = Plot.Interactive(
                "Attention by layer and head", new Selector("layer", ["1", "2"]),
                new Slider("head", ["1", "2", "3", "4"], 1), (l, h) =>
                Plot.Heatmap(layers[l][h], Six, Six, $"layer {l + 1}, head {h + 1}", zMin: 0, zMax: 1)).ToHtml(),
            ["bars"] = Plot.Interactive(
                "The weights of one word", new Selector("query", Six, 5),
                q => Plot.Bars(Six, layers[0][0].Row(q), "", new Axis("weight") { Min = 0, Max = 1 })).ToHtml(),
            ["points"] = Plot.Interactive("A vector moves", new Slider("share", ["0", "0.5", "1"]), s => Plot.Plane(
                "", "first", "second", new Series("words", [1, -1], [0, 0.5]) { Labels = ["filter", "a"] },
                new Series("moves", [-1 + s], [-1 + (s * 0.5)]) { Labels = ["it"] })).ToHtml(),
            ["masked"] = Plot.Heatmap(layers[0][1], Six, Six, "Causal mask", mask: Mask.Causal(6)).ToHtml(),
            ["signed"] = Plot.Heatmap(layers[0][1] - layers[1][1], Six, Six, "Difference of two heads").ToHtml(),
            ["head view"] = Plot.HeadView(layers, Six, Six, "Which word looks at which?", 1, 2).ToHtml(),
            ["tokens"] = Plot.Tokens("Merges, one by one", new Slider("merges", ["0", "1", "2"], 1), m =>
                [
                    new TokenRow("newest", ((string[])["n e w e s t", "n e w es t", "n e w est"])[m].Split(' ')),
                    new TokenRow("a longer name", [" internationalisation", " of", " everything", " there", " is"]),
                ]).ToHtml(),
            ["graph"] = Plot.Graph(
                "A product, walked back",
                [new GraphNode("x", 0, 0), new GraphNode("w", 0, 1), new GraphNode("y = w·x", 1, 0.5)],
                [(0, 2), (1, 2)], new Slider("step", ["0", "1"], 1), step =>
                step == 0 ? new GraphStep(["3", "2", "6"]) : new GraphStep(["3\n2", "2\n3", "6\n1"], 2, "Back."))
                .ToHtml(),
            ["model view"] = Plot.ModelView(layers, Six, Six, "All heads").ToHtml(),
        };
    }

    /// <summary>
    /// The figures on a page of the site: its policy, its style and its scripts, and none of the figures' own.
    /// </summary>
    public static Uri OnSite(TempFolder folder, IEnumerable<string> figures)
    {
        Directory.CreateDirectory(folder.File("assets"));
        foreach (string file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Assets")))
        {
            File.Copy(file, folder.File("assets", Path.GetFileName(file)), overwrite: true);
        }

        File.Copy(Repository.Find().PlotlyScript, folder.File("assets", "plotly.min.js"), overwrite: true);
        string body = string.Concat(
            figures.Select(
                html => $"<div class=\"cell\"><div class=\"output\">{FigureScript().Replace(html, "")}</div></div>\n"));
        string page = Page.Html("Figures", body, [], new Neighbours(null, null), Sidebar.Empty, "page.html");
        return new Uri(folder.Write(page, "page.html"));
    }

    /// <summary>The figures on a bare page of a notebook's folder, as stored or as they are.</summary>
    public static Uri InNotebook(
        TempFolder folder, IEnumerable<string> figures, string head = "", bool stored = false, bool plotly = true)
    {
        Directory.CreateDirectory(folder.File("lib", "bin"));
        if (plotly)
        {
            File.Copy(Repository.Find().PlotlyScript, folder.File("lib", "bin", "plotly.min.js"), overwrite: true);
        }

        string Kept(string html) =>
            string.Concat(
                StoredFigures.Split([new DisplayOutput(new MimeBundle(("text/html", html)))]).Cast<DisplayOutput>()
            .Select(
                output => output.Data["image/png"] is { } png
                    ? $"<p><img src=\"data:image/png;base64,{png}\"></p>"
                    : $"<div>{output.Data["text/html"]}</div>"));
        string body = string.Join('\n', figures.Select(html => stored ? Kept(html) : html));
        return new Uri(
            folder.Write(
                $"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta name=\"viewport\" " +
                $"content=\"width=device-width\">{head}</head><body>{body}</body></html>", "notebooks", "page.html"));
    }

    [GeneratedRegex("<script>.*?</script>", RegexOptions.Singleline)]
    private static partial Regex FigureScript();
}
