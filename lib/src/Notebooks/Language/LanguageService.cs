using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.QuickInfo;
using Microsoft.CodeAnalysis.Tags;
using Microsoft.CodeAnalysis.Text;

namespace Notebooks.Language;

/// <summary>What can be written at a cursor.</summary>
/// <param name="Start">Where the word that a choice replaces begins, in UTF-16 units.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Choices">The best first.</param>
public sealed record Completions(int Start, int End, IReadOnlyList<CompletionChoice> Choices);

/// <summary>One choice: the text to insert, and its kind (method, class, keyword …) for the front end's icon.</summary>
public sealed record CompletionChoice(string Text, string Kind);

/// <summary>Whether a text is a whole cell yet; <paramref name="Indent"/> is what the next line should begin with.</summary>
public sealed record Completeness(string Status, string Indent);

/// <summary>
/// Completion, documentation and completeness for the cells of a session, by Roslyn's own services. Every cell that has
/// run is a submission project that refers to the one before it, just as the cells themselves see each other.
/// </summary>
public sealed class LanguageService
{
    private static readonly CSharpParseOptions s_script = new(LanguageVersion.Preview, DocumentationMode.Parse, SourceCodeKind.Script);

    private readonly IReadOnlyList<string> _imports;
    private readonly IReadOnlyList<MetadataReference> _framework = FrameworkReferences.Load();
    private Solution _solution;
    private ProjectId? _previous;
    private int _cells;

    /// <summary>A service for a session that begins with the given implicit usings.</summary>
    public LanguageService(IEnumerable<string> imports)
    {
        _imports = [.. imports];
        _solution = new AdhocWorkspace(MefHostServices.DefaultHost).CurrentSolution;
    }

    /// <summary>Remembers a cell that has run, so that later cells can be offered what it declared.</summary>
    public void Add(string code, IEnumerable<string> referencedFiles) =>
        (_solution, _previous, _) = WithCell(code, referencedFiles);

    /// <summary>What can be written at a position of a cell that has not run yet.</summary>
    public async Task<Completions> CompleteAsync(
        string code, int position, IEnumerable<string> referencedFiles, CancellationToken cancellation = default)
    {
        Document document = DocumentOf(code, referencedFiles);
        var service = CompletionService.GetService(document);
        CompletionList? list = service is null ? null
            : await service.GetCompletionsAsync(document, position, cancellationToken: cancellation).ConfigureAwait(false);
        if (list is null || list.ItemsList.Count == 0)
        {
            return new Completions(position, position, []);
        }

        string typed = code[list.Span.Start..Math.Min(position, list.Span.End)];
        var choices = list.ItemsList
            .Where(item => item.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(item => item.FilterText.StartsWith(typed, StringComparison.Ordinal))
            .ThenByDescending(item => item.Rules.MatchPriority)
            .ThenBy(item => item.SortText, StringComparer.Ordinal)
            .Select(item => new CompletionChoice(InsertedText(item), KindOf(item)))
            .DistinctBy(choice => choice.Text);
        return new Completions(list.Span.Start, list.Span.End, [.. choices]);
    }

    /// <summary>
    /// Signature and documentation of what stands at a position, or null. Inside the parentheses of a call it is the
    /// method that is called.
    /// </summary>
    public async Task<string?> InspectAsync(
        string code, int position, IEnumerable<string> referencedFiles, CancellationToken cancellation = default)
    {
        Document document = DocumentOf(code, referencedFiles);
        var service = QuickInfoService.GetService(document);
        SyntaxNode? root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        if (service is null || root is null) { return null; }

        foreach (int place in PlacesToAsk(root, Math.Clamp(position, 0, code.Length)))
        {
            QuickInfoItem? info = await service.GetQuickInfoAsync(document, place, cancellation).ConfigureAwait(false);
            if (info is not null)
            {
                return string.Join("\n\n", info.Sections.Select(section => section.Text.Trim()).Where(text => text.Length > 0));
            }
        }

        return null;
    }

    /// <summary>Whether Enter should run the text ("complete"), continue it ("incomplete"), or it is wrong ("invalid").</summary>
    public static Completeness IsComplete(string code)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(code, s_script);
        if (!SyntaxFactory.IsCompleteSubmission(tree))
        {
            string lastLine = code[(code.LastIndexOf('\n') + 1)..];
            string indent = lastLine[..^lastLine.TrimStart().Length];
            return new Completeness("incomplete", lastLine.TrimEnd().EndsWith('{') ? indent + "    " : indent);
        }

        bool wrong = tree.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return new Completeness(wrong ? "invalid" : "complete", "");
    }

    /// <summary>The position itself, the character before it, then the names of the calls it stands in, from the inside out.</summary>
    private static IEnumerable<int> PlacesToAsk(SyntaxNode root, int position)
    {
        yield return position;
        if (position > 0) { yield return position - 1; }

        SyntaxNode? node = root.FindToken(Math.Max(0, position - 1)).Parent;
        foreach (SyntaxNode call in node?.AncestorsAndSelf() ?? [])
        {
            switch (call)
            {
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member }: yield return member.Name.SpanStart; break;
                case InvocationExpressionSyntax invocation: yield return invocation.Expression.SpanStart; break;
                case ObjectCreationExpressionSyntax creation: yield return creation.Type.SpanStart; break;
            }
        }
    }

    private Document DocumentOf(string code, IEnumerable<string> referencedFiles)
    {
        var (solution, _, document) = WithCell(code, referencedFiles);
        return solution.GetDocument(document)!;
    }

    private (Solution Solution, ProjectId Project, DocumentId Document) WithCell(string code, IEnumerable<string> referencedFiles)
    {
        var project = ProjectId.CreateNewId();
        var document = DocumentId.CreateNewId(project);
        string name = $"Cell{++_cells}";
        Solution solution = _solution
            .AddProject(ProjectInfo.Create(
                project, VersionStamp.Default, name, name, LanguageNames.CSharp, isSubmission: true, parseOptions: s_script,
                compilationOptions: new CSharpCompilationOptions(
                    OutputKind.DynamicallyLinkedLibrary, usings: _imports, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Disable),
                metadataReferences: [.. _framework, .. referencedFiles.Select(FrameworkReferences.WithDocumentation)],
                projectReferences: _previous is null ? [] : [new ProjectReference(_previous)]))
            .AddDocument(document, name + ".csx", SourceText.From(code));
        return (solution, project, document);
    }

    private static string InsertedText(CompletionItem item) =>
        item.Properties.TryGetValue("InsertionText", out string? text) ? text : item.DisplayText;

    private static string KindOf(CompletionItem item) => item.Tags.Select(tag => tag switch
    {
        WellKnownTags.Method or WellKnownTags.ExtensionMethod => "method",
        WellKnownTags.Property => "property",
        WellKnownTags.Field or WellKnownTags.Constant or WellKnownTags.EnumMember => "field",
        WellKnownTags.Local or WellKnownTags.Parameter or WellKnownTags.RangeVariable => "variable",
        WellKnownTags.Class => "class",
        WellKnownTags.Structure => "struct",
        WellKnownTags.Interface => "interface",
        WellKnownTags.Enum => "enum",
        WellKnownTags.Namespace => "module",
        WellKnownTags.Keyword => "keyword",
        WellKnownTags.Event => "event",
        WellKnownTags.Delegate => "type",
        _ => null,
    }).FirstOrDefault(kind => kind is not null) ?? "text";
}
