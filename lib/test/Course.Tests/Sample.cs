using Notebooks;

namespace Course.Tests;

/// <summary>Small notebooks with the metadata of a chapter.</summary>
internal static class Sample
{
    public const string Reference = "#r \"../lib/bin/TransformersFromScratch.dll\"";

    /// <summary>Cells in order; a text that begins with "md:" is Markdown, any other is code.</summary>
    public static string Json(params string[] cells)
    {
        var notebook = new Notebook();
        for (int i = 0; i < cells.Length; i++)
        {
            bool isProse = cells[i].StartsWith("md:", StringComparison.Ordinal);
            notebook.Cells.Add(
                Cell.Create(
                    isProse ? CellKind.Markdown : CellKind.Code, $"cell-{i}", isProse ? cells[i][3..] : cells[i]));
        }

        ChapterMetadata.Normalise(notebook.Root);
        return notebook.ToJson();
    }

    /// <summary>The same, as if it had been run: every code cell printed "ok".</summary>
    public static string RunJson(params string[] cells)
    {
        var notebook = Notebook.Parse(Json(cells));
        int count = 0;
        foreach (Cell cell in notebook.Cells.Where(cell => cell.Kind == CellKind.Code))
        {
            cell.ExecutionCount = ++count;
            cell.SetOutputs([new StreamOutput("stdout", "ok\n")]);
        }

        OutputHash.Stamp(notebook);
        return notebook.ToJson();
    }
}
