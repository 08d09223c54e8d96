using System.Buffers;
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
/// page to the array, and no second array stands between. Whoever reads has a window of at most 4 MB on the file, and
/// several threads may read at once: mapped pages count as memory of the process, and a whole file of them would double
/// what a model takes while it is loaded.
/// </remarks>
internal sealed class SafeTensorsMap : IDisposable
{
    private const int MaxHeader = 100_000_000; // The format's own limit.
    private const int HalvesAtOnce = 1 << 14, WindowBytes = 1 << 22;

    private readonly long _start;
    private readonly MemoryMappedFile? _file; // Null if there is no number to read: an empty view cannot be mapped.

    private SafeTensorsMap(string path, FileStream stream, SafeTensorsHeader header, long start)
    {
        (Path, Header, _start) = (path, header, start);
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

    /// <summary>Copies numbers of a tensor that can be read; several threads may do so at once.</summary>
    /// <param name="entry">One of <see cref="Header"/>.</param>
    /// <param name="first">The number to begin with, counted from 0.</param>
    /// <param name="numbers">Room for those that are wanted.</param>
    public void CopyTo(SafeTensorsEntry entry, long first, Span<float> numbers)
    {
        int size = entry.Type == "F32" ? 4 : 2;
        for (long at = _start + entry.Begin + (first * size); !numbers.IsEmpty;)
        {
            Span<float> part = numbers[..Math.Min(numbers.Length, WindowBytes / size)];
            using var bytes = _file!.CreateViewStream(at, (long)part.Length * size, MemoryMappedFileAccess.Read);
            if (size == 4)
            {
                bytes.ReadExactly(MemoryMarshal.AsBytes(part));
                LittleEndian.ToNative(part);
            }
            else
            {
                ReadHalves(bytes, part, float16: entry.Type == "F16");
            }

            numbers = numbers[part.Length..];
            at += (long)part.Length * size;
        }
    }

    private static void ReadHalves(MemoryMappedViewStream bytes, Span<float> numbers, bool float16)
    {
        ushort[] room = ArrayPool<ushort>.Shared.Rent(HalvesAtOnce);
        while (!numbers.IsEmpty)
        {
            Span<ushort> halves = room.AsSpan(0, Math.Min(numbers.Length, HalvesAtOnce));
            bytes.ReadExactly(MemoryMarshal.AsBytes(halves));
            if (!BitConverter.IsLittleEndian) { BinaryPrimitives.ReverseEndianness(halves, halves); }

            if (float16)
            {
                Rounding.OfFloat16(halves, numbers);
            }
            else
            {
                Rounding.OfBFloat16(halves, numbers); // Of float32 its upper half.
            }

            numbers = numbers[halves.Length..];
        }

        ArrayPool<ushort>.Shared.Return(room);
    }

    public void Dispose() => _file?.Dispose();

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
