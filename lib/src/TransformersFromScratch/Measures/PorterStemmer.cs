namespace TransformersFromScratch;

/// <summary>
/// The endings of English words taken off (Porter 1980): packages, packaged and packaging become packag, so that a
/// measure takes them
/// for one word. A stem need not be a word.
/// </summary>
/// <remarks>
/// The rules are the paper's, and their names too; m is how often a vowel is followed by a consonant.
/// </remarks>
public static class PorterStemmer
{
    private static readonly (string Ending, string Instead)[] s_step2 =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"),
        ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
        ("ator", "ate"),
        ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"),
        ("biliti", "ble"),
    ];

    private static readonly (string Ending, string Instead)[] s_step3 =
    [
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
    ];

    private static readonly (string Ending, string Instead)[] s_step4 =
    [
        .. "al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize".Split(' ')
            .Select(ending => (ending, "")),
    ];

    /// <summary>The stem of a word.</summary>
    /// <param name="word">In small letters. A word of one or two letters is its own stem.</param>
    public static string Stem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length <= 2)
        {
            return word;
        }

        word = Step1C(Step1B(Step1A(word)));
        word = Replaced(word, s_step2, least: 1);
        word = Replaced(word, s_step3, least: 1);
        word = Replaced(word, s_step4, least: 2);
        return Step5(word);
    }

    /// <summary>Plurals: ponies → poni, cats → cat.</summary>
    private static string Step1A(string word) =>
        Ends(word, "sses") || Ends(word, "ies") ? word[..^2]
        : Ends(word, "s") && !Ends(word, "ss") ? word[..^1] : word;

    /// <summary>agreed → agree, plastered → plaster, hopping → hop, filing → file.</summary>
    private static string Step1B(string word)
    {
        if (Ends(word, "eed"))
        {
            return Measure(word[..^3]) > 0 ? word[..^1] : word;
        }

        string stem = Ends(word, "ed") ? word[..^2] : Ends(word, "ing") ? word[..^3] : "";
        if (!HasVowel(stem))
        {
            return word;
        }

        bool doubled = EndsDouble(stem) && stem[^1] is not ('l' or 's' or 'z');
        return Ends(stem, "at") || Ends(stem, "bl") || Ends(stem, "iz") || (Measure(stem) == 1 && EndsShort(stem))
            ? stem + "e"
            : doubled ? stem[..^1] : stem;
    }

    /// <summary>happy → happi, but sky stays.</summary>
    private static string Step1C(string word) => Ends(word, "y") && HasVowel(word[..^1]) ? word[..^1] + "i" : word;

    /// <summary>probate → probat, controll → control.</summary>
    private static string Step5(string word)
    {
        if (Ends(word, "e") && Measure(word[..^1]) is var m && (m > 1 || (m == 1 && !EndsShort(word[..^1]))))
        {
            word = word[..^1];
        }

        return Ends(word, "ll") && Measure(word[..^1]) > 1 ? word[..^1] : word;
    }

    /// <summary>The longest of the endings that a word has is replaced, if what is before it is long enough.</summary>
    private static string Replaced(string word, (string Ending, string Instead)[] rules, int least)
    {
        var (ending, instead) = rules.Where(rule => Ends(word, rule.Ending))
            .OrderByDescending(rule => rule.Ending.Length).FirstOrDefault();
        if (ending is null)
        {
            return word;
        }

        string stem = word[..^ending.Length];
        return Measure(stem) >= least && (ending != "ion" || stem[^1] is 's' or 't') ? stem + instead : word;
    }

    private static bool Ends(string word, string ending) => word.EndsWith(ending, StringComparison.Ordinal);

    private static bool IsConsonant(string word, int i) => word[i] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => i == 0 || !IsConsonant(word, i - 1),
        _ => true,
    };

    /// <summary>m of a word [C](VC)^m[V].</summary>
    private static int Measure(string word) =>
        Enumerable.Range(1, Math.Max(0, word.Length - 1)).Count(i => IsConsonant(word, i) && !IsConsonant(word, i - 1));

    private static bool HasVowel(string word) => Enumerable.Range(0, word.Length).Any(i => !IsConsonant(word, i));

    private static bool EndsDouble(string word) =>
        word.Length >= 2 && word[^1] == word[^2] && IsConsonant(word, word.Length - 1);

    /// <summary>Consonant, vowel, consonant, the last none of w, x, y: the paper's *o.</summary>
    private static bool EndsShort(string word) => word.Length >= 3 && IsConsonant(word, word.Length - 3)
        && !IsConsonant(word, word.Length - 2) && IsConsonant(word, word.Length - 1)
        && word[^1] is not ('w' or 'x' or 'y');
}
