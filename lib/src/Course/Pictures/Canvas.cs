using System.Numerics;

namespace Course;

/// <summary>A white sheet of pixels on which areas are painted, their edges smooth.</summary>
internal sealed class Canvas
{
    private readonly Vector3[] _pixels;

    public Canvas(int width, int height)
    {
        (Width, Height, _pixels) = (width, height, new Vector3[width * height]);
        Array.Fill(_pixels, new Vector3(255));
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Red, green and blue of every pixel, row by row, a byte each: 0x00RRGGBB.</summary>
    public IEnumerable<int> Pixels =>
        _pixels.Select(pixel => (Byte(pixel.X) << 16) | (Byte(pixel.Y) << 8) | Byte(pixel.Z));

    /// <summary>Paints the area inside closed outlines. Outlines that run the other way round are holes.</summary>
    /// <param name="outlines">In pixels.</param>
    /// <param name="color">Red, green and blue, 0 to 255.</param>
    /// <param name="alpha">From 0, nothing, to 1, which covers.</param>
    /// <param name="clip">Left, top, right and bottom of what may be painted.</param>
    public void Fill(
        IReadOnlyList<Vector2[]> outlines, Vector3 color, float alpha, (int Left, int Top, int Right, int Bottom) clip)
    {
        Vector2[] all = [.. outlines.SelectMany(outline => outline)];
        if (all.Length == 0) { return; }

        // Nothing that is drawn far outside asks for memory: what lies beyond the sheet is moved to its surroundings.
        Vector2 least = new(-Width, -Height), most = new(2 * Width, 2 * Height);
        Vector2 low = all.Aggregate(most, Vector2.Min), high = all.Aggregate(least, Vector2.Max);
        (low, high) = (Vector2.Max(low, least), Vector2.Min(high, most));
        int left = (int)MathF.Floor(low.X), top = (int)MathF.Floor(low.Y);
        int width = (int)MathF.Ceiling(high.X) - left + 2, height = (int)MathF.Ceiling(high.Y) - top + 1;
        if (width <= 2 || height <= 1) { return; }

        var area = new float[width * height];
        foreach (Vector2[] outline in outlines)
        {
            for (int i = 0; i < outline.Length; i++)
            {
                Vector2 from = Vector2.Clamp(outline[i], least, most),
                    to = Vector2.Clamp(outline[(i + 1) % outline.Length], least, most);
                AddEdge(area, width, from - new Vector2(left, top), to - new Vector2(left, top));
            }
        }

        for (int y = Math.Max(0, clip.Top - top); y < Math.Min(height, clip.Bottom - top); y++)
        {
            float sum = 0;
            for (int x = 0; x < width; x++)
            {
                sum += area[(y * width) + x];
                float cover = alpha * Math.Min(1, MathF.Abs(sum));
                if (cover > 1e-3f && left + x >= clip.Left && left + x < clip.Right)
                {
                    ref Vector3 pixel = ref _pixels[((top + y) * Width) + left + x];
                    pixel = Vector3.Lerp(pixel, color, cover);
                }
            }
        }
    }

    /// <summary>
    /// Adds what an edge changes of each pixel's covered area, seen from the left: summed along a row, the changes are
    /// the area itself. The method of the font rasterisers font-rs and stb_truetype 2.
    /// </summary>
    private static void AddEdge(float[] area, int width, Vector2 from, Vector2 to)
    {
        if (from.Y == to.Y) { return; }

        float direction = from.Y < to.Y ? 1 : -1;
        if (direction < 0) { (from, to) = (to, from); }

        float slope = (to.X - from.X) / (to.Y - from.Y), x = from.X;
        for (int row = (int)from.Y; row < to.Y; row++)
        {
            float height = Math.Min(row + 1, to.Y) - Math.Max(row, from.Y), next = x + (slope * height),
                change = height * direction;
            (float x0, float x1) = x < next ? (x, next) : (next, x);
            int first = (row * width) + (int)x0, span = (int)MathF.Ceiling(x1) - (int)x0;
            if (span <= 1)
            {
                // The part of the pixel that lies to the left of the edge's middle.
                float right = ((x + next) / 2) - (int)x0;
                area[first] += change * (1 - right);
                area[first + 1] += change * right;
            }
            else
            {
                // The edge crosses several pixels: a triangle in the first, trapezia, and a triangle in the last.
                float each = 1 / (x1 - x0), before = 1 - (x0 - (int)x0), after = x1 - MathF.Ceiling(x1) + 1;
                float start = each * before * before / 2, end = each * after * after / 2;
                area[first] += change * start;
                if (span == 2)
                {
                    area[first + 1] += change * (1 - start - end);
                }
                else
                {
                    float second = each * (before + 0.5f);
                    area[first + 1] += change * (second - start);
                    for (int i = 2; i < span - 1; i++) { area[first + i] += change * each; }

                    area[first + span - 1] += change * (1 - second - ((span - 3) * each) - end);
                }

                area[first + span] += change * end;
            }

            x = next;
        }
    }

    private static int Byte(float value) => (int)Math.Clamp(MathF.Round(value), 0, 255);
}
