using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Notebooks;

namespace Course;

/// <summary>
/// The cell in which a chapter declares its <c>Settings</c>: what a reader changes who plays with the chapter.
/// </summary>
internal sealed class SettingsCell
{
    private readonly List<(Setting Setting, ExpressionSyntax Default)> _settings = [];

    private SettingsCell(Cell cell, int index, RecordDeclarationSyntax record)
    {
        (Cell, Index) = (cell, index);
        SourceTextLines lines = new(record.SyntaxTree);
        ParameterSyntax[] parameters = [.. record.ParameterList?.Parameters ?? []];
        foreach (ParameterSyntax parameter in parameters)
        {
            bool alone = parameters.Count(other => lines.EndOf(other) == lines.EndOf(parameter)) == 1;
            Add(parameter.Identifier.Text, parameter.Type, parameter.Default?.Value,
                alone ? lines.CommentAt(parameter) : "", isProperty: false);
        }

        foreach (PropertyDeclarationSyntax property in record.Members.OfType<PropertyDeclarationSyntax>()
            .Where(property => property.Initializer is not null))
        {
            Add(property.Identifier.Text, property.Type, property.Initializer!.Value, lines.CommentAt(property),
                isProperty: true);
        }
    }

    /// <summary>The cell.</summary>
    public Cell Cell { get; }

    /// <summary>Which of the chapter's cells it is, from 0.</summary>
    public int Index { get; }

    /// <summary>The settings in order.</summary>
    public IReadOnlyList<Setting> Settings => [.. _settings.Select(item => item.Setting)];

    /// <summary>The first cell that declares a record of the name Settings; null where a chapter has none.</summary>
    public static SettingsCell? Of(IReadOnlyList<Cell> cells) =>
        CellSyntax.First<RecordDeclarationSyntax>(
            cells, "record Settings", type => type.Identifier.Text == "Settings") is { } found
            ? new SettingsCell(found.Cell, found.Index, found.Node) : null;

    /// <summary>The cell's source with other defaults, as a reader would write them.</summary>
    /// <exception cref="CourseException">There is no such setting, or the text is no expression, or the default
    /// already.</exception>
    public string With(IReadOnlyDictionary<string, string> set)
    {
        string source = Cell.Source;
        // From the end: what stands before keeps its place.
        foreach (var (setting, old) in _settings.AsEnumerable().Reverse()
            .Where(item => set.ContainsKey(item.Setting.Name)))
        {
            string value = set[setting.Name];
            ExpressionSyntax read = CellSyntax.ExpressionOf(value);
            if (read.ContainsDiagnostics)
            {
                throw new CourseException($"{setting.Name} is set to {value}, which is no C# expression.");
            }
            if (value == setting.Default)
            {
                throw new CourseException($"{setting.Name} is set to {value}, which is its default.");
            }

            source = source[..old.SpanStart] + value + source[old.Span.End..];
        }

        string[] names = [.. _settings.Select(item => item.Setting.Name)];
        return set.Keys.Except(names).FirstOrDefault() is { } unknown
            ? throw new CourseException(
                $"there is no setting {unknown}, there are {string.Join(", ", names)}.") : source;
    }

    private void Add(string name, TypeSyntax? type, ExpressionSyntax? value, string comment, bool isProperty)
    {
        if (value is not null)
        {
            _settings.Add((new Setting(name, type?.ToString() ?? "", value.ToString(), comment, isProperty), value));
        }
    }

    /// <summary>The comments of a source by their lines.</summary>
    private sealed class SourceTextLines(SyntaxTree tree)
    {
        private readonly Dictionary<int, string> _comments = tree.GetRoot().DescendantTrivia()
            .Where(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia))
            .ToDictionary(
                trivia => trivia.GetLocation().GetLineSpan().StartLinePosition.Line,
                trivia => trivia.ToString().TrimStart('/').Trim());

        public int EndOf(SyntaxNode node) => node.GetLocation().GetLineSpan().EndLinePosition.Line;

        /// <summary>The comment in the line where the node ends, or where it begins.</summary>
        public string CommentAt(SyntaxNode node) => _comments.GetValueOrDefault(EndOf(node))
            ?? _comments.GetValueOrDefault(node.GetLocation().GetLineSpan().StartLinePosition.Line) ?? "";
    }
}
