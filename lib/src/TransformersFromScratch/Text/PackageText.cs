namespace TransformersFromScratch;

/// <summary>
/// What a package of Debian is, in a few sentences, and the section of the archive where it stands
/// (data/package-sections.tsv).
/// </summary>
/// <param name="Section">net, science, games, sound, graphics or fonts.</param>
/// <param name="Text">The description: a title, and what follows it.</param>
/// <param name="Package">The package's name.</param>
public sealed record PackageText(string Section, string Text, string Package)
{
    /// <summary>How many texts <see cref="Split"/> keeps for the test.</summary>
    public const int TestTexts = 600;

    private const int SplitSeed = 13;

    private static readonly string[] s_sections = ["fonts", "games", "graphics", "net", "science", "sound"];

    private static readonly Lazy<IReadOnlyList<PackageText>> s_all =
        new(() => Load(Path.Combine("..", "data", "package-sections.tsv")), // A file that was missing may come.
            LazyThreadSafetyMode.PublicationOnly);

    /// <summary>All texts, in the order of the file.</summary>
    /// <exception cref="FileNotFoundException">The data do not lie in ../data, as seen from a chapter.</exception>
    public static IReadOnlyList<PackageText> All => s_all.Value;

    /// <summary>
    /// The sections, in the order in which their numbers count them: a class is a place in this list.
    /// </summary>
    public static IReadOnlyList<string> Sections => s_sections;

    /// <summary>The number of the section, 0 to 5.</summary>
    public int Class => Array.IndexOf(s_sections, Section);

    /// <summary>Texts from a file that lies elsewhere: section, text and package, with tabs between.</summary>
    /// <exception cref="FileNotFoundException">
    /// There is no such file; the message says where it was looked for.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// A line has no such fields, or a section that there is not; the message gives its number.
    /// </exception>
    public static IReadOnlyList<PackageText> Load(string path) =>
        PackageFile.Load(path, "one of the sections, a text and a package", fields =>
        s_sections.Contains(fields[0]) ? new PackageText(fields[0], fields[1], fields[2]) : null);

    /// <summary>
    /// The texts mixed, always in the same way: 600 for the last test, and the others to learn from and to choose by.
    /// Whoever
    /// wants n labels takes the first n of <c>Training</c>, or mixes them by another seed first.
    /// </summary>
    /// <exception cref="ArgumentException">There are no more than 600.</exception>
    public static (IReadOnlyList<PackageText> Training, IReadOnlyList<PackageText> Test) Split(
        IReadOnlyList<PackageText> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count <= TestTexts)
        {
            throw new ArgumentException(
                $"There are {texts.Count} texts, but {TestTexts} are kept for the test alone.", nameof(texts));
        }

        PackageText[] mixed = [.. texts];
        new SeededRandom(SplitSeed).Shuffle(mixed);
        return (mixed[TestTexts..], mixed[..TestTexts]);
    }

    /// <summary>
    /// What a model may read before it sees a label: the descriptions that summaries are learned from, and the texts of
    /// <c>Training</c> above. None of a package or with a text that is in a test, of sections or of summaries; each
    /// text once.
    /// </summary>
    /// <param name="training">The first part of <see cref="Split"/>.</param>
    /// <param name="test">Its second part.</param>
    /// <param name="summaries">All of package-summaries.train.tsv.</param>
    /// <param name="summariesTest">All of package-summaries.test.tsv.</param>
    public static IReadOnlyList<string> Unlabelled(
        IReadOnlyList<PackageText> training, IReadOnlyList<PackageText> test,
        IReadOnlyList<PackageSummary> summaries, IReadOnlyList<PackageSummary> summariesTest)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(summaries);
        ArgumentNullException.ThrowIfNull(summariesTest);
        HashSet<string> hidden =
            [.. test.Select(text => text.Package), .. summariesTest.Select(summary => summary.Package)];
        HashSet<string> hiddenTexts =
            [.. test.Select(text => text.Text), .. summariesTest.Select(summary => summary.Text)];
        return [.. summaries.Select(summary => (summary.Text, summary.Package))
            .Concat(training.Select(text => (text.Text, text.Package)))
            .Where(one => !hidden.Contains(one.Package) && !hiddenTexts.Contains(one.Text)).Select(one => one.Text)
            .Distinct()];
    }
}
