using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Notebooks;

namespace Course.Tests;

/// <summary>
/// The functions and types that a chapter's cells define, out of the notebook itself, so that tests compare with the
/// library what the reader reads and no copy of it. The engine that runs cells compiles them. A stub is taken with its
/// folded solution in its place, and the chapter then uses that solution.
/// </summary>
/// <remarks>
/// Nothing of a chapter runs but what a test calls: no training, no chart. A variable of the chapter that a function
/// reads is given by the test, so that one test tries many shapes. A chapter's engine is kept for all tests of a class:
/// waking the compiler takes longer than most of them.
/// </remarks>
public partial class ChapterCode : IAsyncDisposable
{
    private static int s_values;

    private readonly CSharpEngine _engine;
    private readonly IReadOnlyList<(string Id, string Code)> _cells;
    private readonly Dictionary<string, string> _definitions = [];

    /// <summary>Opens a chapter.</summary>
    /// <param name="number">Two digits, as its file's name begins.</param>
    protected ChapterCode(string number)
    {
        Repository repository = Repository.Find();
        CourseLibrary.Load(repository);
        // Before the engine starts: it shares a library that is loaded, and else loads its own, whose types are others.
        _ = AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName("TransformersFromScratch"));
        _cells = CellsOf(
            repository.Chapters().Single(chapter => chapter.Name.StartsWith(number + "-", StringComparison.Ordinal)));
        _engine = new CSharpEngine(new EngineOptions { WorkingDirectory = repository.Notebooks });
        Run(Sample.Reference);
        IEnumerable<SyntaxNode> usings = _cells.SelectMany(cell => CellSyntax.RootOf(cell.Code).Usings);
        Run(string.Concat(usings.Select(each => each.ToFullString())));
        Define();
    }

    private ChapterCode(CSharpEngine engine, IReadOnlyList<(string Id, string Code)> cells)
    {
        (_engine, _cells) = (engine, cells);
        Define();
    }

    /// <summary>
    /// The same chapter with one place of a cell changed, in memory, to see that a comparison notices it.
    /// </summary>
    public ChapterCode With(string cell, string from, string to)
    {
        string code = _cells.Single(each => each.Id == cell).Code;
        Assert.Equal(2, code.Split(from).Length);
        return new(
            _engine,
            [.. _cells.Select(
                each => each.Id == cell ? (cell, code.Replace(from, to, StringComparison.Ordinal)) : each)]);
    }

    /// <summary>
    /// Asserts that one of these comparisons with the library is red. A change that does not compile does not count.
    /// </summary>
    public void IsSeenBy(params Action<ChapterCode>[] comparisons) => Assert.ThrowsAny<Xunit.Sdk.XunitException>(() =>
    {
        foreach (Action<ChapterCode> compare in comparisons) { compare(this); }
    });

    /// <summary>
    /// The value of an expression, with all functions and types of the chapter that it needs, directly or not.
    /// </summary>
    /// <typeparam name="T">Its type: for a function or a lambda the Func or Action of its parameters.</typeparam>
    /// <param name="expression">A name of the chapter, or a lambda that uses some.</param>
    /// <param name="given">Declarations of the variables that these read: of the chapter's names they take
    /// precedence.</param>
    /// <exception cref="InvalidOperationException">It does not compile, or throws.</exception>
    public T Get<T>(string expression, string given = "")
    {
        string slot = string.Create(
            CultureInfo.InvariantCulture, $"{nameof(ChapterCode)}.{Interlocked.Increment(ref s_values)}");
        string last = $"{given}\nvar valueForTheTest = {expression};\nAppContext.SetData(\"{slot}\", valueForTheTest);";
        HashSet<string> others = [.. CellNames.Declared(last)], needed = [];
        var waiting = new Queue<string>(CellNames.TakenFromElsewhere(last));
        while (waiting.TryDequeue(out string? name))
        {
            if (others.Contains(name) || !_definitions.TryGetValue(name, out string? text) || !needed.Add(name))
            {
                continue;
            }

            foreach (string more in CellNames.TakenFromElsewhere(text)) { waiting.Enqueue(more); }
        }

        Run(string.Join('\n', needed.Select(name => _definitions[name]).Distinct().Append(last)));
        object value = AppContext.GetData(slot)!;
        AppContext.SetData(slot, null);
        return (T)value;
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The code cells, each stub with its solution.</summary>
    private static List<(string, string)> CellsOf(Chapter chapter)
    {
        var notebook = Notebook.Load(chapter.Path);
        Dictionary<Cell, Challenge> stubs = Challenge.Of(notebook).ToDictionary(challenge => challenge.Cell);
        return [.. notebook.Cells.Where(cell => cell.Kind == CellKind.Code)
            .Select(cell => (cell.Id, stubs.TryGetValue(cell, out Challenge? stub)
            ? Judged().Replace(stub.With(stub.Solution), "= ${mine};") : cell.Source))];
    }

    /// <summary>Of a name that two cells define the later one counts.</summary>
    private void Define()
    {
        foreach (SyntaxNode node in _cells.SelectMany(cell => CellSyntax.RootOf(cell.Code).ChildNodes()))
        {
            SyntaxNode defined = node is GlobalStatementSyntax { Statement: var statement } ? statement : node;
            if (defined is MethodDeclarationSyntax or LocalFunctionStatementSyntax or BaseTypeDeclarationSyntax)
            {
                _definitions[CellNames.NameOf(defined)] = node.ToFullString();
            }
            else if (defined is FieldDeclarationSyntax
            { Declaration.Variables: [{ Initializer.Value: IdentifierNameSyntax } other] })
            {
                _definitions[CellNames.NameOf(other)] = node.ToFullString(); // another name for a function
            }
        }
    }

    private void Run(string code)
    {
        ErrorOutput? error = _engine.ExecuteAsync(code, _ => { }, CancellationToken.None).GetAwaiter()
            .GetResult().Error;
        if (error is not null) { throw new InvalidOperationException($"{string.Join('\n', error.Traceback)}\n{code}"); }
    }

    /// <summary>
    /// Where a chapter takes the reader's function or the library's: <c>= Turn01.Softmax(MySoftmax);</c>.
    /// </summary>
    [GeneratedRegex(@"= Turn\d\d\.\w+\((?<mine>\w+)\);")]
    private static partial Regex Judged();
}
