namespace TransformersFromScratch;

/// <summary>
/// Walks through the fields of a protocol buffer that lies in a file, and reads of it no more than is asked for: the
/// weights of a model are passed over until somebody wants them. For a message in memory there is
/// <see cref="ProtocolBuffer"/>, which knows the format in the same way (Google, "Protocol Buffers: Encoding").
/// </summary>
/// <remarks>
/// A field is a key and a value. The key is a number: its three lowest bits say what kind of value follows, the others
/// which field it is. Kind 0 is a number of 1 to 10 bytes, 1 and 5 are 8 and 4 bytes, and 2 is a length and so many
/// bytes: a text, an array, or a message within, which is walked through in the same way.
/// </remarks>
internal sealed class ProtocolStream
{
    private readonly Stream _file;
    private readonly long _end;
    private long _next;

    /// <param name="file">The file, which can be sought in.</param>
    /// <param name="start">Where the message begins.</param>
    /// <param name="end">The place after it.</param>
    public ProtocolStream(Stream file, long start, long end) => (_file, _next, _end) = (file, start, end);

    /// <summary>The number of the present field.</summary>
    public int Field { get; private set; }

    /// <summary>A whole number; 0 if the field is none.</summary>
    public ulong Number { get; private set; }

    /// <summary>Where the bytes of the field begin in the file.</summary>
    public long Start { get; private set; }

    /// <summary>How many bytes a text, an array or a message has; 0 of a number.</summary>
    public long Length { get; private set; }

    /// <summary>Goes to the next field, wherever the reading has stopped; false if there is none.</summary>
    /// <exception cref="InvalidDataException">The bytes are no protocol buffer; half a sentence says why.</exception>
    public bool Read()
    {
        if (_next >= _end)
        {
            return false;
        }

        _file.Position = _next;
        ulong key = ReadNumber();
        Field = (int)Math.Min(key >> 3, int.MaxValue);
        (Number, Length) = (0, 0);
        ulong count = (key & 7) switch
        {
            0 => 0,
            1 => 8,
            2 => ReadNumber(),
            5 => 4,
            var kind => throw new InvalidDataException($"it has a field of kind {kind}, which there is not"),
        };
        if ((key & 7) == 0) { Number = ReadNumber(); }

        Start = _file.Position;
        if (count > (ulong)(_end - Start))
        {
            throw new InvalidDataException($"it ends where {count} more bytes should be");
        }

        if ((key & 7) == 2) { Length = (long)count; }

        _next = Start + (long)count;
        return true;
    }

    /// <summary>The message within, field by field.</summary>
    public ProtocolStream Message() => new(_file, Start, Start + Length);

    /// <summary>The bytes of the field.</summary>
    /// <param name="most">How many there may be.</param>
    /// <exception cref="InvalidDataException">There are more.</exception>
    public byte[] Bytes(int most)
    {
        if (Length > most)
        {
            throw new InvalidDataException($"field {Field} has {Length} bytes, where {most} are the most");
        }

        byte[] bytes = new byte[Length];
        _file.Position = Start;
        _file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Seven bits a byte, the lowest first; the eighth says that another byte follows.</summary>
    private ulong ReadNumber()
    {
        ulong number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int part = _file.Position < _end ? _file.ReadByte() : -1;
            if (part < 0)
            {
                throw new InvalidDataException("it ends within a number");
            }

            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }

        throw new InvalidDataException("it has a number of more than 64 bits");
    }
}
