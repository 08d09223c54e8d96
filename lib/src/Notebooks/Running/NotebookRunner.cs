using System.Diagnostics;

namespace Notebooks;

/// <summary>How a notebook is run from its first cell to its last.</summary>
public sealed record RunOptions
{
    /// <summary>How the cells run; the working directory is the notebook's own folder.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>How long one cell may take.</summary>
    public TimeSpan CellTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Told before and after every code cell.</summary>
    public Action<RunProgress> Progress { get; init; } = _ => { };

    /// <summary>Whether the first cell that fails ends the run.</summary>
    public bool StopOnError { get; init; } = true;
}

/// <summary>Where a run stands.</summary>
/// <param name="Cell">Which code cell, from 1.</param>
/// <param name="Cells">How many code cells there are.</param>
/// <param name="Finished">Null before the cell has run, else how it ended.</param>
public sealed record RunProgress(int Cell, int Cells, CellResult? Finished);

/// <summary>A cell that did not succeed.</summary>
/// <param name="Cell">Which code cell, from 1.</param>
/// <param name="Error">Its error, as its output shows it.</param>
public sealed record RunFailure(int Cell, ErrorOutput Error);

/// <summary>How a run ended.</summary>
public sealed record RunResult(IReadOnlyList<RunFailure> Failures, TimeSpan Elapsed)
{
    public bool Succeeded => Failures.Count == 0;
}

/// <summary>Runs all cells of a notebook in order, in a session of its own, and fills in their outputs.</summary>
public static class NotebookRunner
{
    /// <summary>
    /// Runs a notebook. However the run ends, the notebook is a valid document: a cell that failed, was stopped or took
    /// too long has an error output that says so, and those after it have no outputs.
    /// </summary>
    public static async Task<RunResult> RunAsync(
        Notebook notebook, RunOptions options, CancellationToken cancellation = default)
    {
        long start = Stopwatch.GetTimestamp();
        Cell[] cells = [.. notebook.Cells.Where(cell => cell.Kind == CellKind.Code)];
        foreach (Cell cell in cells)
        {
            cell.ExecutionCount = null;
            cell.SetOutputs([]);
        }

        var failures = new List<RunFailure>();
        var done = new List<(Cell Cell, CellOutputs Outputs)>(); // and the one that runs
        await using var engine = new CSharpEngine(options.Engine);
        for (int i = 0; i < cells.Length && !cancellation.IsCancellationRequested; i++)
        {
            options.Progress(new RunProgress(i + 1, cells.Length, null));
            var outputs = new CellOutputs();
            lock (done) { done.Add((cells[i], outputs)); }

            CellResult result = await RunCellAsync(engine, cells[i], outputs, Add, options.CellTimeout, cancellation)
                .ConfigureAwait(false);
            options.Progress(new RunProgress(i + 1, cells.Length, result));
            if (result.Error is not null)
            {
                failures.Add(new RunFailure(i + 1, result.Error));
                if (options.StopOnError || result.Status == CellStatus.Cancelled) { break; }
            }
        }

        // Once more: later cells have updated displays of earlier ones, and tasks have printed since their cell ended.
        foreach (var (cell, outputs) in done) { cell.SetOutputs(outputs.ToOutputs(cell.ExecutionCount ?? 0)); }

        return new RunResult(failures, Stopwatch.GetElapsedTime(start));

        // From whatever thread, and also after the cell has ended.
        void Add(CellOutputs own, CellEvent happened)
        {
            own.Add(happened);
            if (happened is not CellEvent.UpdateDisplay update) { return; }

            lock (done)
            {
                foreach (var (_, outputs) in done.Where(item => item.Outputs != own)) { outputs.Update(update); }
            }
        }
    }

    private static async Task<CellResult> RunCellAsync(
        CSharpEngine engine, Cell cell, CellOutputs outputs, Action<CellOutputs, CellEvent> add, TimeSpan timeout,
        CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        CellResult result = await engine.ExecuteAsync(cell.Source, happened => add(outputs, happened), limit.Token)
            .ConfigureAwait(false);
        if (result.Status == CellStatus.Cancelled)
        {
            ErrorOutput reason = cancellation.IsCancellationRequested
                ? new ErrorOutput(
                    "Cancelled", "The run was cancelled in this cell.", ["The run was cancelled in this cell."])
                : new ErrorOutput("Timeout", $"The cell took longer than {timeout.TotalSeconds:0.#} s.",
                    [$"The cell took longer than {timeout.TotalSeconds:0.#} s and was stopped. Look for a loop that " +
                        "never ends, or allow it more time."]);
            outputs.Replace(reason);
            result = result with { Error = reason };
        }

        cell.ExecutionCount = engine.ExecutionCount;
        cell.SetOutputs(outputs.ToOutputs(engine.ExecutionCount));
        return result;
    }
}
