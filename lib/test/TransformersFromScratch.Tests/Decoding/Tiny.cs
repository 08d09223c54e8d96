namespace TransformersFromScratch.Tests.Decoding;

/// <summary>Models too small to know anything, whose every number a test can afford to compute twice.</summary>
internal static class Tiny
{
    public static Transformer Model(int seed, int vocabulary = 11, NormPlacement norm = NormPlacement.Post) => new(
        new TransformerConfig
        {
            Vocabulary = vocabulary, DModel = 16, Heads = 2, DFeedForward = 24, EncoderLayers = 2, DecoderLayers = 2, Norm = norm,
            PaddingId = Vocabulary.Padding,
        },
        seed);

    /// <summary>Sources of the lengths given, without special tokens.</summary>
    public static int[][] Sentences(int seed, int vocabulary, params int[] lengths)
    {
        var random = new Random(seed);
        return [.. lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(3, vocabulary)).ToArray())];
    }

    public static TokenBatch Batch(params int[][] sentences) => TokenBatch.Of(sentences, Vocabulary.Padding);

    public static IReadOnlyList<int[]> GreedyOf(Transformer model, TokenBatch source, int longest) =>
        Greedy.Decode(model, source, Vocabulary.Start, Vocabulary.End, longest);
}
