using System.Buffers.Binary;
using System.Text;

namespace TransformersFromScratch;

/// <summary>
/// A message of a protocol buffer, being written (Google's format; "Protocol Buffers: Encoding"). It is a row of
/// fields. A field is a key, which holds the field's number and one of four kinds of value, and then the value: a whole
/// number, four bytes, or a length and as many bytes. <see cref="ProtocolBuffer"/> walks through such bytes.
/// </summary>
internal sealed class ProtocolMessage
{
    private const int Varint = 0, Counted = 2, FourBytes = 5;

    private readonly MemoryStream _bytes = new();

    /// <summary>How many bytes there are.</summary>
    public long Length => _bytes.Length;

    /// <summary>A whole number, or an enumeration's.</summary>
    public ProtocolMessage Number(int field, long value)
    {
        Key(field, Varint);
        WriteNumber((ulong)value);
        return this;
    }

    /// <summary>A float.</summary>
    public ProtocolMessage Single(int field, float value)
    {
        Key(field, FourBytes);
        Span<byte> bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>A text, in UTF-8.</summary>
    public ProtocolMessage Text(int field, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Head(field, bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>A message within.</summary>
    public ProtocolMessage Message(int field, ProtocolMessage message)
    {
        Head(field, message.Length);
        message.WriteTo(_bytes);
        return this;
    }

    /// <summary>The beginning of a field whose bytes the caller writes after this message.</summary>
    public ProtocolMessage Head(int field, long length)
    {
        Key(field, Counted);
        WriteNumber((ulong)length);
        return this;
    }

    /// <summary>The fields of another message, after those of this one.</summary>
    public ProtocolMessage Append(ProtocolMessage message)
    {
        message.WriteTo(_bytes);
        return this;
    }

    /// <summary>Copies what there is.</summary>
    public void WriteTo(Stream stream) => _bytes.WriteTo(stream);

    private void Key(int field, int kind) => WriteNumber(((ulong)field << 3) | (uint)kind);

    /// <summary>Seven bits a byte, the lowest first; the eighth says that another byte follows.</summary>
    private void WriteNumber(ulong number)
    {
        for (; number > 0x7F; number >>= 7)
        {
            _bytes.WriteByte((byte)(number | 0x80));
        }

        _bytes.WriteByte((byte)number);
    }
}
