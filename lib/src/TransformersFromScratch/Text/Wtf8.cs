using System.Buffers;
using System.Text;

namespace TransformersFromScratch;

/// <summary>
/// UTF-8 for every string of C#. A string may hold half of a surrogate pair, for which UTF-8 has no bytes; WTF-8 (Sapin
/// 2014) writes such a half as the three bytes that its number would have. All other text is plain UTF-8.
/// </summary>
internal static class Wtf8
{
    /// <summary>The bytes of a text.</summary>
    public static byte[] GetBytes(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[3 * text.Length]; // At most three a code unit: a pair's two units make four.
        int length = 0;
        while (!text.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf16(text, out Rune rune, out int read);
            length += status == OperationStatus.Done
                ? rune.EncodeToUtf8(bytes.AsSpan(length))
                : WriteHalf(text[0], bytes.AsSpan(length));
            text = text[read..];
        }

        return bytes[..length];
    }

    /// <summary>The text of bytes. What no text has for its bytes becomes U+FFFD, the replacement character.</summary>
    public static string GetString(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        Span<char> units = new char[2];
        while (!bytes.IsEmpty)
        {
            if (IsHalf(bytes))
            {
                text.Append((char)(0xD000 | (bytes[1] & 0x3F) << 6 | (bytes[2] & 0x3F)));
                bytes = bytes[3..];
                continue;
            }

            Rune.DecodeFromUtf8(bytes, out Rune rune, out int read); // U+FFFD if the bytes are wrong
            text.Append(units[..rune.EncodeToUtf16(units)]);
            bytes = bytes[read..];
        }

        return text.ToString();
    }

    private static int WriteHalf(char half, Span<byte> bytes)
    {
        bytes[0] = (byte)(0xE0 | half >> 12);
        bytes[1] = (byte)(0x80 | (half >> 6 & 0x3F));
        bytes[2] = (byte)(0x80 | (half & 0x3F));
        return 3;
    }

    private static bool IsHalf(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 3 && bytes[0] == 0xED && bytes[1] is >= 0xA0 and <= 0xBF && bytes[2] is >= 0x80 and <= 0xBF;
}
