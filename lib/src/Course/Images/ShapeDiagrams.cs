namespace Course;

/// <summary>The shapes of chapters 2 and 3: what is added to the words, and how heads are cut and put back.</summary>
internal static class ShapeDiagrams
{
    public static string Positions()
    {
        var drawing = new Drawing(540, 400, "Words and positions",
            "The words become T × d numbers, one row per word. The places 0 to T - 1 become T × d numbers of the " +
            "positional encoding, one row per place. Both are added, row by row, and the sum goes into attention.");
        drawing.Text("", 130, 372, "“Click a filter …”");
        drawing.Text("", 390, 372, "places 0, 1, 2, …");
        drawing.Arrow((130, 352), (130, 322));
        drawing.Arrow((390, 352), (390, 322));
        drawing.Box("embed", 40, 264, 180, 56, "Word vectors", "X:  T × d");
        drawing.Box("soft", 300, 264, 180, 56, "Positional encoding", "PE:  T × d");
        drawing.Wave(390, 224);
        drawing.Line((390, 264), (390, 241));
        drawing.Arrow((390, 207), (390, 176), (273, 176));
        drawing.Arrow((130, 264), (130, 176), (247, 176));
        drawing.Plus(260, 176);
        drawing.Text("quiet start", 142, 226, "what it is");
        drawing.Text("quiet end", 364, 226, "where it stands");
        drawing.Arrow((260, 163), (260, 120));
        drawing.Text("quiet start", 272, 146, "X + PE:  T × d, a row per word");
        drawing.Box("attend", 150, 70, 220, 48, "Attention (chapter 1)");
        drawing.Arrow((260, 70), (260, 40));
        drawing.Text("small", 260, 30, "T × d");
        return drawing.ToString();
    }

    public static string Heads()
    {
        var drawing = new Drawing(590, 620, "The shapes of multi-head attention",
            "X of T × d is multiplied by three d × d matrices, which gives queries, keys and values of T × d each. " +
            "Each is split into h pieces of T × d_k, by cutting columns. Each head attends on its own pieces and " +
            "gives T × d_k. The h results are merged side by side to T × d, and multiplied by the d × d output " +
                "matrix.");
        const double middle = 260;
        double[] columns = [110, 260, 410];
        drawing.Text("math", middle, 596, "X");
        drawing.Text("quiet start", middle + 14, 596, "T × d");
        foreach (var (x, name) in columns.Zip(["Queries", "Keys", "Values"]))
        {
            drawing.Arrow((middle, 578), (middle, 566), (x, 566), (x, 542));
            drawing.Box("plain", x - 66, 500, 132, 40, "× d × d matrix");
            drawing.Arrow((x, 500), (x, 472));
            drawing.Text("small", x, 464, $"{name}: T × d");
            drawing.Arrow((x, 454), (x, 426));
            drawing.Box("norm", x - 66, 386, 132, 38, "Split");
            drawing.Arrow((x, 386), (x, 332));
        }

        drawing.Text("quiet start", 486, 410, "cut columns");
        drawing.Text("quiet start", 424, 364, "h times T × d_k");
        for (int depth = 2; depth >= 0; depth--) // the heads behind are drawn first
        {
            drawing.Box(
                "attend", 50 + (depth * 9), 280 - (depth * 9), 420, 50,
                depth == 0 ? ["Attention of one head, on its own T × d_k"] : []);
        }

        drawing.Text("math", 510, 294, "h");
        drawing.Arrow((middle, 262), (middle, 222));
        drawing.Text("quiet start", middle + 10, 246, "h times T × d_k");
        drawing.Box("norm", middle - 100, 182, 200, 38, "Merge");
        drawing.Text("quiet start", middle + 110, 206, "side by side");
        drawing.Arrow((middle, 182), (middle, 146));
        drawing.Text("quiet start", middle + 10, 169, "T × h·d_k  = T × d");
        drawing.Box("plain", middle - 100, 104, 200, 40, "× d × d output matrix");
        drawing.Arrow((middle, 104), (middle, 66));
        drawing.Text("small", middle, 54, "T × d, a row per word");
        return drawing.ToString();
    }
}
