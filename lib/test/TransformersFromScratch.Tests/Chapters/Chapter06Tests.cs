using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch.Tests.Goldens;

namespace TransformersFromScratch.Tests.Chapters;

/// <summary>
/// The tape and the backward passes that the cells of chapter 6 derive, against the library's, libtorch's, and
/// finite differences. The class and the functions are those of the cells.
/// </summary>
public class Chapter06Tests
{
    private const int T = 6, D = 8, Inner = 12;
    private static readonly Matrix<float> s_x = Matrix<float>.Build.Random(T, D, 2017);

    // ---- the cells ----
    private sealed class Variable(Matrix<float> value, Variable[] inputs, Action<Matrix<float>> backward)
    {
        public Variable(Matrix<float> value) : this(value, [], _ => { }) { }  // made from nothing

        public Matrix<float> Value { get; set; } = value;
        public Matrix<float> Gradient { get; set; } = value * 0;              // of the same shape
        public Variable[] Inputs { get; } = inputs;

        public void PassOn() => backward(Gradient);
    }

    private static List<Variable> InOrder(Variable last)
    {
        var order = new List<Variable>();
        var seen = new HashSet<Variable>();
        void Visit(Variable v)
        {
            if (!seen.Add(v)) return;                     // each node once
            foreach (var input in v.Inputs) Visit(input);
            order.Add(v);                                 // after all it was made from
        }

        Visit(last);
        return order;
    }

    private static void Backward(Variable loss)
    {
        loss.Gradient += 1;                               // dL/dL
        foreach (var v in Enumerable.Reverse(InOrder(loss))) v.PassOn();
    }

    private static void Hasty(Variable v)
    {
        v.PassOn();
        foreach (var input in v.Inputs) Hasty(input);
    }

    private static Matrix<float> Each(Matrix<float> m, Func<int, int, float, float> f) => m.MapIndexed(f, Zeros.Include);

    private static Variable Add(Variable a, Variable b) => new(a.Value + b.Value, [a, b], dY =>
    {
        a.Gradient += dY;
        b.Gradient += dY;
    });

    private static Variable Scale(Variable x, float c) => new(c * x.Value, [x], dY => x.Gradient += c * dY);

    private static Variable Product(Variable a, Variable b) => new(a.Value * b.Value, [a, b], dY =>
    {
        a.Gradient += dY * b.Value.Transpose();
        b.Gradient += a.Value.Transpose() * dY;
    });

    private static Variable AddToRows(Variable x, Variable b) =>
        new(Each(x.Value, (_, column, value) => value + b.Value[0, column]), [x, b], dY =>
        {
            x.Gradient += dY;
            b.Gradient += dY.ColumnSums().ToRowMatrix();
        });

    private static Variable Relu(Variable x) => new(x.Value.PointwiseMaximum(0), [x], dY =>
        x.Gradient += Each(dY, (row, column, slope) => x.Value[row, column] > 0 ? slope : 0));

    private static Variable ReadOut(Variable y, Matrix<float> R) => new(
        Matrix<float>.Build.Dense(1, 1, y.Value.PointwiseMultiply(R).Enumerate().Sum()), [y],
        dL => y.Gradient += dL[0, 0] * R);

    private static Variable RowSoftmax(Variable x)
    {
        var y = Softmax.Rows(x.Value);
        return new(y, [x], dY =>
        {
            var mean = y.PointwiseMultiply(dY).RowSums();        // Σ y dy of each row
            x.Gradient += Each(y, (row, j, yj) => yj * (dY[row, j] - mean[row]));
        });
    }

    private static Vector<float> RowMeans(Matrix<float> m) => m.RowSums() / m.ColumnCount;

    private static Matrix<float> NormBackward(Matrix<float> dHat, Matrix<float> xHat, Vector<float> sigma)
    {
        var shift = RowMeans(dHat);
        var stretch = RowMeans(dHat.PointwiseMultiply(xHat));
        return Each(dHat, (row, j, value) => (value - shift[row] - xHat[row, j] * stretch[row]) / sigma[row]);
    }

    private static Variable Norm(Variable x, Variable gain, Variable bias)
    {
        var (mean, g, b) = (RowMeans(x.Value), gain.Value, bias.Value);
        var centred = Each(x.Value, (row, _, value) => value - mean[row]);
        var sigma = RowMeans(centred.PointwisePower(2)).Map(v => MathF.Sqrt(v + 1e-5f));
        var xHat = Each(centred, (row, _, value) => value / sigma[row]);
        var y = Each(xHat, (_, j, value) => g[0, j] * value + b[0, j]);
        return new(y, [x, gain, bias], dY =>
        {
            gain.Gradient += dY.PointwiseMultiply(xHat).ColumnSums().ToRowMatrix();
            bias.Gradient += dY.ColumnSums().ToRowMatrix();
            x.Gradient += NormBackward(Each(dY, (_, j, value) => value * g[0, j]), xHat, sigma);
        });
    }

    private static Variable MyAttention(Variable Q, Variable K, Variable V, Mask? mask = null)
    {
        float root = MathF.Sqrt(Q.Value.ColumnCount);
        var S = Q.Value * K.Value.Transpose() / root;
        var P = Softmax.Rows(mask is null ? S : mask.Apply(S));
        return new(P * V.Value, [Q, K, V], dO =>
        {
            var dP = dO * V.Value.Transpose();
            var D = P.PointwiseMultiply(dP).RowSums();
            var dS = Each(P, (t, s, p) => p * (dP[t, s] - D[t])) / root;
            V.Gradient += P.Transpose() * dO;
            Q.Gradient += dS * K.Value;
            K.Gradient += dS.Transpose() * Q.Value;
        });
    }

    private static Variable Transpose(Variable x) => new(x.Value.Transpose(), [x], dY => x.Gradient += dY.Transpose());

    private static Variable Composed(Variable Q, Variable K, Variable V)
    {
        var S = Scale(Product(Q, Transpose(K)), 1 / MathF.Sqrt(Q.Value.ColumnCount));
        return Product(RowSoftmax(S), V);
    }

    private static Tensor ToTensor(Matrix<float> m) =>
        new(m.ToRowMajorArray(), m.RowCount, m.ColumnCount) { RequiresGradient = true };

    private static void BackwardInLibrary(Tensor y, Matrix<float> R) =>
        Op.Sum(Op.Multiply(y, new Tensor(R.ToRowMajorArray(), [.. y.Shape]))).Backward();

    private static Matrix<float> GradientOf(Tensor x)
    {
        int columns = x.Shape[^1];
        return Matrix<float>.Build.DenseOfRowMajor(x.Length / columns, columns, x.Gradient!.Data);
    }

    private static Matrix<float> Differences(Func<Matrix<double>, Matrix<double>> forward, Matrix<float> at, Matrix<float> R)
    {
        Matrix<double> ToMatrix(double[] numbers) => Matrix<double>.Build.Dense(at.RowCount, at.ColumnCount, numbers);
        double Loss(double[] numbers) => forward(ToMatrix(numbers)).PointwiseMultiply(R.ToDouble()).Enumerate().Sum();

        double[] start = at.ToDouble().ToColumnMajorArray();
        return ToMatrix(GradientCheck.CentralDifferences(Loss, start)).ToSingle();
    }

    // ---- against the library ----
    private static Matrix<float> Random(int rows, int columns, int seed) => Matrix<float>.Build.Random(rows, columns, seed);

    private static void AssertClose(Matrix<float> want, Matrix<float> got, float tolerance = 1e-5f)
    {
        Assert.Equal((want.RowCount, want.ColumnCount), (got.RowCount, got.ColumnCount));
        Assert.All((want - got).Enumerate(), difference => Assert.InRange(difference, -tolerance, tolerance));
    }

    private static (Variable Y, Variable X) Diamond()
    {
        var x = new Variable(Matrix<float>.Build.Dense(1, 1, 2));
        var a = Scale(x, 3);
        return (Add(Scale(a, 5), Scale(a, -2)), x);
    }

    [Fact]
    public void A_diamond_needs_the_order()
    {
        var (y, x) = Diamond();
        Backward(y);
        Assert.Equal(9, x.Gradient[0, 0]);

        (y, x) = Diamond();
        y.Gradient += 1;
        Hasty(y);
        Assert.Equal(24, x.Gradient[0, 0]);

        var t = new Tensor([2f], 1) { RequiresGradient = true };
        Tensor a = t * 3;
        ((a * 5) + (a * -2)).Backward();
        Assert.Equal(9, t.Gradient!.Scalar);
    }

    [Fact]
    public void The_cells_linear_map_is_the_librarys()
    {
        var (x, w, b, r) = (new Variable(s_x), new Variable(Random(D, 5, 1)), new Variable(Random(1, 5, 2)), Random(T, 5, 3));
        Backward(ReadOut(AddToRows(Product(x, w), b), r));
        var (x2, w2, b2) = (ToTensor(x.Value), ToTensor(w.Value.Transpose()), ToTensor(b.Value));
        BackwardInLibrary(Op.Linear(x2, w2, b2.Reshape(5)), r);
        AssertClose(GradientOf(x2), x.Gradient);
        AssertClose(GradientOf(w2).Transpose(), w.Gradient);
        AssertClose(GradientOf(b2), b.Gradient);
    }

    [Fact]
    public void The_cells_relu_is_the_librarys()
    {
        Matrix<float> values = s_x.Clone();
        values[0, 0] = 0; // at the kink both choose 0
        var (x, x2, r) = (new Variable(values), ToTensor(values), Random(T, D, 3));
        Backward(ReadOut(Relu(x), r));
        BackwardInLibrary(Op.Relu(x2), r);
        AssertClose(GradientOf(x2), x.Gradient, 0);
    }

    [Fact]
    public void The_cells_softmax_is_the_librarys()
    {
        var (x, x2, r) = (new Variable(s_x), ToTensor(s_x), Random(T, D, 3));
        Backward(ReadOut(RowSoftmax(x), r));
        BackwardInLibrary(Op.Softmax(x2), r);
        AssertClose(GradientOf(x2), x.Gradient);
        AssertClose(Matrix<float>.Build.Dense(T, 1), x.Gradient.RowSums().ToColumnMatrix()); // what one gains, others lose
    }

    [Fact]
    public void The_cells_layer_norm_is_the_librarys()
    {
        var (x, gain, bias, r) = (new Variable(s_x), new Variable(Random(1, D, 1)), new Variable(Random(1, D, 2)), Random(T, D, 3));
        Backward(ReadOut(Norm(x, gain, bias), r));
        var (x2, g2, b2) = (ToTensor(s_x), ToTensor(gain.Value), ToTensor(bias.Value));
        BackwardInLibrary(Op.LayerNorm(x2, g2.Reshape(D), b2.Reshape(D)), r);
        AssertClose(GradientOf(x2), x.Gradient);
        AssertClose(GradientOf(g2), gain.Gradient);
        AssertClose(GradientOf(b2), bias.Gradient);
    }

    [Fact]
    public void The_cells_attention_is_the_librarys_whole_or_composed()
    {
        Matrix<float> q0 = Random(4, 5, 1), k0 = Random(T, 5, 2), v0 = Random(T, 3, 4), r = Random(4, 3, 3);
        var (qt, kt, vt) = (ToTensor(q0), ToTensor(k0), ToTensor(v0));
        BackwardInLibrary(Op.Attention(qt.Reshape(1, 4, 5), kt.Reshape(1, T, 5), vt.Reshape(1, T, 3), heads: 1).Output, r);
        foreach (bool whole in new[] { true, false })
        {
            var (q, k, v) = (new Variable(q0), new Variable(k0), new Variable(v0));
            Backward(ReadOut(whole ? MyAttention(q, k, v) : Composed(q, k, v), r));
            AssertClose(GradientOf(qt), q.Gradient);
            AssertClose(GradientOf(kt), k.Gradient);
            AssertClose(GradientOf(vt), v.Gradient);
        }
    }

    [Fact]
    public void The_cells_causal_attention_is_libtorchs()
    {
        GoldenCase golden = GoldenCase.Load("sdpa_causal");
        for (int head = 0; head < 4; head++)
        {
            Matrix<float> Golden(string name) => golden.Matrices(name)[head];
            var (q, k, v) = (new Variable(Golden("q")), new Variable(Golden("k")), new Variable(Golden("v")));
            Variable o = MyAttention(q, k, v, Mask.Causal(5));
            Backward(ReadOut(o, Golden("R")));
            AssertClose(Golden("out"), o.Value);
            AssertClose(Golden("grad.q"), q.Gradient);
            AssertClose(Golden("grad.k"), k.Gradient);
            AssertClose(Golden("grad.v"), v.Gradient);
        }
    }

    [Fact]
    public void The_cells_linear_map_softmax_and_layer_norm_are_libtorchs()
    {
        GoldenCase golden = GoldenCase.Load("linear");
        Matrix<float> Golden(string name)
        {
            int columns = golden.Shape(name)[^1];
            return Matrix<float>.Build.DenseOfRowMajor(golden.Data(name).Length / columns, columns, golden.Data(name));
        }

        var (x, w, b) = (new Variable(Golden("x")), new Variable(Golden("weight").Transpose()), new Variable(Golden("bias")));
        Backward(ReadOut(AddToRows(Product(x, w), b), Golden("R")));
        AssertClose(Golden("grad.x"), x.Gradient);
        AssertClose(Golden("grad.weight").Transpose(), w.Gradient);
        AssertClose(Golden("grad.bias"), b.Gradient);

        golden = GoldenCase.Load("softmax");
        Matrix<float> masked = Golden("masked");
        x = new Variable(Mask.Where(masked.RowCount, masked.ColumnCount, (row, column) => masked[row, column] == 1).Apply(Golden("x")));
        Backward(ReadOut(RowSoftmax(x), Golden("R")));
        AssertClose(Golden("grad.x"), x.Gradient);

        golden = GoldenCase.Load("layer_norm");
        (x, w, b) = (new Variable(Golden("x")), new Variable(Golden("weight")), new Variable(Golden("bias")));
        Backward(ReadOut(Norm(x, w, b), Golden("R")));
        AssertClose(Golden("grad.x"), x.Gradient);
        AssertClose(Golden("grad.weight"), w.Gradient);
        AssertClose(Golden("grad.bias"), b.Gradient);
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("softmax")]
    [InlineData("layer_norm")]
    [InlineData("sdpa_causal")]
    public void The_chapters_file_holds_the_goldens(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "data", "golden-backward.json")))
        {
            folder = folder.Parent ?? throw new FileNotFoundException("No folder above the tests has data/golden-backward.json.");
        }

        JsonNode golden = JsonNode.Parse(File.ReadAllText(Path.Combine(GoldenCase.Folder, name + ".json")))!;
        JsonNode chapters = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.FullName, "data", "golden-backward.json")))![name]!;
        Assert.True(JsonNode.DeepEquals(golden, chapters));
    }

    [Fact]
    public void The_cells_encoder_layer_is_the_librarys()
    {
        var layer = new EncoderLayer(D, heads: 1, Inner, new Random(5));
        Matrix<float> r = Random(T, D, 3);
        var input = ToTensor(s_x);
        BackwardInLibrary(layer.Forward(input.Reshape(1, T, D)), r);

        static Matrix<float> AsMatrix(Tensor t) => t.Shape.Length == 2 ? t.AsMatrix() : t.AsVector().ToRowMatrix();
        var ours = layer.Parameters("layer").ToDictionary(p => p.Name, p => new Variable(AsMatrix(p.Value)));
        Variable Linear(Variable x, string name) => AddToRows(Product(x, ours[$"layer.{name}.weight"]), ours[$"layer.{name}.bias"]);
        Variable NormNamed(Variable x, string name) => Norm(x, ours[$"layer.{name}.gain"], ours[$"layer.{name}.bias"]);
        var x = new Variable(s_x);
        Variable attended = MyAttention(Linear(x, "attention.query"), Linear(x, "attention.key"), Linear(x, "attention.value"));
        Variable a = NormNamed(Add(x, Linear(attended, "attention.output")), "attention_norm");
        Variable thought = Linear(Relu(Linear(a, "feed_forward.inner")), "feed_forward.outer");
        Backward(ReadOut(NormNamed(Add(a, thought), "feed_forward_norm"), r));

        AssertClose(GradientOf(input), x.Gradient);
        Assert.All(layer.Parameters("layer"), p => AssertClose(AsMatrix(p.Value.Gradient!), ours[p.Name].Gradient));
        AssertClose(Matrix<float>.Build.Dense(1, D), ours["layer.attention.key.bias"].Gradient, 1e-6f); // a softmax does not feel it
    }

    [Fact]
    public void The_cells_differences_catch_a_wrong_transpose()
    {
        Matrix<float> w = Random(D, D, 1), r = Random(T, D, 3);
        Matrix<double> exact = w.ToDouble();
        Matrix<float> differences = Differences(x => x * exact, s_x, r);
        AssertClose(r * w.Transpose(), differences);
        Assert.True((r * w - differences).FrobeniusNorm() > 0.5 * differences.FrobeniusNorm());
    }
}
