using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn01Tests
{
    private const float Hidden = float.NegativeInfinity;

    private static void Says(string part, Verdict verdict)
    {
        Assert.False(verdict.IsRight);
        Assert.Contains(part, verdict.Words, StringComparison.Ordinal);
    }

    private static void SoftmaxSays(string part, Func<Matrix<float>, Matrix<float>> code) =>
        Says(part, Turn01.ForSoftmax.Judge(code));

    private static Matrix<float> Rows(Matrix<float> scores, Func<Vector<float>, Vector<float>> row) =>
        Matrix<float>.Build.DenseOfRowVectors(scores.EnumerateRows().Select(row));

    private static Vector<float> Right(Vector<float> row)
    {
        Vector<float> powers = (row - row.Max()).PointwiseExp();
        return powers / powers.Sum();
    }

    [Fact]
    public void A_right_softmax_is_used()
    {
        Func<Matrix<float>, Matrix<float>> mine = scores => Rows(scores, Right);
        Assert.Same(mine, Turn01.Softmax(mine));
    }

    [Fact]
    public void For_an_empty_or_wrong_one_the_librarys_stands_in()
    {
        var scores = Matrix<float>.Build.DenseOfArray(new float[,] { { 1, 2, 300 } });
        Assert.True(Turn01.ForSoftmax.Judge(_ => throw new NotImplementedException()).IsEmpty);
        Assert.Equal(Softmax.Rows(scores), Turn01.Softmax(_ => throw new NotImplementedException())(scores));
        Assert.Equal(Softmax.Rows(scores), Turn01.Softmax(s => s)(scores));
        Assert.Equal(
            Attention.ScaledDotProduct(scores, scores, scores).Output,
            Turn01.Attention((_, _, _) => throw new NotImplementedException())(scores, scores, scores).Output);
        Assert.Equal(
            Softmax.Rows(scores.SubMatrix(0, 1, 0, 1)),
            Softmax.Rows(Turn01.Causal(_ => throw new NotImplementedException())(scores.SubMatrix(0, 1, 0, 1))));
    }

    [Fact]
    public void Slips_of_the_softmax()
    {
        SoftmaxSays("unchanged", s => s);
        SoftmaxSays("powers e^s. Divide each", s => s.PointwiseExp());
        SoftmaxSays("e^(s - max)", s => Rows(s, row => (row - row.Max()).PointwiseExp()));
        SoftmaxSays("may be negative", s => Rows(s, row => row / row.Sum()));
        SoftmaxSays("overflows", s => Rows(s, row => row.PointwiseExp() / row.PointwiseExp().Sum()));
        SoftmaxSays(
            "overflows",
            s => Rows(s, row => row.Map(x => (float)(Math.Exp(x) / row.Sum(y => Math.Exp(y))), Zeros.Include)));
        SoftmaxSays("columns sum to 1", s => Rows(s.Transpose(), Right).Transpose());
        SoftmaxSays(
            "whole matrix", s => (s - s.Enumerate().Max()).PointwiseExp() is var e ? e / e.Enumerate().Sum() : s);
        SoftmaxSays(
            "its own maximum", s => Rows(
                s, row => (row - s.Enumerate().Max()).PointwiseExp() is var e ? e / e.Sum() : row));
        SoftmaxSays(
            "not after it", s => Rows(
                s, row => row.PointwiseExp() - row.PointwiseExp().Max() is var e ? e / e.Sum() : row));
        SoftmaxSays(
            "so that it cancels", s => Rows(s, row => (row - row.Max()).PointwiseExp() / row.PointwiseExp().Sum()));
        SoftmaxSays("is soft", s => Rows(s, row => row.Map(x => x == row.Max() ? 1f : 0, Zeros.Include)));
        SoftmaxSays("There is a NaN", s => Softmax.Rows(s) * float.NaN);
        SoftmaxSays("does not sum to 1", s => Softmax.Rows(s) * 2);
        SoftmaxSays("returns null", _ => null!);
        SoftmaxSays("should be 2×3", s => Softmax.Rows(s).Stack(Softmax.Rows(s)));
        SoftmaxSays(
            "InvalidOperationException for a 9×2 matrix: my own words",
            s => s.RowCount == 9 ? throw new InvalidOperationException("my own words") : Softmax.Rows(s));
        SoftmaxSays("changes what it was given", s =>
        {
            Softmax.Rows(s).CopyTo(s);
            return s;
        });
    }

    [Fact]
    public void Lazy_softmaxes_do_not_pass()
    {
        SoftmaxSays("same answer whatever goes in", _ => Matrix<float>.Build.Dense(2, 3, 1f / 3));
        SoftmaxSays("For ", s => Matrix<float>.Build.Dense(s.RowCount, s.ColumnCount, 1f / s.ColumnCount));
        SoftmaxSays("does not sum", s => s.RowCount == 1 ? Softmax.Rows(s) : s);
    }

    private static void AttentionSays(
        string part, Func<Matrix<float>, Matrix<float>, Matrix<float>, (Matrix<float>, Matrix<float>)> code) =>
        Says(part, Turn01.ForAttention.Judge(x => code(x.Q, x.K, x.V)));

    private static (Matrix<float>, Matrix<float>) Mix(Matrix<float> weights, Matrix<float> v) => (weights * v, weights);

    [Fact]
    public void Slips_of_attention()
    {
        Func<Matrix<float>, Matrix<float>, Matrix<float>, (Matrix<float> Output, Matrix<float> Weights)> mine =
            (q, k, v) => Mix(Softmax.Rows(q * k.Transpose() / MathF.Sqrt(k.ColumnCount)), v);
        Assert.Same(mine, Turn01.Attention(mine));

        AttentionSays("scaling is missing", (q, k, v) => Mix(Softmax.Rows(q * k.Transpose()), v));
        AttentionSays("You divide by d_k", (q, k, v) => Mix(Softmax.Rows(q * k.Transpose() / k.ColumnCount), v));
        AttentionSays(
            "You multiply by", (q, k, v) => Mix(Softmax.Rows(q * k.Transpose() * MathF.Sqrt(k.ColumnCount)), v));
        AttentionSays("width of V", (q, k, v) => Mix(Softmax.Rows(q * k.Transpose() / MathF.Sqrt(v.ColumnCount)), v));
        AttentionSays("number of keys", (q, k, v) => Mix(Softmax.Rows(q * k.Transpose() / MathF.Sqrt(k.RowCount)), v));
        AttentionSays(
            "number of queries", (q, k, v) => Mix(Softmax.Rows(q * k.Transpose() / MathF.Sqrt(q.RowCount)), v));
        AttentionSays(
            "down the columns", (q, k, v) => Mix(
                Softmax.Rows((q * k.Transpose() / MathF.Sqrt(k.ColumnCount)).Transpose()).Transpose(), v));
        AttentionSays(
            "whole matrix", (q, k, v) => Mix(
                (q * k.Transpose() / MathF.Sqrt(k.ColumnCount)).PointwiseExp() is var e
                    ? e / e.Enumerate().Sum()
                    : q, v));
        AttentionSays("softmax is missing", (q, k, v) => Mix(q * k.Transpose() / MathF.Sqrt(k.ColumnCount), v));
        AttentionSays("raw scores", (q, k, v) => Mix(q * k.Transpose(), v));
        AttentionSays(
            "after the softmax", (q, k, v) => Mix(Softmax.Rows(q * k.Transpose()) / MathF.Sqrt(k.ColumnCount), v));
        AttentionSays(
            "scaled once more", (q, k, v) => mine(q, k, v) is var right
                ? (right.Output / MathF.Sqrt(k.ColumnCount), right.Weights)
                : right);
        AttentionSays("changed places", (q, k, v) => mine(k, q, v));
        AttentionSays("V stands before", (q, k, v) => mine(q, k, v).Weights is var w ? (v * w, w) : default);
        AttentionSays(
            "weights transposed", (q, k, v) => mine(q, k, v).Weights is var w ? (w.Transpose() * v, w) : default);
        AttentionSays("K is not transposed", (q, k, v) => Mix(Softmax.Rows(q * k / MathF.Sqrt(k.ColumnCount)), v));
        AttentionSays(
            "return (output, weights)",
            (q, k, v) => mine(q, k, v) is var right ? (right.Weights, right.Output) : default);
        AttentionSays("You mix the keys", (q, k, v) => mine(q, k, k));
        AttentionSays(
            "are the scores", (q, k, v) => (mine(q, k, v).Output, q * k.Transpose() / MathF.Sqrt(k.ColumnCount)));
        AttentionSays("are null", (q, k, v) => (mine(q, k, v).Output, null!));
        AttentionSays("There is a NaN", (q, k, v) => Mix(
            (q * k.Transpose() / MathF.Sqrt(k.ColumnCount)).PointwiseExp() is var e
                ? Matrix<float>.Build.DenseOfRowVectors(e.EnumerateRows().Select(row => row / row.Sum()))
                : q, v));
        AttentionSays("changes what it was given", (q, k, v) =>
        {
            var right = mine(q, k, v);
            v.Multiply(2, v);
            return right;
        });
    }

    [Fact]
    public void Lazy_attention_does_not_pass()
    {
        // The mean of all values.
        AttentionSays("For Q", (q, k, v) => Mix(Matrix<float>.Build.Dense(q.RowCount, k.RowCount, 1f / k.RowCount), v));
        // Keys in the queries' place.
        AttentionSays(
            "For Q", (q, k, v) => Mix(
                Softmax.Rows(k.Stack(q).SubMatrix(0, q.RowCount, 0, q.ColumnCount) * k.Transpose()), v));
        // Right for d_k = 3 alone.
        AttentionSays("", (q, k, v) => Mix(Softmax.Rows(q * k.Transpose() / MathF.Sqrt(3)), v));
    }

    private static void CausalSays(string part, Func<Matrix<float>, Matrix<float>> code) =>
        Says(part, Turn01.ForCausal.Judge(code));

    private static Matrix<float> Where(Matrix<float> s, Func<int, int, bool> hides, float with = Hidden) =>
        s.MapIndexed((q, k, x) => hides(q, k) ? with : x, Zeros.Include);

    [Fact]
    public void Slips_of_the_causal_mask()
    {
        Assert.True(Turn01.ForCausal.Judge(s => Where(s, (q, k) => k > q)).IsRight);
        Assert.True(Turn01.ForCausal.Judge(s => Mask.Causal(s.RowCount).Apply(s)).IsRight);
        CausalSays("not hidden yet", s => s);
        CausalSays("hide the word itself", s => Where(s, (q, k) => k >= q));
        CausalSays("the very next word", s => Where(s, (q, k) => k > q + 1));
        CausalSays("hide the past", s => Where(s, (q, k) => k < q));
        CausalSays("turned round", s => Where(s, (q, k) => k <= q));
        CausalSays("Only the word itself", s => Where(s, (q, k) => k != q));
        CausalSays("You write zeros", s => Where(s, (q, k) => k > q, 0));
        CausalSays("You write NaN", s => Where(s, (q, k) => k > q, float.NaN));
        CausalSays("+∞", s => Where(s, (q, k) => k > q, float.PositiveInfinity));
        CausalSays("You write ones", s => Where(s, (q, k) => k > q, 1));
        CausalSays("large negative number", s => Where(s, (q, k) => k > q, -1e9f));
        CausalSays(
            "large negative number",
            s => s + Matrix<float>.Build.Dense(s.RowCount, s.ColumnCount, (q, k) => k > q ? -1e9f : 0));
        CausalSays("large negative number", s => Where(s, (q, k) => k > q, float.MinValue));
        CausalSays("multiply by -∞", s => s.PointwiseMultiply(Where(s * 0 + 1, (q, k) => k > q)));
        CausalSays("mask alone", s => Where(s * 0, (q, k) => k > q));
        CausalSays("softmax as well", s => Softmax.Rows(Where(s, (q, k) => k > q)));
        CausalSays("may be seen has changed", s => Where(s + 1, (q, k) => k > q));
        CausalSays("For ", s => Where(s, (q, k) => k > q && q < 3)); // right for short sentences alone
        CausalSays("changes what it was given", s =>
        {
            Where(s, (q, k) => k > q).CopyTo(s);
            return s;
        });
    }
}
