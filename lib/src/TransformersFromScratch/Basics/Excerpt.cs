using System.Globalization;
using System.Text;

namespace TransformersFromScratch;

/// <summary>
/// What somebody else wrote, as a message may quote it: its beginning, on one line, and nothing in it that a terminal
/// would obey.
/// </summary>
internal static class Excerpt
{
    /// <summary>A path, which is worth reading to its end.</summary>
    public static string OfPath(string path) => Of(path, most: 1000);

    /// <summary>The first characters, control characters and lone surrogates among them written as \u001B.</summary>
    public static string Of(string text, int most = 100)
    {
        var shown = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (shown.Length >= most)
            {
                return shown.Append('…').ToString();
            }

            bool pair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            if (pair)
            {
                shown.Append(text[i++]).Append(text[i]);
            }
            else if (char.GetUnicodeCategory(
                text[i]) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:X4}");
            }
            else
            {
                shown.Append(text[i]);
            }
        }

        return shown.ToString();
    }
}
