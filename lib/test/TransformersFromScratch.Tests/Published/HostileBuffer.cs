using System.Text;

namespace TransformersFromScratch.Tests.Published;

/// <summary>
/// A protocol buffer in which each number, length and key, one after the other, is what is likeliest to do damage.
/// </summary>
internal static class HostileBuffer
{
    private static readonly (string Name, byte[] Bytes)[] s_numbers =
    [
        ("0", [0]), ("-1", Number(ulong.MaxValue)), ("2^31 - 1", Number(int.MaxValue)), ("2^31", Number(1UL << 31)),
        ("2^62", Number(1UL << 62)), ("2^63 - 1", Number(long.MaxValue)), ("2^63", Number(1UL << 63)),
        ("70 bits", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
        ("eleven bytes", [0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]),
        ("no end", [.. Enumerable.Repeat((byte)0x80, 40)]), ("0 in three bytes", [0x80, 0x80, 0]),
        ("a field of kind 3", [(5 << 3) | 3]), ("field 0", [2]),
    ];

    /// <summary>A message with one number changed.</summary>
    /// <param name="message">The whole one.</param>
    /// <param name="within">Which fields are messages themselves, by their path, such as 7 or 7.5.</param>
    /// <param name="path">The path of the message, "" of the outermost.</param>
    /// <returns>
    /// The changed one, and what was done. The lengths of messages around the change are put right, so that it is read.
    /// </returns>
    public static IEnumerable<(byte[] Message, string What)> Changed(
        byte[] message, Func<string, bool> within, string path = "")
    {
        for (int at = 0; at < message.Length;)
        {
            int start = at;
            ulong key = Read(message, ref at);
            string field = path.Length == 0 ? $"{key >> 3}" : $"{path}.{key >> 3}";
            int value = at;
            ulong number = (key & 7) is 0 or 2 ? Read(message, ref at) : 0;
            int bytes = at;
            at += (key & 7) switch { 2 => (int)number, 5 => 4, 1 => 8, _ => 0 };
            foreach (var (name, changed) in s_numbers)
            {
                yield return ([.. message[..start], .. changed, .. message[value..]], $"the key of {field}: {name}");
                if (bytes > value)
                {
                    yield return ([.. message[..value], .. changed, .. message[bytes..]], $"{field}: {name}");
                }
            }

            if ((key & 7) == 2 && !within(field))
            {
                yield return ([.. message[..bytes], .. Enumerable.Repeat((byte)0xFF, at - bytes), .. message[at..]],
                    $"{field}: no UTF-8");
                continue;
            }

            foreach (var (inner, what) in (key & 7) == 2 ? Changed(message[bytes..at], within, field) : [])
            {
                yield return
                    ([.. message[..value], .. Number((ulong)inner.Length), .. inner, .. message[at..]], what);
            }
        }
    }

    /// <summary>Seven bits a byte, the lowest first.</summary>
    public static byte[] Number(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7F; value >>= 7) { bytes.Add((byte)(value | 0x80)); }

        return [.. bytes, (byte)value];
    }

    /// <summary>A field with a number.</summary>
    public static byte[] Field(int field, ulong number) => [.. Number((ulong)field << 3), .. Number(number)];

    /// <summary>A field with a text, an array or a message.</summary>
    public static byte[] Field(int field, params byte[][] parts) =>
        parts.SelectMany(part => part).ToArray() is var all
            ? [.. Number(((ulong)field << 3) | 2), .. Number((ulong)all.Length), .. all] : [];

    /// <summary>A field with a text.</summary>
    public static byte[] Field(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    private static ulong Read(byte[] message, ref int at)
    {
        ulong number = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = message[at++];
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) { return number; }
        }
    }
}
