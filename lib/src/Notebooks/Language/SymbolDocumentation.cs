using System.Text;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Notebooks.Language;

/// <summary>
/// What the documentation of a symbol says of its parameters, its result, its exceptions and beyond, as plain text.
/// </summary>
internal static class SymbolDocumentation
{
    /// <summary>The sections that there are, each under its name.</summary>
    public static IEnumerable<string> Sections(ISymbol symbol)
    {
        if (Documentation(symbol) is not { } xml) { yield break; }

        (string Title, string Element, string? Key)[] sections =
        [
            ("Type parameters", "typeparam", "name"), ("Parameters", "param", "name"), ("Returns", "returns", null),
            ("Value", "value", null),
            ("Exceptions", "exception", "cref"), ("Remarks", "remarks", null),
        ];
        foreach (var (title, element, key) in sections)
        {
            string[] lines =
                [.. xml.Elements(element).Select(entry => Line(entry, key)).Where(line => line.Length > 0)];
            if (lines.Length > 0) { yield return $"{title}:\n  " + string.Join("\n  ", lines); }
        }
    }

    /// <summary>What a symbol is, in a sentence or two; null where nothing says so.</summary>
    public static string? Summary(ISymbol symbol) =>
        Documentation(symbol)?.Element("summary") is { } summary ? TextOf(summary) : null;

    private static string Line(XElement entry, string? key)
    {
        string text = TextOf(entry);
        return key is null || text.Length == 0 ? text : $"{NameIn(entry.Attribute(key)?.Value ?? "")}: {text}";
    }

    /// <summary>
    /// The symbol's own documentation, what it inherits, or for a primary constructor that of its type.
    /// </summary>
    private static XElement? Documentation(ISymbol? symbol)
    {
        for (int depth = 0; symbol is not null && depth < 8; depth++)
        {
            string? text = symbol.GetDocumentationCommentXml(expandIncludes: true);
            XElement? xml = string.IsNullOrWhiteSpace(text) ? null : Parse(text);
            if (xml is not null && !xml.Elements("inheritdoc").Any()) { return xml; }

            symbol = xml is not null
                ? Inherited(symbol)
                : symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } made ? made.ContainingType : null;
        }

        return null;
    }

    private static XElement? Parse(string text)
    {
        try
        {
            return XElement.Parse(
                text.TrimStart().StartsWith("<member", StringComparison.Ordinal) ? text : $"<member>{text}</member>");
        }
        catch (System.Xml.XmlException) { return null; } // a comment that is no XML
    }

    private static ISymbol? Inherited(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { OverriddenMethod: { } method } => method,
        IPropertySymbol { OverriddenProperty: { } property } => property,
        INamedTypeSymbol { BaseType: { SpecialType: not SpecialType.System_Object } type } => type,
        _ => symbol.ContainingType?.AllInterfaces.SelectMany(type => type.GetMembers())
            .FirstOrDefault(
                member => SymbolEqualityComparer.Default.Equals(
                    symbol.ContainingType.FindImplementationForInterfaceMember(member), symbol)),
    };

    private static string TextOf(XElement element)
    {
        var text = new StringBuilder();
        foreach (XNode node in element.Nodes())
        {
            text.Append(node switch
            {
                XText words => words.Value,
                XElement { Name.LocalName: "para" } paragraph => " " + TextOf(paragraph) + " ",
                XElement reference
                    when (reference.Attribute("cref") ?? reference.Attribute("name")
                        ?? reference.Attribute("langword")) is { } target && reference.IsEmpty
                    => NameIn(target.Value),
                XElement inner => TextOf(inner),
                _ => "",
            });
        }

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The last name of a reference such as M:Name.Space.Type.Method(System.Int32).</summary>
    private static string NameIn(string reference)
    {
        string name = reference.Length > 2 && reference[1] == ':' ? reference[2..] : reference;
        int end = name.IndexOfAny(['(', '`']);
        name = end < 0 ? name : name[..end];
        return name[(name.LastIndexOf('.') + 1)..];
    }
}
