using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Notebooks;

namespace Course;

/// <summary>A chapter as a page: prose, coloured code, and what the code showed.</summary>
internal sealed partial class ChapterPage
{
    private static readonly string[] s_images = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    private readonly MarkdownRenderer _markdown;
    private readonly Notebook _notebook;
    private readonly PageTimes _times;
    private readonly SettingsCell? _settings;
    private readonly string[] _usings; // of all cells, as each sees those of the ones before it

    /// <param name="chapter">Which.</param>
    /// <param name="markdown">Draws its prose.</param>
    /// <param name="times">How long its cells take in a page.</param>
    public ChapterPage(Chapter chapter, MarkdownRenderer markdown, PageTimes times)
    {
        (Chapter, _markdown, _times, _notebook) = (chapter, markdown, times, Notebook.Load(chapter.Path));
        _settings = SettingsCell.Of(_notebook.Cells);
        _usings =
            [.. _notebook.Cells.Where(
                cell => cell.Kind == CellKind.Code && cell.Source.Contains("using ", StringComparison.Ordinal))
            .SelectMany(cell => CodeHighlighter.NamespacesOf(CellSyntax.RootOf(cell.Source))).Distinct()];
        string first = _notebook.Cells.FirstOrDefault(cell => cell.Kind == CellKind.Markdown)?.Source ?? "";
        string[] blocks = first.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Title = blocks.FirstOrDefault(block => block.StartsWith("# ", StringComparison.Ordinal))?[2..].Split('\n')[0]
            .Trim() ?? chapter.Name;
        Promise = blocks.SkipWhile(block => !block.StartsWith("# ", StringComparison.Ordinal)).Skip(1)
            .FirstOrDefault() ?? "";
        Minutes = AboutMinutes().Match(first) is { Success: true } match ? match.Groups[1].Value : null;
    }

    public Chapter Chapter { get; }

    /// <summary>The chapter's first heading.</summary>
    public string Title { get; }

    /// <summary>The paragraph below it, as Markdown; may be empty.</summary>
    public string Promise { get; }

    /// <summary>How long a reader takes, or null.</summary>
    public string? Minutes { get; }

    public string FileName => Chapter.Name + ".html";

    /// <summary>Where the site has the chapter itself, to be taken home.</summary>
    public string NotebookFile => $"notebooks/{Chapter.Name}.ipynb";

    /// <summary>Its prose, in Markdown.</summary>
    public IEnumerable<string> Texts =>
        _notebook.Cells.Where(cell => cell.Kind == CellKind.Markdown).Select(cell => cell.Source);

    public (string Url, string Title) Link => (SafeHtml.UrlOf(FileName), Title);

    /// <summary>The page.</summary>
    /// <exception cref="CourseException">A formula cannot be typeset; the message names the chapter and the
    /// cell.</exception>
    /// <param name="around">The pages before and after it.</param>
    /// <param name="origin">Where its outputs come from, in a sentence.</param>
    /// <param name="sidebar">What stands beside it.</param>
    public string Html(Neighbours around, string origin, Sidebar sidebar)
    {
        var headings = new List<Heading>();
        var body = new StringBuilder();
        for (int i = 0; i < _notebook.Cells.Count; i++)
        {
            Cell cell = _notebook.Cells[i];
            try
            {
                body.AppendLine(cell.Kind switch
                {
                    CellKind.Markdown =>
                        "<section class=\"prose\">" +
                        $"{AttachedPictures.Show(_markdown.Render(cell.Source, headings), cell)}</section>",
                    CellKind.Code => CodeCell(cell),
                    _ => $"<pre>{WebUtility.HtmlEncode(cell.Source)}</pre>",
                });
            }
            catch (CourseException problem)
            {
                throw new CourseException($"{Chapter.Name}, cell {i + 1}: {problem.Message}");
            }

            if (i == 0) { body.AppendLine(LiveNote()); } // below the title
        }

        body.AppendLine($"<p class=\"origin\">{WebUtility.HtmlEncode(origin)}</p>");
        return Page.Html(Title, body.ToString(), headings, around, sidebar, Link.Url);
    }

    /// <summary>How the page becomes live; where it is (live.js), something else stands there.</summary>
    private string LiveNote() =>
        $"<p class=\"live-note\" data-chapter=\"{WebUtility.HtmlEncode(Path.GetFileName(Chapter.Path))}\"" +
        string.Create(CultureInfo.InvariantCulture, $" data-loop=\"{_times.Loop:0.#}\"") +
        (_settings is { } settings && InPage.Of(settings.Cell).WhyNot is { } why
            ? $" data-why-not=\"{WebUtility.HtmlEncode(why)}\"" : "") + ">To run and " +
        "change the code of this page on your own machine: <code>dotnet run --project lib/src/Course</code></p>" +
        $"<p class=\"take\"><a href=\"{SafeHtml.UrlOf(NotebookFile)}\" download>Download this notebook</a></p>";

    private string CodeCell(Cell cell)
    {
        var html = new StringBuilder($"<div class=\"cell\" data-cell=\"{WebUtility.HtmlEncode(cell.Id)}\"")
            .Append(_times.AttributesOf(Chapter.Name, cell.Id))
            .Append(cell == _settings?.Cell && InPage.OfferOf(_settings) is { } offer
                ? $" data-smaller=\"{WebUtility.HtmlEncode(offer)}\"" : "").Append('>');
        html.Append("<pre class=\"code\"><code>").Append(CodeHighlighter.ToHtml(cell.Source, _usings))
            .Append("</code></pre>");
        foreach (Output output in StoredFigures.Join(cell.Outputs))
        {
            html.Append("<div class=\"output\">").Append(OutputHtml(output)).Append("</div>");
        }

        return html.Append("</div>").ToString();
    }

    private string OutputHtml(Output output) => output switch
    {
        StreamOutput stream =>
            $"<pre class=\"{(stream.Name == "stderr" ? "stderr" : "stdout")}\">" +
            $"{TerminalText.ToHtml(stream.Text)}</pre>",
        DisplayOutput display => DataHtml(display.Data),
        ResultOutput result => DataHtml(result.Data),
        ErrorOutput error => $"<pre class=\"error\">{TerminalText.ToHtml(string.Join('\n', error.Traceback))}</pre>",
        _ => "",
    };

    private string DataHtml(MimeBundle data)
    {
        if ((data["text/html"] ?? data["image/svg+xml"]) is { } html)
        {
            // The page has the script of all figures; it lets no other run (Page.Policy).
            return SafeHtml.WithLinks(
                FigurePicture.IsFigure(html) ? FigureScript().Replace(html, "") : html, url => url);
        }

        if (s_images.FirstOrDefault(mime => data[mime] is not null) is { } image)
        {
            string base64 = string.Concat(data[image]!.Where(c => !char.IsWhiteSpace(c)));
            return $"<img src=\"data:{image};base64,{WebUtility.HtmlEncode(base64)}\" " +
                $"alt=\"{WebUtility.HtmlEncode(data["text/plain"] ?? "")}\">";
        }

        return data["text/markdown"] is { } text
            ? _markdown.Render(text, [])
            : $"<pre class=\"result\">{TerminalText.ToHtml(data["text/plain"] ?? "")}</pre>";
    }

    [GeneratedRegex("<script>.*?</script>", RegexOptions.Singleline)]
    private static partial Regex FigureScript();

    [GeneratedRegex(@"About (\d+) minutes")]
    private static partial Regex AboutMinutes();
}
