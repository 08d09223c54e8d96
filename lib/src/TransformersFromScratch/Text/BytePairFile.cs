using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Shared;

namespace TransformersFromScratch;

/// <summary>The file of a <see cref="BytePairEncoding"/>; its Save says what is in it.</summary>
internal static class BytePairFile
{
    private static readonly UTF8Encoding s_utf8 = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // GPT-2's alphabet: every byte as one visible character.
    private static readonly char[] s_characters = Characters();
    private static readonly Dictionary<char, byte> s_values =
        Enumerable.Range(0, 256).ToDictionary(value => s_characters[value], value => (byte)value);

    public static void Save(string path, BytePairEncoding encoding)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WholeFile.Write(path, Write(encoding));
    }

    /// <summary>The file's text, which a checkpoint keeps beside its weights.</summary>
    public static string Write(BytePairEncoding encoding)
    {
        string[] merges =
            [.. encoding.Merges.Select(pair => $"{encoding.Spelling(pair.Left)} {encoding.Spelling(pair.Right)}")];
        string header = $"#version: 0.2 merges {merges.Length} special " +
            $"{string.Join(' ', encoding.SpecialTokens)} sha256";
        return string.Concat(merges.Prepend($"{header} {Checksum(header, merges)}").Select(line => line + "\n"));
    }

    public static BytePairEncoding Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no tokenizer {path} (looked in {Path.GetFullPath(path)}).", path);
        }

        return Read(path, [.. LineReader.OfFile(path).Select(line => line.Text)]);
    }

    /// <summary>From the lines of what <see cref="Write"/> gave.</summary>
    /// <param name="path">What the lines come from, for messages.</param>
    /// <param name="lines">The lines, without their ends.</param>
    public static BytePairEncoding Read(string path, string[] lines)
    {
        var (special, count, checksum) = ReadHeader(path, lines);
        // By spelling: the bytes, then each merge as it is read.
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int value = 0; value <= byte.MaxValue; value++)
        {
            ids.Add(s_characters[value].ToString(), special.Length + value);
        }

        var merges = new List<(int Left, int Right)>();
        for (int line = 2; line <= lines.Length; line++)
        {
            string[] pair = lines[line - 1].Split(' ');
            if (pair.Length != 2)
            {
                throw Damaged(
                    path, line, $"expected two tokens with a space between, but found '{Excerpt.Of(lines[line - 1])}'");
            }

            merges.Add((IdOf(pair[0], line), IdOf(pair[1], line)));
            if (!ids.TryAdd(pair[0] + pair[1], special.Length + byte.MaxValue + merges.Count))
            {
                throw Damaged(path, line, $"the token '{Excerpt.Of(pair[0] + pair[1])}' has been made before");
            }
        }

        if (merges.Count != count)
        {
            throw Damaged(
                path, lines.Length, $"the file ends after {merges.Count} merges, but line 1 promises {count}");
        }

        if (checksum != Checksum(lines[0][..lines[0].LastIndexOf(' ')], lines[1..]))
        {
            throw Damaged(path, 1, "the checksum is not that of the lines, so some line has been changed");
        }

        return new BytePairEncoding(special, merges);

        int IdOf(string spelling, int line) => ids.TryGetValue(spelling, out int id)
            ? id
            : throw Damaged(
                path, line, $"the token '{Excerpt.Of(spelling)}' is neither a byte nor made by an earlier merge");
    }

    private static (string[] Special, int Merges, string Checksum) ReadHeader(string path, string[] lines)
    {
        string[] words = lines.Length > 0 ? lines[0].Split(' ') : [];
        if (words is not ["#version:", "0.2", "merges", var number, "special", .. var special, "sha256", var checksum]
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int merges))
        {
            throw Damaged(
                path, 1, "a tokenizer of this course begins '#version: 0.2 merges 4000 special <pad> <s> </s> " +
                    "sha256 …', " +
                $"but this one '{(lines.Length > 0 ? Excerpt.Of(lines[0]) : "")}'");
        }

        string? fault = special is ["<pad>", "<s>", "</s>", ..]
            ? BytePairEncoding.SpecialTokenFault(special)
            : "the first special tokens must be <pad> <s> </s>";
        return fault is null ? (special, merges, checksum) : throw Damaged(path, 1, fault);
    }

    private static InvalidDataException Damaged(string path, int line, string how) =>
        new($"{path}, line {line}: {how}. Restore the file, or train and save the tokenizer again.");

    /// <summary>
    /// The first 16 hexadecimal digits of SHA-256 over the lines, which no editor's choice of line endings changes.
    /// </summary>
    private static string Checksum(string header, string[] merges) =>
        Convert.ToHexStringLower(SHA256.HashData(s_utf8.GetBytes(string.Join('\n', merges.Prepend(header)))))[..16];

    /// <summary>Bytes in GPT-2's alphabet.</summary>
    public static string Spell(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte value in bytes)
        {
            text.Append(s_characters[value]);
        }

        return text.ToString();
    }

    /// <summary>The bytes of a spelling; null if a character of it is not in the alphabet.</summary>
    public static byte[]? BytesOf(string spelling)
    {
        byte[] bytes = new byte[spelling.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            if (!s_values.TryGetValue(spelling[i], out bytes[i]))
            {
                return null;
            }
        }

        return bytes;
    }

    private static char[] Characters()
    {
        char[] characters = new char[byte.MaxValue + 1];
        char substitute = '\u0100';
        for (int value = 0; value < characters.Length; value++)
        {
            bool visible = value is >= '!' and <= '~' or >= '¡' and <= '¬' or >= '®' and <= 'ÿ';
            characters[value] = visible ? (char)value : substitute++;
        }

        return characters;
    }
}
