namespace Course.Tests;

/// <summary>
/// What a page shows below one cell: its words (printed texts, tables, captions), and the data of each of its figures.
/// A figure's drawing is left out: the page's scripts make it from the data.
/// </summary>
/// <param name="Words">The text of all outputs; a cell of a table follows a tab.</param>
/// <param name="Figures">The JSON of each figure, and the address of each picture.</param>
internal sealed record CellOutputs(string Words, IReadOnlyList<string> Figures)
{
    private const string Script = """
        [...document.querySelectorAll('main > .cell')].map(cell => {
          const words = [], figures = [];
          for (const output of cell.querySelectorAll(':scope > .output')) {
            const copy = output.cloneNode(true);
            for (const data of copy.querySelectorAll('script[type="application/json"]')) {
              figures.push(data.textContent);
              data.parentElement.remove(); // with what was drawn beside it
            }
            figures.push(...[...copy.querySelectorAll('img')].map(picture => picture.src));
            for (const other of copy.querySelectorAll('.tfs-bar, .tfs-shown, .tfs-note, script, style')) other.remove();
            for (const each of copy.querySelectorAll('td, th')) each.prepend('\t');
            for (const row of copy.querySelectorAll('tr')) row.prepend('\n');
            words.push(copy.textContent.trim());
          }
          return [words.join('\n'), figures];
        })
        """;

    /// <summary>Of all cells of a chapter's page, as they stand now.</summary>
    public static async Task<IReadOnlyList<CellOutputs>> OfAsync(BrowserPage page) =>
    [
        .. (await page.EvaluateAsync(Script))!.AsArray().Select(cell => new CellOutputs(
            cell![0]!.GetValue<string>(), [.. cell[1]!.AsArray().Select(data => data!.GetValue<string>())])),
    ];

    /// <summary>Where what is shown now differs from this, in a sentence; null if it does not.</summary>
    /// <param name="shown">The same cell after it has run.</param>
    /// <param name="tolerance">
    /// 0 if every printed digit must be the same. Else two numbers are alike if they differ by no more than this share
    /// of the larger one (of 1, if both are smaller: differences of rounding are such numbers) and one unit of the last
    /// digit that is printed.
    /// </param>
    public string? Difference(CellOutputs shown, double tolerance = 0)
    {
        if (OutputComparison.OfWords(Words, shown.Words, tolerance) is { } words) { return words; }

        if (Figures.Count != shown.Figures.Count)
        {
            return $"it had {Figures.Count} figures, and now it has {shown.Figures.Count}";
        }

        return Figures.Zip(shown.Figures, (stored, now) => OutputComparison.OfFigures(stored, now, tolerance))
            .FirstOrDefault(difference => difference is not null);
    }
}
