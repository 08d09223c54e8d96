using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>The ways to go wrong with a softmax, for the checks of chapter 1 and whoever needs one.</summary>
internal static class Scores
{
    /// <summary>Something done to each row.</summary>
    public static Func<Matrix<float>, Matrix<float>> PerRow(Func<Vector<float>, Vector<float>> make) =>
        scores => Matrix<float>.Build.DenseOfRowVectors(scores.EnumerateRows().Select(make));

    /// <summary>e^(s - max) for each row, divided by its sum or not.</summary>
    public static Func<Matrix<float>, Matrix<float>> Stable(bool divide) => PerRow(row =>
    {
        Vector<float> powers = (row - row.Max()).PointwiseExp();
        return divide ? powers / powers.Sum() : powers;
    });

    /// <summary>The softmax with another number taken away than the row's maximum.</summary>
    public static Func<Matrix<float>, Matrix<float>> Shifted(Func<Matrix<float>, float> shift) => scores =>
        PerRow(row => (row - shift(scores)).PointwiseExp() is var powers ? powers / powers.Sum() : row)(scores);

    /// <summary>The largest power taken away from the powers.</summary>
    public static Matrix<float> MaxOfPowers(Matrix<float> scores) =>
        PerRow(
            row => row.PointwiseExp() - row.PointwiseExp().Max() is var powers ? powers / powers.Sum() : row)(scores);

    /// <summary>The powers in double precision, without the maximum taken away.</summary>
    public static Matrix<float> InDouble(Matrix<float> scores) => PerRow(row =>
    {
        double sum = row.Sum(score => Math.Exp(score));
        return row.Map(score => (float)(Math.Exp(score) / sum), Zeros.Include);
    })(scores);

    /// <summary>One softmax for all the scores.</summary>
    public static Matrix<float> Whole(Matrix<float> scores)
    {
        Matrix<float> powers = (scores - scores.Enumerate().Max()).PointwiseExp();
        return powers / powers.Enumerate().Sum();
    }

    /// <summary>A softmax for each column.</summary>
    public static Matrix<float> Columns(Matrix<float> scores) => Softmax.Rows(scores.Transpose()).Transpose();

    /// <summary>Whether a number is NaN.</summary>
    public static bool HasNaN(Matrix<float> scores, Matrix<float> weights) => weights.Enumerate().Any(float.IsNaN);

    /// <summary>Whether a row of weights does not sum to 1.</summary>
    public static bool RowsDoNotSumToOne(Matrix<float> scores, Matrix<float> weights) =>
        weights.RowSums().Any(sum => !(Math.Abs(sum - 1) <= 1e-3));
}
