namespace Course;

/// <summary>One step of training: the model, the loss, the walk back, and what makes a change of a gradient.</summary>
internal static class OptimiserStepDiagram
{
    private const double Left = 200, Right = 550, Width = 190;

    public static string Svg()
    {
        var drawing = new Drawing(700, 540, "One step of training",
            "A batch of n tokens goes through the model to n × C logits. With the targets q they give the loss, one " +
            "number. The walk back gives a gradient g as large as the parameters x. It is clipped, Adam makes a " +
            "change of it, with the rate of the schedule, and the new x go back into the model.");
        drawing.Text("", Left, 522, "a batch: n tokens");
        drawing.Arrow((Left, 504), (Left, 452));
        Box(drawing, "attend", Left, 394, "Model", "with the parameters x");
        drawing.Arrow((Left, 394), (Left, 322));
        drawing.Text("quiet start", Left + 9, 362, "l: n × C logits");
        Box(drawing, "soft", Left, 264, "Cross-entropy", "belief p against q");
        drawing.Text("quiet", 56, 264, "targets q:");
        drawing.Text("quiet", 56, 282, "n × C");
        drawing.Arrow((24, 292), (Left - (Width / 2), 292));
        drawing.Arrow((Left, 264), (Left, 192));
        drawing.Text("quiet start", Left + 9, 232, "L: one number");
        Box(drawing, "plain", Left, 134, "Walk back", "(chapter 6)");
        drawing.Arrow((Left, 134), (Left, 60), (Right, 60), (Right, 132));
        drawing.Text("quiet", (Left + Right) / 2, 50, "g: as large as x");
        Box(drawing, "norm", Right, 134, "Clipping", "norm G at most");
        drawing.Arrow((Right, 190), (Right, 262));
        drawing.Text("quiet start", Right + 9, 230, "g: as large as x");
        Box(drawing, "feed", Right, 264, "Adam", "keeps m and v");
        drawing.Arrow((Right - (Width / 2), 292), (375, 292), (375, 422), (Left + (Width / 2), 422));
        drawing.Text("quiet", 375, 444, "the new x");
        drawing.Arrow((Right, 394), (Right, 322));
        drawing.Text("quiet start", Right + 9, 362, "η: one number");
        Box(drawing, "embed", Right, 394, "Schedule", "warm-up, then a fall");
        drawing.Arrow((Right, 504), (Right, 452));
        drawing.Text("", Right, 522, "the step t");
        return drawing.ToString();
    }

    private static void Box(Drawing drawing, string kind, double middle, double y, params string[] lines) =>
        drawing.Box(kind, middle - (Width / 2), y, Width, 56, lines);
}
