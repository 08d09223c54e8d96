namespace TransformersFromScratch;

/// <summary>
/// BART's task to learn a language from (Lewis et al. 2019, section 2.2, text infilling): spans of a text become one
/// mask each, and the
/// model writes the whole text. So it has to find out how many tokens are missing, and learns to copy the others.
/// </summary>
public static class Infilling
{
    /// <summary>Replaces spans of a text by a mask each.</summary>
    /// <param name="ids">The text.</param>
    /// <param name="mask">The mask's id.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="rate">The share of the tokens that is taken; 0.3 in the paper.</param>
    /// <param name="mean">
    /// λ of the Poisson distribution of which a span's length is drawn; 3 in the paper. A span of length 0 takes
    /// nothing: a mask is put
    /// between two tokens.
    /// </param>
    /// <returns>The text with the masks, no two of them side by side; and the text.</returns>
    public static (int[] Input, int[] Target) Corrupt(
        IReadOnlyList<int> ids, int mask, Random random, double rate = 0.3, double mean = 3)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(random);
        if (rate is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rate), rate, "A share is 0 to 1: 0.3 takes three tokens of ten.");
        }

        if (!(mean > 0 && double.IsFinite(mean)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(mean), mean, "The mean length of a span is above 0: 3 in the paper.");
        }

        int taken = (int)Math.Round(ids.Count * rate);
        int[] spans = Spans(taken, ids.Count - taken + 1, mean, random);

        // The tokens that stay leave gaps between and around them; each span stands in a gap of its own.
        int[] gaps = [.. Enumerable.Range(0, ids.Count - taken + 1)];
        random.Shuffle(gaps);
        var input = new List<int>();
        int at = 0, kept = 0;
        foreach (var (gap, span) in gaps.Take(spans.Length).Order().Zip(spans))
        {
            input.AddRange(ids.Skip(at).Take(gap - kept));
            input.Add(mask);
            at += gap - kept + span;
            kept = gap;
        }

        input.AddRange(ids.Skip(at));
        return ([.. input], [.. ids]);
    }

    /// <summary>
    /// Lengths of spans that are <paramref name="taken"/> tokens together, at most so many spans, in random order.
    /// </summary>
    private static int[] Spans(int taken, int most, double mean, Random random)
    {
        var spans = new List<int>();
        for (int left = taken; left > 0;)
        {
            // What is left goes into the last one.
            int length = spans.Count == most - 1 ? left : Math.Min(left, Poisson(mean, random));
            spans.Add(length);
            left -= length;
        }

        int[] mixed = [.. spans];
        random.Shuffle(mixed); // The last one drawn was cut to fit, and would always be the last of the text.
        return mixed;
    }

    /// <summary>
    /// A number of a Poisson distribution (Knuth 1969, section 3.4.1): how many uniform draws stay, multiplied, above
    /// e^-λ.
    /// </summary>
    internal static int Poisson(double mean, Random random)
    {
        double limit = Math.Exp(-mean);
        int count = 0;
        for (double product = random.NextDouble(); product > limit; product *= random.NextDouble())
        {
            count++;
        }

        return count;
    }
}
