using System.Numerics;

namespace Course;

/// <summary>
/// The area that a thick line covers: a rectangle for each of its parts, and something to close the gaps where they
/// meet.
/// </summary>
internal static class Stroke
{
    /// <summary>
    /// The outlines of the areas; where they overlap they must run the same way round (<see cref="SameWayRound"/>).
    /// </summary>
    /// <param name="points">The line.</param>
    /// <param name="closed">Whether it ends where it began.</param>
    /// <param name="width">How thick it is.</param>
    /// <param name="dashes">The lengths drawn and left out, in turn; none for a whole line.</param>
    /// <param name="roundJoins">Whether its corners are round; others are as pointed as a right angle's.</param>
    public static IEnumerable<Vector2[]> Outlines(
        Vector2[] points, bool closed, float width, float[] dashes, bool roundJoins)
    {
        float half = width / 2;
        foreach (Vector2[] line in dashes.Length > 0
            ? Dashed(points, dashes)
            : [closed ? [.. points, points[0]] : points])
        {
            for (int i = 0; i + 1 < line.Length; i++)
            {
                Vector2 from = line[i], to = line[i + 1], along = to - from;
                if (along == Vector2.Zero) { continue; }

                along = Vector2.Normalize(along) * half;
                var aside = new Vector2(-along.Y, along.X);
                if (closed && !roundJoins) { (from, to) = (from - along, to + along); } // the corners of a frame
                yield return [from + aside, to + aside, to - aside, from - aside];
                if (roundJoins && i > 0)
                {
                    yield return [.. Enumerable.Range(0, 12)
                        .Select(
                            k =>
                                from
                                    + (half * new Vector2(
                                        MathF.Cos(k * MathF.Tau / 12), MathF.Sin(k * MathF.Tau / 12))))];
                }
            }
        }
    }

    /// <summary>
    /// The outline turned round if its area is negative: areas that overlap add up then, and do not cancel.
    /// </summary>
    public static Vector2[] SameWayRound(Vector2[] outline)
    {
        float area = 0;
        for (int i = 0; i < outline.Length; i++)
        {
            Vector2 from = outline[i], to = outline[(i + 1) % outline.Length];
            area += (from.X * to.Y) - (to.X * from.Y);
        }

        return area < 0 ? [.. outline.Reverse()] : outline;
    }

    private static IEnumerable<Vector2[]> Dashed(Vector2[] points, float[] dashes)
    {
        if (dashes.Any(dash => dash <= 0)) { throw new NotSupportedException("A figure has a dash of no length."); }

        int dash = 0;
        float left = dashes[0];
        var piece = new List<Vector2> { points[0] };
        for (int i = 0; i + 1 < points.Length; i++)
        {
            Vector2 at = points[i];
            float rest = Vector2.Distance(at, points[i + 1]);
            Vector2 step = rest > 0 ? (points[i + 1] - at) / rest : default;
            while (rest > left)
            {
                at += step * left;
                rest -= left;
                piece.Add(at);
                if (dash % 2 == 0) { yield return [.. piece]; }

                piece = [at];
                left = dashes[++dash % dashes.Length];
            }

            left -= rest;
            piece.Add(points[i + 1]);
        }

        if (dash % 2 == 0) { yield return [.. piece]; }
    }
}
