using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What chapter 1 claims of attention, of the shipped translator and of its own examples.</summary>
public class Chapter01Tests
{
    private static readonly Lazy<Translator> s_translator = new(
        () => Translator.Load(Path.Combine(Corpus.Folder("en-fr.safetensors"), "en-fr.safetensors")));

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(1024)]
    public void The_scaling_is_a_temperature_that_cancels_the_width(int width)
    {
        var drawn = Matrix<float>.Build.Random(1, 16, 2017);
        float root = MathF.Sqrt(width);
        Matrix<float> apart = Softmax.Rows(drawn * (root / root)) - Softmax.Rows(drawn);
        Assert.True(apart.Enumerate().Max(MathF.Abs) < 1e-6f);
        if (width > 1)
        {
            Assert.True(Softmax.Rows(drawn * root).Enumerate().Max() > Softmax.Rows(drawn).Enumerate().Max() + 0.1f);
        }
    }

    [Fact]
    public void A_mixture_never_leaves_the_triangle_of_its_values()
    {
        var weights = Softmax.Rows(Matrix<float>.Build.Random(100, 3, 5) * 3);
        var mixed = weights * Matrix<float>.Build.DenseOfArray(new float[,] { { 9, 0 }, { 0, 9 }, { 3, 3 } });
        Assert.All(mixed.EnumerateRows(), point =>
        {
            // Between the axes and the line from (9, 0) to (0, 9)
            Assert.True(point[0] >= 0 && point[1] >= 0 && point[0] + point[1] <= 9.0001f);
            // Beyond the two lines through (3, 3)
            Assert.True(2 * point[0] + point[1] >= 8.9999f && point[0] + 2 * point[1] >= 8.9999f);
        });
    }

    [Fact]
    public void An_additive_score_is_bounded_whatever_the_width()
    {
        foreach (int width in new[] { 4, 64, 1024 })
        {
            var u = Vector<float>.Build.Random(8, width);
            Matrix<float> q = Matrix<float>.Build.Random(50, width, 1) * Matrix<float>.Build.Random(width, 8, 2);
            double most = q.EnumerateRows().Max(row => Math.Abs(row.PointwiseTanh() * u));
            Assert.InRange(most, 0, u.Sum(Math.Abs) + 1e-4);
        }
    }

    [Fact]
    public void With_keys_of_one_length_kernel_regression_is_the_softmax_of_dot_products()
    {
        var keys = Matrix<float>.Build.Random(6, 4, 3);
        keys = Matrix<float>.Build.DenseOfRowVectors(
            keys.EnumerateRows().Select(row => row * (2 / (float)row.L2Norm())));
        var query = Vector<float>.Build.Random(4, 4);
        double[] near = [.. keys.EnumerateRows().Select(key => Math.Exp(-Math.Pow((query - key).L2Norm(), 2) / 2))];
        Vector<float> weights = Softmax.Rows((keys * query).ToRowMatrix()).Row(0);
        Assert.All(near.Zip(weights), pair => Assert.Equal(pair.First / near.Sum(), pair.Second, 5));
    }

    // ---- what the chapter says of the shipped translator ----
    [Theory]
    [InlineData("Click a filter to select it.", "filter", 0.13)]
    [InlineData("A mouse click in a marked cell unmarks it.", "cell", 0.17)]
    [InlineData("A mouse click in a cell adds it to the already marked cells.", "cell", 0.10)]
    [InlineData("The file is opened by the LibreOffice module that saved it.", "file", 0.09)]
    [InlineData("Draw a curve, double-click it and type text into it.", "curve", 0.16)]
    [InlineData("If the key store is protected by a password, you are prompted for it.", "password", 0.08)]
    [InlineData("According to your selections, the wizard creates a new document template and saves it on " +
        "your hard disk.", "template", 0.02)]
    [InlineData("On the Toolbars tab page, click the down arrow button to position the new icon where you want it.",
        "icon", 0.19)]
    [InlineData("If a slide is visible, this function hides it.", "slide", 0.55)]
    public void It_gives_its_noun_what_the_text_says(string sentence, string noun, double most)
    {
        Reading reading = Reading.Of(s_translator.Value, sentence);
        int it = reading.PlaceOf("it"), there = reading.PlaceOf(noun);
        Vector<float> best = reading.Attention.SelectMany(heads => heads).Select(map => map.Row(it))
            .MaxBy(row => row[there])!;
        Assert.Equal(most, best[there], 0.006);
        Assert.Equal(noun == "slide", best.MaximumIndex() == there);
    }

    [Fact]
    public void The_examples_are_sentences_of_the_test_pages_and_the_counterexample_is_of_those_it_learned_from()
    {
        string[] test = [.. Corpus.Load("en-fr.test.tsv").Select(pair => pair.Source)];
        Assert.Contains("Draw a curve, double-click it and type text into it.", test);
        Assert.Contains("The file is opened by the LibreOffice module that saved it.", test);
        Assert.Contains(
            Corpus.Load("en-fr.train.tsv"), pair => pair.Source == "If a slide is visible, this function hides it.");
    }
}
