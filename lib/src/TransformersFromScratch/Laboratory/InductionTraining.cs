namespace TransformersFromScratch;

/// <summary>A model at one step of its training, asked about sequences of a kind that it has never seen.</summary>
/// <param name="Step">After how many steps.</param>
/// <param name="Loss">The loss of a token of the exam's second halves, in nats.</param>
/// <param name="Prefix"><see cref="HeadScores.PrefixMatching"/>, layer by layer, head by head: N·h numbers.</param>
/// <param name="Previous"><see cref="HeadScores.PreviousToken"/>, in the same order.</param>
public sealed record InductionPoint(
    long Step, double Loss, IReadOnlyList<double> Prefix, IReadOnlyList<double> Previous);

/// <summary>Trains a small GPT on random words, and looks on the way at what its heads have become.</summary>
public sealed class InductionTraining
{
    private const int ExamSeed = 2017, ExamSequences = 64;

    /// <summary>Prepares the training.</summary>
    /// <param name="recipe">The hyperparameters.</param>
    /// <param name="seed">Of the weights and the sequences.</param>
    /// <exception cref="ArgumentException">A hyperparameter is out of range; the message names it and what it may
    /// be.</exception>
    public InductionTraining(InductionRecipe recipe, int seed)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Check();
        Recipe = recipe;
        Model = recipe.Model(seed);
        Exam = ExamOf(recipe);
        Trainer = new Trainer(
            new AdamW(Model.Parameters(), recipe.LearningRate, beta2: 0.99),
            step => recipe.Draw(step.Random) is var (tokens, next)
                ? BatchLoss.CrossEntropy(Model.Forward(tokens), next)
                : default,
            new TrainingOptions
            {
                Steps = recipe.Steps, Seed = seed, ReportEvery = TimeSpan.Zero,
                Schedule = step => recipe.LearningRate * Math.Min(1, step / Math.Min(100.0, recipe.Steps / 4.0)),
            });
    }

    /// <summary>The hyperparameters.</summary>
    public InductionRecipe Recipe { get; }

    /// <summary>The model.</summary>
    public Gpt Model { get; }

    /// <summary>The run.</summary>
    public Trainer Trainer { get; }

    /// <summary>What the model is asked; see <see cref="ExamOf"/>.</summary>
    public RepeatedTokens Exam { get; }

    /// <summary>
    /// 64 random halves, each said twice: the same for every model of these sizes. A model that learned from words has
    /// never seen such sequences.
    /// </summary>
    public static RepeatedTokens ExamOf(InductionRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return Repeats.DrawHalves(new SeededRandom(ExamSeed), ExamSequences, recipe.Length / 2, recipe.Vocabulary);
    }

    /// <summary>
    /// Reads the model that the course ships: the first recipe of <see cref="InductionRecipe.Variants"/>, trained from
    /// seed 1.
    /// </summary>
    /// <param name="path">data/induction.safetensors.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of another model.</exception>
    public static Gpt Load(string path)
    {
        var model = new Gpt(InductionRecipe.Variants[0].Recipe.Config, seed: 0);
        SafeTensors.Load(path).CopyTo(model.Parameters());
        return model;
    }

    /// <summary>
    /// Trains a variant to its end; the first variant's first seed is kept as the model that the course ships.
    /// </summary>
    /// <param name="variant">Its name.</param>
    /// <param name="recipe">Its hyperparameters.</param>
    /// <param name="seed">Of the weights and the sequences.</param>
    /// <param name="path">Where the kept model goes.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static InductionRun[] RunOf(
        string variant, InductionRecipe recipe, int seed, string path, CancellationToken cancellation = default)
    {
        var training = new InductionTraining(recipe, seed);
        InductionRun[] runs =
            [.. training.Run(cancellation: cancellation).Select(point => new InductionRun(variant, seed, point))];
        if (variant == InductionRecipe.Variants[0].Name && seed == 1)
        {
            SafeTensors.Save(path, training.Model.Parameters());
        }

        return runs;
    }

    /// <summary>
    /// Trains to the end, and looks at the model before the first step, after every so many, and at the end.
    /// </summary>
    /// <param name="every">How many.</param>
    /// <param name="report">Told of each look.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<InductionPoint> Run(
        int every = 25, Action<InductionPoint>? report = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
        var points = new List<InductionPoint>();
        for (Look(); Trainer.Step < Recipe.Steps; Look())
        {
            if (Trainer.Run(cancellation: cancellation, until: Trainer.Step + every).End == TrainingEnd.Cancelled)
            {
                throw new OperationCanceledException(cancellation);
            }
        }

        return points;

        void Look()
        {
            points.Add(Examine());
            report?.Invoke(points[^1]);
        }
    }

    /// <summary>Asks the model as it is now.</summary>
    public InductionPoint Examine()
    {
        using var pause = Tape.NoGradient();
        var maps = new List<Tensor>();
        Tensor logits = Model.Forward(Exam.Tokens, maps: maps);
        return new InductionPoint(
            Trainer.Step, Op.CrossEntropy(logits, Exam.Next).Scalar,
            [.. maps.SelectMany(HeadScores.PrefixMatching)], [.. maps.SelectMany(HeadScores.PreviousToken)]);
    }
}
