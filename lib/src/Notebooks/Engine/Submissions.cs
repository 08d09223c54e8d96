using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Notebooks;

/// <summary>
/// The compiled cells of a session. Each is a submission, a script that refers to the one before it, and its variables
/// are the fields of one object. A cell counts from the moment its object exists: whatever ends it then, an exception
/// or a stop, what it had assigned is there for the next.
/// </summary>
/// <remarks>
/// Roslyn's own Script hands every submission all references again, and each inherits those of its predecessors: the
/// memory then grows with the square of the cells. Here a submission brings only the references that are new.
/// </remarks>
internal sealed class Submissions(
    AssemblyLoadContext context, IEnumerable<MetadataReference> references, IReadOnlyList<string> usings)
{
    private static readonly CSharpParseOptions s_script = new(LanguageVersion.Preview, kind: SourceCodeKind.Script);
    private static readonly EmitOptions s_emit = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    private CSharpCompilationOptions _options = new(
        OutputKind.DynamicallyLinkedLibrary, usings: usings, allowUnsafe: true,
        optimizationLevel: OptimizationLevel.Debug, concurrentBuild: !OperatingSystem.IsBrowser(),
        assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default);

    private readonly string _session = Guid.NewGuid().ToString("N"); // an assembly's name is unique in its process
    private List<MetadataReference> _new = [.. references];
    private CSharpCompilation? _last;
    // By submission, from 1: the first place is the host's, which has none.
    private object?[] _objects = new object?[16];
    private int _count;
    private int _compiled;

    /// <summary>
    /// Makes references known to the cells from here on. One that has the name of another takes its place, also in what
    /// earlier cells have declared.
    /// </summary>
    public void Refer(IReadOnlyCollection<MetadataReference> more)
    {
        var names = more.Select(NameOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        MetadataReference[] all = [.. Chain().SelectMany(cell => cell.ExternalReferences), .. _new];
        if (!all.Any(reference => names.Contains(NameOf(reference)))) { _new.AddRange(more); }
        else { Rebuild([.. all.Where(reference => !names.Contains(NameOf(reference))), .. more]); }
    }

    /// <summary>The variables that cells have declared, the latest of each name.</summary>
    public IReadOnlyList<(string Name, Type Type, object? Value)> Variables() =>
    [
        .. _objects.Take(_count + 1).OfType<object>()
            .SelectMany(cell => cell.GetType().GetFields()
                .Where(field => !field.Name.Contains('<', StringComparison.Ordinal))
                .Select(field => (field.Name, field.FieldType, Value: field.GetValue(cell))))
            .Reverse().DistinctBy(variable => variable.Name).OrderBy(variable => variable.Name, StringComparer.Ordinal),
    ];

    private static string NameOf(MetadataReference reference) =>
        Path.GetFileNameWithoutExtension(reference.Display ?? "");

    /// <summary>The cells so far, the latest first.</summary>
    private IEnumerable<CSharpCompilation> Chain()
    {
        for (CSharpCompilation? cell = _last; cell is not null;
            cell = cell.ScriptCompilationInfo!.PreviousScriptCompilation)
        {
            yield return cell;
        }
    }

    /// <summary>
    /// Compiles no cell again: what the compiler remembers of them gets another set of references, the first cell all
    /// of it, from which the others inherit.
    /// </summary>
    private void Rebuild(List<MetadataReference> references)
    {
        CSharpCompilation? before = null;
        foreach (CSharpCompilation cell in Chain().Reverse().ToArray())
        {
            before = cell.WithReferences(before is null ? references : [])
                .WithScriptCompilationInfo(cell.ScriptCompilationInfo!.WithPreviousScriptCompilation(before));
        }

        _new = before is null ? references : [];
        _last = before;
    }

    /// <summary>Compiles a cell, or says why it does not compile; nothing else changes until it is started.</summary>
    public Submission Compile(string text, string path, CancellationToken cancellation)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, s_script, path, Encoding.UTF8, cancellation);
        Submission woven = Compile(StopPoint.Woven(KeptCulture.Watched(LineMarks.Woven(tree))), cancellation);
        // Its errors then stand where the reader wrote them.
        return woven.Errors.Count == 0 ? woven : Compile(tree, cancellation);
    }

    /// <summary>A cell that is being written, after those that have run: to be asked about, not to be run.</summary>
    public CSharpCompilation Draft(string text) => CSharpCompilation.CreateScriptCompilation(
        "draft", CSharpSyntaxTree.ParseText(text, s_script), _new, _options, _last, typeof(object));

    private Submission Compile(SyntaxTree tree, CancellationToken cancellation)
    {
        int number = _compiled++;
        string type = $"{RuntimeError.SubmissionPrefix}{number}";
        var compilation = CSharpCompilation.CreateScriptCompilation(
            $"cell-{_session}-{number}", tree, _new, _options.WithScriptClassName(type), _last, typeof(object));

        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        EmitResult emitted = compilation.Emit(assembly, symbols, options: s_emit, cancellationToken: cancellation);
        Diagnostic[] errors =
            [.. emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
        // Without errors: a comment, or usings only, which later cells do see.
        if (errors.Length > 0 || !emitted.Success)
        {
            return new Submission(compilation, errors, null);
        }

        IMethodSymbol entry = compilation.GetEntryPoint(cancellation)!;
        assembly.Position = symbols.Position = 0;
        MethodInfo factory = context.LoadFromStream(assembly, symbols)
            .GetType(type, throwOnError: true)!
            .GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        return new Submission(compilation, [], factory.CreateDelegate<Func<object?[], Task<object?>>>());
    }

    /// <summary>Runs a compiled cell up to its first await, and lets the cells after it see it.</summary>
    public Task<object?> Start(Submission submission)
    {
        int place = _count + 1;
        if (place == _objects.Length) { Array.Resize(ref _objects, 2 * place); }

        _objects[place] = null;
        try
        {
            return submission.Start is null ? Task.FromResult<object?>(null) : submission.Start(_objects);
        }
        finally
        {
            // Its object puts itself there before the first statement.
            if (submission.Start is null || _objects[place] is not null)
            {
                _last = submission.Compilation;
                _new = [];
                _count += submission.Start is null ? 0 : 1;
            }
        }
    }
}

/// <summary>A cell compiled, with its errors; without code to run <paramref name="Start"/> is null.</summary>
internal sealed record Submission(
    CSharpCompilation Compilation, IReadOnlyList<Diagnostic> Errors, Func<object?[], Task<object?>>? Start);
