using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Notebooks;

namespace Course.Tests;

/// <summary>
/// Each committed chapter where a viewer does not trust it: its figures are pictures, and nothing is said twice.
/// </summary>
public sealed partial class SanitisedChapterTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Both_sanitisers_leave_every_figures_picture_and_no_word_of_the_figure()
    {
        InstalledKernel.RequireJupyter();
        var chapters = new List<(string Name, string[] Htmls, string[] Figures)>();
        foreach (Chapter chapter in Repository.Find().Chapters())
        {
            var notebook = Notebook.Load(chapter.Path);
            StoredFigures.Split(notebook); // what run --write has written already stays as it is
            notebook.Save(_temp.File(Path.GetFileName(chapter.Path)));
            Output[] outputs = [.. notebook.Cells.SelectMany(cell => cell.Outputs)];
            chapters.Add((chapter.Name,
                [.. outputs.Select(output => StoredFigureTests.DataOf(output)?["text/html"]).OfType<string>()],
                [.. StoredFigures.Join(outputs).Where(StoredFigures.IsWhole)
                    .Select(output => StoredFigureTests.DataOf(output)!["text/html"]!)]));
        }

        var info = new ProcessStartInfo(
            InstalledKernel.Python,
            [Path.Combine(AppContext.BaseDirectory, "Pictures", "sanitise.py"), _temp.Path])
        {
            RedirectStandardOutput =
                true
        };
        using var python = Process.Start(info)!;
        string sanitizer = (await python.StandardOutput.ReadToEndAsync()).Trim();
        await python.WaitForExitAsync();
        Assert.Equal(0, python.ExitCode);

        await using Chromium browser = await Chromium.StartAsync();
        string host = _temp.Write(
            $"<script>define = make => {{ sanitizer = make().defaultSanitizer; }}; define.amd = " +
            $"{{}};</script><script src=\"{new Uri(sanitizer).AbsoluteUri}\"></script>", "host.html");
        await using BrowserPage page = await browser.OpenAsync(new Uri(host), 800, 600);
        foreach (var (name, htmls, figures) in chapters)
        {
            // nbconvert --sanitize_html, which shows a PNG as it is.
            string[] converted = JsonSerializer.Deserialize<string[]>(File.ReadAllText(_temp.File(name + ".json")))!;
            Examine(converted);

            // An untrusted notebook in Jupyter Notebook 6, which shows a PNG as it is.
            string list = JsonSerializer.Serialize(htmls);
            string[] cleaned =
                [.. (await page.EvaluateAsync(
                    $"{list}.map(html => sanitizer.sanitize(html, {{ allowedStyles: {{}} }}))"))!.AsArray()
                        .Select(item => item!.GetValue<string>())];
            Examine(cleaned);

            void Examine(string[] left)
            {
                string[] stored = [.. left.Where(html => html.Contains("tfs-stored", StringComparison.Ordinal))];
                Assert.Equal(figures.Length, stored.Length);
                Assert.All(stored, html => Assert.Equal("", Markup().Replace(html, "").Trim()));
                Assert.DoesNotContain(
                    left, html => html.Contains("tfs-figure", StringComparison.Ordinal)
                        || html.Contains("<script", StringComparison.Ordinal));
                // Tables keep their cells.
                Assert.Equal(htmls.Sum(html => Cell().Count(html)), left.Sum(html => Cell().Count(html)));
            }
        }

        // The whole page of the first chapter, without its code, in which a reader describes a figure of his own.
        string page0 = Code().Replace(File.ReadAllText(_temp.File(chapters[0].Name + ".html")), "");
        Assert.Equal(chapters[0].Figures.Length, PngImage().Count(page0));
        Assert.All(
            chapters[0].Figures, figure => Assert.DoesNotContain(
                Described().Match(figure).Groups[1].Value, page0, StringComparison.Ordinal));
    }

    [GeneratedRegex("""<div class="\s*highlight[^>]*><pre>.*?</pre>""", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("<img src=\"data:image/png;base64,")]
    private static partial Regex PngImage();

    [GeneratedRegex("(?:aria-label=\"|<title>)([^\"<]+)")]
    private static partial Regex Described();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Markup();

    [GeneratedRegex("<td[ >]")]
    private static partial Regex Cell();
}
