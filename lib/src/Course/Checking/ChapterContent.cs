using System.Text.RegularExpressions;
using Notebooks;

namespace Course;

/// <summary>What a chapter may hold: directives, sizes, outputs as new as their code, nothing of the author's own machine.</summary>
internal static partial class ChapterContent
{
    private const int MaxChapterBytes = 2 * 1024 * 1024, MaxFigureBytes = 60_000;

    public static IEnumerable<Problem> Problems(Chapter chapter, Notebook notebook)
    {
        string file = Path.GetFileName(chapter.Path);
        if (!ChapterName().IsMatch(chapter.Name)) { yield return new Problem(file, null, "is not named NN-kebab-case.ipynb."); }

        long bytes = new FileInfo(chapter.Path).Length;
        if (bytes > MaxChapterBytes) { yield return new Problem(file, null, $"has {bytes:N0} bytes; a chapter has at most {MaxChapterBytes:N0}. Draw fewer or smaller figures."); }

        int references = 0, code = 0;
        IReadOnlyList<int> stale = OutputHash.Stale(notebook);
        for (int i = 0; i < notebook.Cells.Count; i++)
        {
            Cell cell = notebook.Cells[i];
            foreach (Match path in AbsolutePath().Matches(cell.Source)) { yield return new Problem(file, i + 1, $"names '{path.Value}', a path of one machine."); }

            if (cell.Kind != CellKind.Code) { continue; }

            code++;
            references += cell.Source.Split('\n').Count(line => line.StartsWith("#r", StringComparison.Ordinal));
            if (ForbiddenDirective().Match(cell.Source) is { Success: true } forbidden)
            {
                yield return new Problem(file, i + 1, $"uses '{forbidden.Value.Trim()}', which fails in some hosts; a chapter needs its one #r and nothing else.");
            }

            if (stale.Contains(code)) { yield return new Problem(file, i + 1, $"has outputs older than its code; run: dotnet run --project lib/src/Course -- run --write {chapter.Name}"); }

            if (cell.ExecutionCount != code) { yield return new Problem(file, i + 1, $"has execution count {cell.ExecutionCount?.ToString() ?? "none"} instead of {code}; run the chapter from its start with run --write."); }

            foreach (string problem in cell.Outputs.SelectMany(ProblemsOf)) { yield return new Problem(file, i + 1, problem); }
        }

        if (references != 1) { yield return new Problem(file, null, $"has {references} #r lines; a chapter has exactly one, for the library."); }
    }

    private static IEnumerable<string> ProblemsOf(Output output)
    {
        if (output is ErrorOutput error) { yield return $"ended in an error: {error.Message}"; }

        string json = output.ToJson().ToJsonString(s_plain);
        if (json.Length > MaxFigureBytes) { yield return $"has an output of {json.Length:N0} bytes; a figure has at most {MaxFigureBytes:N0}."; }

        foreach (Match path in AbsolutePath().Matches(json)) { yield return $"shows '{path.Value}', a path of one machine."; }
    }

    private static readonly System.Text.Json.JsonSerializerOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex(@"^\d\d-[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex ChapterName();

    [GeneratedRegex("""^\s*(#r\s+"nuget:|#!import|#!set).*$""", RegexOptions.Multiline)]
    private static partial Regex ForbiddenDirective();

    [GeneratedRegex(@"(?<![\w.:/])/(?:home|root|work|tmp|Users|mnt|private|var)/[\w.\-/]+|(?<!\w)[A-Za-z]:\\{1,2}[\w.\-]+")]
    private static partial Regex AbsolutePath();
}
