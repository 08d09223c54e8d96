using System.Globalization;
using System.Text.RegularExpressions;
using Notebooks;

namespace Course;

/// <summary>
/// Something that a chapter asks its reader to write: a code cell that calls ExerciseNN.Check… or TurnNN.….
/// </summary>
/// <param name="Id">As the library records it: "01.2" for exercise 2 of chapter 1, "01.Softmax" for
/// Turn01.Softmax.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Cell">Its stub.</param>
/// <param name="Solution">The folded solution beside it; empty if there is none.</param>
internal sealed partial record Challenge(string Id, string Title, Cell Cell, string Solution)
{
    /// <summary>All of a chapter's, in order.</summary>
    public static IReadOnlyList<Challenge> Of(Notebook notebook)
    {
        var found = new List<Challenge>();
        for (int i = 0; i < notebook.Cells.Count; i++)
        {
            Cell cell = notebook.Cells[i];
            if (cell.Kind != CellKind.Code || Call().Match(cell.Source) is not { Success: true } call) { continue; }

            string chapter = call.Groups["chapter"].Value, turn = call.Groups["turn"].Value;
            string[] prose = [ProseBefore(notebook, i), ProseAfter(notebook, i)];
            Match title = Heading().Matches(prose[0]).LastOrDefault() ?? Match.Empty;
            string number = title.Success ? title.Groups["number"].Value
                : (1 + found.Count(earlier => char.IsAsciiDigit(earlier.Id[3]))).ToString(CultureInfo.InvariantCulture);
            found.Add(new Challenge(
                turn.Length > 0 ? $"{chapter}.{turn}" : $"{chapter}.{number}",
                turn.Length > 0 ? $"your turn: {turn}" : title.Success
                    ? $"{number} {title.Groups["title"].Value}"
                    : number,
                cell, prose.Select(SolutionIn).FirstOrDefault(solution => solution.Length > 0, "")));
        }

        return found;
    }

    /// <summary>
    /// The stub's cell with other code in the place of the stub; its last paragraph is the call of the check.
    /// </summary>
    public string With(string code) =>
        $"{code.TrimEnd()}\n\n{Cell.Source[(Cell.Source.LastIndexOf("\n\n", StringComparison.Ordinal) + 2)..]}";

    private static string ProseBefore(Notebook notebook, int cell) =>
        notebook.Cells.Take(cell).LastOrDefault(other => other.Kind == CellKind.Markdown)?.Source ?? "";

    private static string ProseAfter(Notebook notebook, int cell) =>
        notebook.Cells.Skip(cell + 1).TakeWhile(other => other.Kind == CellKind.Markdown)
            .FirstOrDefault()?.Source ?? "";

    private static string SolutionIn(string prose) =>
        Fold().Matches(prose).LastOrDefault() is { } fold ? fold.Groups["code"].Value : "";

    [GeneratedRegex(@"^[^/\n]*\b(Exercise(?<chapter>\d\d)\.Check\w+|Turn(?<chapter>\d\d)\.(?<turn>\w+))\(",
        RegexOptions.Multiline)]
    private static partial Regex Call();

    [GeneratedRegex(@"^\*\*(?<number>\d+) · (?<title>[^*]+?)\*\*", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"<summary>[^<]*solution[^<]*</summary>.*?```csharp\n(?<code>.*?)```",
        RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Fold();
}
