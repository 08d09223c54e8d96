using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Notebooks;

/// <summary>Compile errors as a person reads them: where, which, the line, and a caret under the place.</summary>
internal static class CompileError
{
    public static ErrorOutput From(IEnumerable<Diagnostic> errors, CodePlace code)
    {
        string[] lines = code.Source.ReplaceLineEndings("\n").Split('\n');
        var traceback = new List<string>();
        string? first = null;
        foreach (Diagnostic error in errors.Take(10))
        {
            FileLinePositionSpan place = error.Location.GetLineSpan();
            int line = place.StartLinePosition.Line, column = place.StartLinePosition.Character;
            string head = error.Location.IsInSource
                ? $"{(code.IsFile ? code.Name : "")}({line + 1},{column + 1}): error {error.Id}: " +
                    error.GetMessage(CultureInfo.InvariantCulture)
                : $"error {error.Id}: {error.GetMessage(CultureInfo.InvariantCulture)}";
            first ??= head;
            traceback.Add(head);
            if (error.Location.IsInSource && line < lines.Length && column <= lines[line].Length)
            {
                int width = place.EndLinePosition.Line == line
                    ? Math.Max(1, place.EndLinePosition.Character - column)
                    : 1;
                traceback.Add("    " + lines[line]);
                traceback.Add("    " + Blank(lines[line][..column]) + new string('^', width));
            }
        }

        return new ErrorOutput("CompilationError", first ?? "The cell does not compile.", traceback);
    }

    /// <summary>Spaces as wide as the text; a tab stays a tab, so that the caret stands where it should.</summary>
    private static string Blank(string text) => string.Concat(text.Select(c => c == '\t' ? '\t' : ' '));
}
