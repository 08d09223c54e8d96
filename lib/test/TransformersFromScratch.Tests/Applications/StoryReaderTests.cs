namespace TransformersFromScratch.Tests.Applications;

public sealed class StoryReaderTests : IDisposable
{
    private static readonly StoryRecipe s_recipe = new()
    {
        DModel = 16, Heads = 2, DFeedForward = 32, Layers = 1, Steps = 40, Opening = 0, Batch = 16,
        PeakLearningRate = 1e-2,
    };
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_answer_is_a_piece_of_the_story_and_its_company_changes_nothing()
    {
        StoryReader reader = new StoryTraining(s_recipe, seed: 1).Reader;
        (string, string)[] asked =
            [.. Stories.DrawTest(20, 1, s_recipe.Kind).Select(story => (story.Text, story.Question))];
        IReadOnlyList<StoryAnswer> together = reader.Answer(asked);
        foreach (var ((story, question), answer) in asked.Zip(together))
        {
            StoryRow row = reader.Row(story, question);
            Assert.InRange(answer.Start, row.First, answer.End);
            Assert.InRange(
                answer.End, answer.Start, Math.Min(row.Ids.Length - 2, answer.Start + StoryReader.LongestAnswer - 1));
            Assert.Equal(reader.Tokens.Decode(row.Ids[answer.Start..(answer.End + 1)]), answer.Text);
            Assert.Equal(answer.Text, reader.Answer(story, question).Text);
            Assert.InRange(answer.Probability, 0, 1);
        }
    }

    [Fact]
    public void Training_brings_the_loss_down_and_the_same_seed_gives_the_same_model()
    {
        StoryTraining one = new(s_recipe, seed: 1), two = new(s_recipe, seed: 1);
        var losses = new List<float>();
        one.Trainer.Run(progress => losses.AddRange(progress.Losses));
        two.Trainer.Run();
        Assert.Equal(s_recipe.Steps, losses.Count);
        Assert.True(losses[^10..].Average() < 0.8 * losses[..5].Average(), string.Join(' ', losses));
        Assert.All(
            one.Reader.Reader.Parameters().Zip(two.Reader.Reader.Parameters()),
            pair => Assert.Equal(pair.First.Value.Data.ToArray(), pair.Second.Value.Data.ToArray()));
        Assert.InRange(StoryTraining.Exam(one.Reader, Stories.DrawTest(50, 2, s_recipe.Kind)).Average(), 0, 1);
    }

    [Fact]
    public void What_is_saved_answers_the_same()
    {
        StoryReader reader = new StoryTraining(s_recipe, seed: 3).Reader;
        string path = Path.Combine(_folder, "stories.safetensors");
        reader.Save(path);
        Story story = Stories.DrawTest(1, 3, s_recipe.Kind)[0];
        Assert.Equal(
            reader.Answer(story.Text, story.Question), StoryReader.Load(path).Answer(story.Text, story.Question));
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..^40]);
        Assert.Throws<InvalidDataException>(() => StoryReader.Load(path));
        Assert.Contains(
            "lab stories", Assert.Throws<FileNotFoundException>(() => StoryReader.Load(path + "x")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_answered_is_refused_and_strange_words_are_named()
    {
        StoryReader reader = new StoryTraining(s_recipe, seed: 4).Reader;
        Assert.Contains(
            "empty", Assert.Throws<ArgumentException>(() => reader.Answer(" ", "where is mary?")).Message,
            StringComparison.Ordinal);
        string endless = string.Join(' ', Enumerable.Repeat("mary went to the hall.", 40));
        Assert.Contains(
            "128 positions", Assert.Throws<ArgumentException>(() => reader.Answer(endless, "where is mary?")).Message,
            StringComparison.Ordinal);
        Assert.Equal(["moon"], reader.Strange("Mary went to the moon. Where is Mary?"));
    }

    [Fact]
    public void Runs_are_kept_in_a_file()
    {
        var (run, _) = StoryRun.Of(
            "short", s_recipe with { Steps = 2, Kind = new StoryKind(Least: 2, Most: 3) }, seed: 1);
        string path = Path.Combine(_folder, "stories.tsv");
        StoryRun.Save(path, [run]);
        StoryRun again = Assert.Single(StoryRun.Load(path));
        Assert.Equal(
            ("short", 1, 2, run.Stories), (again.Variant, again.Seed, again.Steps, again.Stories));
        Assert.Equal(run.Exact, again.Exact, 0.01);
        Assert.Equal(run.Curve.Count, again.Curve.Count);
        File.WriteAllText(path, File.ReadAllText(path).Replace("\t1\t2\t", "\t1\tx\t", StringComparison.Ordinal));
        Assert.Contains(
            "line 2", Assert.Throws<InvalidDataException>(() => StoryRun.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_was_stopped_comes_to_the_same()
    {
        StoryRecipe recipe = s_recipe with { Steps = 20, Opening = 8, Kind = new StoryKind(Least: 2, Most: 3) };
        string checkpoint = Path.Combine(_folder, "stories.checkpoint.safetensors");
        var (whole, reader) = StoryRun.Of("short", recipe, seed: 1);
        for (int piece = 0; ; piece++)
        {
            using var stop = new CancellationTokenSource();
            try
            {
                // Every report is the end of a piece: the trainer reports when it pauses to look, too.
                int reports = 0;
                var (run, again) = StoryRun.Of(
                    "short", recipe, seed: 1, _ => { if (++reports == 4) { stop.Cancel(); } }, stop.Token, checkpoint);
                Assert.True(piece > 1, "It was never stopped.");
                Assert.Equal(whole.Curve.Select(point => point.Stories), run.Curve.Select(point => point.Stories));
                Assert.All(whole.Curve.Zip(run.Curve), pair => Assert.Equal(pair.First.Exact, pair.Second.Exact, 0.05));
                Assert.Equal(whole with { Curve = run.Curve, Seconds = run.Seconds }, run);
                Assert.All(
                    reader.Reader.Parameters().Zip(again.Reader.Parameters()),
                    pair => Assert.Equal(pair.First.Value.Data, pair.Second.Value.Data));
                break;
            }
            catch (OperationCanceledException)
            {
                Assert.True(File.Exists(checkpoint));
            }
        }

        // The checkpoint stays until somebody deletes it: no other training goes on from it.
        Assert.Contains("another training", Assert.Throws<InvalidDataException>(
            () => StoryRun.Of("short", recipe, seed: 2, checkpoint: checkpoint)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_steps_read_lessons_and_the_others_what_is_asked_for()
    {
        StoryRecipe recipe = s_recipe with { Opening = 12 };
        Assert.Equal(new StoryKind(Least: 2, Most: 2, Lesson: true), recipe.KindAt(1));
        Assert.Equal(recipe.KindAt(1), recipe.KindAt(4));
        Assert.Equal(new StoryKind(Least: 2, Most: 6, Lesson: true), recipe.KindAt(5));
        Assert.Equal(recipe.KindAt(5), recipe.KindAt(12));
        Assert.Equal(recipe.Kind with { Even = true }, recipe.KindAt(13));
        Assert.Equal(recipe.Kind, (recipe with { Opening = 0, Even = false }).KindAt(1));

        recipe = recipe with { Kind = new StoryKind(Facts: 2) };
        Assert.Equal(new StoryKind(Least: 2, Most: 6, Lesson: true), recipe.KindAt(12));
        Assert.Equal(new StoryKind(Facts: 2, Least: 3, Most: 6, Lesson: true), recipe.KindAt(13));
        Assert.Equal(recipe.KindAt(13), recipe.KindAt(24));
        Assert.Equal(recipe.Kind with { Even = true }, recipe.KindAt(25));
    }

    [Fact]
    public void Every_recipe_that_is_compared_has_a_name_of_its_own_and_can_be_trained()
    {
        Assert.Equal(
            StoryRecipe.Variants.Count, StoryRecipe.Variants.DistinctBy(variant => variant.Name).Count());
        Assert.Equal(
            StoryRecipe.Variants.Count, StoryRecipe.Variants.DistinctBy(variant => variant.Recipe).Count());
        Assert.All(StoryRecipe.Variants, variant => variant.Recipe.Check());
    }

    [Fact]
    public void Some_heads_start_with_keys_like_queries_and_the_others_with_large_numbers_for_distances()
    {
        StoryRecipe recipe = s_recipe with { DModel = 32, Heads = 4, Alike = 1, Layers = 2 };
        Bert bert = new StoryTraining(recipe, seed: 1).Reader.Reader.Bert;
        foreach (MultiHeadAttention attention in bert.Layers.Select(layer => layer.Attention))
        {
            float[] queries = attention.Query.Weight.Data, keys = attention.Key.Weight.Data;
            Assert.Equal(queries[(24 * 32)..], keys[(24 * 32)..]);
            Assert.DoesNotContain(true, queries[..(24 * 32)].Zip(keys, (q, k) => q == k));
            Assert.Equal(1 / Math.Sqrt(32), Math.Sqrt(queries[(24 * 32)..].Average(q => q * q)), 0.03);
        }

        Assert.Equal(recipe.DistanceDeviation, Math.Sqrt(Distances(head => head < 3).Average(x => x * x)), 0.5);
        Assert.Equal(recipe.Deviation, Math.Sqrt(Distances(head => head == 3).Average(x => x * x)), 0.07);
        Bert usual = new StoryTraining(recipe with { Alike = 0, Buckets = 0 }, seed: 1).Reader.Reader.Bert;
        Assert.NotEqual(usual.Layers[0].Attention.Query.Weight.Data, usual.Layers[0].Attention.Key.Weight.Data);

        IEnumerable<float> Distances(Func<int, bool> ofHead) =>
            bert.Distances!.Table.Data.Where((_, i) => ofHead(i % 4));
    }

    [Fact]
    public void Shuffled_sentences_keep_their_answer_where_it_stands()
    {
        var random = new SeededRandom(1);
        foreach (Story story in Stories.DrawTest(100, 5, new StoryKind(Facts: 2)))
        {
            Story mixed = Stories.Shuffled(story, random);
            Assert.Equal(story.Sentences.Order(), mixed.Sentences.Order());
            Assert.Equal(story.Sentences[story.AnswerSentence], mixed.Sentences[mixed.AnswerSentence]);
            Assert.Equal(
                story.Support.Select(s => story.Sentences[s]).Order(),
                mixed.Support.Select(s => mixed.Sentences[s]).Order());
        }
    }
}
