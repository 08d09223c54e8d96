using System.Text.RegularExpressions;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Course;

/// <summary>
/// Leads from a term to the glossary, where a chapter uses it for the first time. Only in running text, outside
/// quotations and links, and not in the chapter that explains the term itself.
/// </summary>
/// <remarks>An instance is for one page, as it knows which terms the page has had.</remarks>
internal sealed class TermLinks
{
    private readonly Dictionary<string, Term> _open; // not yet met on the page, by name
    private readonly Regex _names;

    /// <param name="terms">The glossary.</param>
    /// <param name="chapter">The file of the chapter.</param>
    public TermLinks(IReadOnlyList<Term> terms, string chapter)
    {
        _open = terms.Where(term => term.Home != chapter)
            .ToDictionary(term => term.Name, StringComparer.OrdinalIgnoreCase);
        _names = new Regex(
            $@"(?<![\p{{L}}\p{{N}}-])({string.Join('|', _open.Keys.OrderByDescending(name => name.Length)
                .Select(Regex.Escape).DefaultIfEmpty("(?!)"))})s?(?![\p{{L}}\p{{N}}-])",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }

    /// <summary>Makes links of the terms of a text that the page has not had.</summary>
    public void AddTo(MarkdownDocument document)
    {
        foreach (ParagraphBlock paragraph in document.Descendants<ParagraphBlock>())
        {
            if (paragraph.Parent is QuoteBlock || paragraph.Inline is null) { continue; }

            foreach (LiteralInline text in paragraph.Inline.Descendants<LiteralInline>().ToArray())
            {
                if (!IsInLink(text)) { AddTo(text); }
            }
        }
    }

    private void AddTo(LiteralInline text)
    {
        string words = text.Content.ToString();
        Match? found = _names.Matches(words).FirstOrDefault(match => _open.ContainsKey(match.Groups[1].Value));
        if (found is null || !_open.Remove(found.Groups[1].Value, out Term? term)) { return; }

        var link = new LinkInline($"{NotationPage.FileName}#{term.Id}", term.PlainMeaning) { IsClosed = true };
        link.GetAttributes().AddClass("term");
        link.AppendChild(new LiteralInline(found.Value));
        var rest = new LiteralInline(words[(found.Index + found.Length)..]);
        text.InsertAfter(link);
        link.InsertAfter(rest);
        text.Content = new LiteralInline(words[..found.Index]).Content;
        AddTo(rest);
    }

    private static bool IsInLink(Inline inline)
    {
        for (ContainerInline? parent = inline.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is LinkInline) { return true; }
        }

        return false;
    }
}
