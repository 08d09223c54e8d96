namespace TransformersFromScratch;

/// <summary>
/// Stands where a model asks for random numbers that nobody will read: weights stay 0 until those of a file take their
/// place. GPT-2's 124 million normal numbers would take seconds.
/// </summary>
internal sealed class NoRandom : Random
{
    public static NoRandom Instance { get; } = new();

    public override double NextDouble() => throw new InvalidOperationException("These weights come from a file.");

    public override float NextSingle() => throw new InvalidOperationException("These weights come from a file.");
}
