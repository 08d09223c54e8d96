namespace Notebooks;

/// <summary>The C# cells of a file that a cell imports.</summary>
internal static class ImportedFile
{
    public static IEnumerable<string> CodeOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".ipynb" => Notebook.Load(path).Cells.Where(cell => cell.Kind == CellKind.Code).Select(cell => cell.Source),
        // A .dib is one long cell with #!csharp and #!markdown switches.
        ".dib" or ".cs" or ".csx" => [File.ReadAllText(path)],
        var other => throw new CellException($"A {other} file cannot be imported; a .ipynb, .dib or .cs file can.", []),
    };
}
