namespace Course;

/// <summary>Vaswani et al. 2017, Figure 2: scaled dot-product attention, and several of them side by side.</summary>
internal static class AttentionDiagrams
{
    public static string ScaledDotProduct()
    {
        var drawing = new Drawing(410, 482, "Scaled dot-product attention",
            "Queries and keys are multiplied, scaled by the root of d_k, masked if need be, and become weights by a " +
            "softmax; the weights are multiplied with the values.");
        const double left = 70, width = 170, middle = left + (width / 2), values = 300;
        drawing.Arrow((middle - 45, 432), (middle - 45, 392));
        drawing.Arrow((middle + 45, 432), (middle + 45, 392));
        drawing.Box("plain", left, 352, width, 38, "Matrix product");
        drawing.Arrow((middle, 352), (middle, 326));
        drawing.Box("norm", left, 286, width, 38, "Scale by 1 / √d_k");
        drawing.Arrow((middle, 286), (middle, 260));
        drawing.Box("embed", left, 220, width, 38, "Mask (optional)");
        drawing.Arrow((middle, 220), (middle, 194));
        drawing.Box("soft", left, 154, width, 38, "Softmax of each row");
        drawing.Arrow((middle, 154), (middle, 112));
        drawing.Box("plain", left, 72, values - left + 40, 38, "Matrix product");
        drawing.Arrow((values, 432), (values, 112));
        drawing.Arrow((left + ((values - left + 40) / 2), 72), (left + ((values - left + 40) / 2), 42));
        drawing.Text("small", left + ((values - left + 40) / 2), 32, "one row per query: T × d_v");
        foreach (var (x, name, shape) in new[] { (middle - 45, "Q", "T × d_k"), (middle + 45, "K", "S × d_k"),
            (values, "V", "S × d_v") })
        {
            drawing.Text("math", x, 446, name);
            drawing.Text("quiet", x, 463, shape);
        }

        drawing.Text("quiet start", middle + 9, 345, "T × S scores");
        drawing.Text("quiet start", middle + 9, 138, "T × S weights");
        return drawing.ToString();
    }

    public static string MultiHead()
    {
        var drawing = new Drawing(440, 470, "Multi-head attention",
            "Values, keys and queries each go through h linear layers, then through h attentions side by side, whose " +
            "outputs are put next to each other and go through a last linear layer.");
        double[] columns = [95, 205, 315];
        string[] names = ["V", "K", "Q"];
        for (int depth = 2; depth >= 0; depth--) // the heads behind are drawn first
        {
            double shift = depth * 9;
            foreach (double x in columns)
            {
                drawing.Box("plain", x - 42 + shift, 330 - shift, 84, 36, depth == 0 ? ["Linear"] : []);
            }

            drawing.Box("attend", 53 + shift, 210 - shift, 304, 50, depth == 0 ? ["Scaled dot-product attention"] : []);
        }

        for (int i = 0; i < columns.Length; i++)
        {
            drawing.Arrow((columns[i], 330), (columns[i], 262));
            drawing.Arrow((columns[i], 424), (columns[i], 368));
            drawing.Text("math", columns[i], 444, names[i]);
        }

        drawing.Arrow((205, 192), (205, 158));
        drawing.Box("norm", 120, 122, 170, 34, "Concatenate");
        drawing.Arrow((205, 122), (205, 94));
        drawing.Box("plain", 120, 58, 170, 34, "Linear");
        drawing.Arrow((205, 58), (205, 30));
        drawing.Line((392, 186), (400, 192), (400, 254), (392, 260));
        drawing.Text("math", 416, 228, "h");
        drawing.Text("quiet start", 214, 175, "h times T × d_v");
        drawing.Text("quiet start", 214, 26, "T × d_model");
        return drawing.ToString();
    }
}
