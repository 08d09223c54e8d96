using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise02Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Wavelength()
    {
        AssertSays("✓", Exercise02.CheckWavelength((pair, d) => 2 * Math.PI * Math.Pow(10000, 2.0 * pair / d)));
        AssertSays("That is the frequency", Exercise02.CheckWavelength((pair, d) => Math.Pow(10000, -2.0 * pair / d)));
        AssertSays("half a turn", Exercise02.CheckWavelength((pair, d) => Math.PI * Math.Pow(10000, 2.0 * pair / d)));
        // Ignores the width.
        AssertSays(
            "should be", Exercise02.CheckWavelength((pair, d) => 2 * Math.PI * Math.Pow(10000, 2.0 * pair / 64)));
        AssertSays("radians", Exercise02.CheckWavelength((pair, d) => Math.Pow(10000, 2.0 * pair / d)));
        AssertSays("2i/d", Exercise02.CheckWavelength((pair, d) => 2 * Math.PI * Math.Pow(10000, (double)pair / d)));
        AssertSays("shrinks", Exercise02.CheckWavelength((pair, d) => 2 * Math.PI * Math.Pow(10000, -2.0 * pair / d)));
        AssertSays(
            "whole numbers", Exercise02.CheckWavelength((pair, d) => 2 * Math.PI * Math.Pow(10000, 2 * pair / d)));
        AssertSays("0 so far", Exercise02.CheckWavelength((_, _) => 0));
    }

    [Fact]
    public void Distance()
    {
        static int Right(Vector<float> from, Vector<float> to) =>
            Enumerable.Range(0, 201).MinBy(k => ((from * PositionalEncoding.Shift(k, from.Count)) - to).L2Norm());
        static int FastestHandOnly(Vector<float> from, Vector<float> to) =>
            Enumerable.Range(0, 7).MinBy(
                k => ((from * PositionalEncoding.Shift(k, from.Count)) - to).SubVector(0, 2).L2Norm());

        AssertSays("✓", Exercise02.CheckDistance(Right));
        // Ignores the first row.
        AssertSays(
            "✗", Exercise02.CheckDistance(
                (from, to) => Right(PositionalEncoding.Sinusoidal(11, from.Count).Row(10), to)));
        // Ignores the second.
        AssertSays(
            "✗", Exercise02.CheckDistance(
                (from, to) => Right(from, PositionalEncoding.Sinusoidal(14, from.Count).Row(13))));
        AssertSays("way back", Exercise02.CheckDistance((from, to) => -Right(from, to)));
        AssertSays("200 included", Exercise02.CheckDistance((from, to) => Math.Min(199, Right(from, to))));
        AssertSays("begin with 0", Exercise02.CheckDistance((from, to) => Math.Max(1, Right(from, to))));
        AssertSays("fastest hand", Exercise02.CheckDistance(FastestHandOnly));
        AssertSays("says -1 always", Exercise02.CheckDistance((_, _) => -1));
    }

    [Fact]
    public void Rotation()
    {
        static Matrix<float> Turned(Matrix<float> x, int sign, int first) => x.MapIndexed((t, j, value) =>
        {
            double angle = sign * (t + first) * PositionalEncoding.Frequency(j, x.ColumnCount);
            float partner = j % 2 == 0 ? -x[t, j + 1] : x[t, j - 1];
            return (float)((value * Math.Cos(angle)) + (partner * Math.Sin(angle)));
        }, Zeros.Include);

        AssertSays("✓", Exercise02.CheckRotation(x => Turned(x, 1, 0)));
        AssertSays("wrong way", Exercise02.CheckRotation(x => Turned(x, -1, 0)));
        AssertSays("position 0", Exercise02.CheckRotation(x => Turned(x, 1, 1)));
        AssertSays("Nothing has turned", Exercise02.CheckRotation(x => x));
        AssertSays("half-split", Exercise02.CheckRotation(x => x.MapIndexed((t, j, value) =>
        {
            int half = x.ColumnCount / 2;
            double angle = t / Math.Pow(10000, 2.0 * (j % half) / x.ColumnCount);
            float partner = j < half ? -x[t, j + half] : x[t, j - half];
            return (float)((value * Math.Cos(angle)) + (partner * Math.Sin(angle)));
        }, Zeros.Include)));
        AssertSays("same angle, t·ω_i", Exercise02.CheckRotation(x => x.MapIndexed((t, j, value) =>
        {
            double angle = t / Math.Pow(10000, (double)j / x.ColumnCount);
            return (float)((value * Math.Cos(angle)) + ((j % 2 == 0 ? -x[t, j + 1] : x[t, j - 1]) * Math.Sin(angle)));
        }, Zeros.Include)));
        AssertSays("old a", Exercise02.CheckRotation(x =>
        {
            Matrix<float> y = x.Clone();
            for (int t = 0; t < y.RowCount; t++)
            {
                for (int j = 0; j < y.ColumnCount; j += 2)
                {
                    double angle = t * PositionalEncoding.Frequency(j, y.ColumnCount);
                    y[t, j] = (float)((y[t, j] * Math.Cos(angle)) - (y[t, j + 1] * Math.Sin(angle)));
                    y[t, j + 1] = (float)((y[t, j] * Math.Sin(angle)) + (y[t, j + 1] * Math.Cos(angle)));
                }
            }

            return y;
        }));
        AssertSays("keeps the length", Exercise02.CheckRotation(x => Turned(x, 1, 0) * 1.1f + (x * 0)));
        AssertSays("cosine alone", Exercise02.CheckRotation(x =>
            x.MapIndexed(
                (t, j, value) => (float)(value * Math.Cos(t * PositionalEncoding.Frequency(j, x.ColumnCount))),
                Zeros.Include)));
    }
}
