using System.Globalization;

namespace TransformersFromScratch;

/// <summary>The colours of every figure, in one place.</summary>
internal static class Palette
{
    /// <summary>
    /// Viridis (Smith and van der Walt, 2015): equal steps in the number are equal steps to the eye, also for
    /// colour-blind readers and in grey print. Eleven stops, evenly spaced, joined by straight lines in RGB.
    /// </summary>
    public static readonly string[] Sequential =
    [
        "#440154", "#482475", "#414487", "#355f8d", "#2a788e", "#21918c",
        "#22a884", "#44bf70", "#7ad151", "#bddf26", "#fde725",
    ];

    /// <summary>
    /// RdBu of ColorBrewer (Harrower and Brewer, 2003), from blue to red, which colour-blind readers tell apart: below
    /// zero blue, above zero red, the palest at zero.
    /// </summary>
    public static readonly string[] Diverging =
    [
        "#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7",
        "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f",
    ];

    /// <summary>
    /// Okabe and Ito's colours (2008) that stay legible on white and on black alike (their yellow does not; their blue
    /// is a little lighter here), then the colour of the text, which stands for their black.
    /// </summary>
    public static readonly string[] Lines = ["#1a7fc4", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "ink"];

    /// <summary>
    /// The diverging colours over a scale on which zero need not lie in the middle: zero keeps the palest colour.
    /// </summary>
    public static string[] DivergingOver(double min, double max)
    {
        double largest = Math.Max(Math.Abs(min), Math.Abs(max));
        return min == -max ? Diverging
            : [.. Enumerable.Range(0, 21)
                .Select(i => At(0.5 + ((min + ((max - min) * i / 20)) / (2 * largest)), Diverging))];
    }

    /// <summary>The colour at a fraction (0 to 1, clipped) of the way through some colours, evenly spaced.</summary>
    public static string At(double fraction, string[]? colors = null)
    {
        colors ??= Sequential;
        double place = Math.Clamp(fraction, 0, 1) * (colors.Length - 1);
        int stop = Math.Min((int)place, colors.Length - 2);
        (int r0, int g0, int b0) = Rgb(colors[stop]);
        (int r1, int g1, int b1) = Rgb(colors[stop + 1]);
        double t = place - stop;
        return $"#{Mix(r0, r1, t):x2}{Mix(g0, g1, t):x2}{Mix(b0, b1, t):x2}";
    }

    /// <summary>
    /// Black or white, whichever has the higher contrast upon a colour (WCAG 2.1, relative luminance).
    /// </summary>
    public static string TextOn(string color)
    {
        (int r, int g, int b) = Rgb(color);
        return (0.2126 * Linear(r)) + (0.7152 * Linear(g)) + (0.0722 * Linear(b)) > 0.179 ? "#000" : "#fff";

        static double Linear(int channel) => Math.Pow(((channel / 255.0) + 0.055) / 1.055, 2.4);
    }

    /// <summary>The CSS colour of a line or a bar.</summary>
    public static string Line(int index) =>
        Lines[index % Lines.Length] is var color && color == "ink" ? "currentColor" : color;

    private static int Mix(int from, int to, double t) => (int)Math.Round(from + ((to - from) * t));

    private static (int R, int G, int B) Rgb(string color)
    {
        int rgb = int.Parse(color.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (rgb >> 16, (rgb >> 8) & 255, rgb & 255);
    }
}
