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
        var timeout = new Option<double>("--timeout") { Description = "Seconds one cell may take.", DefaultValueFactory = _ => 300 };
        var output = new Option<string?>("--out") { Description = "Where to write; lib/out by default." };
        var notebooks = new Option<string?>("--notebooks") { Description = "The folder of the chapters; notebooks by default." };
        var noSite = new Option<bool>("--no-site") { Description = "Do not make the site." };
        var command = new Command("run", "Executes the chapters and makes the site.") { chapters, write, timeout, output, notebooks, noSite };
        command.SetAction((parsed, cancellation) => RunAsync(
            Repository.Find(), parsed.GetValue(chapters) ?? [], parsed.GetValue(write), parsed.GetValue(timeout),
            parsed.GetValue(output), parsed.GetValue(notebooks), !parsed.GetValue(noSite), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        Repository repository, string[] words, bool write, double timeout, string? outFolder, string? notebooks, bool site, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<Chapter> all = repository.Chapters(notebooks), chosen = Chapter.Select(all, words);
        if (chosen.Count == 0) { throw new CourseException($"There are no chapters in {notebooks ?? repository.Notebooks}."); }

        outFolder = Path.GetFullPath(outFolder ?? repository.Out);
        string executed = Directory.CreateDirectory(Path.Combine(outFolder, "notebooks")).FullName;
        List<ChapterResult> results = await RunProgressDisplay.ShowAsync(chosen, async (chapter, progress) =>
        {
            string output = Path.Combine(executed, chapter.Name + ".ipynb");
            ChapterResult result = await ChapterRun.RunAsync(chapter, output, timeout, progress, cancellation).ConfigureAwait(false);
            if (result.Executed is not null) { Finish(result, write && result.Error is null); }
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
            IEnumerable<Chapter> shown = all.Select(chapter => new Chapter(Path.Combine(executed, chapter.Name + ".ipynb")) is var ran && File.Exists(ran.Path) ? ran : chapter);
            new SiteBuilder(repository, Path.GetFullPath(notebooks ?? repository.Notebooks)).Build([.. shown.Where(IsReadable)], folder);
            AnsiConsole.WriteLine($"Site: {Path.Combine(folder, "index.html")}");
        }

        int failures = results.Count(result => result.Error is not null);
        AnsiConsole.WriteLine($"{results.Count - failures} of {results.Count} chapters ran to their end, in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s.");
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
