namespace Course;

/// <summary>Chapter 8 in one picture: a step of training, and the shape on every arrow.</summary>
internal static class TrainingStepDiagram
{
    private const double Encoder = 60, Decoder = 270, Width = 180;

    public static string Svg()
    {
        var drawing = new Drawing(650, 612, "One step of training",
            "A batch of B sequences of S symbols goes into the encoder, which gives a memory of B × S × d. The " +
            "answers shifted right, B × T, go into the decoder, which also reads the memory. It gives logits of " +
            "B × T × V. The cross-entropy compares them with the answers and their end, B × T, and gives one " +
            "number, the loss. Backward makes a gradient for each parameter, its norm is clipped, and the optimiser " +
            "takes a step.");
        const double encoder = Encoder + (Width / 2), decoder = Decoder + (Width / 2), says = 560;
        drawing.Text("", encoder, 572, "sequences");
        drawing.Text("quiet", encoder, 590, "B × S ids");
        drawing.Text("", decoder, 572, "reads: <s>, answer");
        drawing.Text("quiet", decoder, 590, "B × T ids");
        drawing.Text("", says, 572, "says: answer, </s>");
        drawing.Text("quiet", says, 590, "B × T ids");
        drawing.Arrow((encoder, 554), (encoder, 502));
        drawing.Arrow((decoder, 554), (decoder, 502));
        drawing.Box("attend", Encoder, 456, Width, 44, "Encoder");
        drawing.Box("feed", Decoder, 456, Width, 44, "Decoder");
        drawing.Arrow((encoder, 456), (encoder, 424), (255, 424), (255, 478), (Decoder, 478));
        drawing.Text("quiet", encoder + 10, 414, "memory, B × S × d");
        drawing.Arrow((decoder, 456), (decoder, 372));
        drawing.Text("quiet start", decoder + 9, 416, "logits, B × T × V");
        drawing.Box("soft", Decoder, 326, says - Decoder + 40, 44, "Cross-entropy, without padding");
        drawing.Arrow((says, 554), (says, 372));
        drawing.Arrow((decoder, 326), (decoder, 284));
        drawing.Text("quiet start", decoder + 9, 309, "the loss, one number");
        drawing.Box("plain", Decoder, 240, Width, 42, "Backward");
        drawing.Arrow((decoder, 240), (decoder, 198));
        drawing.Text("quiet start", decoder + 9, 223, "a gradient per parameter");
        drawing.Box("norm", Decoder, 154, Width, 42, "Clip to a norm");
        drawing.Arrow((decoder, 154), (decoder, 112));
        drawing.Text("quiet start", decoder + 9, 137, "as many, no longer than that");
        drawing.Box("embed", Decoder, 68, Width, 42, "Step of the optimiser");
        drawing.Arrow((Decoder, 89), (28, 89), (28, 478), (Encoder, 478));
        drawing.Text("quiet start", 28, 62, "all parameters move,");
        drawing.Text("quiet start", 28, 79, "and the next batch comes");
        return drawing.ToString();
    }
}
