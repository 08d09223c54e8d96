using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>How much a head does what it is known for: mean attention weights, from 0 to 1.</summary>
public static class HeadScores
{
    /// <summary>
    /// Prefix matching (Olsson et al. 2022, section "Argument 4"): the weight that a token of the second half gives to
    /// the token after its own first occurrence. A uniform head gives 1/(t+1) at place t.
    /// </summary>
    /// <param name="maps">[B, h, T, T], of <see cref="Repeats"/>: T is twice the half.</param>
    /// <returns>A score a head.</returns>
    public static double[] PrefixMatching(Tensor maps)
    {
        int half = LengthOf(maps) / 2;
        return Mean(maps, half, query => query - half + 1);
    }

    /// <summary>The weight that a token gives to the token before it, from the second token on.</summary>
    /// <param name="maps">[B, h, T, T].</param>
    /// <returns>A score a head.</returns>
    public static double[] PreviousToken(Tensor maps) => Mean(maps, 1, query => query - 1);

    /// <summary>The weight that a token of the second half gives to its own first occurrence.</summary>
    /// <param name="maps">[B, h, T, T], of <see cref="Repeats"/>.</param>
    /// <returns>A score a head.</returns>
    public static double[] SameToken(Tensor maps)
    {
        int half = LengthOf(maps) / 2;
        return Mean(maps, half, query => query - half);
    }

    /// <summary>The mean weight on one key a query.</summary>
    /// <param name="maps">[B, h, T, T].</param>
    /// <param name="from">The first query that counts.</param>
    /// <param name="keyOf">The key of each query that is looked at.</param>
    /// <returns>A mean a head.</returns>
    public static double[] Mean(Tensor maps, int from, Func<int, int> keyOf)
    {
        int length = LengthOf(maps), heads = maps.Shape[1], sentences = maps.Shape[0];
        ArgumentNullException.ThrowIfNull(keyOf);
        float[] weights = maps.Data;
        double[] sums = new double[heads];
        for (int row = 0; row < sentences * heads; row++)
        {
            for (int query = from; query < length; query++)
            {
                sums[row % heads] += weights[(((row * length) + query) * length) + keyOf(query)];
            }
        }

        return [.. sums.Select(sum => sum / (sentences * (length - from)))];
    }

    /// <summary>The maps of one sentence as matrices.</summary>
    /// <param name="maps">[B, h, T, T].</param>
    /// <param name="sentence">Which, from 0.</param>
    /// <returns>One T×T matrix a head.</returns>
    public static IReadOnlyList<Matrix<float>> MapsOf(Tensor maps, int sentence = 0)
    {
        _ = LengthOf(maps); // It refuses other shapes.
        ArgumentOutOfRangeException.ThrowIfNegative(sentence);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sentence, maps.Shape[0]);
        return HeadMaps.Of(maps, sentence);
    }

    private static int LengthOf(Tensor maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        return maps.Shape.Length == 4 && maps.Shape[2] == maps.Shape[3] ? maps.Shape[2] : throw new ArgumentException(
            $"Attention maps have the shape [B, h, T, T], but these are {maps.ShapeText}.", nameof(maps));
    }
}
