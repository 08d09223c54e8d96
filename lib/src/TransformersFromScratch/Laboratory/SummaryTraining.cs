using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>
/// Trains a summariser in two stages: first on the texts alone, as <see cref="SummaryRecipe.Pretraining"/> says, then
/// on
/// texts with their summaries. Both stages are one run of one trainer, so that it can be stopped anywhere.
/// </summary>
public sealed class SummaryTraining
{
    private const string RecipeNote = "recipe", SeedNote = "seed", PairsNote = "pairs", LogNote = "log";

    private readonly IReadOnlyList<(int[] Source, int[] Target)> _learned, _validation;
    private readonly LengthBuckets _texts, _summaries;
    private readonly WeightAverage _average;
    private readonly Workspace _workspace = new();
    private readonly string _fingerprint;

    /// <summary>Prepares the training.</summary>
    /// <param name="recipe">The hyperparameters.</param>
    /// <param name="pairs">What to learn from, and what to measure by.</param>
    /// <param name="seed">Of the weights, the batches, what is hidden, and dropout.</param>
    /// <param name="tokens">A tokenizer that has been learned from these pairs already; null learns it.</param>
    /// <param name="checkpoint">Where the state is kept every two minutes and when the training is stopped; null
    /// nowhere.</param>
    /// <exception cref="ArgumentException">A hyperparameter is out of range, or there is nothing to learn from; the
    /// message says which.</exception>
    public SummaryTraining(
        SummaryRecipe recipe, SummaryPairs pairs, int seed, BytePairEncoding? tokens = null, string? checkpoint = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(pairs);
        recipe.Check();
        tokens ??= pairs.Tokens(recipe.Vocabulary);
        (Recipe, Seed, _fingerprint) = (recipe, seed, pairs.Fingerprint);
        (_learned, _validation) = (Ids(tokens, pairs.Learned), Ids(tokens, pairs.Validation));
        int longest = _learned.Concat(_validation).Max(pair => Math.Max(pair.Source.Length, pair.Target.Length));
        int room = Math.Max(recipe.BatchTokens, longest + 1);
        _texts = new LengthBuckets([.. _learned.Select(pair => (pair.Source, pair.Source))], room, seed);
        _summaries = new LengthBuckets(_learned, room, seed);
        Summarizer = new Summarizer(new Bart(recipe.Config(tokens.Count, longest + 1), seed), tokens, longest);
        StepsBefore = (long)recipe.EpochsBefore * _texts.PerEpoch;
        long after = (long)(recipe.AllEpochs - recipe.EpochsBefore) * _summaries.PerEpoch;
        _average = new WeightAverage(recipe.Averaged);
        Trainer = new Trainer(
            new AdamW(Summarizer.Model.Parameters(), recipe.Rate, beta2: 0.98),
            Loss,
            new TrainingOptions
            {
                Steps = StepsBefore + after,
                Schedule = Schedule(after),
                Seed = seed,
                Average = _average,
                AverageAt = step => step > StepsBefore && (step - StepsBefore) % _summaries.PerEpoch == 0,
                CheckpointPath = checkpoint,
                CheckpointAfter = TimeSpan.FromMinutes(2),
                Notes = Notes,
            });
    }

    /// <summary>The hyperparameters.</summary>
    public SummaryRecipe Recipe { get; }

    /// <summary>The seed of the weights, the batches, what is hidden, and dropout.</summary>
    public int Seed { get; }

    /// <summary>How many steps belong to the pretraining.</summary>
    public long StepsBefore { get; }

    /// <summary>Model and tokenizer, as they are after the steps so far.</summary>
    public Summarizer Summarizer { get; }

    /// <summary>The run.</summary>
    public Trainer Trainer { get; }

    /// <summary>What the epochs came to so far, also those before a <see cref="Resume"/>.</summary>
    public IReadOnlyList<SummaryEpoch> Log { get; private set; } = [];

    /// <summary>
    /// Goes on from a checkpoint of the same recipe, seed and pairs, bit for bit as if the training had never stopped.
    /// As long as it stands in the
    /// pretraining, the recipe may have other numbers of epochs: nothing has depended on them yet.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is damaged, or of another training; the message says
    /// which.</exception>
    public void Resume(string checkpoint)
    {
        SafeTensors file = Checkpoint.Open(checkpoint);
        Dictionary<string, string> notes = Checkpoint.NotesIn(file);
        try
        {
            SummaryEpoch[] log = JsonSerializer.Deserialize<SummaryEpoch[]>(notes[LogNote]) ?? [];
            SummaryRecipe recipe = JsonSerializer.Deserialize<SummaryRecipe>(notes[RecipeNote])
                ?? throw new InvalidDataException("its recipe is null");
            bool before = log.Length < Math.Min(recipe.EpochsBefore, Recipe.EpochsBefore);
            SummaryRecipe comparable = before
                ? recipe with { PretrainingEpochs = Recipe.PretrainingEpochs, Epochs = Recipe.Epochs } : recipe;
            IReadOnlyDictionary<string, string> here = Notes();
            if (comparable != Recipe || notes[SeedNote] != here[SeedNote] || notes[PairsNote] != here[PairsNote])
            {
                throw new InvalidDataException("it is of another recipe, seed or data");
            }

            Trainer.ResumeFrom(checkpoint, file);
            Log = log;
        }
        catch (Exception e) when (e is KeyNotFoundException or JsonException or InvalidDataException)
        {
            throw new InvalidDataException(
                $"'{Excerpt.OfPath(checkpoint)}' is no checkpoint of this training: {Excerpt.Of(e.Message)}. Delete " +
                "it, or give another output.", e);
        }
    }

    /// <summary>Trains until the last epoch, and ends with the averaged weights.</summary>
    /// <param name="report">Told how it is going.</param>
    /// <param name="afterEpoch">Told what each epoch came to.</param>
    /// <param name="cancellation">Stops it after the current step.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Run(
        Action<TrainingProgress>? report = null, Action<SummaryEpoch>? afterEpoch = null,
            CancellationToken cancellation = default)
    {
        for (int epoch = Log.Count + 1; epoch <= Recipe.AllEpochs; epoch++)
        {
            long start = Stopwatch.GetTimestamp();
            if (Trainer.Run(report, cancellation, until: EndOf(epoch)).End == TrainingEnd.Cancelled)
            {
                throw new OperationCanceledException(cancellation);
            }

            bool before = epoch <= Recipe.EpochsBefore;
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var told = new SummaryEpoch(
                epoch, before ? Recipe.Pretraining : Pretraining.Nothing,
                Trainer.MeanLoss(before ? _texts.PerEpoch : _summaries.PerEpoch), ValidationLoss(before), seconds);
            Log = [.. Log, told];
            afterEpoch?.Invoke(told);
        }

        _average.CopyTo(Summarizer.Model.Parameters());
    }

    /// <summary>The mean loss of a token of the pairs that are kept for validation, in nats.</summary>
    /// <param name="pretraining">Whether as in the pretraining, with spans hidden, always the same ones; else of the
    /// summaries.</param>
    public double ValidationLoss(bool pretraining = false)
    {
        using var quiet = Tape.NoGradient();
        var random = new SeededRandom(2019);
        return BatchLoss.Mean(_validation.OrderBy(pair => pair.Source.Length).Chunk(20).Select(some =>
        {
            using var lent = _workspace.BeginStep();
            var batch = TranslationBatch.Of([.. some.Select(pair => pretraining ? Hide(pair.Source, random) : pair)]);
            BatchLoss loss = batch.Loss(Summarizer.Model.Forward(batch.Source, batch.Input));
            return loss with { Loss = new Tensor([loss.Loss.Scalar]) }; // the batch's own tensors are given back
        }));
    }

    private static IReadOnlyList<(int[] Source, int[] Target)> Ids(BytePairEncoding tokens,
        IReadOnlyList<PackageSummary> pairs) =>
        [.. pairs.Select(pair => (TextToText.Encode(tokens, pair.Text), TextToText.Encode(tokens, pair.Summary)))];

    private long EndOf(int epoch) => epoch <= Recipe.EpochsBefore
        ? (long)epoch * _texts.PerEpoch
        : StepsBefore + ((long)(epoch - Recipe.EpochsBefore) * _summaries.PerEpoch);

    /// <summary>
    /// The pretraining rises to its rate and stays there, so that it can be stopped after any epoch; the summaries rise
    /// to theirs and fall
    /// to 0 (warm-up, stable, decay: Hu et al. 2024, "MiniCPM", section 4.2).
    /// </summary>
    private Func<long, double> Schedule(long after)
    {
        long warmup = Math.Min(Recipe.Warmup, _texts.PerEpoch);
        Func<long, double> summaries =
            TransformersFromScratch.Schedule.Linear(Recipe.Rate, Math.Min(Recipe.Warmup, after / 4), after);
        return step => step <= StepsBefore ? Recipe.PretrainingRate * Math.Min(1, (double)step / warmup)
            : summaries(step - StepsBefore);
    }

    private BatchLoss Loss(TrainingStep step)
    {
        bool before = step.Step <= StepsBefore;
        TranslationBatch batch = before
            ? TranslationBatch.Of([.. _texts.Pairs(step.Step - 1).Select(i => Hide(_learned[i].Source, step.Random))])
            : _summaries.Batch(step.Step - 1 - StepsBefore);
        Tensor logits = Summarizer.Model.Forward(batch.Source, batch.Input, step.Random);
        return batch.Loss(logits, before ? 0 : Recipe.LabelSmoothing);
    }

    /// <summary>A text with spans hidden, and what is to be written for it.</summary>
    private (int[] Source, int[] Target) Hide(int[] text, Random random) => Recipe.Pretraining == Pretraining.Spans
        ? SpanCorruption.Corrupt(text, SummaryPairs.Sentinels, random)
        : Infilling.Corrupt(text, SummaryPairs.MaskId, random);

    private Dictionary<string, string> Notes() => new()
    {
        [RecipeNote] = JsonSerializer.Serialize(Recipe),
        [SeedNote] = Seed.ToString(CultureInfo.InvariantCulture),
        [PairsNote] = _fingerprint,
        [LogNote] = JsonSerializer.Serialize(Log),
    };
}
