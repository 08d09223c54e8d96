namespace TransformersFromScratch;

/// <summary>
/// The hyperparameters of the dates of chapter 11; no date is ever drawn twice on purpose, so there is nothing to drop
/// out for.
/// </summary>
public sealed record DateRecipe
{
    /// <summary>d_model: 8 to 256, even, a multiple of <see cref="Heads"/>.</summary>
    public int DModel { get; init; } = 64;

    /// <summary>h: 1 to 16.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>d_ff: 8 to 2048.</summary>
    public int DFeedForward { get; init; } = 256;

    /// <summary>N of the encoder, and of the decoder: 1 to 6.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>How many steps of training: 10 to 20,000.</summary>
    public int Steps { get; init; } = 1200;

    /// <summary>Dates per step: 1 to 512.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>
    /// Above 0, 0.1 at most. After 100 steps of warm-up (a tenth of all steps, if those are few); a cosine brings it
    /// down to 0 at the last step.
    /// </summary>
    public double PeakLearningRate { get; init; } = 3e-3;

    /// <summary>Whether a training can go by this recipe.</summary>
    /// <exception cref="ArgumentException">It cannot; the message names the hyperparameter and what it may
    /// be.</exception>
    public void Check()
    {
        Recipe.Within(nameof(DModel), DModel, 8, 256);
        Recipe.Require(DModel % 2 == 0, nameof(DModel), DModel, "even");
        Recipe.Within(nameof(Heads), Heads, 1, 16);
        Recipe.RequireHeads(DModel, Heads);
        Recipe.Within(nameof(DFeedForward), DFeedForward, 8, 2048);
        Recipe.Within(nameof(Layers), Layers, 1, 6);
        Recipe.Within(nameof(Steps), Steps, 10, 20_000);
        Recipe.Within(nameof(Batch), Batch, 1, 512);
        Recipe.RequireRate(nameof(PeakLearningRate), PeakLearningRate);
    }
}

/// <summary>Trains a translator that reads dates as people write them, byte by byte, and writes ISO 8601.</summary>
public sealed class DateTraining
{
    /// <summary>Prepares the training.</summary>
    /// <param name="recipe">The hyperparameters.</param>
    /// <param name="seed">Of the weights and the dates.</param>
    /// <exception cref="ArgumentException">A hyperparameter is out of range; the message names it and what it may
    /// be.</exception>
    public DateTraining(DateRecipe recipe, int seed)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Check();

        // No merges: the 256 bytes are the tokens, so that whatever a reader types can be read.
        var tokens = BytePairEncoding.Train([""], merges: 0);
        var config = new TransformerConfig
        {
            Vocabulary = tokens.Count,
            DModel = recipe.DModel,
            Heads = recipe.Heads,
            DFeedForward = recipe.DFeedForward,
            EncoderLayers = recipe.Layers,
            DecoderLayers = recipe.Layers,
            Dropout = 0,
            PaddingId = Vocabulary.Padding,
        };
        Translator = new Translator(new Transformer(config, seed), tokens, longest: 48);
        Trainer = new Trainer(
            new Adam(Translator.Model.Parameters(), recipe.PeakLearningRate, beta2: 0.98, epsilon: 1e-9),
            step =>
            {
                TranslationBatch batch = TranslationBatch.Of(
                    [.. Enumerable.Range(0, recipe.Batch).Select(_ => Dates.Draw(step.Random))
                    .Select(pair => (Translator.Encode(pair.Source), Translator.Encode(pair.Target)))]);
                return batch.Loss(Translator.Model.Forward(batch.Source, batch.Input));
            },
            new TrainingOptions
            {
                Steps = recipe.Steps, Seed = seed,
                Schedule = Schedule.Cosine(recipe.PeakLearningRate, Math.Min(100, recipe.Steps / 10), recipe.Steps)
            });
    }

    /// <summary>Trains once, and asks for dates of days that are not trained on.</summary>
    /// <param name="recipe">The hyperparameters.</param>
    /// <param name="seed">Of the weights and the dates.</param>
    /// <param name="tested">How many dates are asked for.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static TaskRun Run(DateRecipe recipe, int seed, int tested = 5000, CancellationToken cancellation = default)
    {
        var training = new DateTraining(recipe, seed);
        if (training.Trainer.Run(cancellation: cancellation).End == TrainingEnd.Cancelled)
        {
            throw new OperationCanceledException(cancellation);
        }

        IReadOnlyList<SentencePair> exam = Dates.DrawTest(tested, seed: 2017);
        IReadOnlyList<string> said = training.Translator.Translate([.. exam.Select(pair => pair.Source)], cancellation);
        return new TaskRun("dates", seed, exam.Zip(said).Count(pair => pair.First.Target == pair.Second), tested);
    }

    /// <summary>Model and bytes.</summary>
    public Translator Translator { get; }

    /// <summary>The run.</summary>
    public Trainer Trainer { get; }
}
