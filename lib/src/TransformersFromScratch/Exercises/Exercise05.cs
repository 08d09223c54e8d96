namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 5. Each says what is right, or names the likely mistake.</summary>
public static class Exercise05
{
    /// <summary>Exercise 1: <c>[start, …translation]</c> and <c>[…translation, end]</c>.</summary>
    public static string CheckShiftRight(Func<int[], (int[] Input, int[] Wanted)> shiftRight) => Exercise.Run(() =>
    {
        var (input, wanted) = shiftRight([7, 8, 9]);
        return Exercise.FirstThatHolds(
            (input.SequenceEqual([7, 8, 9]) && wanted.SequenceEqual([7, 8, 9]), "Both are the translation itself: at each place the decoder reads the very token it should say."),
            (input.SequenceEqual([1, 7, 8, 9]) && wanted.SequenceEqual([7, 8, 9]), "The end token is missing: the model would never learn to stop."),
            (input.SequenceEqual([7, 8, 9]) && wanted.SequenceEqual([7, 8, 9, 2]), "The start token is missing: at the first place the decoder would already read the first word."),
            (input.SequenceEqual([1, 7, 8, 9, 2]) || wanted.SequenceEqual([1, 7, 8, 9, 2]), "Start belongs to the input alone, end to the wanted output alone."),
            (input.Length != wanted.Length, $"Every place that is read needs its answer, but you read {input.Length} tokens and want {wanted.Length}."),
            (input.SequenceEqual([7, 8, 9, 2]) && wanted.SequenceEqual([1, 7, 8, 9]), "You shifted the wrong one: it is the input that moves to the right."),
            (input.SequenceEqual([1, 7, 8, 9]) && wanted.SequenceEqual([7, 8, 9, 2]), Exercise.Right));
    });

    /// <summary>Exercise 2: the formula of <see cref="TransformerConfig.ParameterCount"/>.</summary>
    public static string CheckParameters(Func<long, long, long, long, long> count) => Exercise.Run(() =>
    {
        static long Formula(long v, long d, long ff, long n, long embeddings = 1, long bias = 1, long cross = 1, long norms = 1)
        {
            long attention = 4 * ((d * d) + (bias * d)), network = (2 * d * ff) + (bias * (ff + d)), norm = norms * 2 * d;
            return (embeddings * v * d) + (n * (attention + network + (2 * norm))) + (n * (((1 + cross) * attention) + network + (3 * norm)));
        }

        bool Is(Func<long, long, long, long, long> formula) =>
            new[] { (37_000L, 512L, 2048L, 6L), (100, 16, 64, 2) }.All(c => count(c.Item1, c.Item2, c.Item3, c.Item4) == formula(c.Item1, c.Item2, c.Item3, c.Item4));

        return Exercise.FirstThatHolds(
            (count(100, 16, 64, 2) == 0, "It returns 0 so far."),
            (Is((v, d, ff, n) => Formula(v, d, ff, n, embeddings: 3)), "You counted the embedding three times. It is one matrix, used three times."),
            (Is((v, d, ff, n) => Formula(v, d, ff, n, embeddings: 2)), "You counted the embedding twice. It is one matrix for source, target and output."),
            (Is((v, d, ff, n) => Formula(v, d, ff, n, bias: 0)), "The biases are missing: every linear map adds one number an output."),
            (Is((v, d, ff, n) => Formula(v, d, ff, n, cross: 0)), "The decoder has a second attention, over the memory: cross-attention is missing."),
            (Is((v, d, ff, n) => Formula(v, d, ff, n, norms: 0)), "The layer norms are missing: a gain and a bias of d numbers each."),
            (Is((v, d, ff, n) => Formula(v, d, ff, n, embeddings: 0)), "The embedding is missing: vocabulary times d."),
            (Is((v, d, ff, n) => Formula(v, d, ff, n)), Exercise.Right));
    });

    /// <summary>Exercise 3: causal and padding at once.</summary>
    public static string CheckDecoderMask(Func<int[], Mask> decoderMask) => Exercise.Run(() =>
    {
        Mask mask = decoderMask([1, 7, 8, 0, 0]);
        if ((mask.Queries, mask.Keys) != (5, 5))
        {
            return $"The target has five places, so the mask is 5×5, but yours is {mask.Queries}×{mask.Keys}.";
        }

        return Exercise.FirstThatHolds(
            (!mask.Hides(0, 2) && !mask.Hides(2, 3), "Nothing is hidden yet: not the future, not the padding."),
            (!mask.Hides(0, 2), "The future is not hidden: place 0 sees place 2."),
            (!mask.Hides(4, 3), "Padding is not hidden: place 4 sees the padding at place 3."),
            (mask.Hides(2, 1) || mask.Hides(1, 1), "Too much is hidden: a real word must see itself and the real words before it."),
            (mask.Hides(4, 2), "A padding query may see the real words before it; a row that is all hidden is not needed here."),
            (true, Exercise.Right));
    });
}
