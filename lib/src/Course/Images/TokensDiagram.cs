namespace Course;

/// <summary>Chapter 10 in one picture: from a string to the rows that a model multiplies.</summary>
internal static class TokensDiagram
{
    public static string Svg()
    {
        var drawing = new Drawing(440, 560, "From a string to a matrix",
            "A string is cut into pieces, a piece into bytes; merges join bytes to tokens; each token has a number, " +
            "its id; each id picks a row of the embedding, which gives T rows of d numbers.");
        const double left = 95, width = 190, middle = left + (width / 2);
        Tiles(drawing, middle, 500, "lowest");
        drawing.Text("quiet start", 300, 517, "a string");
        Step(drawing, middle, 500, "plain", "Cut into pieces, then bytes", 444);
        Tiles(drawing, middle, 390, "l", "o", "w", "e", "s", "t");
        drawing.Text("quiet start", 300, 407, "6 bytes");
        Step(drawing, middle, 390, "attend", "Join, merge by merge", 334);
        Tiles(drawing, middle, 280, "low", "est");
        drawing.Text("quiet start", 300, 297, "T = 2 tokens");
        Step(drawing, middle, 280, "norm", "Look up the id of each", 224);
        Tiles(drawing, middle, 170, "id", "id");
        drawing.Text("quiet start", 300, 187, "T whole numbers");
        Step(drawing, middle, 170, "embed", "Take its row of the table", 114);
        for (int row = 0; row < 2; row++)
        {
            for (int column = 0; column < 7; column++)
                drawing.Box("soft", middle - 84 + (column * 24), 36 + (row * 22), 24, 22);
        }

        drawing.Text("quiet start", 300, 64, "T × d numbers");
        return drawing.ToString();
    }

    private static void Step(Drawing drawing, double middle, double from, string kind, string words, double top)
    {
        drawing.Arrow((middle, from - 2), (middle, top + 34));
        drawing.Box(kind, middle - 118, top, 236, 32, words);
        drawing.Arrow((middle, top), (middle, top - 24));
    }

    private static void Tiles(Drawing drawing, double middle, double top, params string[] texts)
    {
        double[] widths = [.. texts.Select(text => 18.0 + (9 * text.Length))];
        double x = middle - ((widths.Sum() + (4 * (texts.Length - 1))) / 2);
        for (int i = 0; i < texts.Length; i++)
        {
            drawing.Box("soft", x, top, widths[i], 28, texts[i]);
            x += widths[i] + 4;
        }
    }
}
