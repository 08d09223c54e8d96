namespace TransformersFromScratch;

/// <summary>
/// The description of a Debian package, and the one line that its maintainer wrote to sum it up
/// (data/package-summaries.*.tsv).
/// </summary>
/// <param name="Text">The description, 15 to 70 words.</param>
/// <param name="Summary">The line, 3 to 12 words.</param>
/// <param name="Package">The package's name.</param>
public sealed record PackageSummary(string Text, string Summary, string Package)
{
    /// <summary>How many pairs <see cref="Split"/> keeps to choose by.</summary>
    public const int ValidationPairs = 500;

    private const int SplitSeed = 14;

    private static readonly Lazy<IReadOnlyList<PackageSummary>> s_training = Of("train"), s_test = Of("test");

    /// <summary>
    /// All pairs to learn from and to choose by, in the order of the file; <see cref="Split"/> parts them.
    /// </summary>
    /// <exception cref="FileNotFoundException">The data do not lie in ../data, as seen from a chapter.</exception>
    public static IReadOnlyList<PackageSummary> All => s_training.Value;

    /// <summary>The 500 pairs of the last test.</summary>
    /// <exception cref="FileNotFoundException">The data do not lie in ../data, as seen from a chapter.</exception>
    public static IReadOnlyList<PackageSummary> Test => s_test.Value;

    /// <summary>Pairs from a file that lies elsewhere: description, summary and package, with tabs between.</summary>
    /// <exception cref="FileNotFoundException">
    /// There is no such file; the message says where it was looked for.
    /// </exception>
    /// <exception cref="InvalidDataException">A line has no such fields; the message gives its number.</exception>
    public static IReadOnlyList<PackageSummary> Load(string path) => PackageFile.Load(
        path, "a description, its summary and a package",
        fields => new PackageSummary(fields[0], fields[1], fields[2]));

    /// <summary>
    /// The pairs of the training file mixed, always in the same way: 500 to choose by, the others to learn from.
    /// </summary>
    /// <exception cref="ArgumentException">There are no more than 500.</exception>
    public static (IReadOnlyList<PackageSummary> Training, IReadOnlyList<PackageSummary> Validation) Split(
        IReadOnlyList<PackageSummary> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count <= ValidationPairs)
        {
            throw new ArgumentException(
                $"There are {pairs.Count} pairs, but {ValidationPairs} are kept to choose by.", nameof(pairs));
        }

        PackageSummary[] mixed = [.. pairs];
        new SeededRandom(SplitSeed).Shuffle(mixed);
        return (mixed[ValidationPairs..], mixed[..ValidationPairs]);
    }

    private static Lazy<IReadOnlyList<PackageSummary>> Of(string part) =>
        // A file that was missing may come.
        new(() => Load(Path.Combine("..", "data", $"package-summaries.{part}.tsv")),
            LazyThreadSafetyMode.PublicationOnly);
}
