using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Course;

/// <summary>
/// The outlines of a TrueType font: as much of the format as its letters need (no hints, no kerning).
/// </summary>
internal sealed class TrueTypeFont
{
    private static readonly Lazy<TrueTypeFont> s_sans = new(() =>
    {
        using Stream stream = typeof(TrueTypeFont).Assembly.GetManifestResourceStream("DejaVuSansCondensed.ttf")!;
        var data = new byte[stream.Length];
        stream.ReadExactly(data);
        return new TrueTypeFont(data);
    });

    private readonly byte[] _data;
    private readonly int _glyphs, _locations, _widths, _wide, _characters;
    private readonly bool _longLocations;
    private readonly float _unitsPerEm;

    private TrueTypeFont(byte[] data)
    {
        _data = data;
        (_glyphs, _locations, _widths) = (Table("glyf"), Table("loca"), Table("hmtx"));
        _unitsPerEm = Unsigned(Table("head") + 18);
        _longLocations = Unsigned(Table("head") + 50) == 1;
        _wide = Unsigned(Table("hhea") + 34);
        int map = Table("cmap");
        _characters = Enumerable.Range(0, Unsigned(map + 2)).Select(i => map + (int)Long(map + 4 + (8 * i) + 4))
            .First(table => Unsigned(table) == 12); // the format that knows every character
    }

    /// <summary>
    /// The font of every picture, carried by this program, so that a figure looks the same on every machine.
    /// </summary>
    public static TrueTypeFont Sans => s_sans.Value;

    /// <summary>How far a text reaches, in the font's size.</summary>
    public float Width(string text) => text.EnumerateRunes().Sum(rune => Advance(GlyphOf(rune.Value)));

    /// <summary>
    /// The closed outlines of a text that begins at 0, y downwards, in the font's size. A character that the font lacks
    /// is a box.
    /// </summary>
    public IEnumerable<Vector2[]> Outlines(string text)
    {
        float x = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            int glyph = GlyphOf(rune.Value);
            foreach (Vector2[] outline in Outlines(
                glyph, Matrix3x2.CreateScale(1 / _unitsPerEm, -1 / _unitsPerEm) * Matrix3x2.CreateTranslation(x, 0)))
            {
                yield return outline;
            }

            x += Advance(glyph);
        }
    }

    private float Advance(int glyph) => Unsigned(_widths + (4 * Math.Min(glyph, _wide - 1))) / _unitsPerEm;

    private int GlyphOf(int character)
    {
        int groups = (int)Long(_characters + 12);
        for (int i = 0; i < groups; i++)
        {
            int group = _characters + 16 + (12 * i);
            uint first = Long(group), last = Long(group + 4);
            if (character >= first && character <= last) { return (int)(Long(group + 8) + character - first); }
        }

        return 0;
    }

    private IEnumerable<Vector2[]> Outlines(int glyph, Matrix3x2 place)
    {
        (int start, int end) = (Location(glyph), Location(glyph + 1));
        if (start == end) { return []; } // a space

        int contours = Signed(_glyphs + start);
        return contours >= 0 ? Simple(_glyphs + start, contours, place) : Parts(_glyphs + start + 10, place);
    }

    /// <summary>A glyph made of others, such as é.</summary>
    private IEnumerable<Vector2[]> Parts(int at, Matrix3x2 place)
    {
        const int words = 1, scale = 8, more = 32, twoScales = 64, matrix = 128;
        for (int flags = more; (flags & more) != 0;)
        {
            flags = Unsigned(at);
            int part = Unsigned(at + 2);
            at += 4;
            Vector2 moved = (flags & words) != 0
                ? new(Signed(at), Signed(at + 2))
                : new((sbyte)_data[at], (sbyte)_data[at + 1]);
            at += (flags & words) != 0 ? 4 : 2;
            var own = Matrix3x2.CreateTranslation(moved);
            if ((flags & scale) != 0)
            {
                own.M11 = own.M22 = Fraction(at);
                at += 2;
            }
            else if ((flags & twoScales) != 0)
            {
                (own.M11, own.M22) = (Fraction(at), Fraction(at + 2));
                at += 4;
            }
            else if ((flags & matrix) != 0)
            {
                (own.M11, own.M12, own.M21, own.M22) =
                    (Fraction(at), Fraction(at + 2), Fraction(at + 4), Fraction(at + 6));
                at += 8;
            }

            foreach (Vector2[] outline in Outlines(part, own * place)) { yield return outline; }
        }
    }

    private IEnumerable<Vector2[]> Simple(int at, int contours, Matrix3x2 place)
    {
        int[] ends = [.. Enumerable.Range(0, contours).Select(i => Unsigned(at + 10 + (2 * i)))];
        int points = contours == 0 ? 0 : ends[^1] + 1;
        at += 10 + (2 * contours);
        at += 2 + Unsigned(at); // past the hints
        var flags = new byte[points];
        for (int i = 0; i < points;)
        {
            byte flag = _data[at++];
            int times = (flag & 8) != 0 ? _data[at++] + 1 : 1;
            for (; times > 0 && i < points; times--) { flags[i++] = flag; }
        }

        float[] xs = Coordinates(flags, 2, 16, ref at), ys = Coordinates(flags, 4, 32, ref at);
        var outlines = new List<Vector2[]>();
        for (int contour = 0, from = 0; contour < contours; from = ends[contour++] + 1)
        {
            outlines.Add(Curve([.. Enumerable.Range(from, ends[contour] + 1 - from)
                .Select(i => (Vector2.Transform(new Vector2(xs[i], ys[i]), place), (flags[i] & 1) != 0))]));
        }

        return outlines;
    }

    private float[] Coordinates(byte[] flags, int isByte, int isSame, ref int at)
    {
        var values = new float[flags.Length];
        int value = 0;
        for (int i = 0; i < flags.Length; i++)
        {
            bool same = (flags[i] & isSame) != 0;
            if ((flags[i] & isByte) != 0) { value += same ? _data[at++] : -_data[at++]; }
            else if (!same)
            {
                value += Signed(at);
                at += 2;
            }

            values[i] = value;
        }

        return values;
    }

    /// <summary>Lines for curves: between two points off the outline lies one on it.</summary>
    private static Vector2[] Curve((Vector2 Point, bool On)[] points)
    {
        const int steps = 6;
        if (points.Length == 0) { return []; }

        Vector2 start = points[0].On ? points[0].Point : points[^1].On
            ? points[^1].Point
            : (points[0].Point + points[^1].Point) / 2;
        var line = new List<Vector2> { start };
        Vector2? control = null;
        foreach (var (point, on) in points.Append((start, true)))
        {
            if (control is { } bend)
            {
                Vector2 from = line[^1], to = on ? point : (bend + point) / 2;
                for (int i = 1; i <= steps; i++)
                {
                    float t = (float)i / steps;
                    line.Add(Vector2.Lerp(Vector2.Lerp(from, bend, t), Vector2.Lerp(bend, to, t), t));
                }
            }
            else if (on) { line.Add(point); }

            control = on ? null : point;
        }

        return [.. line];
    }

    private int Location(int glyph) =>
        _longLocations ? (int)Long(_locations + (4 * glyph)) : 2 * Unsigned(_locations + (2 * glyph));

    private int Table(string name)
    {
        for (int i = 0; i < Unsigned(4); i++)
        {
            int entry = 12 + (16 * i);
            if (Encoding.ASCII.GetString(_data, entry, 4) == name) { return (int)Long(entry + 8); }
        }

        throw new InvalidDataException($"The font has no table {name}.");
    }

    private float Fraction(int at) => Signed(at) / 16384f;

    private int Signed(int at) => BinaryPrimitives.ReadInt16BigEndian(_data.AsSpan(at));

    private int Unsigned(int at) => BinaryPrimitives.ReadUInt16BigEndian(_data.AsSpan(at));

    private uint Long(int at) => BinaryPrimitives.ReadUInt32BigEndian(_data.AsSpan(at));
}
