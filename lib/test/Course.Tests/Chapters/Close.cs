using MathNet.Numerics.LinearAlgebra;

namespace Course.Tests;

/// <summary>
/// Whether a chapter's numbers are the library's: of the same shape and nowhere further apart than rounding brings
/// them.
/// </summary>
internal static class Close
{
    /// <summary>Compares two matrices; -∞ equals -∞.</summary>
    public static void Matrices(Matrix<float> want, Matrix<float> got, double tolerance = 1e-5)
    {
        Assert.Equal((want.RowCount, want.ColumnCount), (got.RowCount, got.ColumnCount));
        Numbers([.. want.Enumerate().Select(x => (double)x)], [.. got.Enumerate().Select(x => (double)x)], tolerance);
    }

    /// <summary>Compares two rows of numbers; -∞ equals -∞.</summary>
    public static void Numbers(IReadOnlyList<double> want, IReadOnlyList<double> got, double tolerance = 1e-5)
    {
        Assert.Equal(want.Count, got.Count);
        for (int i = 0; i < want.Count; i++)
        {
            Assert.True(
                want[i] == got[i] || Math.Abs(want[i] - got[i]) <= tolerance,
                $"number {i}: the library has {want[i]:G9}, the cells {got[i]:G9}");
        }
    }

    /// <summary>Compares two rows of numbers.</summary>
    public static void Numbers(IEnumerable<float> want, IEnumerable<float> got, double tolerance = 1e-5) =>
        Numbers([.. want.Select(x => (double)x)], [.. got.Select(x => (double)x)], tolerance);
}
