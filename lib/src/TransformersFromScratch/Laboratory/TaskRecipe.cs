namespace TransformersFromScratch;

/// <summary>How one of the first tasks of chapter 8 is learned.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Task">What is to be learned.</param>
/// <param name="Decoder">Whether by the encoder–decoder of 2017, or by an encoder that answers at every place.</param>
/// <param name="DModel">d_model.</param>
/// <param name="Heads">h.</param>
/// <param name="Steps">How many steps of training.</param>
/// <param name="Batch">Sequences a step.</param>
/// <param name="PeakLearningRate">After 50 steps of warm-up (half of all steps, if those are few); a cosine brings it
/// down to 0 at the last step.</param>
public sealed record TaskRecipe(
    string Name, SequenceTask Task, bool Decoder, int DModel, int Heads, int Steps, int Batch, double PeakLearningRate)
{
    /// <summary>
    /// The recipes of the chapter's table: one layer each, of the encoder and, where there is one, of the decoder.
    /// </summary>
    public static IReadOnlyList<TaskRecipe> All { get; } =
    [
        new("copy, encoder", new(SequenceRule.Copy), Decoder: false, DModel: 32, Heads: 1, Steps: 600, Batch: 128,
            PeakLearningRate: 1e-2),
        new("reverse, encoder", new(SequenceRule.Reverse), Decoder: false, DModel: 32, Heads: 1, Steps: 1500,
            Batch: 128, PeakLearningRate: 5e-3),
        new("sort, encoder", new(SequenceRule.Sort), Decoder: false, DModel: 32, Heads: 1, Steps: 3000, Batch: 128,
            PeakLearningRate: 5e-3),
        new("copy, encoder–decoder", new(SequenceRule.Copy), Decoder: true, DModel: 64, Heads: 4, Steps: 1000,
            Batch: 64, PeakLearningRate: 2e-3),
        new("reverse, encoder–decoder", new(SequenceRule.Reverse), Decoder: true, DModel: 64, Heads: 4, Steps: 1000,
            Batch: 64, PeakLearningRate: 2e-3),
        new("sort, encoder–decoder", new(SequenceRule.Sort), Decoder: true, DModel: 64, Heads: 4, Steps: 1500,
            Batch: 64, PeakLearningRate: 2e-3),
    ];

    /// <summary>
    /// The model's hyperparameters: post-norm and ReLU as in 2017, no dropout (there is nothing to overfit: no batch
    /// ever comes twice).
    /// </summary>
    public TransformerConfig Config => new()
    {
        Vocabulary = Task.Vocabulary,
        DModel = DModel,
        Heads = Heads,
        DFeedForward = 4 * DModel,
        EncoderLayers = 1,
        DecoderLayers = 1,
        Dropout = 0,
    };

    /// <summary>Trains a fresh model and tests it.</summary>
    /// <param name="seed">Seeds the weights and the batches; the test is the same for all.</param>
    /// <param name="tested">How many sequences the test has.</param>
    /// <param name="report">Told how the training is going.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public TaskRun Run(
        int seed, int tested = 5000, Action<TrainingProgress>? report = null, CancellationToken cancellation = default)
    {
        Func<TokenBatch, IReadOnlyList<int[]>> answer = Decoder
            ? TrainDecoder(seed, report, cancellation)
            : TrainEncoder(seed, report, cancellation);
        IReadOnlyList<int[]> test = Task.DrawTest(tested, seed: 2017);
        int right = 0;
        foreach (int[][] part in test.Chunk(500))
        {
            right += part.Zip(answer(TokenBatch.Of(part, Vocabulary.Padding)))
                .Count(pair => Task.Answer(pair.First).SequenceEqual(pair.Second));
        }

        return new TaskRun(Name, seed, right, test.Count);
    }

    /// <summary>
    /// A trainer for any model of this task. It reports every step, so that its curve is the same each time.
    /// </summary>
    /// <param name="parameters">What is to be learned.</param>
    /// <param name="loss">From pairs of sequences to their loss.</param>
    /// <param name="seed">Of the batches.</param>
    public Trainer Trainer(IEnumerable<Parameter> parameters, Func<TranslationBatch, BatchLoss> loss, int seed) => new(
        new Adam(parameters, PeakLearningRate, beta2: 0.98, epsilon: 1e-9),
        step => loss(TranslationBatch.Of(Task.DrawPairs(Batch, step.Random))),
        new TrainingOptions
        {
            Steps = Steps, Seed = seed,
            Schedule = Schedule.Cosine(PeakLearningRate, Math.Min(50, Steps / 2), Steps),
            ReportEvery = TimeSpan.Zero
        });

    private Func<TokenBatch, IReadOnlyList<int[]>> TrainDecoder(
        int seed, Action<TrainingProgress>? report, CancellationToken cancellation)
    {
        var model = new Transformer(Config, seed);
        Trainer trainer = Trainer(
            model.Parameters(), batch => batch.Loss(model.Forward(batch.Source, batch.Input)), seed);
        Finish(trainer.Run(report, cancellation), cancellation);
        return source => Greedy.Decode(model, source, Vocabulary.Start, Vocabulary.End, Task.Length + 2, cancellation);
    }

    private Func<TokenBatch, IReadOnlyList<int[]>> TrainEncoder(
        int seed, Action<TrainingProgress>? report, CancellationToken cancellation)
    {
        var model = new Tagger(Config, seed);
        Trainer trainer = Trainer(model.Parameters(), batch => TaggerLoss(model, Task, batch.Source), seed);
        Finish(trainer.Run(report, cancellation), cancellation);
        return source => [.. model.Answer(source).Chunk(source.Length)];
    }

    /// <summary>An encoder needs no shift: at every place it is asked for the answer's symbol at that place.</summary>
    public static BatchLoss TaggerLoss(Tagger model, SequenceTask task, TokenBatch source)
    {
        int[] wanted = [.. source.Ids.Chunk(source.Length).SelectMany(task.Answer)];
        return BatchLoss.CrossEntropy(model.Forward(source), wanted);
    }

    private static void Finish(TrainingResult result, CancellationToken cancellation)
    {
        if (result.End == TrainingEnd.Cancelled)
        {
            throw new OperationCanceledException(cancellation);
        }
    }
}
