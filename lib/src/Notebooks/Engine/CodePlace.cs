using System.Collections.Immutable;

namespace Notebooks;

/// <summary>
/// Where code stands: in a cell, or in a file that it loads. Errors name it, and what the code loads is looked for
/// beside it.
/// </summary>
/// <param name="Name">Such as "cell 3", "tools.csx" or "tools.ipynb, code cell 2".</param>
/// <param name="Source">The code.</param>
/// <param name="Folder">What relative paths in its directives are relative to.</param>
/// <param name="Files">The files that have led here, each loaded by the one before it; none for a cell.</param>
internal sealed record CodePlace(string Name, string Source, string Folder, ImmutableArray<string> Files)
{
    /// <summary>A cell of the notebook.</summary>
    public static CodePlace Cell(int number, string source, string folder) =>
        new($"cell {number}", source, folder, []);

    /// <summary>Whether it is in a file and not in the cell itself.</summary>
    public bool IsFile => Files.Length > 0;

    /// <summary>Its directives, and the code between them.</summary>
    /// <exception cref="CellException">A directive that does not exist, or one without its argument.</exception>
    public IReadOnlyList<CellPart> Parts()
    {
        try { return CellSource.Parse(Source); }
        catch (CellException problem) { throw Named(problem); }
    }

    /// <summary>The pieces of a file that this code loads.</summary>
    /// <exception cref="CellException">There is no such file, it is of no kind that can be loaded, or it would load
    /// itself.</exception>
    public IEnumerable<CodePlace> Load(CellPart.Import import)
    {
        string path = Path.GetFullPath(import.Path, Folder);
        if (!File.Exists(path))
        {
            throw At(import.Line, import.Path, $"There is no file {import.Path} to load (looked for {path}).");
        }

        ImmutableArray<string> files = Files.Add(path);
        if (Files.Contains(path))
        {
            throw At(
                import.Line, import.Path,
                $"{Path.GetFileName(path)} loads itself: {string.Join(" → ", files.Select(Path.GetFileName))}. " +
                "Take one of these lines out.");
        }

        IReadOnlyList<(string? Part, string Code)> pieces;
        try { pieces = [.. ImportedFile.CodeOf(path)]; }
        catch (CellException problem) { throw At(import.Line, import.Path, problem.Message); }
        catch (Exception problem)
            when (problem is IOException or UnauthorizedAccessException or NotebookFormatException)
        {
            throw At(import.Line, import.Path, $"{import.Path} cannot be read: {problem.Message}");
        }

        string name = Path.GetFileName(path), folder = Path.GetDirectoryName(path)!;
        return pieces.Select(
            piece => new CodePlace(piece.Part is null ? name : $"{name}, {piece.Part}", piece.Code, folder, files));
    }

    /// <summary>A mistake in a line of this code; in a file, its name comes first.</summary>
    /// <param name="line">From 0.</param>
    /// <param name="text">The line itself.</param>
    /// <param name="message">What is wrong, and what to try.</param>
    public CellException At(int line, string text, string message) => Named(CellException.At(line, text, message));

    private CellException Named(CellException problem) => !IsFile ? problem
        : new CellException($"{Name}: {problem.Message}", [$"In {Name}:", .. problem.Details]);
}
