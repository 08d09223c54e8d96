using System.Net;
using System.Text.RegularExpressions;
using Markdig.Extensions.Mathematics;
using Markdig.Extensions.Tables;
using Markdig.Helpers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Course;

/// <summary>A heading of a page, for its table of contents.</summary>
internal sealed record Heading(int Level, string Id, string Html);

/// <summary>Markdown cells as HTML: maths typeset, C# coloured, links pointed at the site's own pages.</summary>
/// <param name="math">For its formulas.</param>
/// <param name="linkOf">Where a link of the text leads on the site.</param>
/// <param name="terms">Links of the page to the glossary; null for none.</param>
internal sealed partial class MarkdownRenderer(
    MathRenderer math, Func<string, string> linkOf, TermLinks? terms = null)
{
    /// <summary>Renders a text; its headings are added to the list, with ids that stay unique on the page.</summary>
    public string Render(string markdown, List<Heading> headings)
    {
        MarkdownDocument document = CourseMarkdown.Parse(markdown);
        foreach (LinkInline link in document.Descendants<LinkInline>())
        {
            if (link.Url is not null) { link.Url = linkOf(link.Url); }
        }

        terms?.AddTo(document);
        foreach (AutolinkInline link in document.Descendants<AutolinkInline>()
            .Where(link => SafeHtml.IsScript(link.Url)).ToArray())
        {
            link.ReplaceBy(new LiteralInline(link.Url));
        }

        foreach (HtmlInline tag in document.Descendants<HtmlInline>())
        {
            tag.Tag = SafeHtml.WithLinks(tag.Tag, linkOf);
        }

        foreach (var (heading, id) in CourseMarkdown.NameHeadings(document, [.. headings.Select(known => known.Id)]))
        {
            headings.Add(new Heading(heading.Level, id, InlineHtml(heading)));
            if (heading.Level > 1)
            {
                heading.Inline?.AppendChild(
                    new HtmlInline($"<a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to this section\">#</a>"));
            }
        }

        using var writer = new StringWriter();
        Renderer(writer).Render(document);
        return writer.ToString();
    }

    private string InlineHtml(HeadingBlock heading)
    {
        using var writer = new StringWriter();
        HtmlRenderer renderer = Renderer(writer);
        renderer.WriteLeafInline(heading);
        return writer.ToString();
    }

    private HtmlRenderer Renderer(TextWriter writer)
    {
        var renderer = new HtmlRenderer(writer);
        CourseMarkdown.Pipeline.Setup(renderer);
        renderer.ObjectRenderers.RemoveAll(old => old is CodeBlockRenderer or HtmlBlockRenderer);
        renderer.ObjectRenderers.Insert(0, new MathInlines(math));
        renderer.ObjectRenderers.Insert(0, new MathBlocks(math));
        renderer.ObjectRenderers.Insert(0, new WideTables());
        renderer.ObjectRenderers.Add(new CodeBlocks());
        renderer.ObjectRenderers.Add(new HtmlBlocks(math, linkOf));
        return renderer;
    }

    /// <summary>A table that is wider than the screen scrolls in a box of its own.</summary>
    private sealed class WideTables : HtmlTableRenderer
    {
        protected override void Write(HtmlRenderer renderer, Table table)
        {
            renderer.Write("<div class=\"wide\">").WriteLine();
            base.Write(renderer, table);
            renderer.Write("</div>").WriteLine();
        }
    }

    private sealed class MathInlines(MathRenderer math) : HtmlObjectRenderer<MathInline>
    {
        protected override void Write(HtmlRenderer renderer, MathInline formula)
        {
            // A sign that follows the formula becomes its last part, as nothing else keeps the two on one line in every
            // browser.
            string signs = SignsAfter(formula), latex = formula.Content.ToString().Trim();
            renderer.Write(math.Render(
                signs == "" ? latex : $"{latex}\\text{{{signs}}}", display: formula.DelimiterCount == 2));
        }

        /// <summary>
        /// Takes the signs out of the text after the formula. They are kept with the formula: a heading is written
        /// twice, for the page and for its list of sections.
        /// </summary>
        private static string SignsAfter(MathInline formula)
        {
            if (formula.GetData(nameof(SignsAfter)) is string taken) { return taken; }

            string signs = "";
            if (formula.NextSibling is LiteralInline { Content: { Length: > 0 } text } next)
            {
                signs = string.Concat(
                    text.ToString().TakeWhile(c => ".,:;!?)]”’".Contains(c, StringComparison.Ordinal)));
                next.Content = new StringSlice(text.Text, text.Start + signs.Length, text.End);
            }

            formula.SetData(nameof(SignsAfter), signs);
            return signs;
        }
    }

    private sealed class MathBlocks(MathRenderer math) : HtmlObjectRenderer<DisplayMath>
    {
        protected override void Write(HtmlRenderer renderer, DisplayMath formula) =>
            renderer.Write(math.Render(formula.Latex, display: true)).WriteLine();
    }

    /// <summary>
    /// HTML in a text: its formulas are typeset, as Jupyter does, and its links lead where those of Markdown do.
    /// </summary>
    private sealed class HtmlBlocks(MathRenderer math, Func<string, string> linkOf) : HtmlObjectRenderer<HtmlBlock>
    {
        protected override void Write(HtmlRenderer renderer, HtmlBlock block)
        {
            string html = SafeHtml.WithLinks(block.Lines.ToString(), linkOf);
            renderer.Write(
                block.Type is HtmlBlockType.ScriptPreOrStyle or HtmlBlockType.Comment
                    ? html
                    : FormulaInHtml().Replace(html, match =>
                match.Groups[1].Success ? math.Render(
                    WebUtility.HtmlDecode(match.Groups[1].Value), display: false) : match.Value)).WriteLine();
        }
    }

    /// <summary>A tag or a code element, which are to stay; or a formula.</summary>
    [GeneratedRegex(@"<(?:code|pre)\b.*?</(?:code|pre)>|<[^>]*>|(?<![\\$])\$(?![\s$])([^$\n]*?[^\s$\\])\$(?![\d$])",
        RegexOptions.Singleline)]
    private static partial Regex FormulaInHtml();

    private sealed class CodeBlocks : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock block)
        {
            string code = block.Lines.ToString();
            string? language = (block as FencedCodeBlock)?.Info;
            // A drawing made of characters: a broken line would destroy it, so it scrolls where it is too wide.
            if (language is null or "" or "text")
            {
                renderer.Write("<pre class=\"code drawing\" tabindex=\"0\"><code>")
                    .Write(WebUtility.HtmlEncode(code)).Write("</code></pre>").WriteLine();
                return;
            }

            renderer.Write("<pre class=\"code\"><code>")
                .Write(language is "csharp" or "cs" or "c#"
                    ? CodeHighlighter.ToHtml(code) : CodeHighlighter.Lines(WebUtility.HtmlEncode(code)))
                .Write("</code></pre>").WriteLine();
        }
    }
}
