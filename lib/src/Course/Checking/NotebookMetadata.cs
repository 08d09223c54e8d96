using System.Text.Json.Nodes;
using Notebooks;

namespace Course;

/// <summary>
/// The metadata by which every front end knows a chapter for C#: a kernelspec whose name begins with .net- makes Polyglot
/// Notebooks claim it, language_info gives Jupyter and GitHub their colours, and each code cell names its language.
/// </summary>
internal static class NotebookMetadata
{
    private static readonly (string Name, string Json)[] s_ofNotebook =
    [
        ("kernelspec", """{"display_name": ".NET (C#)", "language": "C#", "name": ".net-csharp"}"""),
        ("language_info", """{"file_extension": ".cs", "mimetype": "text/x-csharp", "name": "C#", "pygments_lexer": "csharp"}"""),
        ("polyglot_notebook", """{"kernelInfo": {"defaultKernelName": "csharp", "items": [{"aliases": [], "name": "csharp"}]}}"""),
    ];

    private static readonly (string Name, string Json)[] s_ofCodeCell =
    [
        ("dotnet_interactive", """{"language": "csharp"}"""),
        ("polyglot_notebook", """{"kernelName": "csharp"}"""),
    ];

    public static IEnumerable<Problem> Problems(Chapter chapter, Notebook notebook)
    {
        string file = Path.GetFileName(chapter.Path);
        if (notebook.NbFormat != 4 || notebook.NbFormatMinor != 5) { yield return new Problem(file, null, $"is nbformat {notebook.NbFormat}.{notebook.NbFormatMinor}, not 4.5."); }

        foreach (string name in Wrong(notebook.Metadata, s_ofNotebook))
        {
            yield return new Problem(file, null, $"its metadata '{name}' is not what every front end accepts; run: check --fix");
        }

        for (int i = 0; i < notebook.Cells.Count; i++)
        {
            Cell cell = notebook.Cells[i];
            if (cell.Id.Length is 0 or > 64) { yield return new Problem(file, i + 1, "has no id."); }

            if (notebook.Cells.Take(i).Any(other => other.Id == cell.Id)) { yield return new Problem(file, i + 1, $"has the id '{cell.Id}' of an earlier cell."); }

            foreach (string name in cell.Kind == CellKind.Code ? Wrong(cell.Metadata, s_ofCodeCell) : [])
            {
                yield return new Problem(file, i + 1, $"its metadata '{name}' is missing or wrong; run: check --fix");
            }
        }
    }

    /// <summary>Writes the metadata as it should be, whatever a front end has made of it. Returns whether anything changed.</summary>
    public static bool Normalise(Notebook notebook)
    {
        bool changed = Put(notebook.Metadata, s_ofNotebook);
        foreach (Cell cell in notebook.Cells.Where(cell => cell.Kind == CellKind.Code))
        {
            changed |= Put(cell.Metadata, s_ofCodeCell);
        }

        return changed;
    }

    private static bool Put(JsonObject metadata, (string Name, string Json)[] wanted)
    {
        string[] wrong = [.. Wrong(metadata, wanted)];
        foreach (string name in wrong) { metadata[name] = JsonNode.Parse(wanted.Single(item => item.Name == name).Json); }

        return wrong.Length > 0;
    }

    private static IEnumerable<string> Wrong(JsonObject metadata, (string Name, string Json)[] wanted) =>
        wanted.Where(item => !JsonNode.DeepEquals(metadata[item.Name], JsonNode.Parse(item.Json))).Select(item => item.Name);
}
