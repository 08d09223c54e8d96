namespace Notebooks;

/// <summary>The C# cells of a file that a cell imports.</summary>
internal static class ImportedFile
{
    /// <summary>The pieces of code, and which part of the file each is, where it has several.</summary>
    public static IEnumerable<(string? Part, string Code)> CodeOf(string path) =>
        Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".ipynb" => Notebook.Load(path).Cells.Where(cell => cell.Kind == CellKind.Code)
                .Select((cell, i) => ((string?)$"code cell {i + 1}", cell.Source)),
            // A .dib is one long cell with #!csharp and #!markdown switches.
            ".dib" or ".cs" or ".csx" => [(null, File.ReadAllText(path))],
            var other => throw new CellException(
                $"A {(other.Length == 0 ? "file without an ending" : other + " file")} cannot be imported; a .ipynb, " +
                ".dib or .cs file can.", []),
        };
}
