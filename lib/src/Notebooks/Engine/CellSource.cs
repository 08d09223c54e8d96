using System.Text.RegularExpressions;

namespace Notebooks;

/// <summary>A piece of a cell: code to compile, or a directive to carry out between pieces of code.</summary>
internal abstract record CellPart(int Line)
{
    /// <summary>C#, padded with empty lines so that its line numbers are those of the cell.</summary>
    public sealed record Code(int Line, string Text) : CellPart(Line);

    /// <summary><c>#r "argument"</c>.</summary>
    public sealed record Reference(int Line, string Argument) : CellPart(Line);

    /// <summary><c>#load</c> or <c>#!import</c> of a file.</summary>
    public sealed record Import(int Line, string Path) : CellPart(Line);

    /// <summary><c>#!markdown</c>: prose, up to the next switch.</summary>
    public sealed record Prose(int Line, string Text) : CellPart(Line);

    /// <summary><c>#!time</c>: say how long the cell took.</summary>
    public sealed record Time(int Line) : CellPart(Line);
}

/// <summary>Takes a cell apart into C# and the directives of .NET Interactive's dialect.</summary>
internal static partial class CellSource
{
    public const string Known = "#r \"file.dll\", #r \"nuget: Package, version\", #load, #!import, #!time, " +
        "#!csharp, #!markdown";

    /// <exception cref="CellException">A directive that does not exist, or one without its argument.</exception>
    public static IReadOnlyList<CellPart> Parse(string source)
    {
        var parts = new List<CellPart>();
        string[] lines = source.ReplaceLineEndings("\n").Split('\n');
        var text = new List<string>();
        bool prose = false;

        void Flush(int nextLine)
        {
            if (text.Any(line => line.Trim().Length > 0))
            {
                int first = nextLine - text.Count;
                parts.Add(prose
                    ? new CellPart.Prose(first, string.Join('\n', text).Trim())
                    : new CellPart.Code(first, new string('\n', first) + string.Join('\n', text)));
            }

            text.Clear();
        }

        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            Match reference = ReferenceLine().Match(line), load = LoadLine().Match(line),
                command = CommandLine().Match(line);
            if (prose && !command.Success)
            {
                text.Add(lines[i]);
            }
            else if (reference.Success)
            {
                Flush(i);
                parts.Add(new CellPart.Reference(i, reference.Groups[1].Value));
            }
            else if (load.Success)
            {
                Flush(i);
                parts.Add(new CellPart.Import(i, load.Groups[1].Value));
            }
            else if (command.Success)
            {
                Flush(i);
                prose = false;
                switch (command.Groups[1].Value)
                {
                    case "csharp" or "c#" or "C#": break;
                    case "markdown": prose = true; break;
                    case "time": parts.Add(new CellPart.Time(i)); break;
                    case "import" when command.Groups[2].Value.Trim(' ', '"') is { Length: > 0 } path:
                        parts.Add(new CellPart.Import(i, path));
                        break;
                    default:
                        throw CellException.At(i, line, command.Groups[1].Value == "import"
                            ? "#!import needs the path of a .ipynb, .dib or .cs file."
                            : $"There is no directive '#!{command.Groups[1].Value}' here. There are: {Known}.");
                }
            }
            else
            {
                text.Add(lines[i]);
            }
        }

        Flush(lines.Length);
        return parts;
    }

    [GeneratedRegex("""^#r\s+"([^"]+)"\s*;?\s*(?://.*)?$""")]
    private static partial Regex ReferenceLine();

    [GeneratedRegex("""^#load\s+"([^"]+)"\s*;?\s*(?://.*)?$""")]
    private static partial Regex LoadLine();

    [GeneratedRegex(@"^#!([\w#+-]+)\s*(.*)$")]
    private static partial Regex CommandLine();
}

/// <summary>A mistake in a cell that this engine, not the compiler, has to explain.</summary>
internal sealed class CellException(string message, IReadOnlyList<string> details) : Exception(message)
{
    public IReadOnlyList<string> Details => details;

    public static CellException At(int line, string text, string message) =>
        new(message, [$"line {line + 1}: {text}", message]);
}
