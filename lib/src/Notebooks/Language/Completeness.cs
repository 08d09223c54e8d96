using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Notebooks.Language;

/// <summary>Whether a text is a whole cell yet.</summary>
/// <param name="Status">"complete": Enter should run it; "incomplete": continue it; "invalid": no further line can mend
/// it.</param>
/// <param name="Indent">What the next line should begin with.</param>
public sealed record Completeness(string Status, string Indent)
{
    private static readonly CSharpParseOptions s_script = new(
        LanguageVersion.Preview, DocumentationMode.Parse, SourceCodeKind.Script);

    // What is open at the end of the text and IsCompleteSubmission takes for a mistake: strings over several lines,
    // interpolations in them, comments, #if and #region.
    private static readonly HashSet<string> s_open =
        ["CS1035", "CS1039", "CS8997", "CS9006", "CS8076", "CS1027", "CS1038"];

    private const string NewlineInString = "CS1010"; // an ordinary string does not go on in the next line

    /// <summary>Looks at a text; the directives of the dialect are whole lines of their own.</summary>
    public static Completeness Of(string code)
    {
        IReadOnlyList<CellPart> parts;
        try { parts = CellSource.Parse(code); }
        catch (CellException) { return new Completeness("invalid", ""); } // an unknown directive: running it says so

        bool valid = true;
        foreach (CellPart.Code part in parts.OfType<CellPart.Code>())
        {
            SyntaxTree tree = CSharpSyntaxTree.ParseText(part.Text, s_script);
            Diagnostic[] errors =
                [.. tree.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
            bool neverWhole = errors.Any(error => error.Id == NewlineInString);
            if (part == parts[^1] && !neverWhole
                && (!SyntaxFactory.IsCompleteSubmission(tree) || errors.Any(error => s_open.Contains(error.Id))))
            {
                string lastLine = code[(code.LastIndexOf('\n') + 1)..];
                string indent = lastLine[..^lastLine.TrimStart().Length];
                return new Completeness("incomplete", lastLine.TrimEnd().EndsWith('{') ? indent + "    " : indent);
            }

            valid &= errors.Length == 0;
        }

        return new Completeness(valid ? "complete" : "invalid", "");
    }
}
