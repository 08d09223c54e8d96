namespace Course;

/// <summary>The figures of "Attention Is All You Need", redrawn.</summary>
internal static class Diagrams
{
    /// <summary>Figure 1: the whole model, data flowing upwards.</summary>
    public static string Transformer()
    {
        var drawing = new Drawing(660, 800, "The Transformer: an encoder on the left, a decoder on the right, data flowing upwards")
            .Box(70, 300, 220, 306, "stack").Box(370, 140, 220, 466, "stack")
            .Text(30, 450, "N ×", "middle", "big").Text(630, 370, "N ×", "middle", "big");

        // The encoder, from the bottom.
        drawing.Text(180, 790, "source tokens", "middle").Arrow(180, 772, 180, 746)
            .Box(100, 700, 160, 44, "embed", "Embedding × √d").Arrow(180, 700, 180, 651)
            .Plus(180, 638).Text(55, 642, "positions", "middle", "small").Arrow(88, 638, 168, 638);
        SubLayer(drawing, 180, 496, 56, "attention", 627, ["Multi-head", "self-attention"]);
        SubLayer(drawing, 180, 372, 44, "feed", 450, ["Feed-forward"]);

        // The decoder, from the bottom.
        drawing.Text(480, 790, "target tokens, shifted right", "middle").Arrow(480, 772, 480, 746)
            .Box(400, 700, 160, 44, "embed", "Embedding × √d").Arrow(480, 700, 480, 651)
            .Plus(480, 638).Text(606, 642, "positions", "middle", "small").Arrow(572, 638, 492, 638)
            .Text(330, 726, "one shared E", "middle", "small");
        SubLayer(drawing, 480, 496, 56, "attention", 627, ["Masked multi-head", "self-attention"]);
        SubLayer(drawing, 480, 346, 56, "attention", 450, ["Multi-head", "cross-attention"]);
        SubLayer(drawing, 480, 212, 44, "feed", 300, ["Feed-forward"]);

        // The memory: keys and values for every decoder layer.
        drawing.Line(180, 326, 180, 270, 332, 270, 332, 374).Arrow(332, 374, 398, 374)
            .Text(345, 262, "memory: K, V", "middle", "small").Text(490, 420, "Q", "start", "small");

        drawing.Arrow(480, 166, 480, 126).Box(400, 84, 160, 40, "linear", "Linear (Eᵀ)").Arrow(480, 84, 480, 64)
            .Box(400, 24, 160, 40, "softmax", "Softmax").Arrow(480, 24, 480, 4)
            .Text(570, 18, "next token", "start", "small");
        return drawing.ToSvg();
    }

    /// <summary>Figure 2, left: scaled dot-product attention.</summary>
    public static string Attention() => new Drawing(360, 470, "Scaled dot-product attention, data flowing upwards")
        .Text(90, 460, "Q", "middle", "big").Text(180, 460, "K", "middle", "big").Text(290, 460, "V", "middle", "big")
        .Arrow(90, 440, 90, 402).Arrow(180, 440, 180, 402).Box(60, 360, 150, 40, "linear", "Q Kᵀ")
        .Text(222, 384, "T × S", "start", "small").Arrow(135, 360, 135, 332)
        .Box(60, 290, 150, 40, "norm", "divide by √dₖ").Arrow(135, 290, 135, 262)
        .Box(60, 220, 150, 40, "embed", "mask (optional)").Arrow(135, 220, 135, 192)
        .Box(60, 150, 150, 40, "softmax", "softmax of rows").Text(222, 140, "weights", "start", "small").Arrow(135, 150, 135, 122)
        .Line(290, 440, 290, 102).Arrow(290, 102, 212, 102).Box(60, 80, 150, 40, "linear", "weights · V").Arrow(135, 80, 135, 42)
        .Text(135, 30, "output, T × dᵥ", "middle").ToSvg();

    /// <summary>Figure 2, right: multi-head attention.</summary>
    public static string MultiHeadAttention()
    {
        var drawing = new Drawing(460, 470, "Multi-head attention: h attentions side by side, concatenated and projected");
        string[] names = ["Q", "K", "V"];
        for (int i = 0; i < 3; i++)
        {
            double x = 90 + (i * 120);
            drawing.Text(x, 460, names[i], "middle", "big").Arrow(x, 440, x, 392);
            for (int copy = 2; copy >= 0; copy--) { drawing.Box(x - 45 + (copy * 7), 350 - (copy * 7), 90, 40, "linear", copy == 0 ? ["Linear"] : []); }
            drawing.Arrow(x, 336, x, 304);
        }

        for (int copy = 2; copy >= 0; copy--) { drawing.Box(45 + (copy * 8), 240 - (copy * 8), 330, 62, "attention", copy == 0 ? ["Scaled dot-product attention"] : []); }
        return drawing.Text(405, 262, "h heads", "start", "small").Arrow(210, 222, 210, 182)
            .Box(110, 140, 200, 40, "norm", "Concat").Text(322, 164, "T × h·dᵥ", "start", "small").Arrow(210, 140, 210, 112)
            .Box(110, 70, 200, 40, "linear", "Linear: Wᴼ").Arrow(210, 70, 210, 38).Text(210, 28, "output, T × d", "middle").ToSvg();
    }

    /// <summary>
    /// A sub-layer and its Add &amp; Norm above it. The stream comes in from below at <paramref name="from"/>; the residual path
    /// leaves it there and goes round the sub-layer.
    /// </summary>
    private static void SubLayer(Drawing drawing, double x, double top, double height, string kind, double from, string[] name)
    {
        double norm = top - 46, bottom = top + height, branch = (bottom + from) / 2;
        drawing.Box(x - 80, top, 160, height, kind, name)
            .Box(x - 80, norm, 160, 28, "norm", "Add & Norm")
            .Arrow(x, top, x, norm + 30)
            .Arrow(x, from, x, bottom + 2)
            .Arrow(x, branch, x + 97, branch, x + 97, norm + 14, x + 82, norm + 14);
    }
}
