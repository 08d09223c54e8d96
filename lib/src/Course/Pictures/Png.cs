using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Course;

/// <summary>Writes a PNG with a palette of at most 256 colours, a byte a pixel, which is small for figures.</summary>
internal static class Png
{
    private static readonly uint[] s_checks = [.. Enumerable.Range(0, 256).Select(n =>
    {
        uint check = (uint)n;
        for (int bit = 0; bit < 8; bit++) { check = (check & 1) != 0 ? 0xEDB88320 ^ (check >> 1) : check >> 1; }

        return check;
    })];

    public static byte[] Encode(Canvas canvas)
    {
        int[] pixels = [.. canvas.Pixels];
        (int[] colors, Dictionary<int, int> index) = Palette(pixels);
        using var rows = new MemoryStream();
        using (var zip = new ZLibStream(rows, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var row = new byte[canvas.Width + 1]; // the first byte says: no filter
            for (int y = 0; y < canvas.Height; y++)
            {
                for (int x = 0; x < canvas.Width; x++) { row[x + 1] = (byte)index[pixels[(y * canvas.Width) + x]]; }

                zip.Write(row);
            }
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, canvas.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), canvas.Height);
        (header[8], header[9]) = (8, 3); // bits an index, and: indices into a palette
        using var png = new MemoryStream();
        png.Write([0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n']);
        Chunk(png, "IHDR", header);
        Chunk(
            png, "PLTE",
            [.. colors.SelectMany(color => new[] { (byte)(color >> 16), (byte)(color >> 8), (byte)color })]);
        Chunk(png, "IDAT", rows.ToArray());
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    /// <summary>
    /// The most frequent colours; of the others, which are those of smoothed edges, each is shown as the one most like
    /// it.
    /// </summary>
    private static (int[] Colors, Dictionary<int, int> Index) Palette(int[] pixels)
    {
        int[] all =
            [.. pixels.CountBy(pixel => pixel).OrderByDescending(count => count.Value).ThenBy(count => count.Key)
                .Select(count => count.Key)];
        int[] colors = all[..Math.Min(256, all.Length)];
        return (colors, all.ToDictionary(
            color => color, color => Enumerable.Range(0, colors.Length).MinBy(i => Distance(color, colors[i]))));
    }

    private static int Distance(int a, int b) =>
        Square(a >> 16, b >> 16) + Square((a >> 8) & 255, (b >> 8) & 255) + Square(a & 255, b & 255);

    private static int Square(int a, int b) => (a - b) * (a - b);

    private static void Chunk(Stream png, string name, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. data];
        uint check = ~named.Aggregate(~0u, (sum, next) => s_checks[(byte)(sum ^ next)] ^ (sum >> 8));
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(number, check);
        png.Write(number);
    }
}
