using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 15, with its solutions, against the library.</summary>
public class Chapter15Tests(Chapter15Tests.Cells cells) : IClassFixture<Chapter15Tests.Cells>
{
    [Fact]
    public void The_rotation_and_its_score_are_the_librarys() => Rotations(cells);

    [Fact]
    public void ALiBi_is_the_librarys() => Biases(cells);

    [Fact]
    public void The_norm_and_the_gate_are_the_librarys() => Networks(cells);

    [Fact]
    public void The_modern_attention_is_the_librarys() => Attentions(cells);

    [Fact]
    public void The_mixture_is_the_librarys() => Mixtures(cells);

    [Fact]
    public void The_bytes_of_the_cache_are_the_librarys() => Caches(cells);

    [Theory]
    [InlineData("cs-15rope0t", "x[t, even] * cos - x[t, even + 1] * sin", "x[t, even] * cos + x[t, even + 1] * sin")]
    [InlineData("cs-15rope2f", "2 * i, width", "i, width")]
    [InlineData("cs-15alibi1", "(t - s)", "(t - s - 1) * t")]
    [InlineData("cs-15exer11", "Math.Exp(-slope * r)", "Math.Exp(-slope * r / 2)")]
    [InlineData("cs-15norm0t", "/ row.Count + 1e-5f", "/ (row.Count - 1) + 1e-5f")]
    [InlineData("cs-15gate0c", "Activations.Silu(", "Activations.Relu(")]
    [InlineData("cs-15group1", "head * shared / heads", "head % shared")]
    [InlineData("cs-15group3", "Rotate(keys[shared])", "keys[shared]")]
    [InlineData("cs-15moe001", "p[t, best] * layer", "layer")]
    [InlineData("cs-15cache1", "2L * layers", "layers")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Rotations, Biases, Networks, Attentions, Mixtures, Caches);

    /// <summary>A recipe that changes would leave the chapter a table that its command no longer makes.</summary>
    [Fact]
    public void The_file_of_runs_is_of_the_recipe_as_it_is() => Assert.All(
        ModernRun.Load(Path.Combine(Repository.Find().Data, "modern.tsv")), run => Assert.Equal(
            ModernVariant.Named(run.Variant).Config(Modern.Recipe.Config(vocabulary: 76)).ParameterCount(),
            run.Parameters));

    private static Matrix<float> Random(int rows, int columns) => Matrix<float>.Build.Random(rows, columns, 5);

    private static void Rotations(ChapterCode cells)
    {
        var rotate = cells.Get<Func<Matrix<float>, Matrix<float>>>("Rotate");
        var score = cells.Get<Func<int, double, double>>("Score");
        foreach (var (places, width) in new[] { (1, 2), (24, 16), (200, 6) })
        {
            Close.Matrices(Rotary.Rows(Random(places, width)), rotate(Random(places, width)), 2e-5);
            Matrix<float> equal = Rotary.Rows(Matrix<float>.Build.Dense(places, width, 1 / MathF.Sqrt(width)));
            Close.Numbers(
                [.. equal.EnumerateRows().Select(row => (double)row.DotProduct(equal.Row(0)))],
                [.. Enumerable.Range(0, places).Select(r => score(width, r))], 1e-4);
        }

        // Where the chapter says that they come back.
        Assert.Equal(182, Enumerable.Range(64, 192).MaxBy(r => score(16, r)));
    }

    private static void Biases(ChapterCode cells)
    {
        var sight = cells.Get<Func<int, float, Matrix<float>>>("""
            (int places, float slope) =>
            {
                Places = places;
                return Sight(slope);
            }
            """, "int Places = 0;");
        var keys = cells.Get<Func<int, float, double, int>>("SightOf");
        foreach (int places in new[] { 1, 24 })
        {
            foreach (float slope in Alibi.Slopes(4))
            {
                Matrix<float> library = Mask.Causal(places).Apply(Alibi.Bias(places, places, slope));
                Close.Matrices(Softmax.Rows(library), sight(places, slope));
                var nearest = Softmax.Rows(library).Row(places - 1).Reverse().ToList();
                int many = keys(places - 1, slope, 0.9);
                Assert.True(nearest.Take(many).Sum() >= 0.9 && nearest.Take(many - 1).Sum() < 0.9);
            }
        }
    }

    private static void Networks(ChapterCode cells)
    {
        var norm = cells.Get<Func<Matrix<float>, Vector<float>, Matrix<float>>>("NormRows");
        var gated = cells.Get<Func<Matrix<float>, FeedForward, Matrix<float>>>("Gated");
        foreach (var (rows, width, inner) in new[] { (1, 2, 3), (24, 32, 40) })
        {
            var library = new LayerNorm(width, kind: NormKind.RootMeanSquare);
            Initialise.Normal(library.Gain, 1, new Random(2));
            Close.Matrices(library.Forward(Random(rows, width)), norm(Random(rows, width), library.Gain.AsVector()));
            var network = new FeedForward(width, inner, new Random(1), Activation.SwiGlu, bias: false);
            Close.Matrices(network.Forward(Random(rows, width)), gated(Random(rows, width), network));
        }
    }

    private static void Attentions(ChapterCode cells)
    {
        var attend = cells.Get<Func<Matrix<float>, MultiHeadAttention, Matrix<float>>>("ModernAttention");
        foreach (var (places, width, heads, shared) in new[] { (1, 8, 2, 1), (24, 32, 4, 1), (24, 32, 4, 2),
            (7, 32, 4, 4) })
        {
            var layer = new MultiHeadAttention(
                width, heads, new Random(3), new() { KeyValueHeads = shared, Positions = PositionKind.Rotary });
            Close.Matrices(
                layer.Forward(Random(places, width), Mask.Causal(places)).Output, attend(Random(places, width), layer));
        }
    }

    private static void Mixtures(ChapterCode cells)
    {
        var routed = cells.Get<Func<Matrix<float>, MixtureOfExperts, Matrix<float>>>("Routed");
        foreach (var (rows, width, experts) in new[] { (1, 4, 2), (24, 32, 4) })
        {
            var mixture = new MixtureOfExperts(width, 16, new Random(2), experts: experts);
            Close.Matrices(mixture.Forward(Random(rows, width)), routed(Random(rows, width), mixture));
        }
    }

    private static void Caches(ChapterCode cells)
    {
        var bytes = cells.Get<Func<int, long, int, int, int, long>>("CacheBytes");
        foreach (var (layers, heads, shared, tokens) in new[] { (1, 2, 1, 3), (3, 4, 2, 10) })
        {
            var cache = new GptCache(new Gpt(new GptConfig
            {
                Vocabulary = 20, Context = 64, Layers = layers, DModel = 8 * heads, Heads = heads,
                KeyValueHeads = shared, Dropout = 0,
            }, 1));
            cache.Read(new TokenBatch([.. Enumerable.Range(0, tokens)], 1, tokens));
            Assert.Equal(cache.Bytes, bytes(layers, tokens, shared, 8, sizeof(float)));
        }
    }

    public sealed class Cells() : ChapterCode("15");
}
