using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Extensions.Mathematics;
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
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseFootnotes().UseMathematics().UseEmphasisExtras().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    /// <summary>Renders a text; its headings are added to the list, with ids that stay unique on the page.</summary>
    public string Render(string markdown, List<Heading> headings)
    {
        MarkdownDocument document = Markdown.Parse(markdown, s_pipeline);
        foreach (LinkInline link in document.Descendants<LinkInline>())
        {
            if (link.Url is not null) { link.Url = linkOf(link.Url); }
        }

        foreach (HeadingBlock heading in document.Descendants<HeadingBlock>())
        {
            string id = heading.GetAttributes().Id ?? "section", unique = id;
            for (int i = 1; headings.Any(known => known.Id == unique); i++) { unique = $"{id}-{i}"; }
            heading.GetAttributes().Id = unique;
            headings.Add(new Heading(heading.Level, unique, InlineHtml(heading)));
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
        s_pipeline.Setup(renderer);
        renderer.ObjectRenderers.RemoveAll(old => old is HtmlMathInlineRenderer or HtmlMathBlockRenderer or CodeBlockRenderer);
        renderer.ObjectRenderers.Insert(0, new MathInlines(math));
        renderer.ObjectRenderers.Insert(0, new MathBlocks(math));
        renderer.ObjectRenderers.Add(new CodeBlocks());
        return renderer;
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
