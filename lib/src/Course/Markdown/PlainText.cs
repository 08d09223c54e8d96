using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Markdig.Extensions.Mathematics;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Course;

/// <summary>A part of a page: from a heading to the next.</summary>
/// <param name="Id">The heading's anchor; empty before the first.</param>
/// <param name="Level">The heading's level; 0 before the first.</param>
/// <param name="Heading">The heading as text.</param>
/// <param name="Text">What stands below it, as text.</param>
internal sealed record Section(string Id, int Level, string Heading, string Text);

/// <summary>
/// Markdown as bare words, to be searched and listed: no markup, no code blocks, no formulas on lines of their own.
/// </summary>
internal static partial class PlainText
{
    private static readonly Dictionary<string, string> s_signs = new()
    {
        ["cdot"] = "·", ["times"] = "×", ["top"] = "ᵀ", ["sqrt"] = "√", ["infty"] = "∞", ["alpha"] = "α",
        ["beta"] = "β", ["gamma"] = "γ", ["delta"] = "δ", ["epsilon"] = "ε", ["varepsilon"] = "ε", ["eta"] = "η",
        ["theta"] = "θ", ["lambda"] = "λ", ["mu"] = "μ", ["pi"] = "π", ["sigma"] = "σ", ["tau"] = "τ",
        ["omega"] = "ω", ["partial"] = "∂", ["sum"] = "Σ", ["le"] = "≤", ["leq"] = "≤", ["ge"] = "≥", ["geq"] = "≥",
        ["approx"] = "≈", ["to"] = "→", ["ldots"] = "…", ["dots"] = "…", ["in"] = "∈", ["ne"] = "≠", ["odot"] = "⊙",
    };

    /// <summary>The sections of a page that is made of these texts, in order, with the anchors of the page.</summary>
    public static IReadOnlyList<Section> Sections(IEnumerable<string> texts)
    {
        var sections = new List<Section>();
        var taken = new HashSet<string>();
        var text = new StringBuilder();
        Section open = new("", 0, "", "");
        foreach (MarkdownDocument document in texts.Select(CourseMarkdown.Parse))
        {
            Dictionary<HeadingBlock, string> ids = CourseMarkdown.NameHeadings(document, taken)
                .ToDictionary(pair => pair.Heading, pair => pair.Id);
            foreach (Block block in document)
            {
                if (block is HeadingBlock heading)
                {
                    Close();
                    open = new Section(ids[heading], heading.Level, Of(heading.Inline), "");
                }
                else { Append(block, text); }
            }
        }

        Close();
        return sections;

        void Close()
        {
            string words = Blanks().Replace(text.ToString(), " ").Trim();
            text.Clear();
            if (open.Id != "" || words != "") { sections.Add(open with { Text = words }); }
        }
    }

    /// <summary>A line of Markdown as text.</summary>
    public static string Of(Inline? inline)
    {
        var text = new StringBuilder();
        Append(inline, text);
        return Blanks().Replace(text.ToString(), " ").Trim();
    }

    private static void Append(Block block, StringBuilder text)
    {
        switch (block)
        {
            case CodeBlock or DisplayMath: break;
            case HtmlBlock html:
                text.Append(' ').Append(WebUtility.HtmlDecode(Tag().Replace(html.Lines.ToString(), " ")));
                break;
            case ContainerBlock container:
                foreach (Block inner in container) { Append(inner, text); }

                break;
            case LeafBlock leaf:
                Append(leaf.Inline, text.Append(' '));
                break;
            default: break;
        }
    }

    private static void Append(Inline? inline, StringBuilder text)
    {
        switch (inline)
        {
            case LiteralInline literal: text.Append(literal.Content.AsSpan()); break;
            case CodeInline code: text.Append(code.Content); break;
            case HtmlEntityInline entity: text.Append(entity.Transcoded.AsSpan()); break;
            case LineBreakInline: text.Append(' '); break;
            case MathInline formula: text.Append(Formula(formula.Content.ToString())); break;
            case LinkInline { IsImage: true }: break;
            case ContainerInline container:
                foreach (Inline inner in container) { Append(inner, text); }

                break;
            default: break; // a tag says nothing
        }
    }

    /// <summary>A formula as somebody would type it into a box: d_k, √d_k, W^Q.</summary>
    private static string Formula(string latex) => Braces().Replace(
        Command().Replace(
            latex, match => s_signs.TryGetValue(match.Groups[1].Value, out string? sign) ? sign : " "), "");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex("<!--.*?-->|<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\\([a-zA-Z]+) ?|\\.")]
    private static partial Regex Command();

    [GeneratedRegex("[{}]")]
    private static partial Regex Braces();
}
