namespace TransformersFromScratch;

/// <summary>
/// Masked language modelling (Devlin et al. 2018, section 3.1, task 1): some tokens are hidden, and have to be
/// guessed from both sides.
/// </summary>
public static class MaskedWords
{
    /// <summary>
    /// Hides tokens of every sentence. Which, is drawn anew at each call, so that a model never sees the same
    /// sentence with the same
    /// blanks (Liu et al. 2019, section 4.1); BERT itself drew ten times, and learned from these for ever.
    /// </summary>
    /// <param name="sentences">Sentences with [CLS] and [SEP]; no special token is ever hidden.</param>
    /// <param name="tokens">Their tokenizer. A random token is one of its pieces, and no special one.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="rule">How many, and what becomes of them; the paper's if null.</param>
    /// <returns>
    /// The sentences with the blanks; at which of their B·T places something has to be guessed, ascending; and what
    /// stood there. At
    /// least one place of every sentence that has anything to hide.
    /// </returns>
    /// <exception cref="ArgumentException">The rule's shares are no shares.</exception>
    public static (TokenBatch Inputs, int[] Places, int[] Targets) Mask(
        TokenBatch sentences, WordPiece tokens, Random random, MaskingRule? rule = null)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(random);
        rule ??= new MaskingRule();
        rule.Check();
        int[] inputs = [.. sentences.Ids];
        var places = new List<int>();
        for (int b = 0; b < sentences.Sentences; b++)
        {
            int[] candidates =
                [.. Enumerable.Range(b * sentences.Length, sentences.Length).Where(i => !tokens.IsSpecial(inputs[i]))];
            random.Shuffle(candidates);
            int count = Math.Min(candidates.Length, Math.Max(1, (int)Math.Round(rule.Rate * candidates.Length)));
            places.AddRange(candidates.Take(count).Order());
        }

        int[] targets = [.. places.Select(place => inputs[place])];
        foreach (int place in places)
        {
            double draw = random.NextDouble();
            inputs[place] = draw < rule.Mask ? tokens.Mask
                : draw < rule.Mask + rule.Random ? RandomPiece(tokens, random) : inputs[place];
        }

        return (new TokenBatch(inputs, sentences.Sentences, sentences.Length), [.. places], targets);
    }

    private static int RandomPiece(WordPiece tokens, Random random)
    {
        int piece;
        do
        {
            piece = random.Next(tokens.Count);
        }
        while (tokens.IsSpecial(piece));
        return piece;
    }
}
