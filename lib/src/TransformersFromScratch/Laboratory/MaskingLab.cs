using System.Globalization;

namespace TransformersFromScratch;

/// <summary>
/// What the parts of the 80/10/10 rule are for: small models that learn by rules of which a part is taken away, asked
/// about tokens that are hidden, replaced, and left as they are (Devlin et al. 2018, appendix C.2, compares them by
/// fine-tuning alone).
/// </summary>
public static class MaskingLab
{
    /// <summary>How many labelled texts the fine-tuning reads.</summary>
    public const int Labels = 300;

    /// <summary>The rules, BERT's first.</summary>
    public static IReadOnlyList<MaskingRule> Rules { get; } =
    [
        new(), new(Mask: 1, Random: 0), new(Mask: 0.8, Random: 0.2), new(Mask: 0.8, Random: 0), new(Mask: 0, Random: 1),
    ];

    /// <summary>What is trained: two layers, short texts, two readings.</summary>
    public static BertRecipe Recipe { get; } = new()
    {
        Layers = 2, DModel = 64, DFeedForward = 256, Length = 32, BatchTokens = 512, Epochs = 2,
        PeakLearningRate = 3e-3, Deviation = 0.1f,
    };

    /// <summary>A rule as hidden/replaced/left, in per cent.</summary>
    public static string NameOf(MaskingRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{100 * rule.Mask:F0}/{100 * rule.Random:F0}/{100 * Math.Abs(rule.Kept):F0}");
    }

    /// <summary>Trains one model and asks it.</summary>
    /// <param name="rule">By which it learns.</param>
    /// <param name="tokens">The pieces of words.</param>
    /// <param name="packages">The texts.</param>
    /// <param name="seed">Of all that is random in learning.</param>
    /// <param name="recipe">What is trained; <see cref="Recipe"/> if null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static MaskingRun Run(
        MaskingRule rule, WordPiece tokens, PackageTexts packages, int seed, BertRecipe? recipe = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(packages);
        var training = new BertTraining(
            (recipe ?? Recipe) with { Masking = rule }, tokens, packages.Unlabelled, packages.Validation, seed);
        if (training.Trainer.Run(null, cancellation).End == TrainingEnd.Cancelled)
        {
            throw new OperationCanceledException(cancellation);
        }

        double Loss(double mask, double random) => training.Validate(new MaskingRule(Mask: mask, Random: random)).Loss;
        SectionRun sorted = SectionLab.Run(
            SectionLab.Pretrained, SectionLab.Recipe(SectionLab.Pretrained) with { PeakLearningRate = 1e-3 },
            new MaskedLanguageModel(training.Model, tokens), SectionLab.Drawn(packages.Labelled, Labels, seed),
            packages.Test, seed, cancellation);
        return new MaskingRun(NameOf(rule), seed, Loss(1, 0), Loss(0, 1), Loss(0, 0), sorted.Accuracy);
    }
}
