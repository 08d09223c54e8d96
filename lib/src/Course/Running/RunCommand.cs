using System.CommandLine;
using System.Diagnostics;
using Notebooks;
using Spectre.Console;

namespace Course;

/// <summary>run: executes chapters in order, writes them executed, and makes the site.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var chapters = new Argument<string[]>("chapters") { Description = "Numbers or names; all of them if none.", Arity = ArgumentArity.ZeroOrMore };
        var write = new Option<bool>("--write") { Description = "Also write the outputs into notebooks/, in place." };
        var timeout = new Option<double>("--timeout") { Description = "Seconds one cell may take.", DefaultValueFactory = _ => 900 }.Between(0.001, 1_000_000);
        var output = new Option<string?>("--out") { Description = "Where to write; lib/out by default." };
        var notebooks = new Option<string?>("--notebooks") { Description = "The folder of the chapters; notebooks by default." };
        var noSite = new Option<bool>("--no-site") { Description = "Do not make the site." };
        var changed = new Option<bool>("--changed") { Description = "Only the chapters whose text, library or data have changed since they last ran to their end." };
        var jobs = new Option<int>("--jobs") { Description = "How many chapters run at the same time; half of the cores by default.", DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount / 2) }.Between(1, 1024);
        var command = new Command("run", "Executes the chapters and makes the site.") { chapters, write, changed, timeout, jobs, output, notebooks, noSite };
        command.SetAction((parsed, cancellation) => RunAsync(
            Repository.Find(), parsed.GetValue(chapters) ?? [], parsed.GetValue(write), parsed.GetValue(changed), parsed.GetValue(timeout), parsed.GetValue(jobs),
            parsed.GetValue(output), parsed.GetValue(notebooks), !parsed.GetValue(noSite), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        Repository repository, string[] words, bool write, bool changed, double timeout, int jobs, string? outFolder, string? notebooks, bool site, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<Chapter> all = repository.Chapters(notebooks), chosen = Chapter.Select(all, words);
        if (chosen.Count == 0) { throw new CourseException($"There are no chapters in {notebooks ?? repository.Notebooks}."); }

        outFolder = Path.GetFullPath(outFolder ?? repository.Out);
        string executed = Directory.CreateDirectory(Path.Combine(outFolder, "notebooks")).FullName;
        string OutputOf(Chapter chapter) => Path.Combine(executed, chapter.Name + ".ipynb");

        var record = new RunRecord(repository, outFolder);
        Chapter[] unchanged = changed ? [.. chosen.Where(chapter => record.IsFresh(chapter, OutputOf(chapter)))] : [];
        IReadOnlyList<ChapterResult> results = await RunProgressDisplay.ShowAsync([.. chosen.Except(unchanged)], jobs, async (chapter, progress) =>
        {
            string? inputs = record.Begin(chapter);
            ChapterResult result = await ChapterRun.RunAsync(chapter, OutputOf(chapter), timeout, progress, cancellation).ConfigureAwait(false);
            if (result.Executed is not null) { Finish(result, write && result.Error is null); }
            if (inputs is not null && result is { Executed: { } file, Error: null }) { record.End(chapter, inputs, file); }
            return result;
        }).ConfigureAwait(false);

        foreach (ChapterResult failed in results.Where(result => result.Error is not null))
        {
            AnsiConsole.MarkupLineInterpolated($"[red]✗ {failed.Chapter.Name}{(failed.Cell == 0 ? "" : $", code cell {failed.Cell}")}[/]");
            AnsiConsole.WriteLine(failed.Error!);
        }

        if (site)
        {
            string folder = Path.Combine(outFolder, "site");
            IEnumerable<Chapter> shown = all.Select(chapter => new Chapter(OutputOf(chapter)) is var ran && File.Exists(ran.Path) ? ran : chapter);
            new SiteBuilder(repository, Path.GetFullPath(notebooks ?? repository.Notebooks)).Build([.. shown.Where(IsReadable)], folder);
            AnsiConsole.WriteLine($"Site: {Path.Combine(folder, "index.html")}");
        }

        int failures = results.Count(result => result.Error is not null);
        AnsiConsole.WriteLine($"{results.Count - failures} of {results.Count} chapters ran to their end, in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s{(unchanged.Length > 0 ? $"; {unchanged.Length} had not changed" : "")}.");
        return failures == 0 ? 0 : 1;
    }

    /// <summary>A chapter that cannot be read has failed its run, which says so; the site goes without it.</summary>
    private static bool IsReadable(Chapter chapter)
    {
        try
        {
            Notebook.Load(chapter.Path);
            return true;
        }
        catch (NotebookFormatException)
        {
            return false;
        }
    }

    /// <summary>Stamps the executed notebook, and puts it in the place of the chapter if asked.</summary>
    private static void Finish(ChapterResult result, bool write)
    {
        var notebook = Notebook.Load(result.Executed!);
        OutputHash.Stamp(notebook);
        notebook.Save(result.Executed!);
        if (write) { notebook.Save(result.Chapter.Path); }
    }
}
