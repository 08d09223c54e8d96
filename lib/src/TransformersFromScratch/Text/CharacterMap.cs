using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace TransformersFromScratch;

/// <summary>
/// What SentencePiece makes of characters before it cuts a text (Kudo and Richardson 2018, section 3.2): ﬁ becomes fi,
/// a full-width letter a plain one, a line end a blank. The rules are in the model's file: a trie of the sequences of
/// bytes that are replaced, and the texts in their place.
/// </summary>
/// <remarks>
/// The trie is a double array (Aoki 1989): from node n the byte c leads to node base(n) ⊕ c, and a node knows by which
/// byte it is reached. A unit of 32 bits holds that byte, the base, and whether a sequence may end here; its value is
/// then the unit at the base itself.
/// </remarks>
internal sealed class CharacterMap
{
    private readonly uint[] _units;
    private readonly byte[] _texts; // Each ends with a byte 0.

    private CharacterMap(uint[] units, byte[] texts) => (_units, _texts) = (units, texts);

    /// <summary>Reads the rules; without bytes there are none.</summary>
    /// <exception cref="InvalidDataException">The bytes are none of such rules.</exception>
    public static CharacterMap Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return new CharacterMap([], []);
        }

        uint size = bytes.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (size > bytes.Length - 4 || size % 4 != 0)
        {
            throw new InvalidDataException("its rules for characters are cut off");
        }

        uint[] units = new uint[size / 4];
        for (int i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 + (4 * i))..]);
        }

        return new CharacterMap(units, bytes[(4 + (int)size)..].ToArray());
    }

    /// <summary>The longest sequence at the beginning that has a rule, or else one character.</summary>
    /// <param name="text">Bytes of UTF-8; not empty.</param>
    /// <param name="read">How many of them it has.</param>
    /// <returns>What stands in its place.</returns>
    public ReadOnlySpan<byte> First(ReadOnlySpan<byte> text, out int read)
    {
        int value = LongestMatch(text, out read);
        if (value >= 0)
        {
            ReadOnlySpan<byte> rest = _texts.AsSpan(Math.Min(value, _texts.Length));
            int end = rest.IndexOf((byte)0);
            return end < 0 ? rest : rest[..end];
        }

        return Rune.DecodeFromUtf8(text, out _, out read) == OperationStatus.Done ? text[..read] : "\uFFFD"u8;
    }

    private int LongestMatch(ReadOnlySpan<byte> text, out int length)
    {
        (length, int value) = (0, -1);
        if (_units.Length == 0)
        {
            return value;
        }

        uint node = Base(_units[0]);
        for (int i = 0; i < text.Length; i++)
        {
            node ^= text[i];
            if (node >= _units.Length || Label(_units[node]) != text[i])
            {
                break;
            }

            uint unit = _units[node];
            node ^= Base(unit);
            if ((unit >> 8 & 1) != 0 && node < _units.Length)
            {
                (length, value) = (i + 1, (int)(_units[node] & 0x7FFF_FFFF));
            }
        }

        return value;
    }

    private static uint Base(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);

    private static uint Label(uint unit) => unit & 0x8000_00FF;
}
