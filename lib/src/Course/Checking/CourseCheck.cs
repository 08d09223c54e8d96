using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Notebooks;

namespace Course;

/// <summary>Checks everything that is committed about the chapters.</summary>
/// <param name="repository">Where README.md and images/ lie.</param>
/// <param name="folder">Where the chapters lie.</param>
internal sealed partial class CourseCheck(Repository repository, string folder)
{
    private readonly Dictionary<string, IReadOnlySet<string>?> _anchors = [];

    /// <summary>All that is wrong, file by file.</summary>
    public IReadOnlyList<Problem> Problems()
    {
        var problems = new List<Problem>();
        List<ChapterFile> chapters = Open(problems);
        foreach (ChapterFile chapter in chapters)
        {
            problems.AddRange(CodeChecks.Of(chapter));
            problems.AddRange(RerunChecks.Of(chapter));
            problems.AddRange(OutputChecks.Of(chapter));
            problems.AddRange(PrivateTextChecks.Of(chapter));
            foreach (var (cell, where) in chapter.Cells.Where(item => item.Cell.Kind == CellKind.Markdown))
            {
                problems.AddRange(BrokenLinks(cell.Source, chapter.Chapter.Path, where));
            }
        }

        problems.AddRange(LinkChecks.Neighbours(chapters));
        string syllabus = Path.Combine(folder, "README.md");
        foreach (string readme in new[] { Path.Combine(repository.Root, "README.md"), syllabus })
        {
            if (File.Exists(readme)) { problems.AddRange(BrokenLinks(File.ReadAllText(readme), readme, "")); }
        }

        if (IsWholeCourse)
        {
            problems.AddRange(LinkChecks.Unlisted(chapters, File.ReadAllText(syllabus)).Select(name =>
                new Problem(NameOf(syllabus), "", $"it does not list {name}", $"Add a row with a link to {name}, here and in the README.md above.")));
            problems.AddRange(CourseImages.Problems(repository, [.. chapters.Select(chapter => chapter.Chapter)]));
        }

        return [.. problems.OrderBy(problem => problem.File, StringComparer.Ordinal)];
    }

    /// <summary>Puts the metadata of every chapter right that can be read. Returns the files that changed.</summary>
    public IReadOnlyList<string> Fix()
    {
        var changed = new List<string>();
        foreach (string path in Files())
        {
            if (Read(path, []) is { } root && ChapterMetadata.Problems(root).Any())
            {
                ChapterMetadata.Normalise(root);
                Notebook.Parse(root.ToJsonString(), path).Save(path);
                changed.Add(NameOf(path));
            }
        }

        return changed;
    }

    private bool IsWholeCourse => Path.GetFullPath(folder) == Path.GetFullPath(repository.Notebooks);

    private IEnumerable<string> Files() => Directory.EnumerateFiles(folder, "*.ipynb").Order(StringComparer.Ordinal);

    private List<ChapterFile> Open(List<Problem> problems)
    {
        var chapters = new List<ChapterFile>();
        foreach (string path in Files())
        {
            if (!ChapterName().IsMatch(Path.GetFileName(path)))
            {
                problems.Add(new Problem(NameOf(path), "", "its name is not two digits, a dash and lower-case words", "Rename it, such as 07-optimisers.ipynb."));
                continue;
            }

            if (Read(path, problems) is not { } root) { continue; }

            problems.AddRange(ChapterMetadata.Problems(root).Select(found => new Problem(NameOf(path), found.Where, found.What, found.Remedy)));
            try
            {
                chapters.Add(new ChapterFile(new Chapter(path), NameOf(path), Notebook.Parse(root.ToJsonString(), path)));
            }
            catch (NotebookFormatException problem)
            {
                problems.Add(new Problem(NameOf(path), "", problem.Message, "Restore it from version control."));
            }
        }

        return chapters;
    }

    private JsonObject? Read(string path, List<Problem> problems)
    {
        try
        {
            if (JsonNode.Parse(File.ReadAllText(path)) is JsonObject root) { return root; }

            problems.Add(new Problem(NameOf(path), "", "it is not a notebook", "Restore it from version control."));
        }
        catch (JsonException problem)
        {
            problems.Add(new Problem(NameOf(path), "", $"its JSON breaks off or is malformed at line {problem.LineNumber + 1}", "Restore it from version control, or mend that line."));
        }

        return null;
    }

    private IEnumerable<Problem> BrokenLinks(string markdown, string file, string where) =>
        LinkChecks.Broken(markdown, file, AnchorsOf)
            .Select(broken => new Problem(NameOf(file), where, $"the link to {broken.Url} leads nowhere: {broken.What}", "Mend the link, or add what it leads to."));

    /// <summary>The anchors of the headings in a chapter or a Markdown file; null for a file of another kind.</summary>
    private IReadOnlySet<string>? AnchorsOf(string path)
    {
        if (_anchors.TryGetValue(path, out IReadOnlySet<string>? known)) { return known; }

        IEnumerable<string>? texts = null;
        if (path.EndsWith(".md", StringComparison.Ordinal)) { texts = [File.ReadAllText(path)]; }
        else if (path.EndsWith(".ipynb", StringComparison.Ordinal))
        {
            try { texts = [.. Notebook.Load(path).Cells.Where(cell => cell.Kind == CellKind.Markdown).Select(cell => cell.Source)]; }
            catch (NotebookFormatException) { /* reported as a problem of its own */ }
        }

        return _anchors[path] = texts is null ? null : CourseMarkdown.Anchors(texts);
    }

    private string NameOf(string path) => IsWholeCourse || path.StartsWith(repository.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        ? Path.GetRelativePath(repository.Root, path).Replace(Path.DirectorySeparatorChar, '/') : Path.GetFileName(path);

    [GeneratedRegex(@"^\d\d-[a-z0-9]+(-[a-z0-9]+)*\.ipynb$")]
    private static partial Regex ChapterName();
}
