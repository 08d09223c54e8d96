using System.Globalization;
using System.Text;

namespace Shared;

/// <summary>
/// Reads lines one by one, as bytes, so that it can say in which line something is not UTF-8. No more than a line is
/// kept.
/// </summary>
/// <param name="stream">Text in UTF-8, with or without the mark that some editors put at its beginning.</param>
/// <param name="name">What messages call it.</param>
internal sealed class LineReader(Stream stream, string name)
{
    /// <summary>
    /// A line above this many bytes is no sentence; without a limit a file of no line ends would fill the memory.
    /// </summary>
    internal const int MostBytes = 1 << 20;

    private static readonly UTF8Encoding s_strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _at, _end;

    /// <summary>
    /// Whether the next line has not arrived whole: to read it means to wait, for a disk not long, for a person or a
    /// program who knows.
    /// </summary>
    public bool MustWait => !_buffer.AsSpan(_at, _end - _at).Contains((byte)'\n');

    /// <summary>The lines, without their ends (\n or \r\n), numbered from 1.</summary>
    /// <exception cref="InvalidDataException">A line is not UTF-8, or endless; raised when that line is reached. The
    /// message names it.</exception>
    public IEnumerable<(int Number, string Text)> Lines(CancellationToken cancellation = default)
    {
        var line = new List<byte>();
        for (int number = 1; ReadLine(line, number, cancellation); number++)
        {
            yield return (number, Text(line, number));
        }
    }

    /// <summary>The lines of a file, numbered from 1.</summary>
    /// <exception cref="InvalidDataException">As for <see cref="Lines"/>.</exception>
    public static IEnumerable<(int Number, string Text)> OfFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        foreach (var line in new LineReader(file, path).Lines()) { yield return line; }
    }

    private bool ReadLine(List<byte> line, int number, CancellationToken cancellation)
    {
        line.Clear();
        for (bool any = false; ; any = true)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, Read(cancellation));
                if (_end == 0) { return any; }
            }

            ReadOnlySpan<byte> rest = _buffer.AsSpan(_at, _end - _at);
            int end = rest.IndexOf((byte)'\n');
            line.AddRange(end < 0 ? rest : rest[..end]);
            if (line.Count > MostBytes)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"{name}, line {number} has more than {MostBytes:N0} bytes. Is it text, with one " +
                    $"sentence a line?"));
            }

            _at += end < 0 ? rest.Length : end + 1;
            if (end >= 0) { return true; }
        }
    }

    /// <summary>Waiting for the keyboard or another program must not outlast Ctrl-C.</summary>
    private int Read(CancellationToken cancellation) => !cancellation.CanBeCanceled ? stream.Read(_buffer)
        : stream.ReadAsync(_buffer, cancellation).AsTask().WaitAsync(cancellation).GetAwaiter().GetResult();

    private string Text(List<byte> line, int number)
    {
        byte[] bytes = [.. line];
        ReadOnlySpan<byte> text = bytes;
        int mark = number == 1 && text.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        text = text[mark..];
        if (text.EndsWith("\r"u8)) { text = text[..^1]; }

        try
        {
            return s_strict.GetString(text);
        }
        catch (DecoderFallbackException e)
        {
            string wrong = Convert.ToHexString(e.BytesUnknown!);
            throw new InvalidDataException(
                $"{name}, line {number} is not valid UTF-8: the byte {wrong} at place {mark + e.Index + 1} is none " +
                "of it. Save the file as UTF-8 and try again.", e);
        }
    }
}
