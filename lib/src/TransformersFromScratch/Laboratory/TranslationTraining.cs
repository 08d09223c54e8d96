using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>
/// Trains a translator as section 5 of the 2017 paper does: one byte-pair encoding for both languages, batches by
/// length, Adam under the warm-up schedule, dropout and label smoothing, and the mean of the last checkpoints.
/// </summary>
public sealed class TranslationTraining
{
    private const string RecipeNote = "recipe", SeedNote = "seed", TokensNote = "tokens", PairsNote = "pairs";

    private readonly IReadOnlyList<SentencePair> _pairs;
    private readonly WeightAverage _average;
    private int _toldEpochs;

    /// <summary>Learns the tokenizer, and prepares the training.</summary>
    /// <param name="recipe">The hyperparameters.</param>
    /// <param name="pairs">What to learn from.</param>
    /// <param name="seed">Of the weights, the batches and dropout.</param>
    /// <param name="from">A translator to go on from, of the recipe's sizes, whose tokenizer is kept; null starts from
    /// nothing.</param>
    /// <param name="checkpoint">
    /// Where the state of the training is kept after every epoch, every two minutes and when it is stopped, ending in
    /// .safetensors; null nowhere.
    /// </param>
    /// <param name="checkpointFailed">Told when a checkpoint cannot be written; the training goes on. If null, the
    /// exception ends it.</param>
    /// <exception cref="ArgumentException">A hyperparameter is out of range, or the translator to go on from has other
    /// sizes than the recipe; the message says which.</exception>
    /// <exception cref="SentencePairException">There is no pair, or one that cannot be learned from; the message says
    /// why.</exception>
    public TranslationTraining(
        TranslationRecipe recipe, IReadOnlyList<SentencePair> pairs, int seed, Translator? from = null,
        string? checkpoint = null,
        Action<IOException>? checkpointFailed = null) : this(
            recipe, pairs, seed, from?.Tokens, checkpoint, checkpointFailed)
    {
        if (from is not null)
        {
            CopyWeights(from.Model, Translator.Model);
        }
    }

    private TranslationTraining(
        TranslationRecipe recipe, IReadOnlyList<SentencePair> pairs, int seed, BytePairEncoding? tokens,
        string? checkpoint, Action<IOException>? checkpointFailed)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(pairs);
        recipe.Check();
        if (pairs.Count == 0)
        {
            throw new SentencePairException("There are no sentence pairs to learn from.", null);
        }

        (Recipe, Seed, _pairs) = (recipe, seed, pairs);
        _average = new WeightAverage(recipe.Averaged);
        tokens ??= BytePairEncoding.Train(
            pairs.SelectMany(pair => new[] { " " + pair.Source, " " + pair.Target }), recipe.Merges);
        List<(int[] Source, int[] Target)> ids =
            [.. pairs.Select(pair => (Translator.Encode(tokens, pair.Source), Translator.Encode(tokens, pair.Target)))];
        RequireLearnable(ids);
        Batches = new LengthBuckets(ids, recipe.BatchTokens, seed);
        Translator = new Translator(
            new Transformer(recipe.Config(tokens.Count), seed), tokens, ids.Max(pair => pair.Source.Length));
        Steps = (long)recipe.Epochs * Batches.PerEpoch;
        string spelled = BytePairFile.Write(tokens), fingerprint = Fingerprint(pairs);
        Trainer = new Trainer(
            new Adam(Translator.Model.Parameters(), learningRate: 0, beta2: 0.98, epsilon: 1e-9), // section 5.3
            Loss,
            new TrainingOptions
            {
                Steps = Steps,
                Schedule = Schedule(),
                Seed = seed,
                Average = _average,
                AverageAt = EndsPart,
                CheckpointPath = checkpoint,
                CheckpointAfter = TimeSpan.FromMinutes(2),
                CheckpointFailed = checkpointFailed,
                Notes = () => new Dictionary<string, string>(Notes)
                {
                    [RecipeNote] = JsonSerializer.Serialize(recipe),
                    [SeedNote] = seed.ToString(CultureInfo.InvariantCulture),
                    [TokensNote] = spelled,
                    [PairsNote] = fingerprint,
                },
            });
    }

    /// <summary>The hyperparameters.</summary>
    public TranslationRecipe Recipe { get; }

    /// <summary>The seed of the weights, the batches and dropout.</summary>
    public int Seed { get; }

    /// <summary>The batches, of pairs as ids.</summary>
    public LengthBuckets Batches { get; }

    /// <summary>How many steps it has in all.</summary>
    public long Steps { get; }

    /// <summary>Model and tokenizer.</summary>
    public Translator Translator { get; }

    /// <summary>The run.</summary>
    public Trainer Trainer { get; }

    /// <summary>
    /// Texts of yours that every checkpoint keeps, and that are here again after <see cref="Resume"/>.
    /// </summary>
    public IDictionary<string, string> Notes { get; } = new Dictionary<string, string>();

    /// <summary>
    /// Goes on from a checkpoint, with its recipe, seed and tokenizer, bit for bit as if the training had never
    /// stopped. If it stands at the end of an epoch, that epoch is told again.
    /// </summary>
    /// <param name="checkpoint">The file, where further checkpoints will be kept, too.</param>
    /// <param name="pairs">The pairs that the training began with.</param>
    /// <param name="checkpointFailed">Told when a checkpoint cannot be written; the training goes on. If null, the
    /// exception ends it.</param>
    /// <exception cref="InvalidDataException">The file is damaged or no checkpoint of a translation training, or the
    /// pairs are others.</exception>
    public static TranslationTraining Resume(
        string checkpoint, IReadOnlyList<SentencePair> pairs, Action<IOException>? checkpointFailed = null)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        SafeTensors file = Checkpoint.Open(checkpoint);
        Dictionary<string, string> notes = Checkpoint.NotesIn(file);
        TranslationTraining training;
        try
        {
            if (notes[PairsNote] != Fingerprint(pairs))
            {
                throw new InvalidDataException(
                    $"The sentence pairs are not those that the training of '{Excerpt.OfPath(checkpoint)}' began " +
                    "with. Restore them, or begin anew.");
            }

            TranslationRecipe recipe = JsonSerializer.Deserialize<TranslationRecipe>(notes[RecipeNote])
                ?? throw new FormatException("its recipe is null");
            BytePairEncoding tokens = BytePairFile.Read(checkpoint, notes[TokensNote].TrimEnd('\n').Split('\n'));
            recipe.Check();
            if (recipe.Config(tokens.Count).ParameterCount() > file.Tensors.Values.Sum(tensor => (long)tensor.Length))
            {
                // Before anything is built by it.
                throw new FormatException("its recipe is of a larger model than its tensors");
            }

            training = new TranslationTraining(
                recipe, pairs, int.Parse(notes[SeedNote], CultureInfo.InvariantCulture), tokens, checkpoint,
                checkpointFailed);
        }
        catch (Exception e)
            when (e is KeyNotFoundException or JsonException or FormatException or OverflowException
                or ArgumentException)
        {
            throw new InvalidDataException(
                $"'{Excerpt.OfPath(checkpoint)}' is no checkpoint of a translation training, or is damaged: " +
                $"{Excerpt.Of(e.Message, most: 300)}", e);
        }

        training.Trainer.ResumeFrom(checkpoint, file);
        foreach (var (key, text) in notes.Where(
            note => note.Key is not (RecipeNote or SeedNote or TokensNote or PairsNote)))
        {
            training.Notes[key] = text;
        }

        return training;
    }

    /// <summary>Trains until the last epoch, and ends with the averaged weights in <see cref="Translator"/>.</summary>
    /// <param name="report">Told how it is going.</param>
    /// <param name="afterEpoch">Called after every epoch with its number, counted from 1, the model as that epoch left
    /// it.</param>
    /// <param name="cancellation">Ends the run after the current step, with the weights it has reached.</param>
    /// <exception cref="DivergenceException">The loss is no longer a number.</exception>
    public TrainingResult Run(
        Action<TrainingProgress>? report = null, Action<int>? afterEpoch = null,
        CancellationToken cancellation = default)
    {
        while (true)
        {
            // The checkpoint of an epoch's end is older than what is told of it, so that nothing is left out by who
            // goes on from it.
            int epochs = (int)(Trainer.Step / Batches.PerEpoch);
            if (epochs > _toldEpochs && Trainer.Step % Batches.PerEpoch == 0)
            {
                afterEpoch?.Invoke(epochs);
                _toldEpochs = epochs;
            }

            TrainingResult result = Trainer.Run(report, cancellation, until: (epochs + 1L) * Batches.PerEpoch);
            if (result.End == TrainingEnd.Cancelled)
            {
                return result;
            }

            if (Trainer.Step >= Steps && epochs == Recipe.Epochs)
            {
                _average.CopyTo(Translator.Model.Parameters());
                return result;
            }
        }
    }

    /// <summary>The numbers, in base 16, that tell these pairs from others.</summary>
    private static string Fingerprint(IReadOnlyList<SentencePair> pairs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (SentencePair pair in pairs)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{pair.Source}\t{pair.Target}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private Func<long, double> Schedule() =>
        Recipe.PeakRate is null || Steps > Recipe.Warmup ? Recipe.Schedule(Steps) : throw new ArgumentException(
        $"The learning rate rises for {Recipe.Warmup} steps before it falls, but {Recipe.Epochs} " +
        $"{(Recipe.Epochs == 1 ? "epoch" : "epochs")} of {Batches.PerEpoch} batches are {Steps} steps only. " +
        $"Train for {(Recipe.Warmup / Batches.PerEpoch) + 1} epochs or more.");

    /// <summary>Whether the weights are put aside after a step: each of equal parts of an epoch ends with it.</summary>
    private bool EndsPart(long step) =>
        step * Recipe.CheckpointsPerEpoch / Batches.PerEpoch > (step - 1) * Recipe.CheckpointsPerEpoch
            / Batches.PerEpoch;

    private void RequireLearnable(List<(int[] Source, int[] Target)> ids)
    {
        for (int i = 0; i < ids.Count; i++)
        {
            // The decoder says one token more, the end.
            int places = Math.Max(ids[i].Source.Length, ids[i].Target.Length + 1);
            if (places > Recipe.BatchTokens)
            {
                throw new SentencePairException(
                    $"This pair has {ids[i].Source.Length} and {ids[i].Target.Length} tokens, but a batch has room " +
                    $"for {Recipe.BatchTokens} a side. Leave it out, or cut it in two.", _pairs[i]);
            }
        }
    }

    private static void CopyWeights(Transformer from, Transformer to)
    {
        if (from.Config with { Dropout = to.Config.Dropout } != to.Config)
        {
            throw new ArgumentException(
                $"The translator to go on from is {from.Config}, but the recipe asks for {to.Config}. Only dropout " +
                "may differ: change the recipe, or start anew.", nameof(from));
        }

        foreach (var (own, other) in to.Parameters().Zip(from.Parameters()))
        {
            other.Value.Span.CopyTo(own.Value.Span);
        }
    }

    private BatchLoss Loss(TrainingStep step)
    {
        long number = step.Step - 1;
        TranslationBatch batch = Recipe.MergeDropout == 0
            ? Batches.Batch(number)
            : TranslationBatch.Of(
                [.. Batches.Pairs(number).Select(i => (Cut(_pairs[i].Source), Cut(_pairs[i].Target)))]);
        return batch.Loss(Translator.Model.Forward(batch.Source, batch.Input, step.Random), Recipe.LabelSmoothing);

        int[] Cut(string sentence) => Translator.Encode(Translator.Tokens, sentence, Recipe.MergeDropout, step.Random);
    }
}

/// <summary>A corpus holds nothing to learn from, or a pair that cannot be learned from.</summary>
/// <param name="message">Why.</param>
/// <param name="pair">The pair, if it is one.</param>
public sealed class SentencePairException(string message, SentencePair? pair) : ArgumentException(message)
{
    /// <summary>The pair, if it is one.</summary>
    public SentencePair? Pair { get; } = pair;
}
