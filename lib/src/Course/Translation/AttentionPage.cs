using System.Net;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// A page of its own on one target: what every head of every layer read while it wrote. Everything is in the file; it
/// loads nothing.
/// </summary>
internal static class AttentionPage
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static string Html(
        TextToText model, TextWords words, EncodedText source, Hypothesis hypothesis,
        IReadOnlyList<IReadOnlyList<Matrix<float>>> attention, string plotly) => Html(
            words, source.Text, model.Decode(hypothesis.Tokens),
            [.. source.Ids.Select(model.Tokens.TokenText)],
            [
                .. hypothesis.Tokens.Select(model.Tokens.TokenText),
                hypothesis.Ended ? model.Tokens.TokenText(Vocabulary.End) : "…",
            ],
            attention, plotly);

    /// <param name="words">How the command speaks.</param>
    /// <param name="source">What was read.</param>
    /// <param name="target">What was written.</param>
    /// <param name="columns">The tokens of the source.</param>
    /// <param name="rows">The tokens of the target, the end among them.</param>
    /// <param name="attention">[layer][head], rows × columns.</param>
    /// <param name="plotly">The drawing library.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static string Html(
        TextWords words, string source, string target, string[] columns, string[] rows,
        IReadOnlyList<IReadOnlyList<Matrix<float>>> attention, string plotly)
    {
        string figures = string.Concat(attention.Select((heads, layer) => "<section class=\"output\">" + Plot.Heads(
            heads, rows, columns, $"Layer {layer + 1}", rowTitle: "writes", columnTitle: "reads", zMin: 0, zMax: 1)
                .ToHtml() + "</section>\n"));
        string text = WebUtility.HtmlEncode(target);

        // The policy is a promise that the browser keeps: not even a mistake of ours could load something.
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy"
              content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Cross-attention: {WebUtility.HtmlEncode(source)}</title>
            <style>{File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Assets", "site.css"))}</style>
            <script>{plotly.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)}</script>
            </head>
            <body>
            <div class="page">
            <main id="content">
            <section class="prose">
            <h1>What the {words.Target} reads</h1>
            <p><strong>Source</strong><br>{WebUtility.HtmlEncode(source)}</p>
            <p><strong>{char.ToUpperInvariant(words.Target[0])}{words.Target[1..]}</strong><br>{text}</p>
            <p>A row is a token that is written, a column a token of the source; a row's weights sum to 1.
            All maps share one scale, from 0 to 1.</p>
            </section>
            {figures}</main>
            </div>
            </body>
            </html>

            """;
    }
}
