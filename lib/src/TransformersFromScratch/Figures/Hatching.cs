namespace TransformersFromScratch;

/// <summary>The slanting lines over the hidden cells of a heatmap.</summary>
internal static class Hatching
{
    /// <summary>About how far the lines are apart, in pixels, across and down.</summary>
    private const double Distance = 9;

    /// <summary>
    /// With more lines than this a figure would grow too large; then the grey ground alone marks what is hidden.
    /// </summary>
    private const int MostLines = 500;

    /// <summary>
    /// Lines from the bottom left to the top right of hidden places; lines that meet are one. Each is four numbers:
    /// column and row of its lower end, then of its upper end, counted in cells from the top left corner.
    /// </summary>
    /// <param name="heat">The cells, and which of them are hidden.</param>
    /// <param name="cellWidth">How wide a cell is, in pixels.</param>
    /// <param name="cellHeight">How high a cell is, in pixels.</param>
    public static double[] Of(Heat heat, double cellWidth, double cellHeight)
    {
        if (heat.Hidden is not { } hidden)
            return [];
        int across = Parts(cellWidth), down = Parts(cellHeight), rows = heat.Rows * down,
            columns = heat.Columns * across;
        var lines = new List<double>();
        for (int slant = 0; slant < rows + columns - 1; slant++)
        {
            // All places of a slant, from its lower end to its upper one; a line starts where the first hidden one is.
            int start = -1;
            for (int column = Math.Max(0, slant - rows + 1); column <= Math.Min(slant, columns - 1) + 1; column++)
            {
                int row = slant - column;
                bool isHidden = column < columns && row >= 0 && hidden[(row / down * heat.Columns) + (column / across)];
                if (isHidden && start < 0)
                    start = column;
                if (!isHidden && start >= 0)
                {
                    lines.AddRange(
                        [At(start, across), At(slant - start + 1, down), At(column, across), At(row + 1, down)]);
                    start = -1;
                }
            }
        }

        return lines.Count <= 4 * MostLines ? [.. lines] : [];
    }

    private static int Parts(double size) => Math.Max(1, (int)Math.Round(size / Distance));

    private static double At(int place, int parts) => Math.Round((double)place / parts, 3);
}
