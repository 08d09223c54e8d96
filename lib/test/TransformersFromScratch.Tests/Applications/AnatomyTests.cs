using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Applications;

/// <summary>
/// An anatomy is recomputed from its own parts, as they are written for the page, and compared with what the model
/// itself says.
/// </summary>
public sealed class AnatomyTests
{
    private const string Sentence = "the cat sat on the mat";

    private static readonly BytePairEncoding s_tokens = BytePairEncoding.Train(
        [" the cat sat", " le chat assis", " the dog", " le chien"], 12);

    private static Translator NewTranslator(Func<TransformerConfig, TransformerConfig>? change = null)
    {
        var config = new TransformerConfig
        {
            Vocabulary = s_tokens.Count, DModel = 16, Heads = 2, DFeedForward = 24, EncoderLayers = 2,
            DecoderLayers = 2, Dropout = 0,
        };
        return new Translator(new Transformer(change?.Invoke(config) ?? config, seed: 3), s_tokens, longest: 40);
    }

    private static LanguageModel NewGpt(Func<GptConfig, GptConfig>? change = null)
    {
        var config = new GptConfig
        {
            Vocabulary = s_tokens.Count, Context = 40, Layers = 2, DModel = 16, Heads = 4, DFeedForward = 24,
            Dropout = 0,
        };
        var model = new LanguageModel(new Gpt(change?.Invoke(config) ?? config, seed: 4), s_tokens);
        // Fresh weights of a GPT are so small that every sentence is alike.
        foreach (Parameter parameter in model.Model.Parameters().Where(parameter => parameter.Value.Shape.Length == 2))
        {
            for (int i = 0; i < parameter.Value.Data.Length; i++) { parameter.Value.Data[i] *= 12; }
        }

        return model;
    }

    [Theory]
    [InlineData(NormPlacement.Post, Activation.Relu)]
    [InlineData(NormPlacement.Pre, Activation.GeluTanh)]
    public void A_translator_recomputed_from_its_parts_is_the_model(NormPlacement norm, Activation activation)
    {
        Translator translator = NewTranslator(config => config with { Norm = norm, Activation = activation });
        var anatomy = Anatomy.Of(translator, Sentence);
        Assert.Equal(Sentence + ".", anatomy.Text);
        // A model that nobody has trained writes on and on; the figure ends after 32 tokens.
        Assert.StartsWith(anatomy.Written, translator.Translate([anatomy.Text])[0]);
        int[] source = [.. anatomy.Stacks[0].Tokens.Select(token => token.Id)];
        int[] target = [.. anatomy.Stacks[1].Tokens.Select(token => token.Id)];
        Assert.Equal(translator.Encode(anatomy.Text), source);
        TransformerResult model = translator.Model.Forward(source, target);
        Near(model.Encoder.Memory, anatomy.Stacks[0].Output);
        Near(model.Decoder.Output, anatomy.Stacks[1].Output);

        var read = new ReadAnatomy(anatomy.ToJson());
        Near(model.Encoder.Memory, read.Output(0), 2e-2);
        Near(model.Decoder.Output, read.Output(1), 2e-2);
        Same(model.Encoder.Attention, read.Maps(0, "self-attention"));
        Same(model.Decoder.SelfAttention, read.Maps(1, "masked self-attention"));
        Same(model.Decoder.CrossAttention, read.Maps(1, "cross-attention"));
        Guesses(anatomy, read, model.Logits);
        int[] best = [.. anatomy.Guesses.Select(row => row[0].Token.Id)];
        Assert.Equal(target[1..], best[..^1]); // each row foretells the token of the next
        Assert.True(best[^1] == translator.Model.Config.EndId || target.Length == 33);
    }

    [Theory]
    [InlineData(PositionKind.Learned)]
    [InlineData(PositionKind.Sinusoidal)]
    [InlineData(PositionKind.None)]
    public void A_GPT_recomputed_from_its_parts_is_the_model(PositionKind positions)
    {
        LanguageModel model = NewGpt(config => config with { Positions = positions });
        var anatomy = Anatomy.Of(model, Sentence, write: 5);
        Assert.Equal(string.Concat(model.Complete(Sentence, 5)), anatomy.Written);
        int[] prompt = model.Encode(Sentence), all = [.. anatomy.Stacks[0].Tokens.Select(token => token.Id)];
        Assert.Equal(prompt, all[..prompt.Length]);
        Assert.Equal(prompt.Length + 5, all.Length);
        Matrix<float> logits = model.Model.Forward(all);
        var read = new ReadAnatomy(anatomy.ToJson());
        Near(anatomy.Stacks[0].Output, read.Output(0), 2e-2);
        Guesses(anatomy, read, logits);
        Assert.Equal(all[prompt.Length..], anatomy.Guesses.Skip(prompt.Length - 1).SkipLast(1)
            .Select(row => row[0].Token.Id));
        var maps = new List<Tensor>();
        model.Model.Forward(new TokenBatch(all, 1, all.Length), maps: maps);
        IReadOnlyList<Matrix<float>>[] expected = [.. maps.Select(map => (IReadOnlyList<Matrix<float>>)
            [.. Enumerable.Range(0, 4).Select(head => Matrix<float>.Build.Dense(
                all.Length, all.Length, (t, s) => map.Data[(((head * all.Length) + t) * all.Length) + s]))])];
        Same(expected, read.Maps(0, "masked self-attention"));
    }

    [Fact]
    public void Each_head_mixes_the_values_by_weights_that_sum_to_1_and_see_no_future()
    {
        var anatomy = Anatomy.Of(NewTranslator(), Sentence);
        foreach (AnatomyAttention part in anatomy.Stacks.SelectMany(stack => stack.Layers).SelectMany(layer => layer)
            .OfType<AnatomyAttention>())
        {
            for (int head = 0; head < part.Heads; head++)
            {
                var (mixed, weights) = part.Head(head);
                foreach (float sum in weights.RowSums()) { Assert.Equal(1, sum, 5); }

                Assert.True(!part.IsCausal || weights.EnumerateIndexed().All(w => w.Item2 <= w.Item1 || w.Item3 == 0));
                Near(weights * part.Values.SubMatrix(0, part.Values.RowCount, head * 8, 8), mixed);
                Near(mixed, part.Mixed().SubMatrix(0, mixed.RowCount, head * 8, 8));
            }
        }
    }

    [Fact]
    public void What_cannot_be_shown_is_refused_with_a_reason()
    {
        Says("There is nothing to read", () => Anatomy.Of(NewTranslator(), "  "));
        Says("the figure has room for 24", () => Anatomy.Of(NewTranslator(), new string('x', 30)));
        Says("There is nothing to read", () => Anatomy.Of(NewGpt(), ""));
        Says("without a gate", () => Anatomy.Of(
            NewTranslator(config => config with { Activation = Activation.SwiGlu }), Sentence));
        Says("as in the 2017 paper", () => Anatomy.Of(
            NewGpt(config => config with { Positions = PositionKind.Rotary }), Sentence));
        Says("as in the 2017 paper", () => Anatomy.Of(NewGpt(config => config with { KeyValueHeads = 2 }), Sentence));
        Says("layer norms", () => Anatomy.Of(
            NewGpt(config => config with { NormKind = NormKind.RootMeanSquare }), Sentence));
        Says("not a mixture", () => Anatomy.Of(NewGpt(config => config with { Experts = 2 }), Sentence));

        static void Says(string what, Action act) =>
            Assert.Contains(what, Assert.ThrowsAny<Exception>(act).Message, StringComparison.Ordinal);
    }

    private static void Guesses(Anatomy anatomy, ReadAnatomy read, Matrix<float> logits)
    {
        for (int row = 0; row < logits.RowCount; row++)
        {
            float[] scores = logits.Row(row).ToArray();
            int[] order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(id => scores[id]).Take(10)];
            double sum = scores.Sum(score => Math.Exp(score));
            for (int i = 0; i < 10; i++)
            {
                var (text, logit, probability, id) = read.Guess(row, i);
                Assert.Equal(anatomy.Guesses[row][i].Token.Text, text);
                Assert.Equal(scores[order[i]], scores[id], 1e-4); // of two that are equal, either may come first
                Assert.Equal(scores[id], logit, Math.Max(1e-3, Math.Abs(scores[id]) * 1e-3));
                Assert.Equal(Math.Exp(scores[id]) / sum, probability, 1e-3);
            }
        }
    }

    private static void Same(
        IReadOnlyList<IReadOnlyList<Matrix<float>>> expected, IReadOnlyList<IReadOnlyList<Matrix<float>>> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (a, b) in expected.Zip(actual).SelectMany(pair => pair.First.Zip(pair.Second)))
        {
            Near(a, b, 5e-3);
        }
    }

    private static void Near(Matrix<float> expected, Matrix<float> actual, double tolerance = 1e-4)
    {
        Assert.Equal((expected.RowCount, expected.ColumnCount), (actual.RowCount, actual.ColumnCount));
        Assert.InRange((expected - actual).Enumerate().Max(MathF.Abs), 0, tolerance);
    }
}
