using System.Text.RegularExpressions;
using Notebooks;

namespace Course;

/// <summary>Checks everything that is committed about the chapters.</summary>
/// <param name="repository">Where README.md and images/ lie.</param>
/// <param name="folder">Where the chapters lie.</param>
internal sealed partial class CourseCheck(Repository repository, string folder)
{
    private readonly Dictionary<string, IReadOnlySet<string>?> _anchors = [];

    private readonly List<Problem> _unwritten = [];

    /// <summary>
    /// All that is wrong, file by file. A file that cannot be read is one problem, and the others are checked all the
    /// same.
    /// </summary>
    public IReadOnlyList<Problem> Problems()
    {
        List<Problem> problems = [.. _unwritten];
        List<ChapterFile> chapters = Open(problems);
        foreach (ChapterFile chapter in chapters)
        {
            Add(problems, chapter.File,
                () => CodeChecks.Of(chapter).Concat(RerunChecks.Of(chapter)).Concat(OutputChecks.Of(chapter))
                    .Concat(PrivateTextChecks.Of(chapter)).Concat(TweakChecks.Of(chapter)));
            foreach (var (cell, where) in chapter.Cells.Where(item => item.Cell.Kind == CellKind.Markdown))
            {
                Add(problems, chapter.File,
                    () => BrokenLinks(cell.Source, chapter.Chapter.Path, where)
                        .Concat(LinkChecks.MissingAttachments(cell)
                    .Select(
                        url => chapter.Problem(
                            where, $"the cell has no picture {Quoted.Of(url)}",
                            "Paste the picture into the cell again, or take the link out."))), where);
            }
        }

        Add(problems, NameOf(folder), () => LinkChecks.Neighbours(chapters));
        string syllabus = Path.Combine(folder, "README.md");
        string[] texts =
            [Path.Combine(repository.Root, "README.md"), syllabus, Path.Combine(folder, Glossary.FileName)];
        foreach (string text in texts)
        {
            if (File.Exists(text))
            {
                Add(problems, NameOf(text), () => BrokenLinks(File.ReadAllText(text), text, ""));
            }
        }

        if (IsWholeCourse)
        {
            Add(problems, NameOf(syllabus),
                () => LinkChecks.Unlisted(chapters, File.ReadAllText(syllabus)).Select(name =>
                new Problem(
                    NameOf(syllabus), "", $"it does not list {name}",
                    $"Add a row with a link to {name}, here and in the README.md above.")));
            Add(problems, "images", () => CourseImages.Problems(repository, repository.Chapters(folder)));
        }

        return [.. problems.OrderBy(problem => problem.File, StringComparer.Ordinal)];
    }

    /// <summary>Puts the metadata of every chapter right that can be read. Returns the files that changed.</summary>
    public IReadOnlyList<string> Fix()
    {
        var changed = new List<string>();
        foreach (string path in Files())
        {
            if (Read(path, []) is not { } notebook || !ChapterMetadata.Problems(notebook.Root).Any()) { continue; }

            ChapterMetadata.Normalise(notebook.Root);
            try
            {
                notebook.Save(path);
                changed.Add(NameOf(path));
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                _unwritten.Add(
                    new Problem(
                        NameOf(path), "", $"it could not be written: {Quoted.Of(problem.Message, 200)}",
                        "Give yourself the right to write it, or make room."));
            }
        }

        return changed;
    }

    private bool IsWholeCourse => Path.GetFullPath(folder) == Path.GetFullPath(repository.Notebooks);

    private IEnumerable<string> Files() =>
        Directory.EnumerateFileSystemEntries(folder, "*.ipynb").Order(StringComparer.Ordinal);

    private List<ChapterFile> Open(List<Problem> problems)
    {
        var chapters = new List<ChapterFile>();
        foreach (string path in Files())
        {
            if (!ChapterName().IsMatch(Path.GetFileName(path)))
            {
                problems.Add(
                    new Problem(
                        NameOf(path), "", "its name is not two digits, a dash and lower-case words",
                        "Rename it, such as 07-optimisers.ipynb."));
                continue;
            }

            if (Read(path, problems) is not { } notebook) { continue; }

            problems.AddRange(
                ChapterMetadata.Problems(notebook.Root)
                    .Select(found => new Problem(NameOf(path), found.Where, found.What, found.Remedy)));
            chapters.Add(new ChapterFile(new Chapter(path), NameOf(path), notebook));
        }

        return chapters;
    }

    private Notebook? Read(string path, List<Problem> problems)
    {
        try { return Notebook.Load(path); }
        catch (NotebookFormatException problem)
        {
            problems.Add(
                new Problem(NameOf(path), "", problem.Problem, "Restore it from version control, or mend that place."));
            return null;
        }
    }

    /// <summary>Adds what a check finds; where it cannot look, that is the problem.</summary>
    private static void Add(List<Problem> problems, string file, Func<IEnumerable<Problem>> check, string where = "")
    {
        try { problems.AddRange([.. check()]); }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or CourseException)
        {
            problems.Add(
                new Problem(
                    file, where, Quoted.Of(problem.Message, 200),
                    "Mend that place, or restore the file from version control."));
        }
    }

    private IEnumerable<Problem> BrokenLinks(string markdown, string file, string where) =>
        LinkChecks.Broken(markdown, file, AnchorsOf)
            .Select(
                broken => new Problem(
                    NameOf(file), where, $"the link to {Quoted.Of(broken.Url)} leads nowhere: {broken.What}",
                    "Mend the link, or add what it leads to."));

    /// <summary>The anchors of the headings in a chapter or a Markdown file; null for a file of another kind.</summary>
    private IReadOnlySet<string>? AnchorsOf(string path)
    {
        if (_anchors.TryGetValue(path, out IReadOnlySet<string>? known)) { return known; }

        try
        {
            IEnumerable<string>? texts = Path.GetExtension(path) switch
            {
                ".md" => [File.ReadAllText(path)],
                ".ipynb" => Notebook.Load(path).Cells.Where(cell => cell.Kind == CellKind.Markdown)
                    .Select(cell => cell.Source),
                _ => null,
            };
            return _anchors[path] = texts is null ? null : CourseMarkdown.Anchors(texts);
        }
        catch (Exception problem)
            when (problem is NotebookFormatException or IOException or UnauthorizedAccessException or CourseException)
        {
            return _anchors[path] = null; // reported as a problem of its own
        }
    }

    private string NameOf(string path) =>
        IsWholeCourse || path.StartsWith(repository.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        ? Path.GetRelativePath(repository.Root, path).Replace(Path.DirectorySeparatorChar, '/')
        : Path.GetFileName(path);

    [GeneratedRegex(@"^\d\d-[a-z0-9]+(-[a-z0-9]+)*\.ipynb$")]
    private static partial Regex ChapterName();
}
