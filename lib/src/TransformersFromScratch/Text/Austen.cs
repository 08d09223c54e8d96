namespace TransformersFromScratch;

/// <summary>
/// The six novels of Jane Austen that data/austen.txt holds one after the other (data/README.md): Emma first, then
/// Mansfield Park, Northanger Abbey with Persuasion, Pride and Prejudice, and Sense and Sensibility.
/// </summary>
public static class Austen
{
    /// <summary>How many characters Emma has, the first of the novels.</summary>
    public const int EmmaLength = 883_028;

    private static readonly Lazy<string> s_all =
        new(() => Load(Path.Combine("..", "data", "austen.txt")), // A file that was missing may come.
            LazyThreadSafetyMode.PublicationOnly);

    /// <summary>All six, about four million characters.</summary>
    /// <exception cref="FileNotFoundException">The data do not lie in ../data, as seen from a chapter.</exception>
    public static string All => s_all.Value;

    /// <summary>Emma alone.</summary>
    /// <exception cref="FileNotFoundException">The data do not lie in ../data, as seen from a chapter.</exception>
    public static string Emma => All[..EmmaLength];

    /// <summary>The novels, from a file that lies elsewhere.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is shorter than Emma.</exception>
    public static string Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string text = File.ReadAllText(path).ReplaceLineEndings("\n");
        return text.Length >= EmmaLength ? text : throw new InvalidDataException(
            $"'{Excerpt.OfPath(path)}' has {text.Length} characters, but Emma alone has {EmmaLength}. " +
            "Get it again: git checkout -- data/austen.txt");
    }

    /// <summary>The first 90 % of a text to learn from, and the last 10 % to measure by.</summary>
    public static (string Training, string Validation) Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int training = (int)(text.Length * 9L / 10);
        return (text[..training], text[training..]);
    }
}
