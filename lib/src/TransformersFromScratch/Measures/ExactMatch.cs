namespace TransformersFromScratch;

/// <summary>
/// The share of outputs that are right to the last character: the measure where there is one right answer, as for
/// dates.
/// </summary>
public static class ExactMatch
{
    /// <summary>The share in per cent, 0 to 100. White space at the ends does not count; case does.</summary>
    /// <exception cref="ArgumentException">There are no outputs, or not as many references.</exception>
    public static double Corpus(IReadOnlyList<string> outputs, IReadOnlyList<string> references) =>
        100 * Sentences(outputs, references).Average();

    /// <summary>Of each sentence, 1 if it is right and 0 if not: what <see cref="Bootstrap"/> draws from.</summary>
    /// <exception cref="ArgumentException">There are no outputs, or not as many references.</exception>
    public static IReadOnlyList<double> Sentences(IReadOnlyList<string> outputs, IReadOnlyList<string> references)
    {
        References.Check(outputs, References.One(references));
        return [.. outputs.Zip(
            references, (output, reference) => output.AsSpan().Trim().SequenceEqual(reference.AsSpan().Trim())
                ? 1.0
                : 0.0)];
    }
}
