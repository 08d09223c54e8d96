namespace TransformersFromScratch.Tests.Laboratory;

/// <summary>
/// The forward pass that is written out a second time for the laboratory must not drift away from the model's own.
/// </summary>
public class AblatedTransformerTests
{
    private static readonly TransformerConfig s_config = new()
    {
        Vocabulary = 13, DModel = 16, Heads = 4, DFeedForward = 24, EncoderLayers = 2, DecoderLayers = 2, Dropout = 0,
    };

    private static readonly SequenceTask s_task = new(SequenceRule.Reverse, Length: 6);

    private static TranslationBatch Batch() => TranslationBatch.Of(s_task.DrawPairs(5, new SeededRandom(1)));

    private static float[] Logits(Without without, TranslationBatch batch, int heads = 4) =>
        new AblatedTransformer(new Transformer(s_config with { Heads = heads }, seed: 3), without).Forward(
            batch.Source, batch.Input).Data;

    [Fact]
    public void With_nothing_left_out_it_is_the_model_forward_and_backward()
    {
        TranslationBatch batch = Batch();
        Transformer model = new(s_config, seed: 3), written = new(s_config, seed: 3);
        Tensor own = model.Forward(batch.Source, batch.Input),
            second = new AblatedTransformer(written, Without.Nothing).Forward(batch.Source, batch.Input);
        Assert.Equal(own.Shape.ToArray(), second.Shape.ToArray());
        AssertClose(own.Data, second.Data);

        batch.Loss(own).Loss.Backward();
        batch.Loss(second).Loss.Backward();
        Assert.All(model.Parameters().Zip(written.Parameters()), pair =>
        {
            Assert.Equal(pair.First.Name, pair.Second.Name);
            AssertClose(pair.First.Value.Gradient!.Data, pair.Second.Value.Gradient!.Data);
        });
    }

    [Fact]
    public void With_nothing_left_out_it_answers_as_greedy_decoding_does()
    {
        // Scores are asked for token after token, whether or not an end has been said; up to there they are the same.
        var model = new Transformer(s_config, seed: 3);
        TokenBatch source = Batch().Source;
        IReadOnlyList<int[]> own = Greedy.Decode(model, source, Vocabulary.Start, Vocabulary.End, longest: 6);
        IReadOnlyList<int[]> second = new AblatedTransformer(model, Without.Nothing).Answer(source, length: 6);
        Assert.All(
            own.Zip(second), pair => Assert.Equal(pair.First, pair.Second.TakeWhile(id => id != Vocabulary.End)));
    }

    [Theory]
    [InlineData(Without.Scaling)]
    [InlineData(Without.CausalMask)]
    [InlineData(Without.Positions)]
    [InlineData(Without.Residuals)]
    [InlineData(Without.LayerNorm)]
    [InlineData(Without.FeedForward)]
    public void Whatever_is_left_out_is_felt(Without without)
    {
        TranslationBatch batch = Batch();
        Assert.True(
            Logits(Without.Nothing, batch).Zip(Logits(without, batch))
                .Max(pair => MathF.Abs(pair.First - pair.Second)) > 0.01f);
    }

    [Fact]
    public void Epsilon_is_left_out_to_within_epsilon()
    {
        TranslationBatch batch = Batch();
        float[] whole = Logits(Without.Nothing, batch), without = Logits(Without.Epsilon, batch);
        Assert.NotEqual(whole, without);
        AssertClose(whole, without, 1e-3f);
    }

    [Fact]
    public void Without_positions_a_shuffled_source_says_the_same()
    {
        TranslationBatch batch = Batch();
        TokenBatch shuffled = new([.. batch.Source.Ids.Chunk(6).SelectMany(ids => ids.Reverse())], 5, 6);
        float[] From(TokenBatch source, Without without) =>
            new AblatedTransformer(new Transformer(s_config, seed: 3), without).Forward(source, batch.Input).Data;

        AssertClose(From(batch.Source, Without.Positions), From(shuffled, Without.Positions), 1e-4f);
        Assert.True(
            From(batch.Source, Without.Nothing).Zip(From(shuffled, Without.Nothing))
                .Max(pair => MathF.Abs(pair.First - pair.Second)) > 0.01f);
    }

    [Fact]
    public void Without_the_causal_mask_what_is_yet_to_be_said_is_seen()
    {
        TranslationBatch batch = Batch();
        int[] changed = [.. batch.Input.Ids];
        changed[^1] = changed[^1] == 3 ? 4 : 3; // the last thing the last sequence reads
        var other = batch with { Input = new TokenBatch(changed, batch.Input.Sentences, batch.Input.Length) };
        float FirstPlacesMove(Without without) =>
            Logits(without, batch).Zip(Logits(without, other)).SkipLast(s_config.Vocabulary)
            .Max(pair => MathF.Abs(pair.First - pair.Second));

        Assert.Equal(0, FirstPlacesMove(Without.Nothing));
        Assert.True(FirstPlacesMove(Without.CausalMask) > 1e-3f);
    }

    [Fact]
    public void Without_scaling_scores_are_the_root_of_d_k_times_as_large()
    {
        // Weights of the queries that are √d_k times as large undo the division.
        TranslationBatch batch = Batch();
        var model = new Transformer(s_config, seed: 3);
        foreach (Parameter parameter in model.Parameters()
            .Where(parameter => parameter.Name.Contains("query", StringComparison.Ordinal)))
        {
            Span<float> weights = parameter.Value.Data;
            for (int i = 0; i < weights.Length; i++) { weights[i] *= 2; } // √(16 / 4)
        }

        AssertClose(model.Forward(batch.Source, batch.Input).Data, Logits(Without.Scaling, batch), 1e-4f);
    }

    private static void AssertClose(float[] want, float[] got, float tolerance = 1e-5f) =>
        Assert.All(want.Zip(got), pair => Assert.Equal(pair.First, pair.Second, tolerance));

    [Fact]
    public void A_sublayer_of_ones_own_is_used_and_told_what_it_goes_without()
    {
        TranslationBatch batch = Batch();
        var model = new Transformer(s_config, seed: 3);
        foreach (var (without, told) in new[]
        {
            (Without.Residuals, new[] { Without.Residuals }),
            (Without.FeedForward, [Without.Nothing, Without.FeedForward]),
            (Without.Positions, [Without.Nothing]),
        })
        {
            var seen = new HashSet<Without>();
            float[] own = new AblatedTransformer(model, without, (part, x, f, norm) =>
            {
                seen.Add(part);
                return AblatedTransformer.Sublayer(part, x, f, norm);
            }).Forward(batch.Source, batch.Input).Data;
            Assert.Equal(new AblatedTransformer(model, without).Forward(batch.Source, batch.Input).Data, own);
            Assert.Equal(told.Order(), seen.Order());
        }
    }

    [Fact]
    public void The_maps_are_those_that_read_the_source()
    {
        var maps = new List<Tensor>();
        TranslationBatch batch = Batch();
        new AblatedTransformer(new Transformer(s_config, seed: 3), Without.Nothing)
            .Forward(batch.Source, batch.Input, maps);
        Assert.Equal(
            [[5, 4, 6, 6], [5, 4, 6, 6], [5, 4, 7, 6], [5, 4, 7, 6]], maps.Select(map => map.Shape.ToArray()));
    }
}
