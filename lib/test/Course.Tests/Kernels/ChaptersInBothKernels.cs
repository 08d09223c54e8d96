using System.Diagnostics;
using Notebooks;

namespace Course.Tests;

/// <summary>
/// Every chapter as a reader plays with it (<see cref="TweakPlan"/>), in one kernel each: in ours through nbclient, and
/// in the genuine one. Both go at the same time, as training is the greater part of it and leaves a core half idle. A
/// kernel that is not installed is left out; its test says so.
/// </summary>
public sealed class ChaptersInBothKernels(InstalledKernel kernel) : IAsyncLifetime
{
    /// <summary>A line for each kernel and chapter goes to this file, if it is named: CI shows it.</summary>
    private const string ReportVariable = "KERNELS_REPORT";

    private readonly List<string> _report = [];

    /// <summary>With the deliberate mistakes, which are made in our kernel alone.</summary>
    internal IReadOnlyList<TweakPlan> Plans { get; } =
        [.. Repository.Find().Chapters().Select(chapter => TweakPlan.Of(chapter, withFaults: true))];

    /// <summary>
    /// Two passes of each: the default settings, and one variant. That a variant works at all is tested in our kernel;
    /// here, that both kernels do the same, and that a chapter can be run again. (<see cref="HuntTests"/> runs all.)
    /// </summary>
    internal IReadOnlyList<TweakPlan> GenuinePlans { get; } =
        [.. Repository.Find().Chapters().Select(chapter => Twice(TweakPlan.Of(chapter, withFaults: false)))];

    /// <summary>The outputs of each cell of each chapter, one pass after the other.</summary>
    internal Dictionary<string, IReadOnlyList<IReadOnlyList<Output>>> Ours { get; } = [];

    /// <summary>What each cell of each chapter did there.</summary>
    internal Dictionary<string, IReadOnlyList<GenuineCell>> Genuine { get; } = [];

    /// <summary>What nbclient said.</summary>
    public (int ExitCode, string Said) Jupyter { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(
            InstalledKernel.HasJupyter ? RunOursAsync() : Task.CompletedTask,
            GenuineKernel.Version is not null ? RunGenuineAsync() : Task.CompletedTask);
        if (Environment.GetEnvironmentVariable(ReportVariable) is { Length: > 0 } file)
        {
            await File.WriteAllLinesAsync(file, _report.Order(StringComparer.Ordinal));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The first pass, and the first variant that is not run whole, if there is one.</summary>
    private static TweakPlan Twice(TweakPlan plan) => plan with
    {
        Passes = [plan.Passes[0], .. plan.Passes.Skip(1).OrderBy(pass => pass.Variant?.Whole == true).Take(1)],
    };

    private async Task RunOursAsync()
    {
        using var temp = new TempFolder();
        Directory.CreateDirectory(temp.File("in"));
        Directory.CreateDirectory(temp.File("out"));
        foreach (TweakPlan plan in Plans) { plan.ToNotebook().Save(temp.File("in", plan.Chapter.Name + ".ipynb")); }

        Jupyter = await kernel.RunScriptAsync(
            "chapters.py", kernel.Name, temp.File("in"), Repository.Find().Notebooks, temp.File("out"));
        foreach (TweakPlan plan in Plans)
        {
            string executed = temp.File("out", plan.Chapter.Name + ".ipynb");
            if (!File.Exists(executed)) { continue; } // the script failed, and its test says why

            Ours[plan.Chapter.Name] = [.. Notebook.Load(executed).Cells.Select(cell => cell.Outputs)];
            string seconds = Jupyter.Said.Split('\n')
                .FirstOrDefault(line => line.StartsWith(plan.Chapter.Name, StringComparison.Ordinal))?.Split(
                    ' ')[^1] ?? "?";
            Report("ours", plan, Ours[plan.Chapter.Name], seconds);
        }
    }

    private async Task RunGenuineAsync()
    {
        foreach (TweakPlan plan in GenuinePlans)
        {
            long start = Stopwatch.GetTimestamp();
            await using GenuineKernel genuine = await GenuineKernel.StartAsync(Repository.Find().Notebooks);
            var cells = new List<GenuineCell>();
            foreach (Cell cell in plan.ToNotebook().Cells) { cells.Add(await genuine.RunAsync(cell.Source)); }
            Genuine[plan.Chapter.Name] = cells;
            Report(
                $"genuine {GenuineKernel.Version}", plan, [.. cells.Select(cell => cell.Outputs)],
                $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0}");
        }
    }

    private void Report(string kernel, TweakPlan plan, IReadOnlyList<IReadOnlyList<Output>> outputs, string seconds)
    {
        int passed = outputs.Count(cell => !cell.OfType<ErrorOutput>().Any()),
            left = Notebook.Load(plan.Chapter.Path).Cells
                .Count(cell => cell.Kind == CellKind.Code) - plan.Passes[0].Cells.Count;
        string line = $"{kernel} · {plan.Chapter.Name}: {plan.Passes.Count} passes, {passed} of {outputs.Count} " +
            $"cells, {seconds} s"
            + (left > 0 ? $" (the {left} cells from the first long one are left to README's first command)" : "");
        lock (_report) { _report.Add(line); }
    }
}
