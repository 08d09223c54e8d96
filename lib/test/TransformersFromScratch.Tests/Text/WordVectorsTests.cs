namespace TransformersFromScratch.Tests.Text;

public class WordVectorsTests
{
    private static readonly string[] s_sentences =
    [
        "the red line is thick", "the blue line is thin", "the green line is thick", "paint the red box",
        "paint the blue box",
        "press the left key", "press the right key", "hold the left button", "hold the right button",
    ];

    private static WordVectors Vectors() =>
        WordVectors.FromCounts(s_sentences, Vocabulary.Build(s_sentences), dimensions: 6);

    [Fact]
    public void Words_that_keep_the_same_company_are_near()
    {
        Assert.Contains("blue", Vectors().Nearest("red", 2).Select(near => near.Word));
        Assert.Equal("right", Vectors().Nearest("left", 1)[0].Word);
    }

    [Fact]
    public void Every_vector_has_mean_square_one_and_two_runs_agree()
    {
        WordVectors vectors = Vectors();
        foreach (var row in vectors.Of(["red", "line", "key"]).EnumerateRows())
        {
            Assert.Equal(1f, row.Average(value => value * value), 4);
        }

        Assert.Equal(vectors.Matrix.ToRowMajorArray(), Vectors().Matrix.ToRowMajorArray());
    }

    [Fact]
    public void Bad_input_is_named()
    {
        Assert.Contains(
            "'purple'", Assert.Throws<ArgumentException>(() => Vectors().Of(["purple"])).Message,
            StringComparison.Ordinal);
        Assert.Contains("99 dimensions", Assert.Throws<ArgumentException>(() =>
            WordVectors.FromCounts(s_sentences, Vocabulary.Build(s_sentences), dimensions: 99)).Message,
                StringComparison.Ordinal);
    }
}
