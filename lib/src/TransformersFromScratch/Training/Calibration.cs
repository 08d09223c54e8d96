using System.Diagnostics;

namespace TransformersFromScratch;

/// <summary>How fast this machine is, as a measure for the times of a chapter.</summary>
public static class Calibration
{
    /// <summary>
    /// The time of one product of two 256×256 matrices, 33.6 million multiplications and additions: the least of 20
    /// tries, after warming up. A training step that takes as long as 30 of them takes about as long as 30 of them
    /// elsewhere.
    /// </summary>
    public static TimeSpan Product()
    {
        const int size = 256;
        float[] a = new float[size * size], b = new float[size * size], c = new float[size * size];
        a.AsSpan().Fill(1);
        b.AsSpan().Fill(1);
        TimeSpan least = TimeSpan.MaxValue;
        for (int i = 0; i < 40; i++)
        {
            long start = Stopwatch.GetTimestamp();
            MatrixProduct.Multiply(new(a, size, size, size), new(b, size, size, size), new(c, size, size, size));
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            least = i >= 20 && elapsed < least ? elapsed : least;
        }

        return least;
    }
}
