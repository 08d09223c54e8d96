using System.Globalization;
using System.Text;

namespace TransformersFromScratch;

/// <summary>Text in figures: numbers, how wide text is, how long text is shortened, and escaping.</summary>
internal static class FigureText
{
    /// <summary>A coordinate in pixels: two decimals at most, for pictures are to stay small.</summary>
    public static string Px(double value) =>
        (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A number as a reader wants it: four significant digits, infinities by their sign.</summary>
    public static string Number(double value) => Number(value, 4);

    /// <summary>The same with any number of significant digits up to 17.</summary>
    public static string Number(double value, int digits)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
        double rounded = Round(value, digits);
        if (Math.Abs(rounded) is 0 or >= 1e-4 && Math.Abs(rounded) < Math.Max(1e9, Math.Pow(10, digits)))
            return Exactly(rounded, digits)
                .ToString("0." + new string('#', Math.Max(digits, 12)), CultureInfo.InvariantCulture);
        // Not by a format such as 0.###e0, which keeps 15 digits.
        string[] parts = rounded.ToString("E" + (digits - 1), CultureInfo.InvariantCulture).Split('E');
        int exponent = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{parts[0].TrimEnd('0').TrimEnd('.')}e{exponent}");
    }

    /// <summary>A number in a format such as F2. What rounds to zero has no sign: 0.00, not -0.00.</summary>
    public static string Fixed(double value, string format) =>
        value.ToString(format, CultureInfo.InvariantCulture) is var text && text.TrimStart('-').Trim('0', '.') == ""
            ? text.TrimStart('-')
            : text;

    /// <summary>A number beside an axis, as Plotly writes it too: 20k, 5M, 2B.</summary>
    public static string Tick(double value) => (Math.Abs(value) switch
    {
        >= 1e9 and < 1e12 => Number(value / 1e9) + "B",
        >= 1e6 and < 1e9 => Number(value / 1e6) + "M",
        >= 1e4 and < 1e6 => Number(value / 1e3) + "k",
        _ => Number(value),
    }).Replace('-', '−');

    /// <summary>
    /// The numbers beside one axis. If four digits do not tell them apart, all have as many as do, written out.
    /// </summary>
    public static string[] Ticks(double[] ticks)
    {
        double step = ticks.Zip(ticks.Skip(1), (one, next) => Math.Abs(next - one)).DefaultIfEmpty(0).Min();
        int digits = Enumerable.Range(4, 13)
            .FirstOrDefault(n => ticks.All(tick => Math.Abs(Round(tick, n) - tick) <= step / 1000), 17);
        if (digits == 4)
            return [.. ticks.Select(Tick)];
        // As Plotly does: thousands are set apart if there are ten of them or more.
        string format = (ticks.Any(tick => Math.Abs(tick) >= 1e4) ? "#,0." : "0.") + new string('#', 17);
        return [.. ticks.Select(tick => (Math.Abs(tick) is 0 or (>= 1e-4 and < 1e15)
            ? Exactly(tick, digits).ToString(format, CultureInfo.InvariantCulture)
            : Number(tick, digits)).Replace('-', '−'))];
    }

    /// <summary>The nearest number with so many significant digits.</summary>
    public static double Round(double value, int digits) => double.IsFinite(value)
        ? double.Parse(value.ToString("G" + digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + 0.0
        : value;

    /// <summary>The digits themselves; a cast to decimal would keep 15 of them.</summary>
    private static decimal Exactly(double value, int digits) =>
        decimal.Parse(
            value.ToString("E" + (digits - 1), CultureInfo.InvariantCulture), NumberStyles.Float,
            CultureInfo.InvariantCulture);

    /// <summary>About how many pixels a text is wide. Fonts differ; this leans to the wide side.</summary>
    public static double Width(string text, double fontSize)
    {
        double em = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            em += rune.Value switch
            {
                'i' or 'j' or 'l' or 't' or 'f' or 'r' or 'I' or '.' or ',' or '\'' or ' ' or '(' or ')' => 0.36,
                'm' or 'w' or 'M' or 'W' or '@' => 0.88,
                >= 'A' and <= 'Z' => 0.68,
                >= 0x1100 => 1.05, // Chinese, Japanese, Korean, emoji
                _ => 0.58,
            };
        }

        return em * fontSize;
    }

    /// <summary>A text in lines that are about as wide as asked for, broken between words.</summary>
    public static string[] Wrap(string text, double width, double fontSize)
    {
        var lines = new List<string>();
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && Width($"{lines[^1]} {word}", fontSize) <= width)
                lines[^1] += " " + word;
            else
                lines.Add(word);
        }

        return [.. lines];
    }

    /// <summary>A text cut to a number of characters, the last being an ellipsis. Never splits a character.</summary>
    public static string Elide(string text, int length)
    {
        var info = new StringInfo(text);
        return info.LengthInTextElements <= length ? text : info.SubstringByTextElements(0, length - 1) + "…";
    }

    /// <summary>
    /// Control characters, which no picture can hold, as the signs that Unicode has for them: ␊ for a line feed.
    /// </summary>
    public static string Visible(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.Value switch
    {
        < 32 => ((char)(0x2400 + rune.Value)).ToString(),
        127 => "␡",
        0xFFFE or 0xFFFF => "\uFFFD",
        _ => rune.ToString(),
    }));

    /// <summary>Text made safe inside HTML and SVG, as content and between quotes.</summary>
    public static string Escape(string text) => Visible(text)
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal);
}
