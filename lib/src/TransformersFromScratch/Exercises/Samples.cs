using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// The inputs on which a check tries the reader's code: many, at random, from a fixed seed, in all shapes.
/// </summary>
internal static class Samples
{
    /// <summary>How many random inputs a check takes by default.</summary>
    public const int Many = 200;

    private static readonly (int Rows, int Columns)[] s_shapes =
        [(2, 3), (3, 2), (1, 1), (1, 5), (5, 1), (3, 3), (2, 9), (9, 2)];

    /// <summary>As many random inputs as asked for, the same ones each time.</summary>
    public static IEnumerable<T> Random<T>(Func<Random, T> make, int count = Many, int seed = 2017)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++) { yield return make(random); }
    }

    /// <summary>
    /// Random inputs that have a shape: telling ones first, 1×1, a single row, a single column, wide, tall, square,
    /// then 1×1 to 8×8.
    /// </summary>
    public static IEnumerable<T> OfShapes<T>(Func<Random, int, int, T> make, int count = Many, int seed = 2017)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            var (rows, columns) = i < s_shapes.Length ? s_shapes[i] : (random.Next(1, 9), random.Next(1, 9));
            yield return make(random, rows, columns);
        }
    }

    /// <summary>A matrix of numbers spread evenly over -scale … scale.</summary>
    public static Matrix<float> Matrix(Random random, int rows, int columns, float scale = 2) =>
        Matrix<float>.Build.Dense(rows, columns, (_, _) => Number(random, scale));

    /// <summary>As <see cref="Matrix"/>, for a vector.</summary>
    public static Vector<float> Vector(Random random, int count, float scale = 2) =>
        Vector<float>.Build.Dense(count, _ => Number(random, scale));

    /// <summary>As <see cref="Matrix"/>, for an array of doubles.</summary>
    public static double[] Doubles(Random random, int count, double scale = 2) =>
        [.. Enumerable.Range(0, count).Select(_ => ((2 * random.NextDouble()) - 1) * scale)];

    /// <summary>A matrix written out row by row.</summary>
    public static Matrix<float> Of(float[,] numbers) => Matrix<float>.Build.DenseOfArray(numbers);

    private static float Number(Random random, float scale) => ((2 * random.NextSingle()) - 1) * scale;
}
