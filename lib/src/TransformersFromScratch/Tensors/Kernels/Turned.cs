using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

/// <summary>A matrix copied with its rows as columns, where a <see cref="View"/> that is read so will not do.</summary>
internal static class Turned
{
    private const int Line = 16; // Floats of a cache line.

    /// <summary>to = fromᵀ. The rows of both lie in one piece.</summary>
    /// <remarks>
    /// Sixteen columns at a time: of each row a whole cache line is read, and the sixteen lines that are written stay
    /// in the nearest cache until they are full. Column by column, each number would fetch a line of its own.
    /// </remarks>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    [MethodImpl(Compiled.AtOnce)]
    public static void Copy(in View from, in View to)
    {
        if (from.Rows != to.Columns || from.Columns != to.Rows || from.Column != 1 || to.Column != 1)
        {
            throw new ArgumentException($"{from.Text} turned is not {to.Text}, both with rows in one piece.");
        }

        for (int first = 0; first < from.Columns; first += Line)
        {
            int end = Math.Min(from.Columns, first + Line);
            for (int i = 0; i < from.Rows; i++)
            {
                Span<float> row = from[i];
                for (int j = first; j < end; j++) { to[j][i] = row[j]; }
            }
        }
    }
}
