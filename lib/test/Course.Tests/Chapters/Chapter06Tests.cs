using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The tape and the backward passes that the cells of chapter 6 derive, against the library's.</summary>
public class Chapter06Tests(Chapter06Tests.Cells cells) : IClassFixture<Chapter06Tests.Cells>
{
    private static readonly (int Rows, int Columns)[] s_shapes = [(1, 2), (6, 8), (4, 3)];

    [Fact]
    public void A_diamond_needs_the_order() => Diamonds(cells);

    [Fact]
    public void The_linear_map_is_the_librarys() => LinearMaps(cells);

    [Fact]
    public void The_relu_the_softmax_and_the_norm_are_the_librarys() => Rows(cells);

    [Fact]
    public void The_attention_is_the_librarys_whole_or_composed() => Attentions(cells);

    [Fact]
    public void The_encoder_layer_is_the_librarys() => EncoderLayers(cells);

    [Fact]
    public void The_differences_catch_a_wrong_transpose()
    {
        var differences =
            cells.Get<Func<Func<Matrix<double>, Matrix<double>>, Matrix<float>, Matrix<float>, Matrix<float>>>(
                "Differences", "double t0 = 0;"); // which the chapter's other Loss reads
        Matrix<float> x = Random(6, 8, 4), w = Random(8, 8, 1), r = Random(6, 8, 3);
        Matrix<double> exact = w.ToDouble();
        Matrix<float> measured = differences(y => y * exact, x, r);
        Close.Matrices(r * w.Transpose(), measured);
        Assert.True((r * w - measured).FrobeniusNorm() > 0.5 * measured.FrobeniusNorm());
    }

    [Theory]
    [InlineData("cs-2da144e1", "if (!seen.Add(node)) return;", "seen.Add(node);")]
    [InlineData("cs-e2a885f9", "x.Gradient += c * dY", "x.Gradient += dY")]
    [InlineData("cs-06turnl0", "X.Transpose() * dY", "2 * X.Transpose() * dY")]
    [InlineData("cs-83c03ffe", "a.Gradient += da", "a.Gradient += 2 * da")]
    [InlineData("cs-ffc9b7a9", "> 0 ?", "< 0 ?")]
    [InlineData("cs-06turns0", "(dY[row, j] - mean[row])", "dY[row, j]")]
    [InlineData("cs-c5ec263c", " - xHat[row, j] * stretch[row]", "")]
    [InlineData("cs-06turna0", " / MathF.Sqrt(Q.ColumnCount)", "")]
    [InlineData("cs-f15012d8", "mask is null ? Z : mask.Apply(Z)", "Z")]
    [InlineData("cs-222a2294", "1 / MathF.Sqrt(Q.Value.ColumnCount)", "1")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Diamonds, LinearMaps, Rows, Attentions, EncoderLayers);

    private static Matrix<float> Random(int rows, int columns, int seed) =>
        Matrix<float>.Build.Random(rows, columns, seed);

    private static Tensor ToTensor(Matrix<float> m) =>
        new(m.ToRowMajorArray(), m.RowCount, m.ColumnCount) { RequiresGradient = true };

    /// <summary>
    /// The gradients that the library gives to its inputs, for a loss that reads the output out with R.
    /// </summary>
    private static Matrix<float>[] Library(
        Func<Tensor[], Tensor> forward, Matrix<float> r, params Matrix<float>[] inputs)
    {
        Tensor[] tensors = [.. inputs.Select(ToTensor)];
        Tensor y = forward(tensors);
        Op.Sum(Op.Multiply(y, new Tensor(r.ToRowMajorArray(), [.. y.Shape]))).Backward();
        return [.. tensors.Select(
            (tensor, i) => Matrix<float>.Build.DenseOfRowMajor(
                inputs[i].RowCount, inputs[i].ColumnCount, tensor.Gradient!.Data))];
    }

    /// <summary>The same by the cells: a function of the inputs and, last, R.</summary>
    private static Func<Matrix<float>[], Matrix<float>[]> OfCells(ChapterCode cells, string output) =>
        cells.Get<Func<Matrix<float>[], Matrix<float>[]>>($$"""
        (Matrix<float>[] given) =>
        {
            Variable[] x = [.. given[..^1].Select(each => new Variable(each))];
            Backward(ReadOut({{output}}, given[^1]));
            return x.Select(each => each.Gradient).ToArray();
        }
        """);

    private static void Same(Matrix<float>[] want, Matrix<float>[] got) =>
        Assert.All(want.Zip(got), pair => Close.Matrices(pair.First, pair.Second));

    private static void Diamonds(ChapterCode cells)
    {
        var walked = cells.Get<Func<float[]>>("""
            () =>
            {
                var ((y, x), (hastyY, hastyX)) = (Diamond(), Diamond());
                Backward(y);
                hastyY.Gradient += 1;
                Hasty(hastyY);
                return new[] { x.Gradient[0, 0], hastyX.Gradient[0, 0] };
            }
            """)();
        var t = new Tensor([2f], 1) { RequiresGradient = true };
        Tensor a = t * 3;
        ((a * 5) + (a * -2)).Backward();
        Assert.Equal([t.Gradient!.Scalar, 24], walked);
    }

    private static void LinearMaps(ChapterCode cells)
    {
        var mine = OfCells(cells, "AddToRows(Product(x[0], x[1]), x[2])");
        foreach (var (rows, columns) in s_shapes)
        {
            Matrix<float> x = Random(rows, columns, 1), w = Random(columns, 5, 2), b = Random(1, 5, 3),
                r = Random(rows, 5, 4);
            // The library has W as [out, in].
            Matrix<float>[] want = Library(y => Op.Linear(y[0], y[1], y[2].Reshape(5)), r, x, w.Transpose(), b);
            Same([want[0], want[1].Transpose(), want[2]], mine([x, w, b, r]));
        }
    }

    private static void Rows(ChapterCode cells)
    {
        var (relu, softmax, norm) =
            (OfCells(cells, "Relu(x[0])"), OfCells(cells, "RowSoftmax(x[0])"), OfCells(
                cells, "Norm(x[0], x[1], x[2])"));
        foreach (var (rows, columns) in s_shapes)
        {
            Matrix<float> x = Random(rows, columns, 1), gain = Random(1, columns, 2), bias = Random(1, columns, 3),
                r = Random(rows, columns, 4);
            x[0, 0] = 0; // at the kink both choose 0
            Same(Library(y => Op.Relu(y[0]), r, x), relu([x, r]));
            Same(Library(y => Op.Softmax(y[0]), r, x), softmax([x, r]));
            Same(
                Library(y => Op.LayerNorm(y[0], y[1].Reshape(columns), y[2].Reshape(columns)), r, x, gain, bias),
                norm([x, gain, bias, r]));
        }
    }

    private static void Attentions(ChapterCode cells)
    {
        var (whole, masked, composed) = (OfCells(cells, "MyAttention(x[0], x[1], x[2])"),
            OfCells(cells, "MyAttention(x[0], x[1], x[2], Mask.Causal(x[0].Value.RowCount))"), OfCells(
                cells, "Composed(x[0], x[1], x[2])"));
        foreach (var (queries, keys, width, wide) in new[] { (1, 3, 2, 2), (4, 6, 5, 3), (5, 5, 8, 4) })
        {
            Matrix<float> q = Random(queries, width, 1), k = Random(keys, width, 2), v = Random(keys, wide, 3),
                r = Random(queries, wide, 4);
            Tensor Attended(Tensor[] y, bool causal) =>
                Op.Attention(
                    y[0].Reshape(1, queries, width), y[1].Reshape(1, keys, width), y[2].Reshape(1, keys, wide),
                    heads: 1, causal: causal).Output;
            Matrix<float>[] want = Library(y => Attended(y, causal: false), r, q, k, v);
            Same(want, whole([q, k, v, r]));
            Same(want, composed([q, k, v, r]));
            if (queries == keys) { Same(Library(y => Attended(y, causal: true), r, q, k, v), masked([q, k, v, r])); }
        }
    }

    private static void EncoderLayers(ChapterCode cells)
    {
        var mine = cells.Get<Func<
            Dictionary<string, Matrix<float>>, Matrix<float>, Matrix<float>, Dictionary<string, Matrix<float>>>>("""
            (Dictionary<string, Matrix<float>> weights, Matrix<float> words, Matrix<float> r) =>
            {
                ours = weights.ToDictionary(weight => weight.Key, weight => new Variable(weight.Value));
                var x = new Variable(words);
                Backward(ReadOut(MyLayer(x).Output, r));
                return ours.Append(new("", x)).ToDictionary(each => each.Key, each => each.Value.Gradient);
            }
            """, "Dictionary<string, Variable> ours = null;");
        foreach (var (rows, width) in new[] { (2, 4), (6, 8) })
        {
            var layer = new EncoderLayer(width, heads: 1, 2 * width, new Random(rows));
            Matrix<float> x = Random(rows, width, 1), r = Random(rows, width, 4);
            Matrix<float> wanted = Library(y => layer.Forward(y[0].Reshape(1, rows, width)), r, x)[0];
            static Matrix<float> AsMatrix(Tensor t) => t.Shape.Length == 2 ? t.AsMatrix() : t.AsVector().ToRowMatrix();
            var got = mine(
                layer.Parameters("layer").ToDictionary(p => p.Name["layer.".Length..], p => AsMatrix(p.Value)), x, r);
            Close.Matrices(wanted, got[""]);
            Assert.All(
                layer.Parameters("layer"),
                p => Close.Matrices(AsMatrix(p.Value.Gradient!), got[p.Name["layer.".Length..]]));
        }
    }

    public sealed class Cells() : ChapterCode("06");
}
