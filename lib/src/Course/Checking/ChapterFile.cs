using Notebooks;

namespace Course;

/// <summary>A chapter opened for checking.</summary>
internal sealed record ChapterFile(Chapter Chapter, string File, Notebook Notebook)
{
    /// <summary>Every cell with its place: code cells are counted apart, as <c>run</c> counts them.</summary>
    public IEnumerable<(Cell Cell, string Where)> Cells
    {
        get
        {
            for (int i = 0, code = 0; i < Notebook.Cells.Count; i++)
            {
                Cell cell = Notebook.Cells[i];
                yield return (cell, cell.Kind == CellKind.Code ? $"code cell {++code}" : $"cell {i + 1}");
            }
        }
    }

    public IEnumerable<(Cell Cell, string Where)> CodeCells => Cells.Where(item => item.Cell.Kind == CellKind.Code);

    public Problem Problem(string where, string what, string remedy) => new(File, where, what, remedy);

    /// <summary>Every text that an output keeps.</summary>
    public static IEnumerable<(string Mime, string Text)> TextsOf(Output output) => output switch
    {
        StreamOutput stream => [("text/plain", stream.Text)],
        DisplayOutput display => TextsOf(display.Data),
        ResultOutput result => TextsOf(result.Data),
        ErrorOutput error => [("text/plain", string.Join('\n', error.Traceback.Prepend(error.Message)))],
        _ => [("application/json", output.ToJson().ToJsonString())],
    };

    private static IEnumerable<(string Mime, string Text)> TextsOf(MimeBundle data) => data.MimeTypes
        .Where(mime => !mime.StartsWith("image/", StringComparison.Ordinal) || mime == "image/svg+xml")
        .Select(mime => (mime, data[mime]!));
}
