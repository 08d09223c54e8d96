using TransformersFromScratch;

namespace Course.Tests;

/// <summary>
/// A small Transformer that has learned a little to copy: what it writes differs from source to source and ends at
/// different lengths.
/// </summary>
internal static class Copier
{
    private static readonly Lazy<Transformer> s_model = new(Train);

    /// <summary>The model, of 13 tokens and width 16.</summary>
    public static Transformer Model => s_model.Value;

    /// <summary>What it learned.</summary>
    public static SequenceTask Task { get; } = new(SequenceRule.Copy, Length: 4);

    private static Transformer Train()
    {
        var model = new Transformer(new TransformerConfig
        {
            Vocabulary = 13, DModel = 16, Heads = 2, DFeedForward = 32, EncoderLayers = 1, DecoderLayers = 1,
            Dropout = 0,
        }, seed: 1);
        TaskRecipe recipe = TaskRecipe.All.First(
            recipe => recipe.Decoder) with
        { Task = Task, Steps = 60, PeakLearningRate = 5e-3 };
        recipe.Trainer(model.Parameters(), batch => batch.Loss(model.Forward(batch.Source, batch.Input)), seed: 1)
            .Run();
        return model;
    }
}
