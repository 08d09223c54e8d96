using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Shared;

namespace Notebooks;

/// <summary>
/// Runs the C# cells of one session, each seeing what the ones before it declared, in the dialect of .NET Interactive
/// (<see cref="CellSource"/> has its directives). One cell runs at a time.
/// </summary>
public sealed class CSharpEngine : IAsyncDisposable
{
    /// <summary>
    /// Under this name AppContext holds the CancellationToken of the cell that runs, so that a long loop in any library
    /// can honour an interrupt without referring to a notebook: <c>AppContext.GetData("Notebooks.Cancellation")</c>.
    /// </summary>
    public const string CancellationName = HostNames.Cancellation;

    /// <summary>
    /// Under this name AppContext holds <see cref="StopPoint.Run"/>, an <c>Action&lt;Action, CancellationToken&gt;</c>,
    /// so that a library can run a part of a cell's code and end it.
    /// </summary>
    public const string PartName = HostNames.Part;

    /// <summary>The usings a cell need not write.</summary>
    public static IReadOnlyList<string> ImplicitUsings { get; } =
    [
        "System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks",
        "System.Linq",
        "Microsoft.DotNet.Interactive.Kernel",
    ];

    private readonly EngineOptions _options;
    private readonly References _references;
    private readonly Submissions _submissions;
    private readonly CellRunner _runner;
    private readonly KeptCulture _culture = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>A session without variables.</summary>
    public CSharpEngine(EngineOptions options)
    {
        _options = options;
        var context = new SessionContext();
        _references = new References(context);
        _submissions = new Submissions(
            context, FrameworkFiles.All().Append(FrameworkFiles.Of(typeof(CSharpEngine).Assembly)).Distinct()
                .Select(file => MetadataReference.CreateFromFile(file)), ImplicitUsings);
        _runner = new CellRunner(options, context, _references, _submissions);
        AppContext.SetData(PartName, (Action<Action, CancellationToken>)StopPoint.Run);
        KeptCulture.BeginInvariant();
        StrayExceptions.Begin();
        ConsoleCapture.Begin();
    }

    /// <summary>How many cells have counted as executions.</summary>
    public int ExecutionCount { get; private set; }

    /// <summary>The files of the assemblies that cells have referred to.</summary>
    public IReadOnlyCollection<string> ReferencedFiles => _references.Files;

    public ValueTask DisposeAsync()
    {
        ConsoleCapture.End();
        return ValueTask.CompletedTask;
    }

    /// <summary>Compiles something trivial, so that the first cell does not pay for waking the compiler.</summary>
    public async Task WarmUpAsync()
    {
        await _oneAtATime.WaitAsync().ConfigureAwait(false);
        try { _submissions.Compile("1 + 1", "warm-up", CancellationToken.None); }
        finally { _oneAtATime.Release(); }
    }

    /// <summary>
    /// Runs a cell. However it ends, this returns: an error of the cell's is a <see cref="CellEvent.Failed"/> and in
    /// the result.
    /// </summary>
    /// <param name="code">The cell's source.</param>
    /// <param name="publish">
    /// Told what the cell prints and shows, as it happens, from whatever thread; also after this method has returned,
    /// by threads and tasks that the cell has started.
    /// </param>
    /// <param name="cancellation">Tells the cell to stop; one that has not after <see cref="EngineOptions.StopGrace"/>
    /// is stopped by force.</param>
    /// <param name="countsAsExecution">False for code that a front end runs for itself.</param>
    public async Task<CellResult> ExecuteAsync(
        string code, Action<CellEvent> publish, CancellationToken cancellation, bool countsAsExecution = true)
    {
        long start = Stopwatch.GetTimestamp();
        if (countsAsExecution) { ExecutionCount++; }

        CodePlace cell = CodePlace.Cell(ExecutionCount, code, _options.WorkingDirectory);
        var scope = new CellScope(cell, publish, _options, _culture, cancellation);

        ErrorOutput? error;
        if (await MayBeginAsync(cancellation).ConfigureAwait(false))
        {
            try
            {
                AppContext.SetData(CancellationName, cancellation);
                StopPoint.Stopping(false);
                error = await CellThread.RunAsync(() => _runner.RunAsync(cell, scope), scope).ConfigureAwait(false);
            }
            finally { _oneAtATime.Release(); }
        }
        else
        {
            error = Interruption.Of(null); // while it waited for the compiler to wake, or for the cell before it
        }

        if (error is not null) { scope.Conclude(error); }

        CellStatus status = error is null ? CellStatus.Succeeded : cancellation.IsCancellationRequested
            ? CellStatus.Cancelled
            : CellStatus.Failed;
        return new CellResult(status, Stopwatch.GetElapsedTime(start), error);
    }

    /// <summary>What the compiler makes of a cell that is being written.</summary>
    internal Compilation Draft(string code) => _submissions.Draft(code);

    private async Task<bool> MayBeginAsync(CancellationToken cancellation)
    {
        try
        {
            await _oneAtATime.WaitAsync(cancellation).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
