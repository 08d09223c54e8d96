namespace Course;

/// <summary>A feed-forward sublayer with its residual, dropout and norm, and the shape on every arrow.</summary>
internal static class SublayerDiagram
{
    private const double Left = 60, Width = 180, Middle = Left + (Width / 2), Past = 330;

    public static string Svg()
    {
        var drawing = new Drawing(430, 560, "A sublayer with its residual",
            "A sentence of T × d goes two ways: through a linear map up to T × d_ff, a bend, a linear map down to T " +
            "× d and dropout; and past them. Both are added, and the sum goes through a layer norm.");
        drawing.Text("math", Middle, 536, "x");
        drawing.Text("quiet start", Middle + 12, 536, "T × d, a row per word");
        drawing.Arrow((Middle, 518), (Middle, 462));
        drawing.Arrow((Middle, 492), (Past, 492), (Past, 112), (Middle + 11, 112));
        drawing.Text("quiet", Past, 508, "past it, unchanged");
        drawing.Box("feed", Left, 422, Width, 38, "Linear: x W_1 + b_1");
        Step(drawing, 422, 370, "T × d_ff");
        drawing.Box("soft", Left, 330, Width, 38, "Bend: max(0, ·)");
        Step(drawing, 330, 278, "T × d_ff");
        drawing.Box("feed", Left, 238, Width, 38, "Linear: · W_2 + b_2");
        Step(drawing, 238, 206, "T × d");
        drawing.Box("embed", Left, 166, Width, 38, "Dropout");
        drawing.Arrow((Middle, 166), (Middle, 123));
        drawing.Text("quiet start", Middle + 9, 150, "T × d");
        drawing.Plus(Middle, 112);
        drawing.Arrow((Middle, 101), (Middle, 82));
        drawing.Box("norm", Left, 42, Width, 38, "Layer norm");
        drawing.Arrow((Middle, 42), (Middle, 16));
        drawing.Text("quiet start", Middle + 9, 30, "T × d");
        return drawing.ToString();
    }

    private static void Step(Drawing drawing, double from, double to, string shape)
    {
        drawing.Arrow((Middle, from), (Middle, to));
        drawing.Text("quiet start", Middle + 9, ((from + to) / 2) + 4, shape);
    }
}
