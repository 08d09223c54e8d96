namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What chapter 8 says of the loss of its first model.</summary>
public class Chapter08Tests
{
    private const int L = 16;
    private static readonly SequenceTask s_task = new(SequenceRule.Reverse, L);

    private static readonly TransformerConfig s_config = new()
    {
        Vocabulary = 13, DModel = 16, Heads = 2, DFeedForward = 32, EncoderLayers = 1, DecoderLayers = 1, Dropout = 0,
    };

    [Fact]
    public void The_taggers_loss_is_the_mean_over_places()
    {
        var model = new Tagger(s_config, seed: 1);
        int[] sequence = s_task.Draw(new SeededRandom(2)), answer = s_task.Answer(sequence);
        var source = TokenBatch.Of([sequence], Vocabulary.Padding);
        float[] logits = model.Forward(source).Data;
        double mean = Enumerable.Range(0, L).Average(t =>
        {
            double[] row = [.. logits.Skip(t * 13).Take(13).Select(x => (double)x)];
            return Math.Log(row.Sum(Math.Exp)) - row[answer[t]];
        });

        BatchLoss loss = TaskRecipe.TaggerLoss(model, s_task, source);
        Assert.Equal(mean, loss.Loss.Scalar, 1e-4);
        Assert.Equal(L, loss.Tokens);
    }
}
