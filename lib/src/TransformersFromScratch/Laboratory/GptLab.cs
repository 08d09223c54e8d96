namespace TransformersFromScratch;

/// <summary>
/// The trainings of chapter 12 that take longer than reading it. Emma: several learning rates and seeds. All six
/// novels: five sizes, each with as many steps and as many characters, so that the parameters alone differ.
/// </summary>
public static class GptLab
{
    /// <summary>Highest learning rates that are tried on Emma. nanoGPT's is the first.</summary>
    public static IReadOnlyList<double> Rates { get; } = [1e-3, 3e-3, 6e-3];

    /// <summary>The sizes, from about 30,000 to 2.7 million parameters: layers, heads, d_model.</summary>
    public static IReadOnlyList<(int Layers, int Heads, int DModel)> Sizes { get; } =
        [(2, 4, 32), (2, 4, 64), (4, 4, 64), (4, 4, 128), (6, 6, 192)];

    /// <summary>nanoGPT's recipe with another highest learning rate; it falls to a tenth of it.</summary>
    public static GptRecipe AtRate(double peak) => new() { PeakLearningRate = peak, LastLearningRate = peak / 10 };

    /// <summary>
    /// How one of <see cref="Sizes"/> is trained. The learning rate is the higher, the narrower the model (Yang et al.
    /// 2022, "Tensor Programs V", table 3: for Adam, 1/width): one rate for all would be wrong for most.
    /// </summary>
    public static GptRecipe OfSize((int Layers, int Heads, int DModel) size) => AtRate(0.384 / size.DModel) with
    {
        Layers = size.Layers,
        Heads = size.Heads,
        DModel = size.DModel,
        Batch = 24,
        Steps = 2500,
    };
}
