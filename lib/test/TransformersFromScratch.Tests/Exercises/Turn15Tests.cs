using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn15Tests
{
    private static void Says(string part, Verdict verdict)
    {
        Assert.False(verdict.IsRight);
        Assert.Contains(part, verdict.Words, StringComparison.Ordinal);
    }

    private static void RotateSays(string part, Func<Matrix<float>, Matrix<float>> code) =>
        Says(part, Turn15.ForRotation.Judge(code));

    private static void NormSays(string part, Func<Matrix<float>, Vector<float>, Matrix<float>> code) =>
        Says(part, Turn15.ForNorm.Judge(x => code(x.X, x.Gain)));

    private static void GroupSays(string part, Func<int, int, int, int> code) =>
        Says(part, Turn15.ForGroup.Judge(x => code(x.Head, x.Heads, x.Shared)));

    private static Matrix<float> Rows(Matrix<float> x, Vector<float> gain, Func<Vector<float>, Vector<float>> norm) =>
        Matrix<float>.Build.DenseOfRowVectors(x.EnumerateRows().Select(row => norm(row).PointwiseMultiply(gain)));

    private static Vector<float> RootMeanSquare(Vector<float> row) =>
        row / MathF.Sqrt((row.DotProduct(row) / row.Count) + 1e-5f);

    private static Matrix<float> Turn(Matrix<float> x, Func<int, int, double> angle, int sign = 1, float other = 1) =>
        x.MapIndexed((t, c, _) =>
    {
        int even = c - (c % 2);
        double a = sign * angle(t, even);
        return (float)(c == even
            ? (x[t, even] * Math.Cos(a)) - (other * x[t, even + 1] * Math.Sin(a))
            : (x[t, even] * Math.Sin(a)) + (x[t, even + 1] * Math.Cos(a)));
    }, Zeros.Include);

    private static double Angle(double t, int even, int width) => t * Math.Pow(10_000, -(double)even / width);

    [Fact]
    public void Right_versions_are_used()
    {
        Func<Matrix<float>, Matrix<float>> rotate = x => Rotary.Rows(x);
        Func<Matrix<float>, Vector<float>, Matrix<float>> norm = (x, gain) => Rows(x, gain, RootMeanSquare);
        Func<int, int, int, int> group = (head, heads, shared) => head * shared / heads;
        Func<int, int, int, int> other = (head, heads, shared) => head / (heads / shared);
        Assert.Same(rotate, Turn15.Rotate(rotate));
        Assert.Same(norm, Turn15.Norm(norm));
        Assert.Same(group, Turn15.Group(group));
        Assert.Same(other, Turn15.Group(other));
    }

    [Fact]
    public void For_an_empty_or_wrong_one_the_librarys_stands_in()
    {
        var x = Matrix<float>.Build.Random(3, 4, 1);
        var gain = Vector<float>.Build.Random(4, 2);
        Assert.True(Turn15.ForRotation.Judge(_ => throw new NotImplementedException()).IsEmpty);
        Assert.Equal(Rotary.Rows(x), Turn15.Rotate(_ => throw new NotImplementedException())(x));
        Assert.Equal(Rotary.Rows(x), Turn15.Rotate(rows => rows)(x));
        Assert.True(
            (Rows(x, gain, RootMeanSquare) - Turn15.Norm((_, _) => throw new NotImplementedException())(x, gain))
                .Enumerate().Max(Math.Abs) < 1e-5f);
        Assert.Equal(1, Turn15.Group((_, _, _) => throw new NotImplementedException())(2, 4, 2));
        Assert.Equal(1, Turn15.Group((_, _, _) => 7)(2, 4, 2));
    }

    [Fact]
    public void Slips_of_the_rotation()
    {
        RotateSays("unchanged", x => x);
        RotateSays("other way round", x => Turn(x, (t, even) => Angle(t, even, x.ColumnCount), sign: -1));
        RotateSays("rows from 1", x => Turn(x, (t, even) => Angle(t + 1, even, x.ColumnCount)));
        RotateSays("equally fast", x => Turn(x, (t, _) => t));
        RotateSays("position is missing", x => Turn(x, (_, even) => Angle(1, even, x.ColumnCount)));
        RotateSays("factor of 2", x => Turn(x, (t, even) => Angle(t, even / 2, x.ColumnCount)));
        RotateSays("grow", x => Turn(x, (t, even) => t * Math.Pow(10_000, (double)even / x.ColumnCount)));
        RotateSays("Both sines", x => Turn(x, (t, even) => Angle(t, even, x.ColumnCount), other: -1));
        RotateSays("chapter 2", x => x + PositionalEncoding.Sinusoidal(x.RowCount, x.ColumnCount));
        RotateSays("i + d/2", x => x.MapIndexed((t, c, value) =>
        {
            int half = x.ColumnCount / 2;
            double a = Angle(t, 2 * (c % half), x.ColumnCount);
            return (float)(c < half
                ? (value * Math.Cos(a)) - (x[t, c + half] * Math.Sin(a))
                : (x[t, c - half] * Math.Sin(a)) + (value * Math.Cos(a)));
        }, Zeros.Include));
        RotateSays("already turned", x =>
        {
            Matrix<float> y = x.Clone();
            for (int t = 0; t < x.RowCount; t++)
            {
                for (int even = 0; even < x.ColumnCount; even += 2)
                {
                    double a = Angle(t, even, x.ColumnCount);
                    y[t, even] = (float)((y[t, even] * Math.Cos(a)) - (y[t, even + 1] * Math.Sin(a)));
                    y[t, even + 1] = (float)((y[t, even] * Math.Sin(a)) + (y[t, even + 1] * Math.Cos(a)));
                }
            }

            return y;
        });
        RotateSays("changed its length", x => Rotary.Rows(x) * 1.5f);
        RotateSays("NaN", x => Rotary.Rows(x) * float.NaN);
    }

    [Fact]
    public void Slips_of_the_norm()
    {
        static float Square(Vector<float> row) => row.DotProduct(row) / row.Count;
        static Vector<float> Centred(Vector<float> row) => row - (row.Sum() / row.Count);
        NormSays("unchanged", (x, _) => x);
        NormSays(
            "layer norm", (x, gain) => Rows(x, gain, row => Centred(row) / MathF.Sqrt(Square(Centred(row)) + 1e-5f)));
        NormSays(
            "standard deviation", (x, gain) => Rows(x, gain, row => row / MathF.Sqrt(Square(Centred(row)) + 1e-5f)));
        NormSays("outside the root", (x, gain) => Rows(x, gain, row => row / (MathF.Sqrt(Square(row)) + 1e-5f)));
        NormSays("ε is missing", (x, gain) => Rows(x, gain, row => row / MathF.Sqrt(Square(row))));
        NormSays("length of the row", (x, gain) => Rows(x, gain, row => row / MathF.Sqrt(row.DotProduct(row) + 1e-5f)));
        NormSays("root is missing", (x, gain) => Rows(x, gain, row => row / (Square(row) + 1e-5f)));
        NormSays(
            "gain is missing", (x, _) => Rows(
                x, Vector<float>.Build.Dense(x.ColumnCount, 1), row => row / MathF.Sqrt(Square(row) + 1e-5f)));
        NormSays(
            "whole matrix", (x, gain) => Rows(
                x, gain, row => row / MathF.Sqrt(x.Enumerate().Average(v => v * v) + 1e-5f)));
    }

    [Fact]
    public void Slips_of_the_groups()
    {
        GroupSays("its own", (head, _, _) => head);
        GroupSays("multi-query", (_, _, _) => 0);
        GroupSays("cards", (head, _, shared) => head % shared);
        GroupSays("how many heads of queries share", (head, _, shared) => head / shared);
        GroupSays("multiply first", (head, heads, shared) => head / heads * shared);
        GroupSays("size of a group", (_, heads, shared) => heads / shared);
        GroupSays("no such head", (head, _, shared) => head + shared);
    }
}
