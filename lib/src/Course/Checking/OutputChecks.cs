using System.Text;
using Notebooks;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// Whether a chapter's outputs are there, are those of its code, and are small enough to be read on GitHub.
/// </summary>
internal static class OutputChecks
{
    /// <summary>The largest chapter, in bytes.</summary>
    public const int LargestChapter = 2_000_000;

    /// <summary>The largest figure, in bytes.</summary>
    public const int LargestFigure = 60_000;

    /// <summary>The largest figure with controls, which holds what it shows at each of their stops, in bytes.</summary>
    public const int LargestWithControls = 300_000;

    public static IEnumerable<Problem> Of(ChapterFile chapter)
    {
        string rerun = $"Run: dotnet run --project lib/src/Course -- run {chapter.Chapter.Name[..2]} --write";
        long size = new FileInfo(chapter.Chapter.Path).Length;
        if (size > LargestChapter)
        {
            yield return chapter.Problem(
                "", $"it is {size / 1e6:0.0} MB; {LargestChapter / 1e6:0} MB is the most",
                "Draw fewer or smaller figures.");
        }

        var code = chapter.CodeCells.ToList();
        if (code.Count > 0 && code.All(item => item.Cell.ExecutionCount is null && item.Cell.Outputs.Count == 0))
        {
            yield return chapter.Problem("", "it has no outputs; they are what GitHub shows", rerun);
            yield break;
        }

        if (OutputHash.Stale(chapter.Notebook) is [int first, ..] stale)
        {
            yield return chapter.Problem(
                $"code cell {first}", "the code has changed since its outputs were made, here and in " +
                    $"{stale.Count - 1} cells after it", rerun);
        }

        for (int i = 0; i < code.Count; i++)
        {
            if (code[i].Cell.ExecutionCount != i + 1)
            {
                yield return chapter.Problem(
                    code[i].Where, $"its execution count is {code[i].Cell.ExecutionCount?.ToString() ?? "missing"}, " +
                        $"not {i + 1}", rerun);
                break; // those after it are off as well
            }
        }

        foreach (var (cell, where) in code)
        {
            if (cell.Outputs.Any(StoredFigures.IsWhole))
            {
                yield return chapter.Problem(
                    where, "a figure has no picture for viewers that strip scripts and SVG, as GitHub does", rerun);
            }

            if (cell.Outputs.SelectMany(ChapterFile.TextsOf)
                .Any(text => text.Text.Contains(Expected.NotJudged, StringComparison.Ordinal)))
            {
                yield return chapter.Problem(
                    where, "its run was not judged: the chapter's settings are not those that data/expected.json " +
                        "records for its bands",
                            "Put the settings back, or record new ones with their bands: course bands.");
            }

            foreach (Output output in StoredFigures.Join(cell.Outputs))
            {
                if (output is ErrorOutput error)
                {
                    yield return chapter.Problem(where, $"it ended in an error: {Quoted.Of(error.Message)}", rerun);
                }

                string[] htmls =
                    [.. ChapterFile.TextsOf(output).Where(text => text.Mime == "text/html").Select(text => text.Text)];
                int bytes = htmls.Sum(Encoding.UTF8.GetByteCount),
                    most = htmls.Any(html => html.Contains("\"controls\":[", StringComparison.Ordinal))
                        ? LargestWithControls
                        : LargestFigure;
                if (bytes > most)
                {
                    yield return chapter.Problem(
                        where, $"a figure takes {bytes / 1000.0:0.0} kB; {most / 1000} kB is the most",
                        "Draw fewer points, rows, heads or stops.");
                }
            }
        }
    }
}
