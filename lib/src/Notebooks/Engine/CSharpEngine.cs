using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;

namespace Notebooks;

/// <summary>
/// Runs the C# cells of one session, each seeing what the ones before it declared, in the dialect of .NET Interactive
/// (<see cref="CellSource"/> has its directives). One cell runs at a time.
/// </summary>
public sealed class CSharpEngine : IAsyncDisposable
{
    /// <summary>
    /// Under this name AppContext holds the CancellationToken of the cell that runs, so that a long loop in any library can
    /// honour an interrupt without referring to a notebook: <c>AppContext.GetData("Notebooks.Cancellation")</c>.
    /// </summary>
    public const string CancellationName = "Notebooks.Cancellation";

    /// <summary>The usings a cell need not write.</summary>
    public static IReadOnlyList<string> ImplicitUsings { get; } =
    [
        "System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq",
        "Microsoft.DotNet.Interactive.Kernel",
    ];

    private const int StackBytes = 16 * 1024 * 1024; // a reader's recursion should end in an answer more often than in a crash

    private readonly EngineOptions _options;
    private readonly InteractiveAssemblyLoader _loader = new();
    private readonly References _references;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private ScriptOptions _script = ScriptOptions.Default
        .WithReferences(FrameworkFiles().Append(typeof(CSharpEngine).Assembly.Location).Select(file => MetadataReference.CreateFromFile(file)))
        .WithImports(ImplicitUsings)
        .WithLanguageVersion(LanguageVersion.Preview)
        .WithAllowUnsafe(true)
        .WithEmitDebugInformation(true)
        .WithFileEncoding(Encoding.UTF8);

    private ScriptState<object>? _state;
    private int _cells;

    /// <summary>A session without variables.</summary>
    public CSharpEngine(EngineOptions options)
    {
        _options = options;
        _references = new References(_loader);
        ConsoleCapture.Begin();
    }

    /// <summary>How many cells have counted as executions.</summary>
    public int ExecutionCount { get; private set; }

    /// <summary>The files of the assemblies that cells have referred to.</summary>
    public IReadOnlyCollection<string> ReferencedFiles => _references.Files;

    public ValueTask DisposeAsync()
    {
        ConsoleCapture.End();
        _references.Dispose();
        _loader.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Compiles and runs something trivial, so that the first cell does not pay for waking the compiler.</summary>
    public async Task WarmUpAsync()
    {
        await _oneAtATime.WaitAsync().ConfigureAwait(false);
        try
        {
            _state ??= await StartAsync().ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Runs a cell.</summary>
    /// <param name="code">The cell's source.</param>
    /// <param name="publish">Told what the cell prints and shows, as it happens, from whatever thread.</param>
    /// <param name="cancellation">Tells the cell to stop; one that does not is left behind after <see cref="EngineOptions.StopGrace"/>.</param>
    /// <param name="countsAsExecution">False for code that a front end runs for itself.</param>
    public async Task<CellResult> ExecuteAsync(
        string code, Action<CellEvent> publish, CancellationToken cancellation, bool countsAsExecution = true)
    {
        await _oneAtATime.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (countsAsExecution) { ExecutionCount++; }

            long start = Stopwatch.GetTimestamp();
            var scope = new CellScope(publish, _options, cancellation);
            ErrorOutput? error = await RunOnThreadOfItsOwnAsync(code, scope).ConfigureAwait(false);
            if (error is not null) { scope.Publish(new CellEvent.Failed(error)); }

            scope.Close();
            CellStatus status = error is null ? CellStatus.Succeeded : cancellation.IsCancellationRequested ? CellStatus.Cancelled : CellStatus.Failed;
            return new CellResult(status, Stopwatch.GetElapsedTime(start), error);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>A thread with a large stack runs the cell; this method waits for it, or gives it up.</summary>
    private async Task<ErrorOutput?> RunOnThreadOfItsOwnAsync(string code, CellScope scope)
    {
        var done = new TaskCompletionSource<ErrorOutput?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                CellScope.Current = scope;
                AppContext.SetData(CancellationName, scope.Cancellation);
                try { done.SetResult(RunAsync(code, scope).GetAwaiter().GetResult()); }
                catch (Exception problem) { done.SetResult(RuntimeError.From(problem, code)); }
            },
            StackBytes) { IsBackground = true, Name = "Cell" };
        thread.Start();

        Task cancelled = Task.Delay(Timeout.Infinite, scope.Cancellation);
        if (await Task.WhenAny(done.Task, cancelled).ConfigureAwait(false) == done.Task) { return await done.Task.ConfigureAwait(false); }

        if (await Task.WhenAny(done.Task, Task.Delay(_options.StopGrace, CancellationToken.None)).ConfigureAwait(false) == done.Task
            && await done.Task.ConfigureAwait(false) is { } error)
        {
            return error;
        }

        return new ErrorOutput("Interrupted", "The cell was told to stop and did not.",
        [
            "The cell was told to stop and did not: its code does not look at the cancellation token.",
            "It has been left behind and may still use a processor until it ends. Earlier variables are kept. Restart to be rid of it.",
        ]);
    }

    private async Task<ErrorOutput?> RunAsync(string code, CellScope scope)
    {
        long start = Stopwatch.GetTimestamp();
        bool timed = false;
        foreach (CellPart part in CellSource.Parse(code))
        {
            scope.Cancellation.ThrowIfCancellationRequested();
            switch (part)
            {
                case CellPart.Time: timed = true; break;
                case CellPart.Prose prose: scope.Publish(new CellEvent.Display(Formatter.Format(new MarkdownContent(prose.Text)), Guid.NewGuid().ToString("N"))); break;
                case CellPart.Reference reference: Refer(reference, scope.Cancellation); break;
                case CellPart.Import import:
                    if (await ImportAsync(import, scope).ConfigureAwait(false) is { } inFile) { return inFile; }
                    break;
                case CellPart.Code piece:
                    if (await RunCodeAsync(piece.Text, code, scope).ConfigureAwait(false) is { } error) { return error; }
                    break;
            }
        }

        if (timed) { scope.Print("stdout", $"Wall time: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms\n"); }
        return null;
    }

    private async Task<ErrorOutput?> RunCodeAsync(string text, string cell, CellScope scope)
    {
        _state ??= await StartAsync().ConfigureAwait(false);
        Script<object> script = _state.Script.ContinueWith<object>(text, _script.WithFilePath($"cell {++_cells}"));
        var errors = script.Compile(scope.Cancellation).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count > 0) { return CompileError.From(errors, cell); }

        // Without the token: Roslyn would throw the interrupted cell's state away, and with it what the cell had assigned.
        ScriptState<object> state = await script.RunFromAsync(_state, _ => true, CancellationToken.None).ConfigureAwait(false);
        if (scope.IsOver) { return null; } // left behind: a later cell may have gone on from the state before this one

        _state = state; // after an exception too: what was assigned before it is kept
        if (state.Exception is not null) { return RuntimeError.From(state.Exception, cell); }

        if (EndsInAValue(script.GetCompilation()))
        {
            scope.Publish(new CellEvent.Result(Formatter.Format(state.ReturnValue)));
        }

        return null;
    }

    /// <summary>Whether the cell's last statement is an expression without a semicolon, and not one of type void.</summary>
    private static bool EndsInAValue(Compilation compilation)
    {
        SyntaxTree tree = compilation.SyntaxTrees.Last();
        return tree.GetRoot() is CompilationUnitSyntax { Members: [.., GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last }] }
            && compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).Type is not { SpecialType: SpecialType.System_Void };
    }

    private void Refer(CellPart.Reference reference, CancellationToken cancellation)
    {
        string argument = reference.Argument;
        string directive = $"#r \"{argument}\"";
        if (argument.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
        {
            string[] parts = argument["nuget:".Length..].Split(',', StringSplitOptions.TrimEntries);
            if (parts is not [{ Length: > 0 } name, { Length: > 0 } version])
            {
                throw CellException.At(reference.Line, directive, "Write the package and its version: #r \"nuget: MathNet.Numerics, 5.0.0\".");
            }

            try { _script = _script.AddReferences(_references.AddPackage(name, version, cancellation)); }
            catch (InvalidOperationException problem) { throw CellException.At(reference.Line, directive, problem.Message); }

            return;
        }

        string path = Path.GetFullPath(argument, _options.WorkingDirectory);
        if (!File.Exists(path))
        {
            throw CellException.At(reference.Line, directive, _options.HelpForMissingFile(path)
                ?? $"There is no file {argument} (looked for {path}). Build it first, or mend the path.");
        }

        try { _script = _script.AddReferences(_references.AddFile(path)); }
        catch (BadImageFormatException) { throw CellException.At(reference.Line, directive, $"{argument} is not a .NET assembly."); }
    }

    private async Task<ErrorOutput?> ImportAsync(CellPart.Import import, CellScope scope)
    {
        string path = Path.GetFullPath(import.Path, _options.WorkingDirectory);
        if (!File.Exists(path))
        {
            throw CellException.At(import.Line, import.Path, $"There is no file {import.Path} to import (looked for {path}).");
        }

        foreach (string code in ImportedFile.CodeOf(path))
        {
            if (await RunAsync(code, scope).ConfigureAwait(false) is { } error) { return error; }
        }

        return null;
    }

    private Task<ScriptState<object>> StartAsync() =>
        CSharpScript.Create<object>("", _script, globalsType: null, _loader).RunAsync();

    /// <summary>The running framework's own assemblies, and nothing of the host program's.</summary>
    private static IEnumerable<string> FrameworkFiles() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => string.Equals(Path.GetDirectoryName(file) + Path.DirectorySeparatorChar, RuntimeEnvironment.GetRuntimeDirectory(), StringComparison.OrdinalIgnoreCase));
}
