using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Course;

/// <summary>site: one folder of static files for any web server, whose pages run their cells by themselves.</summary>
internal static class SiteCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder")
        { Description = "Where to write; a site that is there is replaced." };
        var still = new Option<bool>("--without-engine")
        { Description = "Pages to read only: without the engine that runs cells in the page." };
        var command = new Command(
            "site", "Makes the site as static files, from the stored outputs; its cells run in the page.") { folder,
            still };
        command.SetAction((parsed, cancellation) => RunAsync(
            Repository.Find(), parsed.GetValue(folder)!, !parsed.GetValue(still), cancellation));
        return command;
    }

    /// <summary>Makes the site.</summary>
    /// <param name="repository">The course.</param>
    /// <param name="folder">The site's folder.</param>
    /// <param name="engine">Whether cells run in its pages.</param>
    /// <param name="cancellation">Ends it; what was there before stays.</param>
    public static async Task<int> RunAsync(
        Repository repository, string folder, bool engine, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        CheckIsOurs(folder);
        using var place = new UnfinishedFolder(folder);
        int complaints = 0;
        new SiteBuilder(repository, repository.Notebooks).Build(repository.Chapters(), place.Path, Complain);
        string size = "";
        if (engine)
        {
            long bytes = await PageEngine.AddAsync(repository, place.Path, cancellation).ConfigureAwait(false);
            size = string.Create(
                CultureInfo.InvariantCulture, $" The first cell that a reader runs loads {bytes / 1e6:0.0} MB.");
        }

        place.Complete();
        Console.WriteLine(
            $"The site is in {folder}, made in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s.{size} Any web " +
            "server can serve it, under any path; opened as files, its pages can only be read.");
        return complaints == 0 ? 0 : 1;

        void Complain(string what)
        {
            complaints++;
            Console.Error.WriteLine(what);
        }
    }

    /// <summary>A folder that is replaced is deleted: nobody's files but those of an earlier site.</summary>
    private static void CheckIsOurs(string folder)
    {
        if (File.Exists(folder)) { throw new CourseException($"{folder} is a file; name a folder."); }

        bool isOurs = !Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any()
            || File.Exists(Path.Combine(folder, "assets", SearchIndex.FileName));
        if (!isOurs)
        {
            throw new CourseException(
                $"{folder} has files of something else, and would be replaced. Name an empty folder, or a new one.");
        }
    }
}
