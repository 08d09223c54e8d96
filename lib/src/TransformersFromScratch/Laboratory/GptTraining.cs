namespace TransformersFromScratch;

/// <summary>
/// Trains a small GPT: random windows of a text, AdamW, a learning rate that rises and then falls along a cosine, and
/// gradients clipped to a norm of 1.
/// </summary>
public sealed class GptTraining
{
    private readonly ITextBatches _training, _validation;
    private readonly Workspace _workspace = new();

    /// <summary>Prepares the training on a long text.</summary>
    /// <param name="recipe">The hyperparameters.</param>
    /// <param name="vocabulary">How many tokens there are.</param>
    /// <param name="training">The ids of the text to learn from.</param>
    /// <param name="validation">The ids of the text to measure by; the model never learns from it.</param>
    /// <param name="seed">Of the weights, the windows and dropout.</param>
    /// <param name="change">
    /// Makes another model of the recipe's, such as one with another norm: <c>config => config with { … }</c>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A hyperparameter is out of range, or a text is shorter than a window; the message says which.
    /// </exception>
    public GptTraining(
        GptRecipe recipe, int vocabulary, int[] training, int[] validation, int seed,
        Func<GptConfig, GptConfig>? change = null)
        : this(recipe, vocabulary, Windows(training, recipe), Windows(validation, recipe), seed, change)
    {
    }

    /// <summary>Prepares the training on batches of any kind, such as <see cref="TextLines"/>.</summary>
    /// <param name="recipe">The hyperparameters.</param>
    /// <param name="vocabulary">How many tokens there are.</param>
    /// <param name="training">What to learn from.</param>
    /// <param name="validation">What to measure by; the model never learns from it.</param>
    /// <param name="seed">Of the weights, the batches and dropout.</param>
    /// <param name="change">Makes another model of the recipe's.</param>
    /// <exception cref="ArgumentException">A hyperparameter is out of range; the message says which.</exception>
    public GptTraining(
        GptRecipe recipe, int vocabulary, ITextBatches training, ITextBatches validation, int seed,
        Func<GptConfig, GptConfig>? change = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        recipe.Check();
        (Recipe, _training, _validation) = (recipe, training, validation);
        GptConfig config = recipe.Config(vocabulary);
        Model = new Gpt(change?.Invoke(config) ?? config, seed);
        Trainer = new Trainer(
            new AdamW(
                Model.Parameters(), recipe.PeakLearningRate, beta2: recipe.Beta2, weightDecay: recipe.WeightDecay),
            step => Loss(_training.Draw(step.Random, recipe.Batch), step.Random),
            new TrainingOptions { Steps = recipe.Steps, Seed = seed, Schedule = recipe.Schedule() });
    }

    /// <summary>The hyperparameters.</summary>
    public GptRecipe Recipe { get; }

    /// <summary>The model as it is after the steps so far.</summary>
    public Gpt Model { get; }

    /// <summary>The run: <c>Trainer.Run(until: 500)</c> goes on to step 500, and may be called again.</summary>
    public Trainer Trainer { get; }

    /// <summary>The mean loss of a token that the model has not learned from, in nats.</summary>
    /// <param name="batches">
    /// How many batches to measure on (<see cref="ITextBatches.Exam"/>): the same ones each time, for every model.
    /// </param>
    public double ValidationLoss(int batches = 200)
    {
        using var quiet = Tape.NoGradient();
        return BatchLoss.Mean(Losses());

        IEnumerable<BatchLoss> Losses()
        {
            foreach (var batch in _validation.Exam(batches))
            {
                using var lent = _workspace.BeginStep();
                yield return Loss(batch, dropout: null);
            }
        }
    }

    private BatchLoss Loss((TokenBatch Inputs, int[] Targets) batch, Random? dropout) =>
        BatchLoss.CrossEntropy(Model.Forward(batch.Inputs, dropout), batch.Targets);

    private static TextWindows Windows(int[] text, GptRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Check();
        return new TextWindows(text, recipe.Context);
    }
}
