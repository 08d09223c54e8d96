namespace TransformersFromScratch;

/// <summary>
/// Trains a translator as section 5 of the 2017 paper does: one byte-pair encoding for both languages, batches by length, Adam under the warm-up
/// schedule, dropout and label smoothing, and the mean of the last checkpoints.
/// </summary>
public sealed class TranslationTraining
{
    private readonly TranslationRecipe _recipe;
    private readonly IReadOnlyList<SentencePair> _pairs;
    private readonly WeightAverage _average;

    /// <summary>Learns the tokenizer, and prepares the training.</summary>
    /// <param name="recipe">The hyperparameters.</param>
    /// <param name="pairs">What to learn from.</param>
    /// <param name="seed">Of the weights, the batches and dropout.</param>
    /// <param name="from">A translator to go on from, of the recipe's sizes, whose tokenizer is kept; null starts from nothing.</param>
    /// <param name="checkpoint">Where the state of the training is kept after every epoch, ending in .safetensors; null nowhere.</param>
    /// <exception cref="ArgumentException">The translator to go on from has other sizes than the recipe; the message names both.</exception>
    public TranslationTraining(TranslationRecipe recipe, IReadOnlyList<SentencePair> pairs, int seed, Translator? from = null, string? checkpoint = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(pairs);
        (_recipe, _pairs) = (recipe, pairs);
        _average = new WeightAverage(recipe.Averaged);
        BytePairEncoding tokens = from?.Tokens ?? BytePairEncoding.Train(pairs.SelectMany(pair => new[] { " " + pair.Source, " " + pair.Target }), recipe.Merges);
        List<(int[] Source, int[] Target)> ids = [.. pairs.Select(pair => (Translator.Encode(tokens, pair.Source), Translator.Encode(tokens, pair.Target)))];
        Batches = new LengthBuckets(ids, recipe.BatchTokens, seed);
        Translator = new Translator(new Transformer(recipe.Config(tokens.Count), seed), tokens, ids.Max(pair => pair.Source.Length));
        if (from is not null)
        {
            CopyWeights(from.Model, Translator.Model);
        }

        long steps = (long)recipe.Epochs * Batches.PerEpoch;
        Trainer = new Trainer(
            new Adam(Translator.Model.Parameters(), learningRate: 0, beta2: 0.98, epsilon: 1e-9), // section 5.3
            Loss,
            new TrainingOptions
            {
                Steps = steps,
                Schedule = recipe.Schedule(steps),
                Seed = seed,
                CheckpointPath = checkpoint,
            });
    }

    /// <summary>The batches, of pairs as ids.</summary>
    public LengthBuckets Batches { get; }

    /// <summary>Model and tokenizer.</summary>
    public Translator Translator { get; }

    /// <summary>The run.</summary>
    public Trainer Trainer { get; }

    /// <summary>Trains until the last epoch, and ends with the averaged weights in <see cref="Translator"/>.</summary>
    /// <param name="report">Told how it is going.</param>
    /// <param name="afterEpoch">Called after every epoch with its number, counted from 1, the model as that epoch left it.</param>
    /// <param name="cancellation">Ends the run after the current step, with the weights it has reached.</param>
    /// <exception cref="DivergenceException">The loss is no longer a number.</exception>
    public TrainingResult Run(Action<TrainingProgress>? report = null, Action<int>? afterEpoch = null, CancellationToken cancellation = default)
    {
        TrainingResult result;
        do
        {
            // Checkpoint n stands n equal parts of an epoch from the beginning.
            long next = (Trainer.Step * _recipe.CheckpointsPerEpoch / Batches.PerEpoch) + 1;
            result = Trainer.Run(report, cancellation, until: ((next * Batches.PerEpoch) + _recipe.CheckpointsPerEpoch - 1) / _recipe.CheckpointsPerEpoch);
            if (result.End == TrainingEnd.Cancelled)
            {
                return result;
            }

            _average.Add(Translator.Model.Parameters());
            if (next % _recipe.CheckpointsPerEpoch == 0)
            {
                afterEpoch?.Invoke((int)(next / _recipe.CheckpointsPerEpoch));
            }
        }
        while (result.End == TrainingEnd.Paused);
        _average.CopyTo(Translator.Model.Parameters());
        return result;
    }

    private static void CopyWeights(Transformer from, Transformer to)
    {
        if (from.Config with { Dropout = to.Config.Dropout } != to.Config)
        {
            throw new ArgumentException(
                $"The translator to go on from is {from.Config}, but the recipe asks for {to.Config}. Only dropout may differ: change the recipe, or start anew.", nameof(from));
        }

        foreach (var (own, other) in to.Parameters().Zip(from.Parameters()))
        {
            other.Value.Span.CopyTo(own.Value.Span);
        }
    }

    private BatchLoss Loss(TrainingStep step)
    {
        long number = step.Step - 1;
        TranslationBatch batch = _recipe.MergeDropout == 0
            ? Batches.Batch(number)
            : TranslationBatch.Of([.. Batches.Pairs(number).Select(i => (Cut(_pairs[i].Source), Cut(_pairs[i].Target)))]);
        return batch.Loss(Translator.Model.Forward(batch.Source, batch.Input, step.Random), _recipe.LabelSmoothing);

        int[] Cut(string sentence) => Translator.Encode(Translator.Tokens, sentence, _recipe.MergeDropout, step.Random);
    }
}
