namespace TransformersFromScratch;

/// <summary>
/// Trains a <see cref="StoryReader"/> from nothing: the cross-entropy of the answer's first token, and of its last
/// (Devlin et al. 2018, section 4.2).
/// </summary>
public sealed class StoryTraining
{
    private const int ExamBatch = 100, Warmup = 100;

    /// <summary>Prepares the training.</summary>
    /// <param name="recipe">The hyperparameters.</param>
    /// <param name="seed">Of the weights and the stories.</param>
    /// <param name="checkpoint">Where its state is kept, ending in .safetensors; null keeps none.</param>
    /// <exception cref="ArgumentException">A hyperparameter is out of range; the message says which.</exception>
    public StoryTraining(StoryRecipe recipe, int seed, string? checkpoint = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        recipe.Check();
        Recipe = recipe;
        WordPiece tokens = Stories.Tokens();
        Bert bert = new(recipe.Config(tokens.Count), seed);
        Reader = new StoryReader(new BertReader(bert, seed), tokens);
        StoryStart.Of(bert, recipe, new SeededRandom(seed));
        Trainer = new Trainer(
            new AdamW(Reader.Reader.Parameters(), recipe.PeakLearningRate, beta2: 0.98, weightDecay: 0.01),
            step => Loss([.. Enumerable.Range(0, recipe.Batch)
                .Select(_ => Stories.Draw(step.Random, recipe.KindAt(step.Step)))]),
            new TrainingOptions
            {
                Steps = recipe.Steps,
                Seed = seed,
                CheckpointPath = checkpoint,
                Notes = () => Notes?.Invoke() ?? new Dictionary<string, string>(),
                Schedule = Schedule.Cosine(recipe.PeakLearningRate, Math.Min(recipe.Steps / 10, Warmup), recipe.Steps),
            });
    }

    /// <summary>The hyperparameters.</summary>
    public StoryRecipe Recipe { get; }

    /// <summary>The model as it is after the steps so far.</summary>
    public StoryReader Reader { get; }

    /// <summary>The run: <c>Trainer.Run(until: 500)</c> goes on to step 500, and may be called again.</summary>
    public Trainer Trainer { get; }

    /// <summary>Texts of yours that every checkpoint keeps; asked for whenever one is written.</summary>
    public Func<IReadOnlyDictionary<string, string>>? Notes { get; set; }

    /// <summary>
    /// Of each story, 1 if it is answered to the word and 0 if not: what <see cref="Bootstrap"/> draws from.
    /// </summary>
    public static IReadOnlyList<double> Exam(StoryReader reader, IReadOnlyList<Story> stories)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(stories);
        var workspace = new Workspace();
        string[] answers = [.. stories.Chunk(ExamBatch).SelectMany(Answers)];
        return ExactMatch.Sentences(answers, [.. stories.Select(story => story.Answer)]);

        string[] Answers(Story[] part)
        {
            using var lent = workspace.BeginStep();
            return [.. reader.Answer([.. part.Select(story => (story.Text, story.Question))])
                .Select(answer => answer.Text)];
        }
    }

    private BatchLoss Loss(Story[] stories)
    {
        WordPiece tokens = Reader.Tokens;
        StoryRow[] rows = [.. stories.Select(story => Reader.Row(story.Text, story.Question))];
        var (batch, types) = StoryRow.Batch(rows, tokens.Padding);
        var (starts, ends) = Reader.Reader.Forward(batch, types);
        (int Start, int End)[] answers = [.. rows.Zip(stories, (row, story) => row.AnswerOf(tokens, story))];
        Tensor loss = Op.CrossEntropy(starts, [.. answers.Select(answer => answer.Start)])
            + Op.CrossEntropy(ends, [.. answers.Select(answer => answer.End)]);
        return new BatchLoss(loss * 0.5f, stories.Length);
    }
}
