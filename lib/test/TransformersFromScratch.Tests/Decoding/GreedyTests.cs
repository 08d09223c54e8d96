using static TransformersFromScratch.Tests.Decoding.SmallModel;

namespace TransformersFromScratch.Tests.Decoding;

public class GreedyTests
{
    [Theory]
    [InlineData(NormPlacement.Post)]
    [InlineData(NormPlacement.Pre)]
    public void With_the_cache_it_writes_what_it_writes_without_it_and_what_it_writes_alone(NormPlacement norm)
    {
        var lengths = new HashSet<int>();
        for (int seed = 1; seed <= 8; seed++)
        {
            Transformer model = Build(vocabulary: 6, norm, seed);
            IReadOnlyList<int>[] sources = Sources(model, seed, 5, 2, 9, 1);

            // Every token takes its turn as the end: a model with random weights may never write the usual one.
            for (int end = 1; end < 6; end++)
            {
                IReadOnlyList<int[]> cached = Greedy.Decode(model, Batch(sources), Vocabulary.Start, end, longest: 20);
                Assert.Equal(Greedy.DecodeAnew(model, Batch(sources), Vocabulary.Start, end, longest: 20), cached);
                Assert.Equal(
                    sources.SelectMany(
                        source => Greedy.Decode(model, Batch(source), Vocabulary.Start, end, longest: 20)), cached);
                lengths.UnionWith(cached.Select(target => target.Length));
            }
        }

        Assert.True(lengths.Count >= 3, "Too few different lengths to say anything about sentences that end early.");
    }

    [Fact]
    public void Without_an_end_all_have_the_greatest_length() => Assert.All(
        Greedy.Decode(Build(vocabulary: 6), Batch([3, 4], [5]), Vocabulary.Start, end: -1, longest: 18),
        target => Assert.Equal(18, target.Length));

    [Fact]
    public void A_logit_that_is_no_number_is_an_error()
    {
        Transformer model = Build();
        // Token 5 is not read, so its own logit alone is damaged.
        model.Embedding.Weight.Span[(5 * 16) + 3] = float.NaN;
        var error = Assert.Throws<InvalidOperationException>(
            () => Greedy.Decode(model, Batch([3, 4]), Vocabulary.Start, Vocabulary.End, 5));
        Assert.Contains("token 5 is NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_no_best_none_is_taken()
    {
        Assert.Equal(1, Greedy.Best([float.NegativeInfinity, -3, float.NegativeInfinity]));
        Assert.Contains(
            "Every logit is -infinity",
            Assert.Throws<InvalidOperationException>(
                () => Greedy.Best([float.NegativeInfinity, float.NegativeInfinity])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "token 1 is +infinity", Assert.Throws<InvalidOperationException>(
                () => Greedy.Best([2, float.PositiveInfinity, float.PositiveInfinity])).Message,
                    StringComparison.Ordinal);
    }

    [Fact]
    public void It_can_be_stopped_and_wants_a_positive_length()
    {
        Transformer model = Build();
        var stopped = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(
            () => Greedy.Decode(model, Batch([3, 4]), Vocabulary.Start, Vocabulary.End, 5, stopped));
        Assert.Throws<OperationCanceledException>(
            () => Greedy.DecodeAnew(model, Batch([3, 4]), Vocabulary.Start, Vocabulary.End, 5, stopped));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Greedy.Decode(model, Batch([3, 4]), Vocabulary.Start, Vocabulary.End, 0));
    }
}
