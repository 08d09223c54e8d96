using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 5 against the library.</summary>
public class Chapter05Tests(Chapter05Tests.Cells cells) : IClassFixture<Chapter05Tests.Cells>
{
    private const string Variables = "Transformer model = null;";

    [Fact]
    public void The_layers_are_the_librarys() => Layers(cells);

    [Fact]
    public void The_transformer_is_the_librarys() => Transformers(cells);

    [Fact]
    public void The_shift_puts_start_in_front_and_end_behind() => Shifts(cells);

    [Fact]
    public void The_parameters_are_counted_as_the_library_counts() => Counts(cells);

    [Fact]
    public void The_stacks_differ_in_one_thing() => Stacks(cells);

    [Fact]
    public void The_losses_are_the_librarys() => Losses(cells);

    [Fact]
    public void The_writing_is_greedy_decoding() => Writing(cells);

    [Theory]
    [InlineData("cs-05shift0", "[Vocabulary.Start, .. translation]", "translation")]
    [InlineData("cs-7c5fdce2", "FeedForwardNorm.Forward(x + computed)", "FeedForwardNorm.Forward(computed)")]
    [InlineData("cs-7c5fdce2", "Forward(x, padding).Output", "Forward(x).Output")]
    [InlineData("cs-3c6a894d", "Forward(y, memory, padding).Output", "Forward(y, memory).Output")]
    [InlineData("cs-3c6a894d", "Forward(y, future).Output", "Forward(y).Output")]
    [InlineData("cs-4d75e06f", " * MathF.Sqrt(d)", "")]
    [InlineData("cs-4d75e06f", "Mask.Padding(queries, source, Vocabulary.Padding)",
        "Mask.Where(queries, source.Length, (_, _) => false)")]
    [InlineData("cs-4d75e06f", "Mask.Causal(input.Length)", "Mask.Where(input.Length, input.Length, (_, _) => false)")]
    [InlineData("cs-ea6bd01e", "-Math.Log(p[token])", "-Math.Log2(p[token])")]
    [InlineData("cs-e1e3e423", "Row(written.Count - 1)", "Row(0)")]
    [InlineData("cs-05table3", "5 * norm", "4 * norm")]
    [InlineData("cs-05norm04", "Compute(Norm(x), layer)", "Compute(x, layer)")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Shifts, Layers, Transformers, Losses, Writing, Counts, Stacks);

    private static Transformer Model(int width, int heads, int layers) => new(
        new TransformerConfig
        {
            Vocabulary = 11, DModel = width, Heads = heads, DFeedForward = 2 * width,
            EncoderLayers = layers, DecoderLayers = layers
        }, seed: width);

    private static void Shifts(ChapterCode cells)
    {
        var shift = cells.Get<Func<int[], (int[] Input, int[] Wanted)>>("ShiftRight");
        Assert.Equal([1, 7, 8], shift([7, 8]).Input);
        Assert.Equal([7, 8, 2], shift([7, 8]).Wanted);
    }

    private static void Layers(ChapterCode cells)
    {
        var encode = cells.Get<Func<EncoderLayer, Matrix<float>, Mask, Matrix<float>>>("EncodeLayer");
        var decode = cells.Get<Func<DecoderLayer, Matrix<float>, Matrix<float>, Mask, Mask, Matrix<float>>>(
            "DecodeLayer");
        foreach (var (heads, width, sources, targets) in new[] { (1, 4, 3, 2), (3, 12, 5, 6) })
        {
            Matrix<float> x = Matrix<float>.Build.Random(sources, width, 1);
            Matrix<float> y = Matrix<float>.Build.Random(targets, width, 2);
            Mask Last(int queries) => Mask.Where(queries, sources, (_, key) => key == sources - 1);
            var encoder = new EncoderLayer(width, heads, 2 * width, new Random(3));
            var decoder = new DecoderLayer(width, heads, 2 * width, new Random(4));
            Close.Matrices(encoder.Forward(x, Last(sources)).Output, encode(encoder, x, Last(sources)));
            Close.Matrices(
                decoder.Forward(y, x, Mask.Causal(targets), Last(targets)).Output,
                decode(decoder, y, x, Mask.Causal(targets), Last(targets)));
        }
    }

    private static void Counts(ChapterCode cells)
    {
        var millions = cells.Get<Func<long, (string, int, int, int, int, int), double>>("Millions");
        TransformerConfig small = Transformer.Base with { EncoderLayers = 2, DecoderLayers = 2, Vocabulary = 99 };
        foreach (TransformerConfig config in new[] { Transformer.Base, Transformer.Big, small })
        {
            Assert.Equal(
                config.ParameterCount() / 1e6, millions(
                    config.Vocabulary,
                    ("", config.DModel, config.DFeedForward, config.EncoderLayers, config.DModel / 8, 0)), 1e-9);
        }
    }

    private static void Stacks(ChapterCode cells)
    {
        foreach (NormPlacement placement in new[] { NormPlacement.Post, NormPlacement.Pre })
        {
            var use = cells.Get<Func<int, Matrix<float>, EncoderLayer, Matrix<float>>>($$"""
                (int wide, Matrix<float> x, EncoderLayer layer) =>
                {
                    width = wide;
                    return {{placement}}(x, layer);
                }
                """, "int width = 0;");
            Matrix<float> x = Matrix<float>.Build.Random(5, 12, 1);
            EncoderLayer Layer(NormPlacement norm) => new(12, 3, 48, new Random(4), norm: norm);
            Close.Matrices(Layer(placement).Forward(x).Output, use(12, x, Layer(NormPlacement.Post)));
        }
    }

    private static void Transformers(ChapterCode cells)
    {
        var forward = cells.Get<Func<Transformer, int[], int[], Matrix<float>>>("Forward");
        foreach (var (width, heads, layers, source, input) in new (int, int, int, int[], int[])[]
        {
            (4, 1, 1, [5], [1]), (8, 2, 2, [3, 4, 5, 9, 10], [1, 7, 8]), (12, 3, 1, [6, 7, 5, 0, 0], [1, 5, 3, 2]),
        })
        {
            Transformer model = Model(width, heads, layers);
            Close.Matrices(model.Forward(source, input).Logits, forward(model, source, input));
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
