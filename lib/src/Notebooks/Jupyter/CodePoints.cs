namespace Notebooks.Jupyter;

/// <summary>
/// The protocol counts a cursor in Unicode code points; .NET strings count UTF-16 units, of which an emoji has two.
/// </summary>
internal static class CodePoints
{
    /// <summary>The UTF-16 offset of a code point offset, held within the text.</summary>
    public static int ToUtf16(string text, int codePoints)
    {
        int offset = 0;
        for (int i = 0; i < codePoints && offset < text.Length; i++)
        {
            offset += IsPair(text, offset) ? 2 : 1;
        }

        return offset;
    }

    /// <summary>The code point offset of a UTF-16 offset.</summary>
    public static int FromUtf16(string text, int offset)
    {
        int codePoints = 0;
        for (int i = 0; i < Math.Min(offset, text.Length); i++)
        {
            if (IsPair(text, i)) { i++; }
            codePoints++;
        }

        return codePoints;
    }

    private static bool IsPair(string text, int offset) =>
        char.IsHighSurrogate(text[offset]) && offset + 1 < text.Length && char.IsLowSurrogate(text[offset + 1]);
}
