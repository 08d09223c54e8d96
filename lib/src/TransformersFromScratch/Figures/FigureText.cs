using System.Globalization;
using System.Text;

namespace TransformersFromScratch;

/// <summary>Text in figures: numbers, how wide text is, how long text is shortened, and escaping.</summary>
internal static class FigureText
{
    /// <summary>A coordinate: at most two decimals and none of them for nothing, so that pictures stay small.</summary>
    public static string Px(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture) is var s && s == "-0" ? "0" : s;

    /// <summary>A number as a reader wants it: four significant digits, and infinities by their sign.</summary>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "−∞",
        double.NaN => "NaN",
        0 => "0",
        _ => value.ToString("G4", CultureInfo.InvariantCulture),
    };

    /// <summary>The nearest number with four significant digits: what a figure keeps of its data.</summary>
    public static double Round(double value) =>
        double.IsFinite(value) ? double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : value;

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

    /// <summary>A text cut to a number of characters, the last being an ellipsis. Never splits a character.</summary>
    public static string Elide(string text, int length)
    {
        var info = new StringInfo(text);
        return info.LengthInTextElements <= length ? text : info.SubstringByTextElements(0, length - 1) + "…";
    }

    /// <summary>Text made safe inside HTML and SVG, as content and between quotes.</summary>
    public static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => safe.Append("&amp;"),
                '<' => safe.Append("&lt;"),
                '>' => safe.Append("&gt;"),
                '"' => safe.Append("&quot;"),
                '\'' => safe.Append("&#39;"),
                // XML cannot hold control characters: show the picture that Unicode has for each of them.
                < 32 or 127 => safe.Append((char)(0x2400 + (rune.Value == 127 ? 0x21 : rune.Value))),
                0xFFFE or 0xFFFF => safe.Append('\uFFFD'),
                _ => safe.Append(rune.ToString()),
            };
        }

        return safe.ToString();
    }
}
