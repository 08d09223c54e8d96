using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Turns any row of scores into weights that are positive and sum to 1.</summary>
public static class Softmax
{
    /// <summary>
    /// <c>softmax(s)_j = exp(s_j - m) / Σ_k exp(s_k - m)</c> with <c>m = max s</c>, for each row. Taking the maximum
    /// away changes nothing (the factor <c>exp(-m)</c> cancels) and keeps every exponent at or below zero, so that
    /// nothing overflows: a score of 1,000 is harmless.
    /// </summary>
    /// <param name="scores">T×S scores; -infinity means "may not look here" and gets weight 0.</param>
    /// <returns>T×S weights. A row that is all -infinity has nothing to look at: its weights are all 0.</returns>
    /// <exception cref="ArgumentException">A score is NaN or +infinity; the message says where.</exception>
    public static Matrix<float> Rows(Matrix<float> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var weights = Matrix<float>.Build.Dense(scores.RowCount, scores.ColumnCount);
        for (int row = 0; row < scores.RowCount; row++)
        {
            float max = MaxOfRow(scores, row);
            if (float.IsNegativeInfinity(max))
            {
                continue; // Everything is masked: zeros, not 0/0.
            }

            float sum = 0;
            for (int column = 0; column < scores.ColumnCount; column++)
            {
                float e = MathF.Exp(scores.At(row, column) - max);
                weights.At(row, column, e);
                sum += e;
            }

            for (int column = 0; column < scores.ColumnCount; column++)
            {
                weights.At(row, column, weights.At(row, column) / sum);
            }
        }

        return weights;
    }

    private static float MaxOfRow(Matrix<float> scores, int row)
    {
        float max = float.NegativeInfinity;
        for (int column = 0; column < scores.ColumnCount; column++)
        {
            float score = scores.At(row, column);
            if (float.IsNaN(score) || float.IsPositiveInfinity(score))
            {
                throw new ArgumentException(
                    $"The score at row {row}, column {column} (counted from 0) is {Shapes.Number(score)}, " +
                    "of which no " +
                    "softmax can be taken. Look for a NaN in the queries or keys, or for weights that have grown " +
                    "without bound.",
                    nameof(scores));
            }

            max = Math.Max(max, score);
        }

        return max;
    }
}
