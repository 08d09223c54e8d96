namespace TransformersFromScratch;

/// <summary>How a <see cref="BeamSearch"/> goes about it.</summary>
public sealed record BeamOptions
{
    /// <summary>W, how many hypotheses are followed at once; 4 in the 2017 paper (section 6.1). 1 is greedy.</summary>
    public int Width { get; init; } = 4;

    /// <summary>α of the length penalty; 0.6 in the 2017 paper (section 6.1).</summary>
    public double Alpha { get; init; } = 0.6;

    /// <summary>How many hypotheses to return for each source, at most W.</summary>
    public int Best { get; init; } = 1;

    /// <summary>What may be written.</summary>
    public TokenRules Rules { get; init; } = new();

    /// <summary>Which of two ways to keep the books.</summary>
    public BeamStyle Style { get; init; }

    /// <summary>
    /// In the style of <see cref="BeamStyle.Published"/> alone: whether a search is over as soon as W hypotheses have
    /// ended, though a better one may still be being written.
    /// </summary>
    public bool EarlyStopping { get; init; }

    /// <summary>What a log-probability is divided by.</summary>
    /// <param name="length">How many tokens, the end included.</param>
    internal double Penalty(int length) => Style == BeamStyle.Paper
        ? BeamSearch.LengthPenalty(length, Alpha)
        : Math.Pow(length, Alpha);

    /// <summary>How many continuations of all hypotheses are looked at in a step.</summary>
    /// <param name="ends">How many tokens end a target.</param>
    internal int Candidates(int ends) => Style == BeamStyle.Paper ? Width : Math.Max(2, 1 + ends) * Width;

    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    internal void Check(int longest)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Width, "width");
        ArgumentOutOfRangeException.ThrowIfNegative(Rules.NoRepeat, "noRepeat");
        if (!(Alpha >= 0) || !double.IsFinite(Penalty(longest + 1)))
        {
            throw new ArgumentOutOfRangeException(
                "alpha", Alpha, "The α of the length penalty is 0 or more, and small: 0.6 in the paper, 1 or 2 " +
                    "at most in use.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Best, "best");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Best, Width, "best");
    }
}

/// <summary>Two ways to keep the books of a beam search. Both find good targets; their scores differ.</summary>
public enum BeamStyle
{
    /// <summary>
    /// That of the 2017 paper and its sources: scores are divided by ((5 + length) / 6)^α (Wu et al. 2016, equation
    /// 14); a hypothesis that ends keeps its place among the W; and the search is over when no other can overtake.
    /// </summary>
    Paper,

    /// <summary>
    /// That of Hugging Face's <c>generate</c>: scores are divided by length^α; the place of a hypothesis that ends is
    /// filled by the next best; and a search is over when the best that is still being written would, as long as it
    /// is now, not be among the W that have ended.
    /// </summary>
    Published,
}
