namespace TransformersFromScratch.Tests.Published;

/// <summary>
/// Sentences of different lengths in one batch of a published model, padded before or after: each gives what it gives
/// alone.
/// </summary>
public class PublishedPaddingTests
{
    public static TheoryData<string> Folders => PublishedFolder.With("config.json");

    [Theory, MemberData(nameof(Folders))]
    public void A_sentence_of_a_batch_is_as_if_alone(string name)
    {
        Pretrained loaded = Pretrained.Load(new PublishedFolder(name).Place, tokens: false);
        var random = new Random(1);
        for (int trial = 0; trial < 12; trial++)
        {
            int[][] sentences = [.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => Sentence(random))];
            bool left = trial % 2 == 0;
            if (loaded.Gpt is { } gpt)
            {
                Assert.Equal(
                    sentences.Select(sentence => Generation.Stream(gpt, sentence, 8).ToArray()),
                    Generation.Batch(gpt, sentences, 8));
            }
            else if (loaded.Bert is { } bert)
            {
                AssertAlike(sentences, left, bert.Config.PaddingId, tokens => bert.Encode(tokens));
            }
            else if (loaded.EncoderDecoder is { } model)
            {
                AssertAlike(sentences, left, model.PaddingId, tokens => model.Encode(tokens));
                Assert.Equal(
                    sentences.SelectMany(
                        sentence => Greedy.Decode(model, TokenBatch.Of([sentence], model.PaddingId), 8)),
                    Greedy.Decode(model, TokenBatch.Of(sentences, model.PaddingId, left), 8));
            }
        }
    }

    private static void AssertAlike(int[][] sentences, bool left, int padding, Func<TokenBatch, Tensor> encode)
    {
        using var quiet = Tape.NoGradient();
        int longest = sentences.Max(sentence => sentence.Length);
        Tensor together = encode(TokenBatch.Of(sentences, padding, left));
        int d = together.Shape[^1];
        for (int b = 0; b < sentences.Length; b++)
        {
            float[] alone = encode(new TokenBatch(sentences[b], 1, sentences[b].Length)).Data;
            int first = (b * longest) + (left ? longest - sentences[b].Length : 0);
            float[] mine = together.Data[(first * d)..((first * d) + alone.Length)];
            float size = alone.Max(Math.Abs);
            Assert.All(alone.Zip(mine), pair => Assert.Equal(pair.First, pair.Second, 2e-5 * size));
        }
    }

    /// <summary>Ids that are no special tokens of any of these models.</summary>
    private static int[] Sentence(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 14)).Select(_ => random.Next(10, 200))];
}
