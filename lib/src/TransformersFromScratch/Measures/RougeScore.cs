using System.Globalization;

namespace TransformersFromScratch;

/// <summary>How much of a text stands in another, in per cent, 0 to 100.</summary>
/// <param name="Precision">The share of the output that stands in the reference.</param>
/// <param name="Recall">The share of the reference that stands in the output.</param>
public readonly record struct RougeScore(double Precision, double Recall)
{
    /// <summary>The harmonic mean of the two; 0 where both are 0.</summary>
    public double F1 => Precision + Recall > 0 ? 2 * Precision * Recall / (Precision + Recall) : 0;

    /// <summary>From how many parts two texts share, and how many each has.</summary>
    internal static RougeScore Of(int shared, int output, int reference) =>
        new(output > 0 ? 100.0 * shared / output : 0, reference > 0 ? 100.0 * shared / reference : 0);

    /// <summary>To one decimal: <c>F1 33.4 (precision 41.0, recall 30.2)</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"F1 {F1:F1} (precision {Precision:F1}, recall {Recall:F1})");
}

/// <summary>The four measures of one output, or their means over many.</summary>
/// <param name="One">ROUGE-1: F1 of the words.</param>
/// <param name="Two">ROUGE-2: F1 of the pairs of neighbouring words.</param>
/// <param name="L">ROUGE-L: F1 of the longest common row of words.</param>
/// <param name="Lsum">ROUGE-Lsum: the same, sentence by sentence.</param>
public readonly record struct RougeScores(double One, double Two, double L, double Lsum)
{
    /// <summary>To one decimal: <c>33.4 / 14.7 / 30.9 / 30.9</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{One:F1} / {Two:F1} / {L:F1} / {Lsum:F1}");
}
