using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Laboratory;

public class CopyShareTests
{
    [Fact]
    public void A_token_counts_if_the_greatest_weight_lies_on_the_same_token()
    {
        Matrix<float> weights =
            Matrix<float>.Build.DenseOfArray(
            new[,] { { 0.1f, 0.7f, 0.2f }, { 0.5f, 0.3f, 0.2f }, { 0.2f, 0.2f, 0.6f }, { 1, 0, 0 } });
        // rows: 6 is right, 5 is not 7, 7 is right; the last row is the end's
        Assert.Equal(2, CopyShare.Count(weights, source: [5, 6, 7], target: [6, 7, 7]));
        Assert.Equal(0, CopyShare.Count(weights, source: [5, 6, 7], target: []));
    }

    [Fact]
    public void The_mean_of_the_heads_is_theirs()
    {
        Matrix<float> one = Matrix<float>.Build.Dense(1, 2, [1f, 0f]),
            other = Matrix<float>.Build.Dense(1, 2, [0f, 1f]);
        Assert.Equal([0.5f, 0.5f], CopyShare.Mean([one, other]).Row(0).ToArray());
    }

    [Fact]
    public void A_network_of_random_weights_copies_about_as_often_as_chance()
    {
        var tokens = BytePairEncoding.Train([" one two three four five six seven eight"], merges: 20);
        var config = new BartConfig
        {
            Vocabulary = tokens.Count, DModel = 16, Heads = 2, DFeedForward = 32,
            Positions = 64, Norm = NormPlacement.Pre
        };
        var summarizer = new Summarizer(new Bart(config, seed: 3), tokens, longest: 60);
        string[] words = "one two three four five six seven eight".Split(' ');
        var random = new SeededRandom(4);
        string[] texts =
            [.. Enumerable.Range(0, 60)
            .Select(_ => string.Join(' ', Enumerable.Range(0, 12).Select(_ => words[random.Next(8)])))];
        string[] summaries = [.. texts.Select(text => string.Join(' ', text.Split(' ').Take(4)))];
        CopyShare share = CopyShare.Of(summarizer, texts, summaries);
        Assert.Equal(share.Tokens, share.Present);
        Assert.Equal(2, share.Copied.Count);
        Assert.All(share.Copied, count => Assert.InRange(count, 0.3 * share.ByChance, 2.5 * share.ByChance));
        Assert.Throws<ArgumentException>(() => CopyShare.Of(summarizer, texts, summaries[..3]));
    }
}
