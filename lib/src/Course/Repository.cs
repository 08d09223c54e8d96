using System.Globalization;

namespace Course;

/// <summary>
/// Where the parts of the repository lie. Its root is the folder that has both global.json and notebooks/.
/// </summary>
public sealed record Repository(string Root)
{
    /// <summary>The sentence a reader sees who opens a chapter before anything is built.</summary>
    public const string BuildFirst = "The library is not built yet. In the folder of README.md run: dotnet build " +
        "lib/src/Course";

    public string Notebooks => Path.Combine(Root, "notebooks");

    public string Images => Path.Combine(Root, "images");

    public string Data => Path.Combine(Root, "data");

    /// <summary>The folders of the projects.</summary>
    public string Source => Path.Combine(Root, "lib", "src");

    /// <summary>What a chapter's #r refers to, with plotly.min.js and the charts beside it.</summary>
    public string LibraryFolder => Path.Combine(Root, "lib", "bin");

    public string Library => Path.Combine(LibraryFolder, "TransformersFromScratch.dll");

    public string PlotlyScript => Path.Combine(LibraryFolder, "plotly.min.js");

    /// <summary>Where runs write by default; ignored by git.</summary>
    public string Out => Path.Combine(Root, "lib", "out");

    /// <summary>Finds the repository from the current folder, or else from where this program lies.</summary>
    public static Repository Find() => Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory)
        ?? throw new CourseException(
            "This is not inside the course: no folder above has both global.json and notebooks/. Change into the " +
            "folder you cloned.");

    /// <summary>
    /// The chapters, in order: every notebook whose name begins with two digits and a dash, and whatever else has such
    /// a name, so that its reader complains of it.
    /// </summary>
    public IReadOnlyList<Chapter> Chapters(string? folder = null)
    {
        folder = Path.GetFullPath(folder ?? Notebooks);
        return !Directory.Exists(folder) ? throw new CourseException($"There is no folder {folder}.")
            : [.. Directory.EnumerateFileSystemEntries(folder, "*.ipynb").Select(path => new Chapter(path))
                .Where(chapter => chapter.IsNumbered)
                .OrderBy(chapter => chapter.Name, StringComparer.Ordinal)];
    }

    private static Repository? Above(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "global.json"))
                && Directory.Exists(Path.Combine(at.FullName, "notebooks")))
            {
                return new Repository(at.FullName);
            }
        }

        return null;
    }
}

/// <summary>A chapter's file.</summary>
public sealed record Chapter(string Path)
{
    /// <summary>Its name without the ending, such as 01-attention.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public bool IsNumbered =>
        Name.Length > 3 && char.IsAsciiDigit(Name[0]) && char.IsAsciiDigit(Name[1]) && Name[2] == '-';

    /// <summary>Whether a word at the command line means this chapter: 1, 01, 01-attention or attention.</summary>
    public bool IsMeantBy(string word)
    {
        word = System.IO.Path.GetFileNameWithoutExtension(word);
        return (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && int.Parse(Name.AsSpan(0, 2), CultureInfo.InvariantCulture) == number)
            || word.Equals(Name, StringComparison.OrdinalIgnoreCase)
            || word.Equals(Name[3..], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Picks chapters by words, all of them for none.</summary>
    public static IReadOnlyList<Chapter> Select(IReadOnlyList<Chapter> chapters, IReadOnlyList<string> words)
    {
        foreach (string word in words)
        {
            if (!chapters.Any(chapter => chapter.IsMeantBy(word)))
            {
                throw new CourseException(
                    $"There is no chapter '{word}'. There are: " +
                    $"{string.Join(", ", chapters.Select(chapter => chapter.Name))}.");
            }
        }

        return words.Count == 0 ? chapters : [.. chapters.Where(chapter => words.Any(chapter.IsMeantBy))];
    }
}
