using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 12, with its solutions, against the library.</summary>
public class Chapter12Tests(Chapter12Tests.Cells cells) : IClassFixture<Chapter12Tests.Cells>
{
    [Fact]
    public void The_model_is_the_librarys() => Models(cells);

    [Fact]
    public void The_parameters_are_as_many_as_the_formula_says() => Counts(cells);

    [Fact]
    public void The_rules_of_drawing_are_the_librarys() => Rules(cells);

    [Fact]
    public void The_cached_step_is_causal_attention() => CachedSteps(cells);

    [Fact]
    public void Repeats_are_those_of_four_tokens()
    {
        var repeats = cells.Get<Func<IReadOnlyList<int>, double>>("RepeatedShare");
        Assert.Equal(0, repeats([1, 2, 3, 4, 5, 6]));
        Assert.Equal(1 / 6.0, repeats([1, 2, 3, 4, 5, 1, 2, 3, 4]), 1e-12); // 1 2 3 4 comes again, one of six
        Assert.Equal(0, repeats([1, 2]));
    }

    [Theory]
    [InlineData("cs-12turn1b0", "x += layer", "x = layer")]
    [InlineData("cs-12model01", "gpt.Norm.Forward(x)", "x")]
    [InlineData("cs-12tying01", "13 * d)", "12 * d)")]
    [InlineData("cs-12rules02", "Math.Pow(x, 1 / tau)", "Math.Pow(x, tau)")]
    [InlineData("cs-12rules02", "least * p.Max()", "least")]
    [InlineData("cs-12turn3b0", "sum >= share", "sum > 1")]
    [InlineData("cs-12turn4b0", "keys.Add(k)", "keys.Add(q)")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Models, Counts, Rules, CachedSteps);

    private static void Models(ChapterCode cells)
    {
        var forward = cells.Get<Func<Gpt, TokenBatch, Tensor>>("Forward");
        foreach (var (layers, width, heads, sentences, length) in new[] { (1, 4, 1, 1, 1), (2, 8, 2, 3, 4),
            (3, 12, 3, 2, 7) })
        {
            var model = new Gpt(
                new GptConfig
                {
                    Vocabulary = 11, Context = 7, Layers = layers, DModel = width, Heads = heads,
                    Dropout = 0
                }, seed: 1);
            var tokens = new TokenBatch(
                [.. Enumerable.Range(0, sentences * length).Select(i => i * i % 11)], sentences, length);
            Assert.Equal(model.Forward(tokens).Data, forward(model, tokens).Data);
        }
    }

    private static void Counts(ChapterCode cells)
    {
        var count = cells.Get<Func<long, long, long, long, long>>("Count");
        foreach (var (vocabulary, width, layers, context) in new[] { (11, 8, 2, 7), (30, 12, 3, 5) })
        {
            var model = new Gpt(
                new GptConfig
                {
                    Vocabulary = vocabulary, Context = context, Layers = layers, DModel = width, Heads = 2,
                    Dropout = 0
                }, seed: 1);
            Assert.Equal(model.ParameterCount, count(vocabulary, width, layers, context));
        }

        Assert.Equal(124_439_808, count(50_257, 768, 12, 1024)); // the smallest GPT-2
    }

    private static void Rules(ChapterCode cells)
    {
        var drawn = cells.Get<Func<double[], double, int, double, double, double[]>>(
            "(double[] p, double temperature, int k, double share, double least) => MinP(TopP(TopK(Soften(p, " +
            "temperature), k), share), least)");
        foreach (var (temperature, k, p, least) in new[] { (1.0, 0, 1.0, 0.0), (0.5, 0, 1, 0), (1, 3, 1, 0),
            (1, 0, 0.7, 0), (1, 0, 1, 0.3), (1.7, 8, 0.8, 0.2) })
        {
            for (int seed = 0; seed < 20; seed++)
            {
                float[] logits = [.. (Vector<float>.Build.Random(10, seed) * 2)];
                double[] library = Sampling.Probabilities(
                    logits, new SamplingOptions { Temperature = temperature, TopK = k, TopP = p, MinP = least });
                Close.Numbers(
                    library,
                    drawn(
                        Sampling.Probabilities(logits, new SamplingOptions()), temperature, k == 0 ? 10 : k, p, least),
                            1e-9);
            }
        }
    }

    private static void CachedSteps(ChapterCode cells)
    {
        var step = cells.Get<Func<
            List<Vector<float>>, List<Vector<float>>, Vector<float>, Vector<float>, Vector<float>, Vector<float>>>(
            "CachedStep");
        foreach (var (words, width, wide) in new[] { (1, 1, 1), (6, 4, 3) })
        {
            Matrix<float> q = Matrix<float>.Build.Random(words, width, 1),
                k = Matrix<float>.Build.Random(words, width, 2), v = Matrix<float>.Build.Random(words, wide, 3);
            List<Vector<float>> keys = [], values = [];
            Close.Matrices(
                Attention.ScaledDotProduct(q, k, v, Mask.Causal(words)).Output, Matrix<float>.Build.DenseOfRowVectors(
                [.. Enumerable.Range(0, words).Select(t => step(keys, values, q.Row(t), k.Row(t), v.Row(t)))]));
        }
    }

    public sealed class Cells() : ChapterCode("12");
}
