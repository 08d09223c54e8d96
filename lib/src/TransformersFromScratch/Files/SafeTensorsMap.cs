using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace TransformersFromScratch;

/// <summary>
/// A safetensors file mapped into memory: its header has been read, its numbers are read from the disk when somebody
/// asks for them, straight to where they are wanted.
/// </summary>
/// <remarks>
/// A parameter's storage is an array of .NET, which the mapped pages cannot be; so numbers are copied once, from the
/// page to the array, and no second array stands between. A window of 64 MB goes over the file: mapped pages count as
/// memory of the process, and a whole file of them would double what a model takes while it is loaded.
/// </remarks>
internal sealed class SafeTensorsMap : IDisposable
{
    private const int MaxHeader = 100_000_000; // The format's own limit.
    private const int HalvesAtOnce = 1 << 14, WindowBytes = 1 << 26;

    private readonly long _start, _length;
    private readonly MemoryMappedFile? _file; // Null if there is no number to read: an empty view cannot be mapped.
    private MemoryMappedViewAccessor? _window;
    private long _windowFirst, _windowEnd;

    private SafeTensorsMap(string path, FileStream stream, SafeTensorsHeader header, long start)
    {
        (Path, Header, _start, _length) = (path, header, start, stream.Length);
        if (header.Entries.Exists(entry => entry.Unreadable is null))
        {
            _file = MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        }
        else
        {
            stream.Dispose();
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What lies where.</summary>
    public SafeTensorsHeader Header { get; }

    /// <summary>
    /// Reads the header of a file, and maps the file. Every length is compared with the file's own before any memory is
    /// asked for.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is no safetensors file, is cut off, or contradicts itself; the
    /// message says where.</exception>
    public static SafeTensorsMap Open(string path)
    {
        FileStream file = File.OpenRead(path);
        try
        {
            if (!file.CanSeek)
            {
                throw Damaged(path, "it is a pipe or a device, whose length nobody knows; write it to a file first");
            }

            Span<byte> start = new byte[8];
            if (file.ReadAtLeast(start, 8, throwOnEndOfStream: false) < 8)
            {
                throw Damaged(path, $"it has {file.Length} bytes, too few even for the length of a header");
            }

            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
            if (length > MaxHeader || length > (ulong)(file.Length - 8))
            {
                throw Damaged(
                    path, $"it announces a header of {length} bytes, but has {file.Length - 8} bytes in all (and " +
                        $"{MaxHeader} is the most allowed)");
            }

            return new SafeTensorsMap(path, file, ReadHeader(path, file, (int)length), 8 + (long)length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Copies the numbers of a tensor that can be read.</summary>
    /// <param name="entry">One of <see cref="Header"/>.</param>
    /// <param name="first">The number to begin with, counted from 0.</param>
    /// <param name="numbers">Room for those that are wanted.</param>
    public void CopyTo(SafeTensorsEntry entry, long first, Span<float> numbers)
    {
        int size = entry.Type == "F32" ? 4 : 2;
        ushort[] halves = size == 4 ? [] : new ushort[Math.Min(numbers.Length, HalvesAtOnce)];
        for (long at = _start + entry.Begin + (first * size); !numbers.IsEmpty;)
        {
            Span<float> part = numbers[..Math.Min(numbers.Length, size == 4 ? WindowBytes / 4 : HalvesAtOnce)];
            SafeBuffer bytes = Window(at, (long)part.Length * size, out ulong place);
            if (size == 4)
            {
                Read(bytes, place, part);
            }
            else
            {
                Read(bytes, place, part, halves.AsSpan(0, part.Length), entry.Type == "F16");
            }

            numbers = numbers[part.Length..];
            at += (long)part.Length * size;
        }
    }

    private static void Read(SafeBuffer bytes, ulong place, Span<float> numbers)
    {
        bytes.ReadSpan(place, numbers);
        LittleEndian.ToNative(numbers);
    }

    private static void Read(SafeBuffer bytes, ulong place, Span<float> numbers, Span<ushort> halves, bool float16)
    {
        bytes.ReadSpan(place, halves);
        if (!BitConverter.IsLittleEndian) { BinaryPrimitives.ReverseEndianness(halves, halves); }

        for (int i = 0; i < halves.Length; i++)
        {
            numbers[i] = float16
                ? (float)BitConverter.UInt16BitsToHalf(halves[i])
                : BitConverter.Int32BitsToSingle(halves[i] << 16); // BF16 is F32's upper half.
        }
    }

    /// <summary>The window, moved if bytes that are wanted lie outside.</summary>
    private SafeBuffer Window(long at, long length, out ulong place)
    {
        if (_window is null || at < _windowFirst || at + length > _windowEnd)
        {
            _window?.Dispose();
            long size = Math.Min(Math.Max(WindowBytes, length), _length - at);
            _window = _file!.CreateViewAccessor(at, size, MemoryMappedFileAccess.Read);
            (_windowFirst, _windowEnd) = (at, at + size);
        }

        place = (ulong)(_window.PointerOffset + at - _windowFirst);
        return _window.SafeMemoryMappedViewHandle;
    }

    public void Dispose()
    {
        _window?.Dispose();
        _file?.Dispose();
    }

    private static SafeTensorsHeader ReadHeader(string path, FileStream file, int length)
    {
        byte[] header = new byte[length];
        try
        {
            file.ReadExactly(header);
            return SafeTensorsHeader.Parse(header, file.Length - 8 - length);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(path, e.Message, e);
        }
    }

    private static InvalidDataException Damaged(string path, string what, Exception? cause = null) =>
        new($"'{Excerpt.OfPath(path)}' cannot be read as safetensors: {what}. Copy or download it again, or fall " +
            "back on an older checkpoint.", cause);
}
