using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Where a token stands, written as a vector to add to its embedding: attention by itself sees a set, not a
/// sequence (Vaswani et al. 2017, section 3.5).
/// </summary>
public static class PositionalEncoding
{
    /// <summary>The base that the paper chose.</summary>
    private const double Base = 10_000;

    /// <summary>
    /// <c>PE(pos, 2i) = sin(pos / 10000^(2i/d_model))</c> and <c>PE(pos, 2i+1) = cos(pos / 10000^(2i/d_model))</c>.
    /// An odd d_model ends with a sine that has no cosine.
    /// </summary>
    /// <param name="length">How many positions, from 0.</param>
    /// <param name="dModel">d_model, the width of the embeddings it is added to.</param>
    /// <param name="frequencyBase">The paper's 10000: the larger, the slower the slowest wave. More than 1.</param>
    /// <param name="sinesFirst">
    /// Whether all sines stand before all cosines, as in Marian: the same numbers, their columns in another order. A
    /// model learns with either; but weights that have learned with one need it.
    /// </param>
    /// <returns>length×d_model numbers between -1 and 1, computed in double precision.</returns>
    public static Matrix<float> Sinusoidal(
        int length, int dModel, double frequencyBase = Base, bool sinesFirst = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dModel);
        return At([.. Enumerable.Range(0, length)], dModel, frequencyBase, sinesFirst);
    }

    /// <summary>The same for any positions, one per row.</summary>
    internal static Matrix<float> At(
        int[] positions, int dModel, double frequencyBase = Base, bool sinesFirst = false) =>
        Matrix<float>.Build.Dense(positions.Length, dModel, (row, column) =>
        {
            int sines = (dModel + 1) / 2;
            int dimension = !sinesFirst ? column : column < sines ? 2 * column : (2 * (column - sines)) + 1;
            double angle = positions[row] * Frequency(dimension, dModel, frequencyBase);
            return (float)(dimension % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
        });

    /// <summary>The same as a constant of the tape, to be added to every sentence of a batch.</summary>
    /// <returns>[length, d_model].</returns>
    public static Tensor SinusoidalTensor(int length, int dModel, bool sinesFirst = false) =>
        new(Sinusoidal(length, dModel, sinesFirst: sinesFirst).ToRowMajorArray(), length, dModel);

    /// <summary>The same for sentences with padding before them, each counted from its first token.</summary>
    /// <param name="tokens">B sentences of T tokens.</param>
    /// <param name="before">How much padding stands before each (<see cref="TokenBatch.Before"/>).</param>
    /// <param name="dModel">d_model.</param>
    /// <param name="sinesFirst">Whether all sines stand before all cosines.</param>
    /// <returns>[B, T, d_model].</returns>
    internal static Tensor SinusoidalTensor(TokenBatch tokens, int[] before, int dModel, bool sinesFirst = false)
    {
        ReadOnlySpan<float> rows = SinusoidalTensor(tokens.Length, dModel, sinesFirst).Span;
        var positions = new Tensor(tokens.Sentences, tokens.Length, dModel);
        int[] places = tokens.Places(before);
        for (int i = 0; i < places.Length; i++)
        {
            rows.Slice(places[i] * dModel, dModel).CopyTo(positions.Span[(i * dModel)..]);
        }

        return positions;
    }

    /// <summary>
    /// The angular frequency of a dimension, in radians per position: <c>ω_i = 1 / 10000^(2i/d_model)</c>, the same
    /// for the sine 2i and the cosine 2i+1.
    /// </summary>
    /// <param name="dimension">2i or 2i+1, from 0.</param>
    /// <param name="dModel">d_model.</param>
    /// <param name="frequencyBase">The paper's 10000. More than 1.</param>
    public static double Frequency(int dimension, int dModel, double frequencyBase = Base)
    {
        RequireDimension(dimension, dModel);
        if (!(frequencyBase > 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(frequencyBase), frequencyBase,
                "The base of the frequencies must be more than 1, as 10000 is: each wave is then slower than the " +
                "one before.");
        }

        int evenDimension = dimension - (dimension % 2); // 2i
        return Math.Pow(frequencyBase, -(double)evenDimension / dModel);
    }

    /// <summary>
    /// After how many positions a dimension repeats, <c>2π / ω_i</c>: from 2π towards 10000·2π, a geometric
    /// progression.
    /// </summary>
    /// <param name="dimension">2i or 2i+1, from 0.</param>
    /// <param name="dModel">d_model.</param>
    /// <param name="frequencyBase">The paper's 10000. More than 1.</param>
    public static double Wavelength(int dimension, int dModel, double frequencyBase = Base) =>
        2 * Math.PI / Frequency(dimension, dModel, frequencyBase);

    /// <summary>
    /// The matrix M that shifts by <paramref name="offset"/> positions: <c>PE(pos + k) = PE(pos) · M</c>, the same M at
    /// every position. It turns each (sine, cosine) pair by the angle k·ω_i, which is why the authors "hypothesized it
    /// would allow the model to easily learn to attend by relative positions" (section 3.5).
    /// </summary>
    /// <param name="offset">k, in positions; may be negative.</param>
    /// <param name="dModel">d_model; even, because the last sine of an odd width has no partner to turn with.</param>
    /// <param name="frequencyBase">The paper's 10000. More than 1.</param>
    /// <returns>d_model×d_model, 2×2 rotations along the diagonal.</returns>
    public static Matrix<float> Shift(int offset, int dModel, double frequencyBase = Base)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dModel);
        if (dModel % 2 != 0)
        {
            throw new ArgumentException(
                $"A shift turns (sine, cosine) pairs, and the last sine of an odd d_model of {dModel} has " +
                "no partner. " +
                $"Use {dModel + 1}.", nameof(dModel));
        }

        var shift = Matrix<float>.Build.Dense(dModel, dModel);
        for (int sine = 0; sine < dModel; sine += 2)
        {
            double angle = offset * Frequency(sine, dModel, frequencyBase);
            var (sin, cos) = ((float)Math.Sin(angle), (float)Math.Cos(angle));

            // sin(a + b) = sin a · cos b + cos a · sin b  and  cos(a + b) = cos a · cos b - sin a · sin b
            shift[sine, sine] = cos;
            shift[sine + 1, sine] = sin;
            shift[sine, sine + 1] = -sin;
            shift[sine + 1, sine + 1] = cos;
        }

        return shift;
    }

    private static void RequireDimension(int dimension, int dModel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dModel);
        if (dimension < 0 || dimension >= dModel)
        {
            throw new ArgumentOutOfRangeException(
                nameof(dimension), dimension, $"d_model is {dModel}, so dimensions run from 0 to {dModel - 1}.");
        }
    }
}
