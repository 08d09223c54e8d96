using System.Text.RegularExpressions;
using Notebooks;

namespace Course;

/// <summary>What a chapter's code may not do, as some host or some reader's machine would fail on it.</summary>
internal static partial class CodeChecks
{
    private const string Reference = "#r \"../lib/bin/TransformersFromScratch.dll\"";

    // So many columns fit a page of 1280 pixels without scrolling.
    private const int MostColumns = 95;

    public static IEnumerable<Problem> Of(ChapterFile chapter)
    {
        foreach (var (cell, where) in chapter.CodeCells)
        {
            foreach (Match match in Forbidden().Matches(cell.Source))
            {
                yield return chapter.Problem(
                    where, $"'{Quoted.Of(match.Value.Trim())}' fails in some hosts",
                    $"Put what it brings into the library; a chapter's one directive is {Reference}.");
            }

            foreach (string line in cell.Source.Split('\n').Where(line => line.Length > MostColumns))
            {
                yield return chapter.Problem(
                    where, $"a line has {line.Length} columns, {Quoted.Of(line.Trim(), 40)}",
                    $"Break it: {MostColumns} columns fit a page.");
            }
        }

        string[] references =
            [.. chapter.CodeCells.SelectMany(item => References().Matches(item.Cell.Source))
                .Select(match => match.Value.Trim())];
        if (references is not [Reference])
        {
            yield return chapter.Problem(
                "", references.Length == 0
                    ? "it has no #r"
                    : $"its references are {Quoted.Of(string.Join(" and ", references), 200)}",
                $"Have exactly one, {Reference}.");
        }
    }

    [GeneratedRegex("""^[ \t]*(#r[ \t]+"nuget:[^"\n]*"|#!(import|set|share|connect)\b.*|#i[ \t].*)""",
        RegexOptions.Multiline)]
    private static partial Regex Forbidden();

    [GeneratedRegex("""^[ \t]*#r\b.*""", RegexOptions.Multiline)]
    private static partial Regex References();
}
