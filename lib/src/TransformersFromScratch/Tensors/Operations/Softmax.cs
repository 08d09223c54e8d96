using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// <c>y_j = exp(x_j - max x) / Σ_k exp(x_k - max x)</c>, over the last axis. -infinity means masked: its weight is
    /// 0, and a row that is all masked gets zeros.
    /// </summary>
    /// <remarks>
    /// Backward. From y_i = e^(x_i) / Σ: <c>∂y_i/∂x_j = y_i (δ_ij - y_j)</c>, because raising x_j raises its own
    /// exponential and everyone's denominator. So
    /// <code>
    /// dx_j = Σ_i dy_i y_i (δ_ij - y_j) = y_j (dy_j - Σ_i dy_i y_i)
    /// </code>
    /// Only what lies above the weighted mean of dy pulls its score up. No x is needed, y says it all: but if that mean
    /// is NaN, x says which of dy are masked and have no part in it, for 0 · NaN is NaN.
    /// </remarks>
    public static Tensor Softmax(Tensor x)
    {
        int width = x.Shape[^1], rows = x.Length / width;
        Tensor y = x.UnwrittenLike();
        Work.ForEach(rows, 2 * width, row =>
        {
            x.Row(row).CopyTo(y.Row(row));
            if (!SoftmaxRow(y.Row(row), 1))
            {
                HideMasked(x.Row(row), y.Row(row));
            }
        });
        return y.Record("softmax", [x], y =>
        {
            x.GradientToWrite(out bool add);
            Work.ForEach(rows, width, row =>
            {
                ReadOnlySpan<float> ys = y.Row(row), dy = y.GradientRow(row);
                Span<float> dx = x.GradientRow(row);
                float mean = Rows.Dot(ys, dy);
                if (float.IsFinite(mean))
                {
                    Rows.Map(new SoftmaxSlope(mean, 1), ys, dy, dx, add);
                }
                else
                {
                    SoftmaxBackwardSeen(x.Row(row), ys, dy, dx, add);
                }
            });
        });
    }

    /// <summary>softmax(scale · row), in place. False if that is NaN.</summary>
    private static bool SoftmaxRow(Span<float> row, float scale)
    {
        float max = Rows.Max(row);
        if (float.IsNegativeInfinity(max) && !row.ContainsAnyExcept(float.NegativeInfinity))
        {
            // Everything is masked: zeros, not 0/0. (A NaN beside the masked ones would have no part in the maximum.)
            row.Clear();
            return true;
        }

        float sum = ExpRow(row, max, scale, row);
        Rows.Scale(row, 1 / sum, row, add: false);
        return float.IsFinite(sum);
    }

    /// <summary>Writes exp(scale · (row - max)) and returns the sum.</summary>
    internal static float ExpRow(ReadOnlySpan<float> row, float max, float scale, Span<float> exponentials)
    {
        Rows.Map(new Exponential(max, scale), row, exponentials);
        return Rows.Total(exponentials);
    }

    /// <summary>Where there is a NaN in a row, all of it has become NaN; but what is masked has weight 0.</summary>
    private static void HideMasked(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = float.IsNegativeInfinity(x[i]) ? 0 : y[i];
        }
    }

    /// <summary>
    /// dx = y ⊙ (dy - Σ dy ⊙ y) for one row, over the places alone that are not masked; the others have dx = 0.
    /// </summary>
    private static void SoftmaxBackwardSeen(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, bool add)
    {
        float mean = 0;
        for (int i = 0; i < y.Length; i++)
        {
            mean += float.IsNegativeInfinity(x[i]) ? 0 : y[i] * dy[i];
        }

        for (int i = 0; i < y.Length; i++)
        {
            float gradient = float.IsNegativeInfinity(x[i]) ? 0 : y[i] * (dy[i] - mean);
            dx[i] = add ? dx[i] + gradient : gradient;
        }
    }

    /// <summary>e^(scale · (x - max)).</summary>
    private readonly struct Exponential(float max, float scale) : IFormula1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Of<T>(T x) where T : struct, IFloats<T> => VectorMath.Exp((x - max) * scale);
    }

    /// <summary>dx = scale · y (dy - mean), where the mean is Σ dy ⊙ y; dx may be dy itself.</summary>
    private readonly struct SoftmaxSlope(float mean, float scale) : IFormula2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Of<T>(T y, T dy) where T : struct, IFloats<T> => y * (dy - mean) * scale;
    }
}
