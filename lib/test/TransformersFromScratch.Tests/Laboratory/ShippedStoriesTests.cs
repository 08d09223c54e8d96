namespace TransformersFromScratch.Tests.Laboratory;

/// <summary>What data/ says of chapter 13's readers of stories, against what the model there does.</summary>
public class ShippedStoriesTests
{
    private static string Data(string name) => Path.Combine(Corpus.Folder(name), name);

    [Fact]
    public void The_reader_answers_99_of_100_unseen_stories_as_its_run_says()
    {
        string path = Data("stories.safetensors");
        Assert.True(new FileInfo(path).Length < 5_000_000);
        StoryReader reader = StoryReader.Load(path);
        Assert.Equal(
            StoryRecipe.Shipped.Config(reader.Tokens.Count).ToString(), reader.Reader.Bert.Config.ToString());
        StoryRun run = StoryRun.Load(Data("stories.tsv")).Where(run => run.Variant == StoryRecipe.Variants[0].Name)
            .MaxBy(run => run.Curve[^1].Exact)!; // The seed is chosen by the stories of the curve.
        double exact = Right(Stories.DrawTest(2000, 1901, StoryRecipe.Shipped.Kind));
        Assert.Equal(run.Exact, exact, 0.1);
        Assert.True(exact >= 99, $"{exact} %");

        // Other stories than those of the file: nothing was chosen by these.
        double other = Right(Stories.DrawTest(1000, 77, StoryRecipe.Shipped.Kind));
        Assert.True(other >= 98.5, $"{other} %");

        double Right(IReadOnlyList<Story> stories) => 100 * StoryTraining.Exam(reader, stories).Average();
    }
}
