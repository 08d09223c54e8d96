using System.Globalization;
using System.Xml;
using Microsoft.CodeAnalysis;

namespace Notebooks;

/// <summary>What the .xml beside an assembly says of its symbols; read when somebody first asks.</summary>
internal sealed class AssemblyDocumentation(string path) : DocumentationProvider
{
    private readonly Lazy<Dictionary<string, string>> _members = new(() => Read(path));
    private readonly string _path = path;

    protected override string GetDocumentationForSymbol(
        string documentationMemberID, CultureInfo preferredCulture, CancellationToken cancellationToken = default) =>
        _members.Value.GetValueOrDefault(documentationMemberID, "");

    public override bool Equals(object? obj) => obj is AssemblyDocumentation other && other._path == _path;

    public override int GetHashCode() => _path.GetHashCode(StringComparison.Ordinal);

    /// <summary>The text of each member element, by its name; none of a file that is no XML.</summary>
    private static Dictionary<string, string> Read(string path)
    {
        var members = new Dictionary<string, string>();
        try
        {
            using FileStream file = File.OpenRead(path);
            using var xml = XmlReader.Create(file);
            while (xml.Read())
            {
                while (xml is { NodeType: XmlNodeType.Element, Name: "member" } && xml.GetAttribute("name") is { } name)
                {
                    members[name] = xml.ReadOuterXml(); // and stands behind it then
                }
            }
        }
        catch (Exception problem) when (problem is XmlException or IOException or UnauthorizedAccessException)
        {
            // Documentation is a kindness: without it, signatures are shown.
        }

        return members;
    }
}
