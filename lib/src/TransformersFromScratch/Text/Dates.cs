using System.Globalization;
using System.Text;

namespace TransformersFromScratch;

/// <summary>
/// Dates as people write them in seven languages, with what they mean in ISO 8601: a translation of which every answer
/// is known to the last digit.
/// </summary>
/// <remarks>
/// The names are those of .NET's <see cref="CultureInfo"/>, but kept here: a machine's own may be another version's, or
/// missing. Purely numeric forms are there only where their order is beyond doubt: with dots the day comes first, with
/// the year in front the month is second. 03/04/2021 is left out, for nobody knows what it means.
/// </remarks>
public static class Dates
{
    /// <summary>The first year drawn.</summary>
    public const int FirstYear = 1900;

    /// <summary>The last year drawn.</summary>
    public const int LastYear = 2099;

    private const int DaysPerTestDay = 10;

    private static readonly Language[] s_languages =
    [
        new("English", "January February March April May June July August September October November December",
            "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
            "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
            ["M d, y", "W, M d, y", "d M y", "the o of M, y", "m d, y", "d m y", "M o, y", "W d M y"]),
        new("German", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
            "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
            "Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag",
            ["d. M y", "W, d. M y", "d. m y", "d.n.y", "W, den d. M y", "0d.0n.y"]),
        new("French", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
            "dimanche lundi mardi mercredi jeudi vendredi samedi",
            ["d M y", "le d M y", "W d M y", "d m y", "le W d M y"]),
        new("Spanish", "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            "ene feb mar abr may jun jul ago sept oct nov dic", "domingo lunes martes miércoles jueves viernes sábado",
            ["d de M de y", "W, d de M de y", "d m y", "el d de M de y"]),
        new("Italian", "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
            "gen feb mar apr mag giu lug ago set ott nov dic",
            "domenica lunedì martedì mercoledì giovedì venerdì sabato",
            ["d M y", "W d M y", "d m y", "il d M y"]),
        new("Portuguese", "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
            "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
            "domingo segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado",
            ["d de M de y", "W, d de M de y", "d de m de y"]),
        new("Dutch", "januari februari maart april mei juni juli augustus september oktober november december",
            "jan feb mrt apr mei jun jul aug sep okt nov dec",
            "zondag maandag dinsdag woensdag donderdag vrijdag zaterdag",
            ["d M y", "W d M y", "d m y", "y/0n/0d"]),
    ];

    /// <summary>The names of the languages.</summary>
    public static IReadOnlyList<string> Languages { get; } = [.. s_languages.Select(language => language.Name)];

    /// <summary>
    /// Whether a day is kept for tests: one in ten is. Training never sees any of its spellings, so that a test asks
    /// for dates that are new and not for forms that are.
    /// </summary>
    public static bool IsForTests(DateOnly day) => day.DayNumber % DaysPerTestDay == 0;

    /// <summary>A date to learn from.</summary>
    public static SentencePair Draw(Random random) => Draw(random, forTests: false);

    /// <summary>Dates to be tested on, of days that training never sees.</summary>
    public static IReadOnlyList<SentencePair> DrawTest(int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Draw(random, forTests: true))];
    }

    /// <summary>A day in every form of a language.</summary>
    /// <exception cref="ArgumentException">There is no such language.</exception>
    public static IReadOnlyList<string> Write(DateOnly day, string language) =>
        Array.Find(s_languages, one => one.Name == language) is { } found
            ? [.. found.Forms.Select(form => found.Write(day, form))]
            : throw new ArgumentException(
                $"There is no language '{language}'; there are {string.Join(", ", Languages)}.", nameof(language));

    private static SentencePair Draw(Random random, bool forTests)
    {
        ArgumentNullException.ThrowIfNull(random);
        int first = new DateOnly(FirstYear, 1, 1).DayNumber, last = new DateOnly(LastYear, 12, 31).DayNumber;
        DateOnly day;
        do
        {
            day = DateOnly.FromDayNumber(random.Next(first, last + 1));
        }
        while (IsForTests(day) != forTests);
        Language language = s_languages[random.Next(s_languages.Length)];
        return new SentencePair(
            language.Write(day, language.Forms[random.Next(language.Forms.Length)]),
            day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), language.Name);
    }

    /// <summary>How a language writes dates.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Months">Twelve names.</param>
    /// <param name="ShortMonths">The same, shortened.</param>
    /// <param name="Weekdays">Seven names, Sunday first.</param>
    /// <param name="Forms">
    /// W weekday, M month, m month shortened, n month's number, d day, o day with its ending (1st), y year; 0 before d
    /// or n writes two digits. A letter counts as such a place only where it stands alone: "de" is text.
    /// </param>
    private sealed record Language(string Name, string Months, string ShortMonths, string Weekdays, string[] Forms)
    {
        private readonly string[] _months = Months.Split(' '), _shortMonths = ShortMonths.Split(' '),
            _weekdays = Weekdays.Split(' ');

        public string Write(DateOnly day, string form)
        {
            var text = new StringBuilder();
            for (int i = 0; i < form.Length; i++)
            {
                bool alone = (i == 0 || !char.IsLetter(form[i - 1]))
                    && (i + 1 == form.Length || !char.IsLetter(form[i + 1]));
                bool padded = i > 0 && form[i - 1] == '0';
                text.Append((alone ? form[i] : ' ', form[i]) switch
                {
                    ('W', _) => _weekdays[(int)day.DayOfWeek],
                    ('M', _) => _months[day.Month - 1],
                    ('m', _) => _shortMonths[day.Month - 1],
                    ('n', _) => Number(day.Month, padded),
                    ('d', _) => Number(day.Day, padded),
                    ('o', _) => $"{day.Day}{Ending(day.Day)}",
                    ('y', _) => Number(day.Year, false),
                    (_, '0') => "",
                    (_, var letter) => letter.ToString(),
                });
            }

            return text.ToString();
        }

        private static string Number(int number, bool padded) =>
            number.ToString(padded ? "00" : "0", CultureInfo.InvariantCulture);

        private static string Ending(int day) => (day % 10, day / 10) switch
        {
            (1, not 1) => "st",
            (2, not 1) => "nd",
            (3, not 1) => "rd",
            _ => "th",
        };
    }
}
