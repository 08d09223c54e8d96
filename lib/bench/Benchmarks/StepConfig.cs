namespace TransformersFromScratch.Benchmarks;

/// <summary>A training step to be timed: a model and a batch, random tokens, no dropout, AdamW.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="EncoderLayers">0 for a GPT.</param>
/// <param name="Layers">Layers of the GPT, or of the decoder.</param>
/// <param name="Width">d_model.</param>
/// <param name="Heads">Attention heads of a layer.</param>
/// <param name="Inner">Width of the feed-forward layer's hidden part.</param>
/// <param name="Tokens">Length of a sequence, source and target alike.</param>
/// <param name="Batch">Sequences in a batch.</param>
/// <param name="Vocabulary">Different tokens.</param>
internal sealed record StepConfig(
    string Name, int EncoderLayers, int Layers, int Width, int Heads, int Inner, int Tokens, int Batch, int Vocabulary)
{
    public static IReadOnlyList<StepConfig> All { get; } =
    [
        new("S", 0, 4, 128, 4, 512, 64, 12, 65),
        new("M", 0, 6, 256, 8, 1024, 128, 16, 2000),
        new("ED", 2, 2, 128, 4, 512, 24, 64, 3000),
    ];

    /// <summary>
    /// Floating-point operations of the products in one step, forward and twice that backward; masked blocks of
    /// attention are counted too, whether or not they are computed.
    /// </summary>
    public double Flop
    {
        get
        {
            double attention = 4.0 * Width * Width, feedForward = 2.0 * Width * Inner, scores = 2.0 * Tokens * Width;
            double encoder = EncoderLayers * (attention + feedForward + scores);
            double decoder = Layers * ((EncoderLayers > 0 ? 2 : 1) * (attention + scores) + feedForward);
            return 6.0 * Batch * Tokens * (encoder + decoder + (double)Width * Vocabulary);
        }
    }

    public string Description => EncoderLayers == 0
        ? $"GPT of {Layers} layers, d {Width}, {Heads} heads, {Tokens} tokens, batch {Batch}, vocabulary {Vocabulary}"
        : $"encoder–decoder of {EncoderLayers}+{Layers} layers, d {Width}, {Heads} heads, {Tokens}+{Tokens} tokens, " +
          $"batch {Batch}, vocabulary {Vocabulary}";

    /// <summary>Random tokens, Batch × Tokens.</summary>
    public int[] RandomTokens(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Batch * Tokens).Select(_ => random.Next(Vocabulary))];
    }
}
