using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 5 against the library.</summary>
public class Chapter05Tests(Chapter05Tests.Cells cells) : IClassFixture<Chapter05Tests.Cells>
{
    private const string Variables = "Transformer model = null; int d = 0;";

    [Fact]
    public void The_transformer_is_the_librarys() => Transformers(cells);

    [Fact]
    public void The_losses_are_the_librarys() => Losses(cells);

    [Fact]
    public void The_writing_is_greedy_decoding() => Writing(cells);

    [Theory]
    [InlineData("cs-7c5fdce2", "model.Embedding.Forward(tokens) * MathF.Sqrt(d)", "model.Embedding.Forward(tokens)")]
    [InlineData("cs-7c5fdce2", "FeedForwardNorm.Forward(x + thought)", "FeedForwardNorm.Forward(thought)")]
    [InlineData("cs-4d75e06f", "source, Vocabulary.Padding", "source, 5")]
    [InlineData("cs-3c6a894d", "Mask.Causal(input.Length));",
        "Mask.Where(input.Length, input.Length, (_, _) => false));")]
    [InlineData("cs-3c6a894d", "memory, notPadding).Output", "y, future).Output")]
    [InlineData("cs-ea6bd01e", "-Math.Log(p[token])", "-Math.Log2(p[token])")]
    [InlineData("cs-e1e3e423", "Row(written.Count - 1)", "Row(0)")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Transformers, Losses, Writing);

    private static Transformer Model(int width, int heads, int layers) => new(
        new TransformerConfig
        {
            Vocabulary = 11, DModel = width, Heads = heads, DFeedForward = 2 * width,
            EncoderLayers = layers, DecoderLayers = layers
        }, seed: width);

    private static void Transformers(ChapterCode cells)
    {
        var forward = cells.Get<Func<Transformer, int, int[], int[], Matrix<float>>>("""
            (Transformer which, int width, int[] source, int[] input) =>
            {
                (model, d) = (which, width);
                return MyForward(source, input);
            }
            """, Variables);
        foreach (var (width, heads, layers, source, input) in new (int, int, int, int[], int[])[]
        {
            (4, 1, 1, [5], [1]), (8, 2, 2, [3, 4, 5, 9, 10], [1, 7, 8]), (12, 3, 1, [6, 7, 5, 0, 0], [1, 5, 3, 2]),
        })
        {
            Transformer model = Model(width, heads, layers);
            Close.Matrices(model.Forward(source, input).Logits, forward(model, width, source, input));
        }
    }

    private static void Losses(ChapterCode cells)
    {
        var losses = cells.Get<Func<Matrix<float>, int[], double[]>>("Losses");
        foreach (int[] wanted in new int[][] { [0], [3, 1, 4, 1] })
        {
            Matrix<float> logits = Matrix<float>.Build.Random(wanted.Length, 5, 1) * 3;
            Tensor library = Op.CrossEntropy(new Tensor(logits.ToRowMajorArray(), wanted.Length, 5), wanted);
            Assert.Equal(library.Scalar, losses(logits, wanted).Average(), 1e-5);
        }
    }

    private static void Writing(ChapterCode cells)
    {
        var write = cells.Get<Func<Transformer, int[], int, List<int>>>("""
            (Transformer which, int[] source, int longest) =>
            {
                model = which;
                return WriteGreedily(source, longest);
            }
            """, Variables);
        IReadOnlyList<int[]> sources = Copier.Task.DrawTest(12, seed: 3);
        IReadOnlyList<int[]> library = Greedy.Decode(
            Copier.Model, TokenBatch.Of(sources, Vocabulary.Padding), Vocabulary.Start, Vocabulary.End, longest: 6);
        Assert.True(library.Select(said => string.Join(' ', said)).Distinct().Count() > 3);
        Assert.All(
            sources.Zip(library), pair => Assert.Equal(
                pair.Second, write(Copier.Model, pair.First, 6).Skip(1).TakeWhile(id => id != Vocabulary.End).Take(6)));
    }

    public sealed class Cells() : ChapterCode("05");
}
