using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Which keys a query may not look at. Masks combine with <c>|</c>: what either hides is hidden.
/// </summary>
public sealed class Mask
{
    private readonly bool[,] _hidden;

    private Mask(bool[,] hidden) => _hidden = hidden;

    /// <summary>T, the number of queries (rows).</summary>
    public int Queries => _hidden.GetLength(0);

    /// <summary>S, the number of keys (columns).</summary>
    public int Keys => _hidden.GetLength(1);

    /// <summary>True when <paramref name="query"/> may not look at <paramref name="key"/>.</summary>
    public bool Hides(int query, int key) => _hidden[query, key];

    /// <summary>
    /// No position may look at a later one: "to prevent leftward information flow in the decoder to preserve the
    /// auto-regressive property" (Vaswani et al. 2017, section 3.2.3).
    /// </summary>
    public static Mask Causal(int length) => Where(length, length, (query, key) => key > query);

    /// <summary>
    /// A query sees the last <paramref name="window"/> keys up to its own place, and hides what lies further back: a
    /// sliding window (Beltagy et al. 2020, section 3.1). It hides no later key; for that, combine it with
    /// <see cref="Causal"/>.
    /// </summary>
    /// <param name="queries">T; the last query stands at the last key.</param>
    /// <param name="keys">S.</param>
    /// <param name="window">How many keys, its own included; at least 1.</param>
    public static Mask Window(int queries, int keys, int window)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(window);
        return Where(queries, keys, (query, key) => query + keys - queries - key >= window);
    }

    /// <summary>Hides the keys that only fill a short sentence up to the length of its batch.</summary>
    /// <param name="queries">T, the number of queries.</param>
    /// <param name="keyIsPadding">For each of the S keys, whether it is padding.</param>
    public static Mask Padding(int queries, IReadOnlyList<bool> keyIsPadding)
    {
        ArgumentNullException.ThrowIfNull(keyIsPadding);
        return Where(queries, keyIsPadding.Count, (_, key) => keyIsPadding[key]);
    }

    /// <summary>Hides every key whose token is <paramref name="paddingId"/>.</summary>
    public static Mask Padding(int queries, IReadOnlyList<int> keys, int paddingId)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Where(queries, keys.Count, (_, key) => keys[key] == paddingId);
    }

    /// <summary>A mask of your own: <paramref name="hides"/> is asked for every (query, key).</summary>
    public static Mask Where(int queries, int keys, Func<int, int, bool> hides)
    {
        ArgumentNullException.ThrowIfNull(hides);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(queries);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(keys);
        bool[,] hidden = new bool[queries, keys];
        for (int query = 0; query < queries; query++)
        {
            for (int key = 0; key < keys; key++)
            {
                hidden[query, key] = hides(query, key);
            }
        }

        return new Mask(hidden);
    }

    /// <summary>Both masks at once.</summary>
    /// <exception cref="ArgumentException">The masks have different shapes.</exception>
    public static Mask operator |(Mask left, Mask right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return (left.Queries, left.Keys) == (right.Queries, right.Keys)
            ? Where(left.Queries, left.Keys, (query, key) => left.Hides(query, key) || right.Hides(query, key))
            : throw new ArgumentException(
                $"A {left.Queries}×{left.Keys} mask cannot be combined with one of {right.Queries}×{right.Keys}. " +
                "Build both for the same queries and keys.", nameof(right));
    }

    /// <summary>
    /// The scores with -infinity at every hidden place: <c>exp(-∞) = 0</c>, so the softmax gives it no weight at
    /// all and the others share the whole ("masking out (setting to -∞)", section 3.2.3).
    /// </summary>
    /// <exception cref="ArgumentException">The scores are not T×S.</exception>
    public Matrix<float> Apply(Matrix<float> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return (scores.RowCount, scores.ColumnCount) == (Queries, Keys)
            ? scores.MapIndexed(
                (query, key, score) => Hides(query, key) ? float.NegativeInfinity : score, Zeros.Include)
            : throw new ArgumentException(
                $"The mask is for {Queries} queries and {Keys} keys, but the scores are {Shapes.Of(scores)}. " +
                "Build the mask for these lengths.", nameof(scores));
    }

    /// <summary>The mask as a picture: 1 where a query may look, 0 where it may not.</summary>
    public Matrix<float> ToMatrix() =>
        Matrix<float>.Build.Dense(Queries, Keys, (query, key) => Hides(query, key) ? 0f : 1f);
}
