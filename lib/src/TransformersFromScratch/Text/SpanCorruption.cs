namespace TransformersFromScratch;

/// <summary>
/// T5's task to learn a language from (Raffel et al. 2019, section 3.1.4 and figure 2): spans of a text are taken
/// out, a mark of its own
/// stands for each, and the model writes what is missing.
/// </summary>
/// <example>
/// "Thank you for inviting me to your party last week" → input "Thank you ⟨X⟩ me to your party ⟨Y⟩ week", target
/// "⟨X⟩ for inviting ⟨Y⟩ last ⟨Z⟩".
/// </example>
public static class SpanCorruption
{
    /// <summary>Takes spans out of a text.</summary>
    /// <param name="ids">At least one token, none of them a sentinel.</param>
    /// <param name="sentinels">
    /// The marks, in the order in which they are used. A text of n tokens has about n · rate / mean spans, and needs
    /// one mark more.
    /// If there are too few, fewer spans are taken, and longer ones.
    /// </param>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="rate">The share of the tokens that is taken; 0.15 in the paper.</param>
    /// <param name="mean">How many tokens a span has on average; 3 in the paper.</param>
    /// <returns>
    /// The text with marks for the spans; and each mark with what it stands for, then one more mark for the end.
    /// </returns>
    /// <remarks>
    /// As in T5's <c>random_spans_noise_mask</c> the length fixes how many tokens and spans are taken, and every way
    /// to share them
    /// out is equally likely. T5 there keeps the first token of a text and takes the last one, always. Its texts have
    /// 512 tokens; for
    /// short ones that would say too much about the end, so here a text may begin and end either way.
    /// </remarks>
    public static (int[] Input, int[] Target) Corrupt(
        IReadOnlyList<int> ids, IReadOnlyList<int> sentinels, Random random, double rate = 0.15, double mean = 3)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(sentinels);
        ArgumentNullException.ThrowIfNull(random);
        if (rate is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rate), rate, "A share is 0 to 1: 0.15 takes every seventh token or so.");
        }

        if (!(mean >= 1 && double.IsFinite(mean)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(mean), mean, "A span has 1 token or more on average: 3 in the paper.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(sentinels.Count, 2, nameof(sentinels));
        ArgumentOutOfRangeException.ThrowIfLessThan(ids.Count, 1, nameof(ids));
        int taken = Math.Clamp((int)Math.Round(ids.Count * rate), 1, ids.Count), left = ids.Count - taken;
        int spans = Math.Clamp(
            (int)Math.Round(taken / mean), 1, Math.Min(Math.Min(taken, left + 1), sentinels.Count - 1));
        int[] missing = Parts(taken, spans, random), kept = Parts(left + 2, spans + 1, random);
        kept[0]--; // Two spans have a token between them, but before the first and after the last there may be none.
        List<int> input = [], target = [];
        for (int span = 0, at = 0; span < spans; span++)
        {
            input.AddRange(ids.Skip(at).Take(kept[span]));
            input.Add(sentinels[span]);
            target.Add(sentinels[span]);
            target.AddRange(ids.Skip(at + kept[span]).Take(missing[span]));
            at += kept[span] + missing[span];
        }

        input.AddRange(ids.Skip(ids.Count - kept[^1] + 1));
        target.Add(sentinels[spans]);
        return ([.. input], [.. target]);
    }

    /// <summary>
    /// The text again: what the target says stands where its marks stood in the input. What a target does not name
    /// stays a mark.
    /// </summary>
    public static int[] Restore(IReadOnlyList<int> input, IReadOnlyList<int> target, IReadOnlyList<int> sentinels)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(sentinels);
        return [.. input.SelectMany(id => sentinels.Contains(id) && Place(id) is >= 0 and var place
            ? target.Skip(place + 1).TakeWhile(next => !sentinels.Contains(next)) : [id])];

        int Place(int id) => Array.IndexOf([.. target], id);
    }

    /// <summary>A whole number as a sum of so many parts of at least 1, every such sum equally likely.</summary>
    private static int[] Parts(int whole, int parts, Random random)
    {
        int[] borders = [.. Enumerable.Range(1, whole - 1)];
        random.Shuffle(borders);
        int[] ends = [.. borders.Take(parts - 1).Order(), whole];
        return [.. ends.Select((end, i) => end - (i == 0 ? 0 : ends[i - 1]))];
    }
}
