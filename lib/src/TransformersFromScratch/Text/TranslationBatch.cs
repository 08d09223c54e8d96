namespace TransformersFromScratch;

/// <summary>
/// Sources and targets as an encoder–decoder learns from them. At every place the decoder reads the right token of the
/// place before, whatever it would have said itself (teacher forcing; Williams and Zipser 1989), and has to say the
/// next: its input is the target "shifted right" (Vaswani et al. 2017, figure 1).
/// </summary>
/// <param name="Source">B sources.</param>
/// <param name="Input">B times the start token and the target: what the decoder reads.</param>
/// <param name="Wanted">B·T ids, the target and the end token: what it is to say at each place; padding where there is
/// nothing to say.</param>
public sealed record TranslationBatch(TokenBatch Source, TokenBatch Input, int[] Wanted)
{
    /// <summary>How many tokens are to be said.</summary>
    public int Tokens { get; } = Wanted.Count(id => id != Vocabulary.Padding);

    /// <summary>A batch of pairs, filled up with padding.</summary>
    /// <param name="pairs">Sources and targets, none with a start or end token yet.</param>
    public static TranslationBatch Of(IReadOnlyList<(int[] Source, int[] Target)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return new TranslationBatch(
            TokenBatch.Of([.. pairs.Select(pair => pair.Source)], Vocabulary.Padding),
            TokenBatch.Of([.. pairs.Select(pair => (int[])[Vocabulary.Start, .. pair.Target])], Vocabulary.Padding),
            TokenBatch.Of([.. pairs.Select(pair => (int[])[.. pair.Target, Vocabulary.End])], Vocabulary.Padding).Ids);
    }

    /// <summary>The mean cross-entropy of a model's logits, padding left out.</summary>
    /// <param name="logits">[B, T, vocabulary].</param>
    /// <param name="labelSmoothing">ε; 0.1 in the paper (section 5.4).</param>
    public BatchLoss Loss(Tensor logits, float labelSmoothing = 0) =>
        BatchLoss.CrossEntropy(logits, Wanted, labelSmoothing, ignore: Vocabulary.Padding);
}
