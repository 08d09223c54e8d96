namespace TransformersFromScratch;

/// <summary>
/// What chapter 13's BERT reads: descriptions to learn from, descriptions to measure by, and labelled ones.
/// </summary>
/// <param name="Unlabelled">Texts to learn hidden words from.</param>
/// <param name="Validation">Texts whose hidden words are measured; no model learns from them.</param>
/// <param name="Labelled">Texts and their sections, to learn sections from.</param>
/// <param name="Test">Texts and their sections, looked at once.</param>
public sealed record PackageTexts(
    IReadOnlyList<string> Unlabelled, IReadOnlyList<string> Validation, IReadOnlyList<PackageText> Labelled,
    IReadOnlyList<PackageText> Test)
{
    private const int ValidationTexts = 400, ValidationSeed = 13;

    /// <summary>Reads the files of a folder.</summary>
    /// <param name="folder">Where package-sections.tsv and package-summaries.*.tsv lie.</param>
    /// <exception cref="FileNotFoundException">One is not there.</exception>
    /// <exception cref="InvalidDataException">A line of one is damaged; the message says which.</exception>
    public static PackageTexts OfFolder(string folder)
    {
        var (labelled, test) = PackageText.Split(PackageText.Load(Path.Combine(folder, "package-sections.tsv")));
        string[] texts = [.. PackageText.Unlabelled(
            labelled, test, PackageSummary.Load(Path.Combine(folder, "package-summaries.train.tsv")),
            PackageSummary.Load(Path.Combine(folder, "package-summaries.test.tsv")))];
        new SeededRandom(ValidationSeed).Shuffle(texts);
        return new PackageTexts(texts[ValidationTexts..], texts[..ValidationTexts], labelled, test);
    }
}
