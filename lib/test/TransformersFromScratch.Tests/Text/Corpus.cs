namespace TransformersFromScratch.Tests;

/// <summary>The corpora of data/, wherever the tests run from.</summary>
internal static class Corpus
{
    public static IReadOnlyList<SentencePair> Load(string name) => SentencePair.Load(Path.Combine(Folder(name), name));

    /// <summary>The folder data/ that has this file.</summary>
    public static string Folder(string name)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "data", name)))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder ?? "", "data");
    }
}
