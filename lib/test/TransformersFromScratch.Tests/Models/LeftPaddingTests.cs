using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Models;

/// <summary>
/// A sentence has the same numbers alone, with padding after it and with padding before it, in every model.
/// </summary>
public class LeftPaddingTests
{
    private static readonly int[][] s_sentences = [[5, 9, 3, 7, 4, 8], [6, 2], [7], [3, 3, 9, 2]];

    private static TokenBatch Left(int padding, params IReadOnlyList<int>[] sentences) =>
        TokenBatch.Of(sentences, padding, left: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gpt(bool known)
    {
        var config =
            new GptConfig
            {
                Vocabulary = 12, Context = 8, Layers = 2, DModel = 24, Heads = 2, Dropout = 0,
                PaddingId = known ? 0 : null
            };
        var model = new Gpt(config, seed: 3);
        TokenBatch left = Left(0, s_sentences), right = TokenBatch.Of(s_sentences, 0);
        // By the model's padding, or by what the batch knows of itself.
        left = known ? new TokenBatch(left.Ids, left.Sentences, left.Length) : left;
        Same(
            s_sentences, sentence => model.Forward(TokenBatch.Of([sentence], 0)), left, model.Forward(left),
            fromEnd: true);
        Same(
            s_sentences, sentence => model.Forward(TokenBatch.Of([sentence], 0)), right, model.Forward(right),
            fromEnd: false);
        if (known)
        {
            Matrix<float> alone = model.Forward(s_sentences[1]), padded = model.Forward([0, 0, 0, .. s_sentences[1]]);
            Assert.True((alone - padded.SubMatrix(3, 2, 0, 12)).L2Norm() < 1e-5);
        }
    }

    [Fact]
    public void The_gradients_of_a_Gpt_are_those_without_the_padding()
    {
        float[][] Gradients(TokenBatch batch, int[] targets)
        {
            var model = new Gpt(
                new GptConfig { Vocabulary = 12, Context = 8, Layers = 1, DModel = 24, Heads = 2, Dropout = 0 },
                seed: 3);
            Op.CrossEntropy(model.Forward(batch), targets).Backward();
            return [.. model.Parameters().Select(parameter => parameter.Value.Gradient!.Data)];
        }

        const int none = Op.NoTarget;
        float[][] left = Gradients(Left(0, [5, 9, 3], [6]), [9, 3, 4, none, none, 2]),
            right = Gradients(TokenBatch.Of([[5, 9, 3], [6]], 0), [9, 3, 4, 2, none, none]);
        for (int i = 0; i < left.Length; i++)
        {
            Assert.All(left[i].Zip(right[i]), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        }
    }

    [Fact]
    public void Padding_within_a_sentence_of_a_Gpt_is_refused()
    {
        var model = new Gpt(
            new GptConfig { Vocabulary = 12, Context = 8, Layers = 1, DModel = 24, Heads = 2, PaddingId = 0 }, seed: 3);
        string message = Assert.Throws<ArgumentException>(
            () => model.Forward(new TokenBatch([1, 2, 3, 0, 4, 0, 5, 0], 2, 4))).Message;
        Assert.Contains("Sentence 1", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.Forward([4, 0, 5]));
    }

    [Fact]
    public void Tagger()
    {
        var model = new Tagger(
            new TransformerConfig
            {
                Vocabulary = 12, DModel = 24, Heads = 2, DFeedForward = 32, EncoderLayers = 2,
                Dropout = 0
            }, seed: 3);
        TokenBatch left = Left(0, s_sentences), right = TokenBatch.Of(s_sentences, 0);
        Same(
            s_sentences, sentence => model.Forward(TokenBatch.Of([sentence], 0)), left, model.Forward(left),
            fromEnd: true);
        Same(
            s_sentences, sentence => model.Forward(TokenBatch.Of([sentence], 0)), right, model.Forward(right),
            fromEnd: false);
    }

    [Theory]
    [InlineData(NormPlacement.Post)]
    [InlineData(NormPlacement.Pre)]
    public void Transformer(NormPlacement norm)
    {
        Transformer model = Decoding.SmallModel.Build(norm: norm);
        int[][] sources = [[5, 9, 3, 7, 4, 8], [6, 3], [7], [3, 3, 9, 4]],
            targets = [[1, 5], [1, 9, 8, 7, 3], [1], [1, 4, 4]];
        Tensor Alone(int b) => model.Forward(TokenBatch.Of([sources[b]], 0), TokenBatch.Of([targets[b]], 0));
        foreach (bool leftSource in new[] { false, true })
        {
            foreach (bool leftTarget in new[] { false, true })
            {
                TokenBatch source = TokenBatch.Of(sources, 0, leftSource),
                    target = TokenBatch.Of(targets, 0, leftTarget);
                int b = 0;
                Same(targets, _ => Alone(b++), target, model.Forward(source, target), leftTarget);
            }
        }

        // On matrices, too; and in the cache, which search and sampling read from.
        int[] padded = [0, 0, .. sources[3]];
        Matrix<float> want = model.Forward(sources[3], targets[3]).Logits,
            got = model.Forward(padded, [0, .. targets[3]]).Logits;
        Assert.True((want - got.SubMatrix(1, targets[3].Length, 0, got.ColumnCount)).L2Norm() < 1e-4);
        var alone = BeamSearch.Decode(model, TokenBatch.Of([sources[3]], 0), 8);
        var batch = BeamSearch.Decode(model, Left(0, sources), 8);
        Assert.Equal(alone[0][0].Tokens, batch[3][0].Tokens);
        Assert.Equal(alone[0][0].LogProbability, batch[3][0].LogProbability, 1e-4);
    }

    [Fact]
    public void A_target_of_a_cache_does_not_begin_with_padding()
    {
        Transformer model = Decoding.SmallModel.Build();
        var cache = new DecoderCache(model, TokenBatch.Of([[3, 4], [5]], 0));
        Assert.Contains(
            "Target 1 begins with padding", Assert.Throws<ArgumentException>(() => cache.Step([1, 0])).Message,
            StringComparison.Ordinal);
    }

    /// <summary>The rows of each sentence in the batch are those of the sentence alone.</summary>
    private static void Same(
        int[][] sentences, Func<int[], Tensor> alone, TokenBatch batch, Tensor together, bool fromEnd)
    {
        for (int b = 0; b < sentences.Length; b++)
        {
            int width = together.Shape[2],
                first = (b * batch.Length) + (fromEnd ? batch.Length - sentences[b].Length : 0);
            float[] want = alone(sentences[b]).Data,
                got = together.Data[(first * width)..((first + sentences[b].Length) * width)];
            Assert.All(want.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }
}
