using Markdig.Extensions.Mathematics;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Course;

/// <summary>A heading of a page, for its table of contents.</summary>
internal sealed record Heading(int Level, string Id, string Html);

/// <summary>Markdown cells as HTML: maths typeset, C# coloured, links pointed at the site's own pages.</summary>
internal sealed class MarkdownRenderer(MathRenderer math, Func<string, string> linkOf)
{
    /// <summary>Renders a text; its headings are added to the list, with ids that stay unique on the page.</summary>
    public string Render(string markdown, List<Heading> headings)
    {
        MarkdownDocument document = CourseMarkdown.Parse(markdown);
        foreach (LinkInline link in document.Descendants<LinkInline>())
        {
            if (link.Url is not null) { link.Url = linkOf(link.Url); }
        }

        foreach (var (heading, id) in CourseMarkdown.NameHeadings(document, [.. headings.Select(known => known.Id)]))
        {
            headings.Add(new Heading(heading.Level, id, InlineHtml(heading)));
            if (heading.Level > 1)
            {
                heading.Inline?.AppendChild(new HtmlInline($"<a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to this section\">#</a>"));
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
        renderer.ObjectRenderers.RemoveAll(old => old is HtmlMathInlineRenderer or HtmlMathBlockRenderer or CodeBlockRenderer);
        renderer.ObjectRenderers.Insert(0, new MathInlines(math));
        renderer.ObjectRenderers.Insert(0, new MathBlocks(math));
        renderer.ObjectRenderers.Insert(0, new WideTables());
        renderer.ObjectRenderers.Add(new CodeBlocks());
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
        protected override void Write(HtmlRenderer renderer, MathInline formula) =>
            renderer.Write(math.Render(formula.Content.ToString(), display: formula.DelimiterCount == 2));
    }

    private sealed class MathBlocks(MathRenderer math) : HtmlObjectRenderer<MathBlock>
    {
        protected override void Write(HtmlRenderer renderer, MathBlock formula) =>
            renderer.Write(math.Render(formula.Lines.ToString(), display: true)).WriteLine();
    }

    private sealed class CodeBlocks : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock block)
        {
            string code = block.Lines.ToString();
            bool isCSharp = block is FencedCodeBlock { Info: "csharp" or "cs" or "c#" };
            renderer.Write("<pre class=\"code\"><code>").Write(isCSharp ? CodeHighlighter.ToHtml(code) : System.Net.WebUtility.HtmlEncode(code)).Write("</code></pre>").WriteLine();
        }
    }
}
