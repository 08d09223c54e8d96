using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.CSharp;
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

/// <summary>
/// Completion, documentation and completeness for the cells of a session, by Roslyn's own services. Every cell that has
/// run is a submission project that refers to the one before it, just as the cells themselves see each other.
/// </summary>
public sealed class LanguageService
{
    private static readonly CSharpParseOptions s_script = new(
        LanguageVersion.Preview, DocumentationMode.Parse, SourceCodeKind.Script);

    // Told by SymbolDocumentation, with the texts that these leave out.
    private static readonly HashSet<string> s_ownSections =
    [
        QuickInfoSectionKinds.Exception, QuickInfoSectionKinds.RemarksDocumentationComments,
        QuickInfoSectionKinds.ReturnsDocumentationComments, QuickInfoSectionKinds.ValueDocumentationComments,
    ];

    private readonly IReadOnlyList<string> _imports;
    // This assembly, with display and its kin; without them beside .NET Interactive's packages, which have their own.
    private MetadataReference _dialect =
        FrameworkFiles.Reference(typeof(LanguageService).Assembly.Location);
    private readonly IReadOnlyList<MetadataReference> _framework = FrameworkReferences.Load();
    private bool _hasPackages;
    private readonly Dictionary<string, MetadataReference> _references = [];
    // The files that the cells so far refer to; each cell's project brings those that are new.
    private HashSet<string> _known = [];
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
    public void Add(string code, IEnumerable<string> referencedFiles)
    {
        string[] files = [.. referencedFiles];
        (_solution, _previous, _) = WithCell(code, files);
        _known = [.. files];
    }

    /// <summary>What can be written at a position of a cell that has not run yet.</summary>
    public async Task<Completions> CompleteAsync(
        string code, int position, IEnumerable<string> referencedFiles, CancellationToken cancellation = default)
    {
        Document document = DocumentOf(code, referencedFiles);
        var service = CompletionService.GetService(document);
        CompletionList? list = service is null ? null
            : await service.GetCompletionsAsync(document, position, cancellationToken: cancellation)
                .ConfigureAwait(false);
        if (list is null || list.ItemsList.Count == 0)
        {
            return new Completions(position, position, []);
        }

        string typed = code[list.Span.Start..Math.Min(position, list.Span.End)];
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
        var choices = Worthwhile(list.ItemsList, typed, root.FindToken(Math.Max(0, list.Span.Start - 1)))
            .Where(item => item.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(IsNamedArgument)
            .ThenByDescending(item => item.FilterText.StartsWith(typed, StringComparison.Ordinal))
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

        foreach (int place in AskedPlace.In(root, Math.Clamp(position, 0, code.Length)))
        {
            QuickInfoItem? info = await service.GetQuickInfoAsync(document, place, cancellation).ConfigureAwait(false);
            if (info is not null)
            {
                IEnumerable<string> description = info.Sections.Where(section => !s_ownSections.Contains(section.Kind))
                    .Select(section => section.Text.Trim());
                ISymbol? symbol = AskedPlace.SymbolAt(
                    await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false), root, place);
                IEnumerable<string> more = symbol is null ? [] : SymbolDocumentation.Sections(symbol);
                return string.Join("\n\n", description.Concat(more).Where(text => text.Length > 0));
            }
        }

        return null;
    }

    /// <summary>
    /// What is worth offering. Where nothing is typed yet, thousands of types and namespaces are of no help; among the
    /// arguments of a call it is the parameters' names, and the variables that could be given to them.
    /// </summary>
    private static IEnumerable<CompletionItem> Worthwhile(
        IReadOnlyList<CompletionItem> items, string typed, SyntaxToken before)
    {
        bool startsAnExpression = before.Kind() is SyntaxKind.None or SyntaxKind.OpenParenToken or SyntaxKind.CommaToken
            or SyntaxKind.EqualsToken
            or SyntaxKind.OpenBraceToken or SyntaxKind.CloseBraceToken or SyntaxKind.OpenBracketToken
                or SyntaxKind.SemicolonToken;
        if (typed.Length > 0 || !startsAnExpression) { return items; }

        bool isArgument = items.Any(IsNamedArgument);
        return items.Where(
            item => IsNamedArgument(item) || KindOf(item) is "variable" or "field" or "property"
                || (!isArgument && KindOf(item) is "method" or "keyword"));
    }

    private static bool IsNamedArgument(CompletionItem item) => item.DisplayTextSuffix == ":";

    private Document DocumentOf(string code, IEnumerable<string> referencedFiles)
    {
        var (solution, _, document) = WithCell(code, referencedFiles);
        return solution.GetDocument(document)!;
    }

    private (Solution Solution, ProjectId Project, DocumentId Document) WithCell(
        string code, IEnumerable<string> referencedFiles)
    {
        string[] files = [.. referencedFiles];
        if (!_hasPackages && files.Any(InteractivePackages.IsTheirs)) { GiveWay(); }

        var project = ProjectId.CreateNewId();
        var document = DocumentId.CreateNewId(project);
        string name = $"Cell{++_cells}";
        Solution solution = _solution
            .AddProject(ProjectInfo.Create(
                project, VersionStamp.Default, name, name, LanguageNames.CSharp, isSubmission: true,
                parseOptions: s_script,
                compilationOptions: new CSharpCompilationOptions(
                    OutputKind.DynamicallyLinkedLibrary, usings: _imports, allowUnsafe: true,
                    nullableContextOptions: NullableContextOptions.Disable),
                metadataReferences: NewReferences(files),
                projectReferences: _previous is null ? [] : [new ProjectReference(_previous)]))
            .AddDocument(document, name + ".csx", SourceText.From(code));
        return (solution, project, document);
    }

    /// <summary>Lets the packages' names take the place of this engine's own.</summary>
    private void GiveWay()
    {
        _hasPackages = true;
        MetadataReference before = _dialect;
        _dialect = InteractivePackages.HostReference();
        foreach (Project project in _solution.Projects.ToArray())
        {
            if (!project.MetadataReferences.Contains(before)) { continue; }

            _solution = _solution.RemoveMetadataReference(project.Id, before)
                .AddMetadataReference(project.Id, _dialect);
        }
    }

    /// <summary>
    /// What this cell's project refers to and the ones before it do not: a submission inherits theirs.
    /// </summary>
    private List<MetadataReference> NewReferences(IEnumerable<string> referencedFiles)
    {
        List<MetadataReference> added = _previous is null ? [.. _framework, _dialect] : [];
        foreach (string file in referencedFiles.Where(file => !_known.Contains(file)))
        {
            if (!_references.TryGetValue(file, out MetadataReference? reference))
            {
                _references[file] = reference = FrameworkFiles.Reference(file);
            }

            added.Add(reference);
        }

        return added;
    }

    private static string InsertedText(CompletionItem item) =>
        IsNamedArgument(item) ? item.DisplayText + ":"
        : item.Properties.TryGetValue("InsertionText", out string? text) ? text : item.DisplayText;

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
