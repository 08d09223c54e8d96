using Notebooks;

namespace Course.Tests;

/// <summary>
/// Every chapter, twice in one kernel: in ours through nbclient, and in the genuine one. Both go at the same time, as training is the
/// greater part of it and leaves a core half idle. A kernel that is not installed is left out; its test says so.
/// </summary>
public sealed class ChaptersInBothKernels(InstalledKernel kernel) : IAsyncLifetime
{
    /// <summary>A line for each kernel and chapter goes to this file, if it is named: CI shows it.</summary>
    private const string ReportVariable = "KERNELS_REPORT";

    private readonly List<string> _report = [];

    internal IReadOnlyList<ChapterTwice> Chapters { get; } = [.. Repository.Find().Chapters().Select(ChapterTwice.Of)];

    /// <summary>The outputs of each cell of each chapter.</summary>
    internal Dictionary<string, IReadOnlyList<IReadOnlyList<Output>>> Ours { get; } = [];

    /// <summary>What each cell of each chapter did there.</summary>
    internal Dictionary<string, IReadOnlyList<GenuineCell>> Genuine { get; } = [];

    /// <summary>What nbclient said.</summary>
    public (int ExitCode, string Said) Jupyter { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(InstalledKernel.HasJupyter ? RunOursAsync() : Task.CompletedTask, GenuineKernel.Version is not null ? RunGenuineAsync() : Task.CompletedTask);
        if (Environment.GetEnvironmentVariable(ReportVariable) is { Length: > 0 } file) { await File.WriteAllLinesAsync(file, _report.Order(StringComparer.Ordinal)); }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task RunOursAsync()
    {
        using var temp = new TempFolder();
        Directory.CreateDirectory(temp.File("in"));
        Directory.CreateDirectory(temp.File("out"));
        foreach (ChapterTwice chapter in Chapters) { chapter.Notebook.Save(temp.File("in", chapter.Chapter.Name + ".ipynb")); }

        Jupyter = await kernel.RunScriptAsync("chapters.py", kernel.Name, temp.File("in"), Repository.Find().Notebooks, temp.File("out"));
        foreach (ChapterTwice chapter in Chapters)
        {
            string executed = temp.File("out", chapter.Chapter.Name + ".ipynb");
            if (!File.Exists(executed)) { continue; } // the script failed, and its test says why

            Ours[chapter.Chapter.Name] = [.. Notebook.Load(executed).Cells.Select(cell => cell.Outputs)];
            Report(chapter.Line("ours", Ours[chapter.Chapter.Name]));
        }
    }

    private async Task RunGenuineAsync()
    {
        foreach (ChapterTwice chapter in Chapters)
        {
            await using GenuineKernel genuine = await GenuineKernel.StartAsync(Repository.Find().Notebooks);
            var cells = new List<GenuineCell>();
            foreach (Cell cell in chapter.Notebook.Cells) { cells.Add(await genuine.RunAsync(cell.Source)); }
            Genuine[chapter.Chapter.Name] = cells;
            Report(chapter.Line($"genuine {GenuineKernel.Version}", [.. cells.Select(cell => cell.Outputs)]));
        }
    }

    private void Report(string line) { lock (_report) { _report.Add(line); } }
}
