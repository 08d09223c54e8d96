using Shared;

namespace TransformersFromScratch;

/// <summary>A sentence and its translation.</summary>
/// <param name="Source">The sentence to translate.</param>
/// <param name="Target">How a person translated it.</param>
/// <param name="Origin">Where it comes from, such as the page of a manual; empty if nobody said.</param>
public sealed record SentencePair(string Source, string Target, string Origin = "")
{
    /// <summary>
    /// Reads a tab-separated file: source, target, perhaps the origin, and any further columns, which are left alone.
    /// data/README.md says where each file comes from.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is no such file; the message says where it was looked
    /// for.</exception>
    /// <exception cref="InvalidDataException">A line is not UTF-8, has no tab or an empty side; the message gives its
    /// number.</exception>
    public static IReadOnlyList<SentencePair> Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no file {path} (looked in {Path.GetFullPath(path)}). The course keeps its " +
                "corpora in data/: " +
                "a chapter reads them as ../data/name.tsv.", path);
        }

        var pairs = new List<SentencePair>();
        foreach (var (number, line) in LineReader.OfFile(path))
        {
            string[] columns = line.Split('\t');
            if (columns.Length < 2 || string.IsNullOrWhiteSpace(columns[0]) || string.IsNullOrWhiteSpace(columns[1]))
            {
                throw new InvalidDataException(
                    $"{path}, line {number}: expected a sentence, a tab and its translation, but found " +
                    $"'{Excerpt.Of(line)}'.");
            }

            pairs.Add(new SentencePair(columns[0], columns[1], columns.ElementAtOrDefault(2) ?? ""));
        }

        return pairs;
    }
}
