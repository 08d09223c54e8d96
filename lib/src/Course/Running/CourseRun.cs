using System.ComponentModel;
using System.Security.Cryptography;
using Notebooks;
using Shared;
using Spectre.Console;

namespace Course;

/// <summary>
/// One run: its folder, its site and what becomes of each chapter. The site stands before the first chapter is
/// executed, made from the outputs that there are, and each page is made anew when its chapter has run: whenever the
/// run ends, the site is whole.
/// </summary>
internal sealed class CourseRun
{
    private readonly Repository _repository;
    private readonly string _source, _outFolder, _executed;
    private readonly bool _write;
    private readonly double _timeout;
    private readonly RunRecord _record;
    private readonly List<string> _complaints = [];
    private SiteBuilder? _site;

    /// <param name="repository">The course.</param>
    /// <param name="source">The folder of the chapters.</param>
    /// <param name="outFolder">Where the run writes.</param>
    /// <param name="write">Whether outputs also go into the chapters' own files.</param>
    /// <param name="timeout">Seconds one cell may take.</param>
    /// <exception cref="CourseException">The folder cannot be written.</exception>
    public CourseRun(Repository repository, string source, string outFolder, bool write, double timeout)
    {
        (_repository, _source, _outFolder, _write, _timeout) = (repository, source, outFolder, write, timeout);
        _record = new RunRecord(repository, outFolder);
        _executed = Path.Combine(outFolder, "notebooks");
        try
        {
            Directory.CreateDirectory(_executed);
            foreach (Chapter chapter in repository.Chapters(source)) // what a killed run has left
            {
                WholeFile.RemoveUnfinished(OutputOf(chapter));
                WholeFile.RemoveUnfinished(chapter.Path);
            }
        }
        catch (Exception problem) when (IsOfFiles(problem))
        {
            throw new CourseException(
                $"Nothing can be written to {outFolder}: {Quoted.Of(problem.Message, 200)} Choose another folder " +
                "with --out.");
        }
    }

    public string SiteIndex => Path.Combine(_outFolder, "site", "index.html");

    /// <summary>What went wrong with the site, a sentence each.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Whether a chapter has run to its end, and nothing that it was made from has changed since.</summary>
    public bool IsFresh(Chapter chapter)
    {
        try { return _record.IsFresh(chapter, OutputOf(chapter)); }
        catch (Exception problem) when (IsOfFiles(problem)) { return false; }
    }

    /// <summary>
    /// Makes the site from the outputs that there are, those of an earlier run where they still hold, and says where it
    /// is.
    /// </summary>
    public void BuildSite(IReadOnlyList<Chapter> all)
    {
        AnsiConsole.WriteLine("Making the site from the outputs that there are …");
        var builder = new SiteBuilder(_repository, _source);
        try
        {
            // A chapter that cannot be read has failed its run, too, which says so.
            builder.Build(
                [.. all.Select(chapter => IsFresh(chapter) ? new Chapter(OutputOf(chapter)) : chapter)],
                Path.GetDirectoryName(SiteIndex)!, complaint => Complain(complaint));
            _site = builder;
            AnsiConsole.WriteLine("It can be read now, and each page is made anew when its chapter has run.");
            // Not AnsiConsole, which would break the address at the screen's edge.
            Console.WriteLine($"Open it in a browser: {new Uri(SiteIndex).AbsoluteUri}");
        }
        catch (Exception problem) when (IsOfFiles(problem)) { Complain(problem.Message); }
    }

    /// <summary>
    /// Executes a chapter, keeps its outputs and refreshes its page. Whatever goes wrong is in the result.
    /// </summary>
    public async Task<ChapterResult> ExecuteAsync(
        Chapter chapter, Action<WorkerReport> progress, CancellationToken cancellation)
    {
        try
        {
            string? inputs = _record.Begin(chapter);
            // What cannot be read fails below, and says why.
            byte[] before = _write && inputs is not null ? HashOf(chapter.Path) : [];
            ChapterResult result = await ChapterRun.RunAsync(
                chapter, OutputOf(chapter), _timeout, progress, cancellation).ConfigureAwait(false);
            if (result.Executed is not { } executed) { return result; }

            var notebook = Notebook.Load(executed);
            StoredFigures.Split(notebook);
            OutputHash.Stamp(notebook);
            notebook.Save(executed);
            Refresh(new Chapter(executed));
            if (result.Error is not null) { return result; }

            if (inputs is not null) { _record.End(chapter, inputs, executed); }

            if (!_write) { return result; }

            if (!File.Exists(chapter.Path) || !HashOf(chapter.Path).SequenceEqual(before))
            {
                return result with
                {
                    Error = "The chapter was changed while it ran, so its outputs were not written " +
                    $"into it. They are in {executed}; run it again."
                };
            }

            notebook.Save(chapter.Path);
            return result;
        }
        catch (Exception problem) when (IsOfFiles(problem) || problem is NotebookFormatException)
        {
            return new ChapterResult(chapter, null, 0, Quoted.Of(problem.Message, 600), TimeSpan.Zero);
        }
    }

    private void Refresh(Chapter executed)
    {
        try { _site?.Refresh(executed); }
        catch (Exception problem) when (IsOfFiles(problem) || problem is CourseException or NotebookFormatException)
        {
            Complain(problem.Message);
        }
    }

    private void Complain(string complaint)
    {
        lock (_complaints) { _complaints.Add(Quoted.Of(complaint, 600)); }
    }

    private string OutputOf(Chapter chapter) => Path.Combine(_executed, chapter.Name + ".ipynb");

    private static byte[] HashOf(string path) => SHA256.HashData(File.ReadAllBytes(path));

    private static bool IsOfFiles(Exception problem) =>
        problem is IOException or UnauthorizedAccessException or Win32Exception;
}
