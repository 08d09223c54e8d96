using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// T5's positions (Raffel et al. 2019, section 2.1): one learned number for each head and each distance between query
/// and key is added to their score. Distances share numbers in buckets: each near distance has a bucket of its own, far
/// ones share one. Nothing is added to the embeddings. All layers of a stack use the same numbers, so the stack owns
/// the table and hands what it says to each layer. Deviates from the 2017 paper.
/// </summary>
public sealed class RelativeBias
{
    /// <summary>A table of normal numbers with standard deviation 1/√d_model, as T5's code starts it.</summary>
    /// <param name="heads">h.</param>
    /// <param name="bidirectional">Whether a query sees later keys too: true in an encoder, false in a decoder.</param>
    /// <param name="buckets">How many buckets; 32 in T5.</param>
    /// <param name="distance">Distances from here on share the last bucket; 128 in T5.</param>
    /// <param name="dModel">d_model, which the numbers start by.</param>
    /// <param name="random">Where the numbers come from.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are too few buckets, or they reach beyond the distance.
    /// </exception>
    public RelativeBias(int heads, bool bidirectional, int buckets, int distance, int dModel, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dModel);
        RequireBuckets(bidirectional, buckets, distance);
        (Bidirectional, Distance) = (bidirectional, distance);
        Table = new Tensor(buckets, heads) { RequiresGradient = true };
        Initialise.Normal(Table, 1 / MathF.Sqrt(dModel), random);
    }

    /// <summary>[buckets, h].</summary>
    public Tensor Table { get; }

    /// <summary>Whether a query sees later keys too.</summary>
    public bool Bidirectional { get; }

    /// <summary>How many buckets there are.</summary>
    public int Buckets => Table.Shape[0];

    /// <summary>Distances from here on share the last bucket.</summary>
    public int Distance { get; }

    /// <summary>
    /// The bucket of a distance. Of n buckets for one direction the first n/2 hold one distance each; distance a from
    /// n/2 on falls into bucket <c>n/2 + ⌊ln(a / (n/2)) / ln(distance / (n/2)) · n/2⌋</c>, at most n - 1: their widths
    /// grow as the distance does.
    /// </summary>
    /// <param name="relative">The place of the key less the place of the query: negative for an earlier key.</param>
    /// <param name="bidirectional">
    /// Whether later keys have buckets of their own, the upper half of all. Otherwise they have that of distance 0,
    /// because nobody sees them.
    /// </param>
    /// <param name="buckets">How many there are, for both directions together.</param>
    /// <param name="distance">Distances from here on share the last bucket.</param>
    /// <returns>From 0 to buckets - 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are too few buckets, or they reach beyond the distance.
    /// </exception>
    public static int Bucket(int relative, bool bidirectional = true, int buckets = 32, int distance = 128)
    {
        RequireBuckets(bidirectional, buckets, distance);
        int own = bidirectional ? buckets / 2 : buckets, first = bidirectional && relative > 0 ? own : 0;
        long away = bidirectional ? Math.Abs((long)relative) : Math.Max(0, -(long)relative);
        int exact = own / 2;
        if (away < exact)
        {
            return first + (int)away;
        }

        // In float, as T5's code has it: in double, a distance at the border of two buckets could fall into the other.
        float share = MathF.Log((float)away / exact) / (float)Math.Log((double)distance / exact);
        return first + Math.Min(own - 1, exact + (int)(share * (own - exact)));
    }

    /// <summary>What every head adds to its scores, with a gradient. The last query stands at the last key.</summary>
    /// <param name="queries">T.</param>
    /// <param name="keys">S.</param>
    /// <returns>[h, T, S].</returns>
    public Tensor Forward(int queries, int keys)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(queries);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(keys);
        int lowest = 1 - keys; // The first key, seen by the last query.
        int[] buckets = [.. Enumerable.Range(lowest, queries + keys - 1).Select(relative =>
            Bucket(relative, Bidirectional, Buckets, Distance))];
        return Op.OfDistances(Table, buckets, queries);
    }

    /// <summary>The same on matrices, one T×S matrix a head.</summary>
    /// <param name="queries">T.</param>
    /// <param name="keys">S.</param>
    public IReadOnlyList<Matrix<float>> Matrices(int queries, int keys)
    {
        using var quiet = Tape.NoGradient();
        return HeadMaps.Of(Forward(queries, keys));
    }

    /// <summary>The table.</summary>
    public IEnumerable<Parameter> Parameters(string prefix) => [new($"{prefix}.table", Table)];

    private static void RequireBuckets(bool bidirectional, int buckets, int distance)
    {
        int least = bidirectional ? 4 : 2;
        if (buckets < least || (bidirectional && buckets % 2 != 0))
        {
            throw new ArgumentOutOfRangeException(nameof(buckets), buckets, bidirectional
                ? "Both directions have as many buckets, near and far ones: choose an even number from 4 on; T5 has 32."
                : "Near and far distances have buckets each: choose 2 or more; T5 has 32.");
        }

        if (distance <= buckets / least)
        {
            throw new ArgumentOutOfRangeException(
                nameof(distance), distance,
                $"The first {buckets / least} distances have a bucket each, so the last bucket begins beyond them: " +
                $"choose more than {buckets / least}; T5 has 128.");
        }
    }
}
