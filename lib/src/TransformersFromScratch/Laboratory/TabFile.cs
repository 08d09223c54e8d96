using System.Text;
using Shared;

namespace TransformersFromScratch;

/// <summary>Files of runs: a header, then a line each with tabs between the fields.</summary>
internal static class TabFile
{
    /// <summary>Writes the whole file or nothing.</summary>
    public static void Save(string path, string header, IEnumerable<string> lines) =>
        WholeFile.Write(path, string.Concat(lines.Prepend(header).Select(line => line + "\n")));

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">What its first line has to be.</param>
    /// <param name="parse">From the fields of a line to what it says; null if that is nothing.</param>
    /// <param name="one">What a line holds, for messages: "run".</param>
    /// <param name="all">What the file holds, for messages: "runs".</param>
    /// <param name="command">What makes the file: "lab first-tasks".</param>
    /// <exception cref="InvalidDataException">The header or a line is not as it should be; the message says which.</exception>
    public static IReadOnlyList<T> Load<T>(string path, string header, Func<string[], T?> parse, string one, string all, string command) where T : class
    {
        List<string> lines = ReadLines(path);
        return lines.Count > 0 && lines[0] == header
            ? [.. lines.Skip(1).Select((line, i) => parse(line.Split('\t')) ?? throw new InvalidDataException(
                $"{path}, line {i + 2}: '{Excerpt.Of(line)}' is not a {one}. Make the file again with: dotnet run --project lib/src/Course -- {command}"))]
            : throw new InvalidDataException($"{path} does not begin with '{header}', so it holds no {all}.");
    }

    private static List<string> ReadLines(string path)
    {
        var lines = new List<string>();
        try
        {
            lines.AddRange(File.ReadLines(path, new UTF8Encoding(false, throwOnInvalidBytes: true)));
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"{path} holds bytes that are no UTF-8 text. Save it as UTF-8, or restore it.");
        }

        return lines;
    }
}
