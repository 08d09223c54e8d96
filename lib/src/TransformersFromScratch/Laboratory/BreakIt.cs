namespace TransformersFromScratch;

/// <summary>One run of the laboratory.</summary>
/// <param name="Variant">What was broken: a name of <see cref="BreakIt.Variants"/>.</param>
/// <param name="Seed">Of the weights and the batches.</param>
/// <param name="Exact">The share of test sequences answered without a mistake, by greedy decoding.</param>
/// <param name="Curve">The training loss, averaged over each of <see cref="BreakIt.CurvePoints"/> equal parts of the
/// run; NaN after a run broke down.</param>
public sealed record LabRun(string Variant, int Seed, double Exact, IReadOnlyList<double> Curve)
{
    /// <summary>
    /// The entropy in nats of a row of attention weights, the mean over all attentions that read the source, at the
    /// first step of each part of the run: ln S where all S places are looked at alike, 0 where only one is. Measured
    /// in the four variants with and without the scaling, with several heads and one; empty in the others.
    /// </summary>
    public IReadOnlyList<double> Entropy { get; init; } = [];

    /// <summary>
    /// The share that queries and keys have in the gradient at the same steps: the norm of the gradient of all W^Q and
    /// W^K of these attentions, divided by the norm of the whole gradient. Measured where the entropy is.
    /// </summary>
    public IReadOnlyList<double> Gradient { get; init; } = [];
}

/// <summary>
/// The laboratory of chapter 9: the encoder–decoder of 2017 on one task and one budget, each time without one of its
/// parts.
/// </summary>
public static class BreakIt
{
    /// <summary>How many points the loss curve of a run has.</summary>
    public const int CurvePoints = 40;

    private static readonly Variant[] s_variants =
    [
        new("nothing", Watched: true), new("the scaling 1/√d_k", Without.Scaling, Watched: true),
        new("the causal mask", Without.CausalMask),
        new("the positions", Without.Positions),
        new("the residuals", Without.Residuals), new("the layer norms", Without.LayerNorm),
        new("the feed-forward networks", Without.FeedForward),
        new("all heads but one", OneHead: true, Watched: true),
        new("the scaling and all heads but one", Without.Scaling, OneHead: true, Watched: true),
        new("the ε of the layer norms", Without.Epsilon), new("the warm-up", Warmup: false),
        new("nothing, at four times the rate", Rate: 4),
        new("the warm-up, at four times the rate", Warmup: false, Rate: 4),
    ];

    /// <summary>What can be broken, in the order of the table; the first is the whole model.</summary>
    public static IReadOnlyList<string> Variants { get; } = [.. s_variants.Select(variant => variant.Name)];

    /// <summary>Trains a variant and tests it.</summary>
    /// <param name="settings">The task, the model and the budget.</param>
    /// <param name="variant">One of <see cref="Variants"/>.</param>
    /// <param name="seed">Seeds the weights and the batches; the test is the same for all.</param>
    /// <param name="report">Told of every step, if given.</param>
    /// <param name="sublayer">
    /// How a sublayer is put into the stream, as in <see cref="AblatedTransformer"/>; the library's when null.
    /// </param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="ArgumentException">There is no such variant.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static LabRun Run(
        BreakItSettings settings, string variant, int seed, Action<TrainingProgress>? report = null,
        Func<Without, Tensor, Func<Tensor, Tensor>, Func<Tensor, Tensor>, Tensor>? sublayer = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Variant broken = Array.Find(s_variants, one => one.Name == variant)
            ?? throw new ArgumentException(
                $"There is no variant '{variant}'. Take one of: {string.Join(", ", Variants)}.", nameof(variant));
        var model = new Transformer(new TransformerConfig
        {
            Vocabulary = settings.Task.Vocabulary,
            DModel = settings.DModel,
            Heads = broken.OneHead ? 1 : settings.Heads,
            DFeedForward = settings.DFeedForward,
            EncoderLayers = settings.Layers,
            DecoderLayers = settings.Layers,
            Dropout = 0,
        }, seed);
        var ablated = new AblatedTransformer(model, broken.Part, sublayer);
        AttentionWatch? look = broken.Watched ? new AttentionWatch(model, settings.Steps) : null;
        Trainer trainer = TrainerOf(settings, broken, model, ablated, look, seed);
        try
        {
            if (trainer.Run(
                progress =>
                {
                    look?.AtGradient(progress.Step);
                    report?.Invoke(progress);
                }, cancellation).End == TrainingEnd.Cancelled)
            {
                throw new OperationCanceledException(cancellation);
            }
        }
        catch (DivergenceException)
        {
            return Seen(new LabRun(variant, seed, 0, Curve(trainer, settings.Steps)));
        }

        return Seen(new LabRun(variant, seed, Exact(ablated, settings), Curve(trainer, settings.Steps)));

        LabRun Seen(LabRun run) => look is null ? run : look.In(run);
    }

    private static Trainer TrainerOf(
        BreakItSettings settings, Variant broken, Transformer model, AblatedTransformer ablated, AttentionWatch? look,
        int seed)
    {
        double peak = settings.PeakLearningRate * broken.Rate;
        Func<long, double> schedule = Schedule.Cosine(peak, settings.Warmup, settings.Steps);
        return new Trainer(
            new Adam(model.Parameters(), peak, beta2: 0.98, epsilon: 1e-9), // as in section 5.3
            step =>
            {
                var batch = TranslationBatch.Of(settings.Task.DrawPairs(settings.Batch, step.Random));
                List<Tensor>? maps = look?.Watches(step.Step) == true ? [] : null;
                Tensor logits = ablated.Forward(batch.Source, batch.Input, maps);
                look?.AtMaps(maps);
                return batch.Loss(logits);
            },
            // Without warm-up the rate begins at its peak, and falls from there as it would have.
            new TrainingOptions
            {
                Steps = settings.Steps,
                Seed = seed,
                Schedule = broken.Warmup ? schedule : step => schedule(Math.Max(step, settings.Warmup)),
                ReportEvery = TimeSpan.Zero,
            });
    }

    private static double Exact(AblatedTransformer model, BreakItSettings settings)
    {
        IReadOnlyList<int[]> test = settings.Task.DrawTest(settings.Tested, seed: 2017);
        int right = 0;
        foreach (int[][] part in test.Chunk(250))
        {
            IReadOnlyList<int[]> said = model.Answer(TokenBatch.Of(part, Vocabulary.Padding), settings.Task.Length);
            right += part.Zip(said).Count(pair => settings.Task.Answer(pair.First).SequenceEqual(pair.Second));
        }

        return (double)right / test.Count;
    }

    private static double[] Curve(Trainer trainer, int steps) => [.. Enumerable.Range(0, CurvePoints).Select(i =>
    {
        int from = i * steps / CurvePoints, to = Math.Max(from + 1, (i + 1) * steps / CurvePoints);
        return to <= trainer.Losses.Count
            ? BatchLoss.Mean(trainer.Losses.Take(from..to), trainer.Tokens.Take(from..to))
            : double.NaN;
    })];

    /// <summary>What is different about a variant.</summary>
    private sealed record Variant(
        string Name, Without Part = Without.Nothing, bool OneHead = false, bool Warmup = true, double Rate = 1,
        bool Watched = false);
}
