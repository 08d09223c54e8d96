using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>A number for each head, query and key, as one matrix a head.</summary>
internal static class HeadMaps
{
    /// <param name="numbers">[h, T, S], or [B, h, T, S].</param>
    /// <param name="sentence">Which of the B, from 0.</param>
    /// <returns>h matrices, T×S each.</returns>
    public static IReadOnlyList<Matrix<float>> Of(Tensor numbers, int sentence = 0)
    {
        int heads = numbers.Shape[^3], queries = numbers.Shape[^2], keys = numbers.Shape[^1];
        float[] data = numbers.Data;
        return [.. Enumerable.Range(sentence * heads, heads).Select(map => Matrix<float>.Build.Dense(
            queries, keys, (query, key) => data[(((map * queries) + query) * keys) + key]))];
    }
}
