namespace TransformersFromScratch.Tests.Decoding;

public class GreedyTests
{
    [Theory]
    [InlineData(1, NormPlacement.Post)]
    [InlineData(2, NormPlacement.Post)]
    [InlineData(3, NormPlacement.Pre)]
    [InlineData(4, NormPlacement.Pre)]
    public void With_a_cache_as_without_and_in_a_batch_as_alone(int seed, NormPlacement norm)
    {
        Transformer model = Tiny.Model(seed, norm: norm);
        int[][] sources = Tiny.Sentences(seed, 11, 6, 1, 9, 4);
        foreach (int end in new[] { Vocabulary.End, 7, -1 })
        {
            IReadOnlyList<int[]> cached = Greedy.Decode(model, Tiny.Batch(sources), Vocabulary.Start, end, 20);
            Assert.Equal(Greedy.DecodeAnew(model, Tiny.Batch(sources), Vocabulary.Start, end, 20), cached);
            Assert.Equal(sources.Select(source => Greedy.Decode(model, Tiny.Batch(source), Vocabulary.Start, end, 20)[0]), cached);
            Assert.All(cached, target => Assert.DoesNotContain(end, target));
            Assert.All(cached, target => Assert.True(end == -1 ? target.Length == 20 : target.Length <= 20));
        }
    }

    [Fact]
    public void It_can_be_stopped_and_names_damaged_weights()
    {
        Transformer model = Tiny.Model(seed: 1);
        TokenBatch source = Tiny.Batch([3, 4]);
        var stopped = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => Greedy.Decode(model, source, Vocabulary.Start, Vocabulary.End, 5, stopped));
        Assert.Throws<OperationCanceledException>(() => Greedy.DecodeAnew(model, source, Vocabulary.Start, Vocabulary.End, 5, stopped));
        Assert.Equal("longest", Assert.Throws<ArgumentOutOfRangeException>(() => Tiny.GreedyOf(model, source, 0)).ParamName);

        model.Decoder[0].FeedForward.Outer.Bias!.Data[0] = float.NaN;
        Assert.Contains("NaN", Assert.Throws<InvalidOperationException>(() => Tiny.GreedyOf(model, source, 5)).Message, StringComparison.Ordinal);
    }
}
