namespace TransformersFromScratch;

/// <summary>
/// Fine-tunes a BERT to say the section of a package from its description: a copy of the model, one vector a text, a
/// linear map to the classes, and all weights learn together (Devlin et al. 2018, section 3.2).
/// </summary>
public sealed class SectionTraining
{
    private readonly WordPiece _tokens;
    private readonly int[][] _texts;
    private readonly int[] _labels;
    private readonly Workspace _workspace = new();
    private readonly int[] _order;
    private int _next;

    /// <summary>Prepares the training.</summary>
    /// <param name="recipe">The hyperparameters.</param>
    /// <param name="start">
    /// Where the weights come from: a pretrained model, or one with fresh weights. It stays as it is.
    /// </param>
    /// <param name="tokens">Its tokenizer.</param>
    /// <param name="texts">What to learn from.</param>
    /// <param name="labels">The class of each text, from 0.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="seed">Of the classifier's own weights, the batches and dropout.</param>
    /// <exception cref="ArgumentException">
    /// A hyperparameter is out of range, or there is not one label a text; the message says which.
    /// </exception>
    public SectionTraining(
        SectionRecipe recipe, Bert start, WordPiece tokens, IReadOnlyList<string> texts, IReadOnlyList<int> labels,
        int classes, int seed)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(start);
        recipe.Check();
        if (texts.Count == 0 || texts.Count != labels.Count)
        {
            throw new ArgumentException(
                $"There are {texts.Count} texts and {labels.Count} labels. Give one label a text, and a text at least.",
                nameof(labels));
        }

        (Recipe, _tokens) = (recipe, tokens);
        var copy = new Bert(start.Config with { Dropout = recipe.Dropout }, seed);
        foreach (var (own, other) in copy.Parameters().Zip(start.Parameters()))
        {
            other.Value.Span.CopyTo(own.Value.Span);
        }

        Classifier = new BertClassifier(copy, classes, recipe.Pooling, seed, recipe.Dropout);
        _texts = [.. texts.Select(Encode)];
        _labels = [.. labels];
        _order = [.. Enumerable.Range(0, _texts.Length)];
        _next = _order.Length;
        int steps = recipe.Steps(_texts.Length);
        Trainer = new Trainer(
            new AdamW(Learned(), recipe.PeakLearningRate, weightDecay: 0.01),
            step => Loss(Draw(step.Random), step.Random),
            new TrainingOptions
            {
                Steps = steps, Seed = seed,
                Schedule = Schedule.Linear(recipe.PeakLearningRate, steps / 10, steps),
            });
    }

    /// <summary>The hyperparameters.</summary>
    public SectionRecipe Recipe { get; }

    /// <summary>The model as it is after the steps so far.</summary>
    public BertClassifier Classifier { get; }

    /// <summary>The run; it cannot be stopped and gone on with in another process, for it lasts minutes.</summary>
    public Trainer Trainer { get; }

    /// <summary>The class that the model thinks likeliest, of each text.</summary>
    public int[] Classify(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var quiet = Tape.NoGradient();
        int[][] ids = [.. texts.Select(Encode)];
        int[] said = new int[ids.Length];
        foreach (int[] batch in Enumerable.Range(0, ids.Length).OrderBy(i => ids[i].Length).Chunk(32))
        {
            using var lent = _workspace.BeginStep();
            Tensor logits = Classifier.Forward(BatchOf([.. batch.Select(i => ids[i])]));
            int classes = logits.Shape[^1];
            foreach (var (row, i) in batch.Index())
            {
                said[i] = Greedy.Best(logits.Data.AsSpan(row * classes, classes));
            }
        }

        return said;
    }

    private TokenBatch BatchOf(IReadOnlyList<int[]> ids) => TokenBatch.Of(ids, Classifier.Bert.Config.PaddingId);

    private int[] Encode(string text) => _tokens.Sentence(text, Classifier.Bert.Config.Positions);

    /// <summary>What the recipe lets learn. The head that says hidden words takes no part.</summary>
    private IEnumerable<Parameter> Learned()
    {
        int layers = Classifier.Bert.Config.Layers, from = layers - Math.Min(layers, Recipe.Learning ?? layers);
        foreach (Parameter parameter in Classifier.Parameters())
        {
            int layer = LayerOf(parameter.Name);
            if (Recipe.Learning is null || layer >= from) { yield return parameter; }
        }

        // What stands above the layers counts as one more layer, what stands below as none.
        int LayerOf(string name) => name.Split('.') is var parts && Array.IndexOf(parts, "layers") is >= 0 and var at
            ? int.Parse(parts[at + 1], System.Globalization.CultureInfo.InvariantCulture)
            : name.StartsWith("bert.", StringComparison.Ordinal) ? -1 : layers;
    }

    /// <summary>Every text comes once before any comes again.</summary>
    private int[] Draw(Random random)
    {
        var batch = new List<int>();
        while (batch.Count < Math.Min(Recipe.Batch, _order.Length))
        {
            if (_next == _order.Length)
            {
                random.Shuffle(_order);
                _next = 0;
            }

            batch.Add(_order[_next++]);
        }

        return [.. batch];
    }

    private BatchLoss Loss(int[] batch, Random dropout) => BatchLoss.CrossEntropy(
        Classifier.Forward(BatchOf([.. batch.Select(i => _texts[i])]), dropout), [.. batch.Select(i => _labels[i])]);
}
