using System.Buffers.Binary;

namespace TransformersFromScratch;

/// <summary>
/// Walks through the fields of a protocol buffer (Google's format; "Protocol Buffers: Encoding"): each is a number and
/// a value. Whoever reads one takes the fields it knows and passes over the others.
/// </summary>
internal ref struct ProtocolBuffer(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The number of the present field.</summary>
    public int Field { get; private set; }

    /// <summary>The bytes of a text, of an array, or of a message within; empty of a number.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>A whole number, or the bits of another.</summary>
    public ulong Number { get; private set; }

    /// <summary>A number of four bytes.</summary>
    public readonly float Single => BitConverter.UInt32BitsToSingle((uint)Number);

    /// <summary>Goes to the next field; false if there is none.</summary>
    /// <exception cref="InvalidDataException">The bytes are no protocol buffer.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong key = ReadNumber();
        Field = (int)Math.Min(key >> 3, int.MaxValue);
        Bytes = [];
        Number = 0;
        switch (key & 7)
        {
            case 0:
                Number = ReadNumber();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take(ReadNumber());
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException($"it has a field of kind {key & 7}, which there is not");
        }

        return true;
    }

    /// <summary>Seven bits a byte, the lowest first; the eighth says that another byte follows.</summary>
    private ulong ReadNumber()
    {
        ulong number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Take(1)[0];
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }

        throw new InvalidDataException("it has a number of more than 64 bits");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            throw new InvalidDataException($"it ends where {count} more bytes should be");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
