namespace TransformersFromScratch;

/// <summary>
/// The training that chapter 15 compares by. It is chapter 12's (<see cref="GptTraining"/>) but for two things: the
/// learning rate goes by the 2017 paper's schedule, and of a mixture of experts the balance is part of the loss.
/// </summary>
/// <remarks>
/// A cosine knows when it will end, so half of its curve is no run of half the length. The 2017 schedule (section 5.3)
/// does not know: its curve may be cut anywhere, and so variants can be compared after equal time.
/// </remarks>
public sealed class ModernTraining
{
    /// <summary>α, the weight of the balance in the loss (Fedus et al. 2021, section 2.2).</summary>
    public const float BalanceWeight = 0.01f;

    private readonly TextWindows _text, _exam;
    private readonly Workspace _workspace = new();

    /// <summary>Prepares a training.</summary>
    /// <param name="recipe">Batch, steps, peak rate, warm-up, weight decay; the last learning rate is not used.</param>
    /// <param name="config">The model.</param>
    /// <param name="text">The ids of the text to learn from.</param>
    /// <param name="validation">The ids of the text to measure by.</param>
    /// <param name="seed">Of the weights and of the windows.</param>
    /// <param name="warmUp">Whether the rate rises first; if not, it begins at its peak and falls from there.</param>
    /// <param name="balanceWeight">α; with 0 nothing keeps the experts balanced.</param>
    public ModernTraining(
        GptRecipe recipe, GptConfig config, int[] text, int[] validation, int seed, bool warmUp = true,
        float balanceWeight = BalanceWeight)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(config);
        recipe.Check();
        (_text, _exam) = (new TextWindows(text, config.Context), new TextWindows(validation, config.Context));
        Model = new Gpt(config, seed);
        Func<long, double> schedule = Rate(recipe);
        Trainer = new Trainer(
            new AdamW(
                Model.Parameters(), recipe.PeakLearningRate, beta2: recipe.Beta2, weightDecay: recipe.WeightDecay),
            step => Loss(_text.Draw(step.Random, recipe.Batch), balanceWeight),
            new TrainingOptions
            {
                Steps = recipe.Steps, Seed = seed, ReportEvery = TimeSpan.Zero,
                Schedule = warmUp ? schedule : step => schedule(Math.Max(step, recipe.WarmUp)),
            });
    }

    /// <summary>The model as it is after the steps so far.</summary>
    public Gpt Model { get; }

    /// <summary>The run.</summary>
    public Trainer Trainer { get; }

    /// <summary>The learning rate of every step: up in a line, then down with the root of the step.</summary>
    public static Func<long, double> Rate(GptRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        int warmUp = Math.Max(1, recipe.WarmUp);
        return Schedule.Warmup(
            recipe.DModel, warmUp, recipe.PeakLearningRate * Math.Sqrt((double)recipe.DModel * warmUp));
    }

    /// <summary>The mean loss of a token that the model has not learned from, in nats, without the balance.</summary>
    /// <param name="batches">How many batches of 12 windows: the same ones for every model.</param>
    public double ValidationLoss(int batches)
    {
        using var quiet = Tape.NoGradient();
        return BatchLoss.Mean(_exam.Exam(batches).Select(Measure));

        BatchLoss Measure((TokenBatch Inputs, int[] Targets) batch)
        {
            using var lent = _workspace.BeginStep();
            float loss = BatchLoss.CrossEntropy(Model.Forward(batch.Inputs), batch.Targets).Loss.Scalar;
            return new BatchLoss(new Tensor([loss]), batch.Targets.Length);
        }
    }

    /// <summary>
    /// The cross-entropy, and α times the mean balance of the layers that have experts (<see cref="Routing.Balance"/>).
    /// </summary>
    private BatchLoss Loss((TokenBatch Inputs, int[] Targets) batch, float balanceWeight)
    {
        var routings = new List<Routing>();
        Tensor loss = Op.CrossEntropy(Model.Forward(batch.Inputs, routings: routings), batch.Targets);
        foreach (Routing routing in routings)
        {
            loss += routing.Balance() * (balanceWeight / routings.Count);
        }

        return new BatchLoss(loss, batch.Targets.Length);
    }
}
