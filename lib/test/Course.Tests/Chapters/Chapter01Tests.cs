using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 1, with its three solutions, against the library.</summary>
public class Chapter01Tests(Chapter01Tests.Cells cells) : IClassFixture<Chapter01Tests.Cells>
{
    /// <summary>The encoder's maps of 200 test sentences, as the chapter takes them.</summary>
    private static readonly Lazy<IReadOnlyList<IReadOnlyList<IReadOnlyList<Matrix<float>>>>> s_unseen = new(() =>
    {
        string data = Repository.Find().Data;
        Translator translator = Translator.Load(Path.Combine(data, "en-fr.safetensors"));
        return [.. SentencePair.Load(Path.Combine(data, "en-fr.test.tsv"))
            .Select(pair => translator.Encode(translator.Normalise(pair.Source)))
            .Where(ids => ids.Length > 2).Take(200).Select(ids => translator.Model.Encode(ids).Attention)];
    });

    [Fact]
    public void The_softmax_is_the_librarys() => Softmaxes(cells);

    [Fact]
    public void The_mask_is_the_librarys() => Masks(cells);

    [Fact]
    public void The_attention_is_the_librarys() => Attentions(cells);

    [Fact]
    public void A_loop_a_product_and_a_softmax_are_the_same() => Averages(cells);

    [Fact]
    public void The_habits_of_a_head_are_those_of_the_laboratory() => Habits(cells);

    [Theory]
    [InlineData(0, 0, 0, 0.96)]
    [InlineData(0, 1, 0, 0.73)]
    [InlineData(1, 0, -1, 0.34)]
    [InlineData(1, 2, -1, 0.52)]
    [InlineData(1, 3, 1, 0.43)]
    public void Heads_of_the_shipped_translator_have_the_habits_that_the_text_names(
        int layer, int head, int step, double weight)
    {
        var toward = cells.Get<Func<Matrix<float>, int, double>>("Toward");
        Assert.Equal(weight, s_unseen.Value.Average(maps => toward(maps[layer][head], step)), 0.005);
    }

    [Theory]
    [InlineData("cs-01turn1b", "row.Maximum()", "row.Minimum()")]
    [InlineData("cs-01turn1b", "e / e.Sum()", "e / e.Maximum()")]
    [InlineData("cs-01loop2b", "key > query", "key >= query")]
    [InlineData("cs-6d36c365", "/ MathF.Sqrt(dK)", "/ dK")]
    [InlineData("cs-01loop0b", "seen <= word", "seen < word")]
    [InlineData("cs-01real04b", "map[t, t + step]", "map[t, t]")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Softmaxes, Masks, Attentions, Averages, Habits);

    private static Matrix<float> Random(int rows, int columns, int seed) =>
        Matrix<float>.Build.Random(rows, columns, seed);

    private static void Softmaxes(ChapterCode cells)
    {
        var softmax = cells.Get<Func<Matrix<float>, Matrix<float>>>("SoftmaxRows");
        foreach (var (rows, columns) in new[] { (1, 1), (3, 2), (7, 9) })
        {
            Matrix<float> scores = Random(rows, columns, 1) * 50; // e to the power of some overflows
            Close.Matrices(Softmax.Rows(scores), softmax(scores));
        }
    }

    private static void Masks(ChapterCode cells)
    {
        var hide = cells.Get<Func<Matrix<float>, Matrix<float>>>("HideFuture");
        foreach (int words in new[] { 1, 3, 8 })
        {
            Close.Matrices(Mask.Causal(words).Apply(Random(words, words, 2)), hide(Random(words, words, 2)), 0);
        }
    }

    private static void Attentions(ChapterCode cells)
    {
        var attend = cells.Get<Func<Matrix<float>, Matrix<float>, Matrix<float>, (Matrix<float>, Matrix<float>)>>(
            "Attend");
        foreach (var (queries, keys, width, wide) in new[] { (1, 1, 1, 1), (3, 3, 2, 2), (4, 7, 5, 3) })
        {
            Matrix<float> q = Random(queries, width, 1), k = Random(keys, width, 2), v = Random(keys, wide, 3);
            var (output, weights) = attend(q, k, v);
            var library = Attention.ScaledDotProduct(q, k, v);
            Close.Matrices(library.Output, output);
            Close.Matrices(library.Weights, weights);
        }
    }

    private static void Averages(ChapterCode cells)
    {
        var average = cells.Get<Func<Matrix<float>, Matrix<float>>>("AverageByLoop");
        foreach (var (words, width) in new[] { (1, 1), (3, 2), (9, 5) })
        {
            Matrix<float> values = Random(words, width, 1), equalScores = Matrix<float>.Build.Dense(words, words);
            Matrix<float> shares = Matrix<float>.Build.Dense(
                words, words, (word, seen) => seen <= word ? 1f / (word + 1) : 0);
            Close.Matrices(shares * values, average(values));
            Close.Matrices(Softmax.Rows(Mask.Causal(words).Apply(equalScores)) * values, average(values));
        }
    }

    private static void Habits(ChapterCode cells)
    {
        var toward = cells.Get<Func<Matrix<float>, int, double>>("Toward");
        foreach (int words in new[] { 2, 5, 9 })
        {
            Matrix<float> map = Softmax.Rows(Random(words, words, 4));
            var tensor = new Tensor(map.ToRowMajorArray(), 1, 1, words, words);
            Assert.Equal(HeadScores.PreviousToken(tensor)[0], toward(map, -1), 1e-6);
            Assert.Equal(HeadScores.Mean(tensor, 0, place => place)[0], toward(map, 0), 1e-6);
        }
    }

    public sealed class Cells() : ChapterCode("01");
}
