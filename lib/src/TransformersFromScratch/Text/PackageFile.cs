using Shared;

namespace TransformersFromScratch;

/// <summary>The files of packages: three fields a line, with tabs between, without a header.</summary>
internal static class PackageFile
{
    /// <summary>Reads one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">What a line holds, for messages.</param>
    /// <param name="parse">From three fields, none empty, to what they say; null if that is nothing.</param>
    public static IReadOnlyList<T> Load<T>(string path, string expected, Func<string[], T?> parse) where T : class
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no file {path} (looked in {Path.GetFullPath(path)}). The course keeps its " +
                "corpora in data/: " +
                "a chapter reads them as ../data/name.tsv.", path);
        }

        return [.. LineReader.OfFile(path).Select(line => Parse(line.Text) ?? throw new InvalidDataException(
            $"{path}, line {line.Number}: expected {expected}, with tabs between, but found " +
            $"'{Excerpt.Of(line.Text)}'."))];

        T? Parse(string line) =>
            line.Split('\t') is { Length: 3 } fields && !Array.Exists(fields, string.IsNullOrWhiteSpace)
                ? parse(fields)
                : null;
    }
}
