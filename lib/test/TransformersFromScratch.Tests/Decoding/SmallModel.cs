namespace TransformersFromScratch.Tests.Decoding;

/// <summary>
/// Models with random weights whose next tokens are neither all alike nor certain, and sources for them.
/// </summary>
internal static class SmallModel
{
    public static Transformer Build(int vocabulary = 11, NormPlacement norm = NormPlacement.Post, int seed = 1) => new(
        new TransformerConfig
        {
            Vocabulary = vocabulary, DModel = 16, Heads = 2, DFeedForward = 24, EncoderLayers = 1, DecoderLayers = 2,
            Norm = norm, Dropout = 0,
        },
        seed);

    /// <summary>Sources of the given lengths, without padding or special tokens inside.</summary>
    public static IReadOnlyList<int>[] Sources(Transformer model, int seed, params int[] lengths)
    {
        var random = new Random(seed);
        return [.. lengths.Select(
            length =>
                (IReadOnlyList<int>)[.. Enumerable.Range(0, length)
                    .Select(_ => random.Next(3, model.Config.Vocabulary))])];
    }

    public static TokenBatch Batch(params IReadOnlyList<int>[] sources) => TokenBatch.Of(sources, Vocabulary.Padding);

    /// <summary>
    /// The logits after the last token of each row, with no cache: the whole targets through the decoder.
    /// </summary>
    public static float[][] LastLogits(
        Transformer model, IReadOnlyList<int>[] sources, IReadOnlyList<int>[] targets,
        ICollection<Tensor>? crossMaps = null)
    {
        using var quiet = Tape.NoGradient();
        TokenBatch source = Batch(sources), target = Batch(targets);
        Tensor logits = model.Embedding.Logits(
            model.Decode(target, model.Encode(source), source, crossMaps: crossMaps));
        int vocabulary = logits.Shape[^1];
        return [.. targets.Select(
            (_, b) => logits.Span.Slice((((b + 1) * target.Length) - 1) * vocabulary, vocabulary).ToArray())];
    }

    /// <summary>
    /// log P(tokens | source) in double precision from the uncached decoder; the end token included if it is to be.
    /// </summary>
    public static double LogProbability(
        Transformer model, IReadOnlyList<int> source, IReadOnlyList<int> tokens, bool ended)
    {
        using var quiet = Tape.NoGradient();
        int[] written = ended ? [.. tokens, Vocabulary.End] : [.. tokens];
        int[] read = [Vocabulary.Start, .. written[..^1]];
        Tensor logits = model.Forward(Batch(source), Batch(read));
        int vocabulary = logits.Shape[^1];
        double sum = 0;
        for (int t = 0; t < written.Length; t++)
        {
            double[] row = [.. logits.Span.Slice(t * vocabulary, vocabulary).ToArray().Select(logit => (double)logit)];
            sum += row[written[t]] - Math.Log(row.Sum(Math.Exp));
        }

        return sum;
    }

    public static void Near(IReadOnlyList<float> expected, ReadOnlySpan<float> actual, float tolerance = 1e-5f)
    {
        Assert.Equal(expected.Count, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance,
                $"At {i}: {expected[i]} without the cache, {actual[i]} with it.");
        }
    }
}
