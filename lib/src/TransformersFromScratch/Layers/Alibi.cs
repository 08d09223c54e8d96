using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// "Attention with linear biases" (Press, Smith and Lewis 2022, section 3): from every score a head takes its slope
/// times the distance between query and key. What is far away has to fit better to be seen.
/// </summary>
public static class Alibi
{
    /// <summary>
    /// Head i of h, counted from 1, has the slope <c>2^(-8 i / h)</c>: with 8 heads 1/2, 1/4, …, 1/256. The first heads
    /// look near, the last ones far. Slopes are fixed and not learned.
    /// </summary>
    /// <param name="heads">
    /// h. (The authors' code has other slopes where h is no power of two; the formula of the paper has not.)
    /// </param>
    /// <returns>h slopes, per position.</returns>
    public static float[] Slopes(int heads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        return [.. Enumerable.Range(1, heads).Select(i => (float)Math.Pow(2, -8.0 * i / heads))];
    }

    /// <summary>
    /// What one head adds to its scores: <c>-slope · |t - s|</c>, where the last query stands at the last key.
    /// </summary>
    /// <param name="queries">T.</param>
    /// <param name="keys">S.</param>
    /// <param name="slope">The slope of the head.</param>
    /// <returns>T×S, 0 where a query meets its own key and negative elsewhere.</returns>
    public static Matrix<float> Bias(int queries, int keys, float slope)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(queries);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(keys);
        return Matrix<float>.Build.Dense(
            queries, keys, (query, key) => -slope * Math.Abs(query + keys - queries - key));
    }
}
