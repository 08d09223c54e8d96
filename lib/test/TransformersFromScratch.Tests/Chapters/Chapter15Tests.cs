namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What chapter 15 relies on: beyond the trained length a model is the same at both levels.</summary>
public class Chapter15Tests
{
    [Theory]
    [InlineData(PositionKind.Rotary)]
    [InlineData(PositionKind.Alibi)]
    [InlineData(PositionKind.Sinusoidal)]
    public void Both_levels_agree_far_beyond_the_trained_length(PositionKind positions)
    {
        Gpt model = Layers.VariantTests.Lively(new GptConfig
        {
            Vocabulary = 13, Context = 16, Layers = 2, DModel = 16, Heads = 2, Dropout = 0, Positions = positions,
        });
        int[] ids = [.. Enumerable.Range(0, 256).Select(i => i * i % 13)];
        float[] want = model.Forward(ids).ToRowMajorArray(),
            got = model.Forward(new TokenBatch(ids, 1, ids.Length)).Data;
        Assert.All(want.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 2e-4f * (1 + Math.Abs(pair.First))));
    }
}
