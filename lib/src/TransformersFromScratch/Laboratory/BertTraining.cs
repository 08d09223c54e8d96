namespace TransformersFromScratch;

/// <summary>
/// Trains a small BERT to say which words were hidden (Devlin et al. 2018, section 3.1, task 1; there is no second
/// task, as in RoBERTa, Liu et al. 2019, section 4.2): batches of texts of about the same length, other words hidden
/// each time, AdamW.
/// </summary>
public sealed class BertTraining
{
    private static readonly int[] s_none = [0];
    private static readonly MaskingRule s_exam = new(Mask: 1, Random: 0);
    private readonly int[][] _texts, _validation;
    private readonly LengthBuckets _batches;
    private readonly Workspace _workspace = new();

    /// <summary>Prepares the training.</summary>
    /// <param name="recipe">The hyperparameters.</param>
    /// <param name="tokens">The pieces of words.</param>
    /// <param name="texts">What to learn from.</param>
    /// <param name="validation">What to measure by; the model never learns from it.</param>
    /// <param name="seed">Of the weights, the batches, the hidden words and dropout.</param>
    /// <param name="checkpoint">
    /// Where the state of the training is kept every minute and when it is stopped, ending in .safetensors; null
    /// nowhere.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A hyperparameter is out of range, or there is no text; the message says which.
    /// </exception>
    public BertTraining(
        BertRecipe recipe, WordPiece tokens, IReadOnlyList<string> texts, IReadOnlyList<string> validation, int seed,
        string? checkpoint = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(tokens);
        recipe.Check();
        (Recipe, Tokens) = (recipe, tokens);
        _texts = [.. texts.Select(text => tokens.Sentence(text, recipe.Length))];
        _validation = [.. validation.Select(text => tokens.Sentence(text, recipe.Length))];
        _batches = new LengthBuckets([.. _texts.Select(ids => (ids, s_none))], recipe.BatchTokens, seed);
        Steps = (long)recipe.Epochs * _batches.PerEpoch;
        Model = new Bert(recipe.Config(tokens.Count), seed);
        Trainer = new Trainer(
            new AdamW(Model.Parameters(), recipe.PeakLearningRate, weightDecay: recipe.WeightDecay),
            step => Loss([.. _batches.Pairs(step.Step - 1).Select(i => _texts[i])], step.Random, step.Random),
            new TrainingOptions
            {
                Steps = Steps, Seed = seed, Schedule = recipe.Schedule(Steps), CheckpointPath = checkpoint,
                CheckpointAfter = TimeSpan.FromMinutes(1),
                Notes = () => Notes?.Invoke() ?? new Dictionary<string, string>(),
            });
    }

    /// <summary>The hyperparameters.</summary>
    public BertRecipe Recipe { get; }

    /// <summary>The pieces of words.</summary>
    public WordPiece Tokens { get; }

    /// <summary>The model as it is after the steps so far.</summary>
    public Bert Model { get; }

    /// <summary>How many steps the training has.</summary>
    public long Steps { get; }

    /// <summary>How many steps read every text once.</summary>
    public int PerEpoch => _batches.PerEpoch;

    /// <summary>The run: <c>Trainer.Run(until: 500)</c> goes on to step 500, and may be called again.</summary>
    public Trainer Trainer { get; }

    /// <summary>Texts of yours that every checkpoint keeps; asked for whenever one is written.</summary>
    public Func<IReadOnlyDictionary<string, string>>? Notes { get; set; }

    /// <summary>
    /// How well the model says what is behind [MASK]: of the validation texts 15 % of the tokens are hidden, all of
    /// them behind [MASK] and always the same ones, whatever the recipe does in training.
    /// </summary>
    /// <param name="rule">What stands at the places asked for, if not [MASK]. The places are the same.</param>
    /// <returns>The mean loss of a hidden token, in nats, and the share of them that it says first.</returns>
    public (double Loss, double Right) Validate(MaskingRule? rule = null)
    {
        using var quiet = Tape.NoGradient();
        double loss = 0;
        int number = 0, right = 0, asked = 0;
        var throughout = new SeededRandom(1);
        foreach (int[][] batch in _validation.OrderBy(ids => ids.Length).Chunk(16))
        {
            using var lent = _workspace.BeginStep();
            // A rule that replaces draws more often. With a seed a batch its places are those of every other rule.
            SeededRandom random = rule is null ? throughout : new SeededRandom(++number);
            var (inputs, places, targets) = MaskedWords.Mask(BatchOf(batch), Tokens, random, rule ?? s_exam);
            if (places.Length == 0) { continue; }

            Tensor logits = Model.MaskedLogits(Model.Encode(inputs), places);
            loss += (double)Op.CrossEntropy(logits, targets).Scalar * targets.Length;
            int width = logits.Shape[^1];
            right += targets.Index().Count(
                target => Greedy.Best(logits.Data.AsSpan(target.Index * width, width)) == target.Item);
            asked += targets.Length;
        }

        return (loss / asked, (double)right / asked);
    }

    private BatchLoss Loss(IReadOnlyList<int[]> texts, Random random, Random? dropout)
    {
        var (inputs, places, targets) = MaskedWords.Mask(BatchOf(texts), Tokens, random, Recipe.Masking);
        return places.Length == 0
            ? new BatchLoss(new Tensor([0f]), 0)
            : BatchLoss.CrossEntropy(Model.MaskedLogits(Model.Encode(inputs, training: dropout), places), targets);
    }

    private TokenBatch BatchOf(IReadOnlyList<int[]> texts) => TokenBatch.Of(texts, Model.Config.PaddingId);
}
