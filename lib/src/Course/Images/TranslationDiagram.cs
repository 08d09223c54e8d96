namespace Course;

/// <summary>Chapter 11 in one picture: what is read once, and what goes round for each token.</summary>
internal static class TranslationDiagram
{
    private const double Left = 40, Right = 330, Width = 190;

    public static string Svg()
    {
        var drawing = new Drawing(660, 560, "A translator at work, with its shapes",
            "On the left, S source tokens become S rows of d numbers, and the encoder makes S rows of d numbers of " +
            "them, once. On the right, the start and what has been written so far, T tokens, become T rows of d " +
            "numbers; the decoder reads them and the encoder's rows; the last row becomes V scores, and a softmax " +
            "makes V probabilities of them. A token is chosen, and goes back to join what has been written.");
        Column(drawing, Left, "S source tokens", "S × d", "Encoder, N layers");
        drawing.Text("quiet", Left + (Width / 2), 498, "Click a filter");
        drawing.Text("quiet", Left + (Width / 2), 516, "to select it.");
        drawing.Arrow((Left + (Width / 2), 280), (Left + (Width / 2), 262), (Right, 262));
        drawing.Text("quiet start", Left + (Width / 2) + 10, 250, "S × d, read once");

        Column(drawing, Right, "T tokens so far", "T × d", "");
        drawing.Text("quiet", Right + (Width / 2), 498, "⟨s⟩ Cliquez sur");
        drawing.Arrow((Right + (Width / 2), 358), (Right + (Width / 2), 284));
        drawing.Box("attend", Right, 240, Width, 44, "Decoder, N layers");
        Up(drawing, 240, 208, "T × d");
        drawing.Box("feed", Right, 164, Width, 44, "Last row · Eᵀ");
        Up(drawing, 164, 132, "V logits");
        drawing.Box("norm", Right, 88, Width, 44, "Softmax");
        Up(drawing, 88, 56, "V probabilities");
        drawing.Box("soft", Right, 16, Width, 40, "Choose a token");
        drawing.Arrow((Right + Width, 36), (590, 36), (590, 456), (Right + Width, 456));
        drawing.Text("quiet", 606, 246, "it joins what has been written", turned: 90);
        return drawing.ToString();
    }

    private static void Column(Drawing drawing, double left, string words, string shape, string stack)
    {
        double middle = left + (Width / 2);
        drawing.Box("plain", left, 436, Width, 40, words);
        drawing.Arrow((middle, 436), (middle, 402));
        drawing.Box("embed", left, 358, Width, 44, "Embedding, positions");
        if (stack.Length > 0)
        {
            drawing.Box("attend", left, 280, Width, 44, stack);
            drawing.Arrow((middle, 358), (middle, 326));
        }

        drawing.Text("quiet start", middle + 9, 346, shape);
    }

    private static void Up(Drawing drawing, double from, double to, string shape)
    {
        double middle = Right + (Width / 2);
        drawing.Arrow((middle, from), (middle, to + 2));
        drawing.Text("quiet start", middle + 9, ((from + to) / 2) + 4, shape);
    }
}
