using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Notebooks;

/// <summary>A piece of a cell: code to compile, or a directive to carry out between pieces of code.</summary>
internal abstract record CellPart(int Line)
{
    /// <summary>C#, padded with empty lines so that its line numbers are those of the cell.</summary>
    public sealed record Code(int Line, string Text) : CellPart(Line);

    /// <summary><c>#r "argument"</c>.</summary>
    public sealed record Reference(int Line, string Argument) : CellPart(Line);

    /// <summary><c>#i "argument"</c>: where packages come from, besides the sources of the machine.</summary>
    public sealed record PackageSource(int Line, string Argument) : CellPart(Line);

    /// <summary><c>#load</c> or <c>#!import</c> of a file.</summary>
    public sealed record Import(int Line, string Path) : CellPart(Line);

    /// <summary><c>#!name arguments</c>, with the text below it if it takes the text.</summary>
    public sealed record Command(int Line, string Name, string Arguments, string Text) : CellPart(Line);
}

/// <summary>
/// Takes a cell apart into C# and the directives of .NET Interactive's dialect. A directive stands where C# has one:
/// not in a string, a comment or code that an #if leaves out.
/// </summary>
internal static partial class CellSource
{
    private static readonly CSharpParseOptions s_script = new(
        LanguageVersion.Preview, DocumentationMode.None, SourceCodeKind.Script);

    /// <summary>The directives that begin with #!, and what each does.</summary>
    public static IReadOnlyDictionary<string, string> Commands { get; } = new Dictionary<string, string>
    {
        ["about"] = "says which kernel this is",
        ["csharp"] = "C# goes on below; also #!c# and #!C#",
        ["html"] = "shows the text below it as HTML",
        ["javascript"] = "runs the text below it in the page; also #!js",
        ["import"] = "runs a .ipynb, .dib or .cs file here",
        ["lsmagic"] = "lists the directives",
        ["markdown"] = "shows the text below it as Markdown",
        ["set"] = "gives a variable a value: #!set --name x --value @csharp:y",
        ["share"] = "gives a variable another name: #!share --from csharp y --as x",
        ["time"] = "says how long the cell took",
        ["value"] = "keeps the text below it under a name: #!value --name x",
        ["who"] = "names the variables",
        ["whos"] = "shows the variables with their types and values",
    };

    public static string Known { get; } =
        "#r \"file.dll\", #r \"nuget: Package, version\", #i \"nuget: source\", #load \"file.cs\", "
        + string.Join(", ", Commands.Keys.Select(name => "#!" + name));

    /// <exception cref="CellException">A directive that does not exist, or one without its argument.</exception>
    public static IReadOnlyList<CellPart> Parse(string source)
    {
        string[] lines = source.ReplaceLineEndings("\n").Split('\n');
        var parts = new List<CellPart>();
        for (int from = 0; from < lines.Length;)
        {
            if (Find(lines, from) is not { } found)
            {
                AddCode(parts, lines, from, lines.Length);
                break;
            }

            var (at, isInside) = found;
            string line = lines[at].Trim();
            if (isInside) // #if … #endif, or braces, around it: they stay together, and it comes before them
            {
                parts.Add(PartOf(at, line, ""));
                lines[at] = "";
                continue;
            }

            AddCode(parts, lines, from, at);
            from = at + 1;
            int end = TakesText(line) ? EndOfText(lines, from) : from;
            parts.Add(PartOf(at, line, string.Join('\n', lines[from..end]).Trim('\n')));
            from = end;
        }

        return parts;
    }

    private static void AddCode(List<CellPart> parts, string[] lines, int from, int end)
    {
        if (lines[from..end].Any(line => !string.IsNullOrWhiteSpace(line)))
        {
            parts.Add(new CellPart.Code(from, new string('\n', from) + string.Join('\n', lines[from..end])));
        }
    }

    /// <summary>The next directive of the dialect: its line, and whether code stands around it.</summary>
    private static (int Line, bool IsInside)? Find(string[] lines, int from)
    {
        // The compiler tells what is a directive; most cells have no line that could be one.
        if (!lines.Skip(from).Any(OfTheDialect().IsMatch)) { return null; }

        SyntaxNode root = CSharpSyntaxTree.ParseText(string.Join('\n', lines[from..]), s_script).GetRoot();
        int conditions = 0;
        for (DirectiveTriviaSyntax? directive = root.GetFirstDirective(); directive is not null;
            directive = directive.GetNextDirective())
        {
            conditions += directive is IfDirectiveTriviaSyntax ? 1 : directive is EndIfDirectiveTriviaSyntax ? -1 : 0;
            int line = from + directive.GetLocation().GetLineSpan().StartLinePosition.Line;
            if (!directive.IsActive && OfTheDialect().IsMatch(lines[line]))
            {
                lines[line] = ""; // left out by an #if; but the compiler looks at it even there
            }
            else if (directive.IsActive && OfTheDialect().IsMatch(lines[line]))
            {
                return (line, conditions > 0 || IsInBrackets(root, directive.SpanStart));
            }
        }

        return null;
    }

    private static bool IsInBrackets(SyntaxNode root, int position)
    {
        int open = 0;
        foreach (SyntaxToken token in root.DescendantTokens().TakeWhile(token => token.SpanStart < position))
        {
            open += token.IsMissing ? 0 : token.Kind() switch
            {
                SyntaxKind.OpenBraceToken or SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken => 1,
                SyntaxKind.CloseBraceToken or SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken => -1,
                _ => 0,
            };
        }

        return open > 0;
    }

    private static bool TakesText(string line) =>
        CommandLine().Match(line) is { Success: true } command
            && command.Groups[1].Value is "markdown" or "html" or "javascript" or "js" or "value";

    /// <summary>Text ends where the next directive with #! begins.</summary>
    private static int EndOfText(string[] lines, int from)
    {
        int end = Array.FindIndex(lines, from, line => CommandLine().IsMatch(line.Trim()));
        return end < 0 ? lines.Length : end;
    }

    private static CellPart PartOf(int at, string line, string text)
    {
        if (CommandLine().Match(line) is { Success: true } command) { return CommandOf(at, line, command, text); }

        Match quoted = QuotedLine().Match(line);
        string kind = KindOfLine().Match(line).Groups[1].Value;
        return !quoted.Success
            ? throw CellException.At(at, line, kind switch
            {
                "load" => "#load needs the path of a file in quotes: #load \"file.cs\".",
                "i" => "#i needs a package source in quotes: #i \"nuget: https://…/index.json\", or a folder.",
                _ => "#r needs a file or a package in quotes: #r \"file.dll\", #r \"nuget: MathNet.Numerics, 5.0.0\".",
            })
            : kind switch
            {
                "load" => new CellPart.Import(at, quoted.Groups[1].Value),
                "i" => new CellPart.PackageSource(at, quoted.Groups[1].Value),
                _ => new CellPart.Reference(at, quoted.Groups[1].Value),
            };
    }

    private static CellPart CommandOf(int at, string line, Match command, string text)
    {
        string name = command.Groups[1].Value switch
        {
            "c#" or "C#" => "csharp",
            "js" => "javascript",
            var other => other,
        };
        string arguments = TrailingComment().Replace(command.Groups[2].Value, "").Trim();
        if (!Commands.ContainsKey(name))
        {
            throw CellException.At(at, line, $"There is no directive '#!{name}' here. There are: {Known}.");
        }

        if (name != "import") { return new CellPart.Command(at, name, arguments, text); }

        return arguments.Trim(' ', '"') is { Length: > 0 } path
            ? new CellPart.Import(at, path)
            : throw CellException.At(at, line, "#!import needs the path of a .ipynb, .dib or .cs file.");
    }

    [GeneratedRegex(@"^\s*#\s*(?:!|(?:r|i|load)\b)")]
    private static partial Regex OfTheDialect();

    [GeneratedRegex(@"^#\s*(r|i|load)\b")]
    private static partial Regex KindOfLine();

    [GeneratedRegex("""^#\s*(?:r|i|load)\s*"([^"]+)"\s*;?\s*(?://.*)?$""")]
    private static partial Regex QuotedLine();

    [GeneratedRegex(@"^#!([\w#+-]+)\s*(.*)$")]
    private static partial Regex CommandLine();

    // Not the // of an address, before which there is no space.
    [GeneratedRegex(@"(?:^|\s+)//.*$")]
    private static partial Regex TrailingComment();
}

/// <summary>A mistake in a cell that this engine, not the compiler, has to explain.</summary>
internal sealed class CellException(string message, IReadOnlyList<string> details) : Exception(message)
{
    public IReadOnlyList<string> Details => details;

    public static CellException At(int line, string text, string message) =>
        new(message, [$"line {line + 1}: {text}", message]);
}
