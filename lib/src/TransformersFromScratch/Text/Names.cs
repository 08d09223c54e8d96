namespace TransformersFromScratch;

/// <summary>
/// First names, a line each (data/names.txt): a small world whose rules a small model learns in a minute.
/// </summary>
public static class Names
{
    private static readonly Lazy<IReadOnlyList<string>> s_all =
        new(() => Load(Path.Combine("..", "data", "names.txt")), // A file that was missing may come.
            LazyThreadSafetyMode.PublicationOnly);

    /// <summary>All names, in the order of the alphabet and in small letters.</summary>
    /// <exception cref="FileNotFoundException">The data do not lie in ../data, as seen from a chapter.</exception>
    public static IReadOnlyList<string> All => s_all.Value;

    /// <summary>Names from a file that lies elsewhere: a line each, empty lines left out.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IReadOnlyList<string> Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return [.. File.ReadLines(path).Where(name => name.Length > 0)];
    }

    /// <summary>80 % of the names to learn from, 10 % to choose by (development) and 10 % for the last test.</summary>
    /// <param name="names">The names. They are mixed first, for names with the same beginning stand together.</param>
    /// <param name="seed">The same seed, the same parts.</param>
    public static (string[] Training, string[] Development, string[] Test) Split(
        IEnumerable<string> names, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] mixed = [.. names];
        new SeededRandom(seed).Shuffle(mixed);
        int training = mixed.Length * 8 / 10, both = mixed.Length * 9 / 10;
        return (mixed[..training], mixed[training..both], mixed[both..]);
    }
}
