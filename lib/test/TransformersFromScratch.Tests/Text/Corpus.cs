namespace TransformersFromScratch.Tests;

/// <summary>The corpora of data/, wherever the tests run from.</summary>
internal static class Corpus
{
    public static IReadOnlyList<SentencePair> Load(string name)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "data", name)))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return SentencePair.Load(Path.Combine(folder ?? "", "data", name));
    }
}
