namespace TransformersFromScratch;

/// <summary>A noun of the manual whose gender decides what *it* becomes in German.</summary>
/// <param name="English">The word, such as filter.</param>
/// <param name="German">As an object with its article: einen Filter.</param>
/// <param name="Pronoun">As an object: ihn, sie or es.</param>
public sealed record GenderedNoun(string English, string German, string Pronoun);

/// <summary>A sentence in which *it* stands for a noun that we know.</summary>
/// <param name="English">The sentence.</param>
/// <param name="Noun">What *it* stands for.</param>
/// <param name="Control">The same sentence with *text* in the place of *it*: a word that stands for nothing but
/// itself.</param>
/// <param name="Kind">From the templates, or from the manual's held-out pages.</param>
public sealed record PronounSentence(string English, string Noun, string Control, string Kind);

/// <summary>
/// Sentences that ask a head, or a state, whether it has to do with what *it* stands for (after Clark et al. 2019,
/// "What Does BERT Look At?", section 4.3, who asked it of coreference).
/// </summary>
public static class SentencesWithIt
{
    /// <summary>Eight nouns of each gender. All are words of the manual.</summary>
    public static IReadOnlyList<GenderedNoun> Nouns { get; } =
    [
        new("filter", "einen Filter", "ihn"), new("frame", "einen Rahmen", "ihn"),
        new("paragraph", "einen Absatz", "ihn"),
        new("folder", "einen Ordner", "ihn"), new("report", "einen Bericht", "ihn"),
        new("comment", "einen Kommentar", "ihn"),
        new("range", "einen Bereich", "ihn"), new("index", "einen Index", "ihn"),
        new("cell", "eine Zelle", "sie"), new("column", "eine Spalte", "sie"), new("table", "eine Tabelle", "sie"),
        new("row", "eine Zeile", "sie"), new("file", "eine Datei", "sie"), new("page", "eine Seite", "sie"),
        new("function", "eine Funktion", "sie"), new("formula", "eine Formel", "sie"),
        new("field", "ein Feld", "es"), new("document", "ein Dokument", "es"), new("window", "ein Fenster", "es"),
        new("chart", "ein Diagramm", "es"), new("object", "ein Objekt", "es"), new("word", "ein Wort", "es"),
        new("form", "ein Formular", "es"), new("menu", "ein Menü", "es"),
    ];

    /// <summary>What the nouns are put into; in the last two another noun stands between, or before.</summary>
    public static IReadOnlyList<string> Templates { get; } =
    [
        "Click a {0} to select it.", "Select the {0} and delete it.", "Open the {0}, then close it.",
        "If you see a {0}, click it.", "Choose the {0} in the list and copy it.",
        "Click the button to open the {0} and edit it.",
    ];

    /// <summary>
    /// Sentences of the held-out English–German pages, by their first words, with the noun that *it* stands for, marked
    /// by hand.
    /// </summary>
    private static readonly (string Begins, string Noun)[] s_pages =
    [
        ("Hence, they are available in the document", "document"), ("Not only can an array formula", "formula"),
        ("Browse to the folder where you", "template"), ("When using a smartcard", "smartcard"),
        ("Paste the formula", "formula"),
        ("The file is opened", "file"), ("Draw a curve", "curve"), ("According to your selections", "template"),
        ("Lists the original font", "font"), ("The data field name can", "name"), ("The substitution replaces", "font"),
        ("If the key store is protected", "password"), ("A mouse click in a marked", "cell"),
        ("Defines the order in which data", "data"),
        ("This function calculates a date", "date"),
    ];

    /// <summary>Every noun in every template.</summary>
    public static IReadOnlyList<PronounSentence> Made { get; } =
    [
        .. from template in Templates
        from noun in Nouns
        let english = template.Replace("{0}", noun.English, StringComparison.Ordinal)
        select new PronounSentence(english, noun.English, WithoutIt(english), "made"),
    ];

    /// <summary>The sentences with a pronoun *it* of the held-out pages whose noun stands in the sentence.</summary>
    /// <param name="path">data/en-de.test.tsv.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static IReadOnlyList<PronounSentence> OfPages(string path)
    {
        string[] pages = [.. SentencePair.Load(path).Select(pair => pair.Source)];
        return [.. s_pages.Select(
            page =>
                (page.Noun, English: Array.Find(pages, text => text.StartsWith(page.Begins, StringComparison.Ordinal))))
            .Where(page => page.English is not null)
            .Select(page => new PronounSentence(page.English!, page.Noun, WithoutIt(page.English!), "pages"))];
    }

    private static string WithoutIt(string english)
    {
        int at = english.IndexOf(" it", StringComparison.Ordinal);
        while (at >= 0 && at + 3 < english.Length && char.IsLetter(english[at + 3]))
        {
            at = english.IndexOf(" it", at + 1, StringComparison.Ordinal);
        }

        return at < 0 ? english : $"{english[..at]} text{english[(at + 3)..]}";
    }
}
