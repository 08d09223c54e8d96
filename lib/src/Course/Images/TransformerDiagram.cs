namespace Course;

/// <summary>
/// Vaswani et al. 2017, Figure 1: the encoder on the left, the decoder on the right, read from the bottom up.
/// </summary>
internal static class TransformerDiagram
{
    private const double Encoder = 220, Decoder = 530, Half = 95;

    /// <param name="shapes">Whether each way says how many rows and columns go along it.</param>
    public static string Svg(bool shapes = false)
    {
        var drawing = new Drawing(760, 850, "The Transformer",
            "Inputs are embedded and get positional encodings. Each of N encoder layers is self-attention and a " +
            "feed-forward network, each with a residual " +
            "connection and layer normalisation. Each of N decoder layers is masked self-attention, attention over " +
            "the encoder's output, and a feed-forward " +
            "network, again each with add and norm. A linear layer, which shares its weights with the embeddings, " +
            "and a softmax give the output probabilities.");
        drawing.Stack(80, 340, 260, 312);
        drawing.Stack(400, 190, 270, 462);
        drawing.Text("big", 52, 502, "N ×");
        drawing.Text("big", 699, 427, "N ×");
        DrawInput(drawing, Encoder, "Input", -1, "Inputs");
        DrawInput(drawing, Decoder, "Output", +1, "Outputs (shifted right)");
        DrawEncoder(drawing);
        DrawDecoder(drawing);
        DrawOutput(drawing);
        if (shapes) { DrawShapes(drawing); }

        return drawing.ToString();
    }

    private static void DrawShapes(Drawing drawing)
    {
        foreach (var (x, tokens) in new[] { (Encoder, "S"), (Decoder, "T") })
        {
            drawing.Text("quiet start", x + 9, 805, $"{tokens} ids");
            drawing.Text("quiet start", x + 9, 733, $"{tokens} × d");
            drawing.Text("quiet start", x + 9, 667, $"{tokens} × d");
        }

        drawing.Text("quiet start", Encoder + 9, 492, "S × d");
        drawing.Text("quiet start", Encoder + 9, 311, "memory, S × d");
        drawing.Text("quiet end", Decoder - 9, 348, "T × d");
        drawing.Text("quiet end", Decoder - 9, 182, "T × d");
        drawing.Text("quiet end", Decoder - 9, 120, "T × V scores");
        drawing.Text("quiet start", Decoder + 9, 60, "T × V");
    }

    private static void DrawInput(Drawing drawing, double x, string name, int side, string words)
    {
        drawing.Text("", x, 832, words);
        drawing.Arrow((x, 814), (x, 786));
        drawing.Box("embed", x - Half, 742, 2 * Half, 42, $"{name} embedding");
        drawing.Arrow((x, 742), (x, 706));
        drawing.Wave(x + (side * 68), 694);
        drawing.Line((x + (side * 51), 694), (x + (side * 11), 694));
        drawing.Plus(x, 694);
        drawing.Text(side < 0 ? "small end" : "small start", x + (side * 91), 691, "Positional");
        drawing.Text(side < 0 ? "small end" : "small start", x + (side * 91), 707, "encoding");
    }

    private static void DrawEncoder(Drawing drawing)
    {
        SelfAttention(drawing, Encoder, -1, ["Multi-head", "attention"]);
        drawing.Arrow((Encoder, 520), (Encoder, 472));
        Residual(drawing, Encoder, -1, from: 500, to: 397);
        drawing.Box("feed", Encoder - Half, 425, 2 * Half, 46, "Feed-forward");
        AddAndNorm(drawing, Encoder, 383);

        // The encoder's output: keys and values of every decoder layer.
        drawing.Line((Encoder, 383), (Encoder, 318), (370, 318), (370, 492), (Decoder - 60, 492));
        drawing.Line((Decoder - 60, 492), (Decoder, 492));
        drawing.Arrow((Decoder - 60, 492), (Decoder - 60, 466));
        drawing.Arrow((Decoder, 492), (Decoder, 466));
        drawing.Text("math small", Decoder - 70, 486, "V");
        drawing.Text("math small", Decoder - 10, 486, "K");
        drawing.Text("math small", Decoder + 70, 486, "Q");
    }

    private static void DrawDecoder(Drawing drawing)
    {
        SelfAttention(drawing, Decoder, +1, ["Masked multi-head", "attention"]);
        drawing.Arrow((Decoder, 520), (Decoder, 507), (Decoder + 60, 507), (Decoder + 60, 466));
        drawing.Arrow((Decoder + 60, 507), (650, 507), (650, 390), (Decoder + Half, 390));
        drawing.Box("attend", Decoder - Half, 418, 2 * Half, 46, "Multi-head", "attention");
        AddAndNorm(drawing, Decoder, 376);
        drawing.Arrow((Decoder, 376), (Decoder, 310));
        Residual(drawing, Decoder, +1, from: 345, to: 236);
        drawing.Box("feed", Decoder - Half, 264, 2 * Half, 46, "Feed-forward");
        AddAndNorm(drawing, Decoder, 222);
    }

    private static void DrawOutput(Drawing drawing)
    {
        drawing.Arrow((Decoder, 222), (Decoder, 164));
        drawing.Box("plain", Decoder - Half, 128, 2 * Half, 34, "Linear");
        drawing.Arrow((Decoder, 128), (Decoder, 104));
        drawing.Box("soft", Decoder - Half, 68, 2 * Half, 34, "Softmax");
        drawing.Arrow((Decoder, 68), (Decoder, 44));
        drawing.Text("", Decoder, 32, "Output probabilities");

        // Section 3.4: both embeddings and the last linear layer are one matrix.
        drawing.Dashed((Encoder + Half, 763), (Decoder - Half, 763));
        drawing.Dashed((Decoder + Half, 763), (732, 763), (732, 145), (Decoder + Half, 145));
        drawing.Text("quiet", (Encoder + Decoder) / 2, 755, "shared weights");
        drawing.Text("quiet", 748, 300, "shared weights", turned: -90);
    }

    /// <summary>
    /// The first sub-layer of both stacks, from where the input enters at the bottom to the norm above it.
    /// </summary>
    private static void SelfAttention(Drawing drawing, double x, int side, string[] name)
    {
        drawing.Arrow((x, 683), (x, 610));
        drawing.Arrow((x, 628), (x - 60, 628), (x - 60, 610));
        drawing.Arrow((x, 628), (x + 60, 628), (x + 60, 610));
        Residual(drawing, x, side, from: 642, to: 534);
        drawing.Box("attend", x - Half, 562, 2 * Half, 46, name);
        AddAndNorm(drawing, x, 520);
    }

    /// <summary>Above its sub-layer, 14 apart.</summary>
    private static void AddAndNorm(Drawing drawing, double x, double y)
    {
        drawing.Line((x, y + 28), (x, y + 42));
        drawing.Box("norm", x - Half, y, 2 * Half, 28, "Add & norm");
    }

    /// <summary>The way past a sub-layer: what came in is added to what came out.</summary>
    private static void Residual(Drawing drawing, double x, int side, double from, double to) =>
        drawing.Arrow((x, from), (x + (side * 120), from), (x + (side * 120), to), (x + (side * Half), to));
}
