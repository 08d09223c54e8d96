using System.Numerics;
using System.Runtime.InteropServices;

namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// <c>y_j = exp(x_j - max x) / Σ_k exp(x_k - max x)</c>, over the last axis. -infinity means masked: its weight is 0, and a
    /// row that is all masked gets zeros.
    /// </summary>
    /// <remarks>
    /// Backward. From y_i = e^(x_i) / Σ: <c>∂y_i/∂x_j = y_i (δ_ij - y_j)</c>, because raising x_j raises its own exponential
    /// and everyone's denominator. So
    /// <code>
    /// dx_j = Σ_i dy_i y_i (δ_ij - y_j) = y_j (dy_j - Σ_i dy_i y_i)
    /// </code>
    /// Only what lies above the weighted mean of dy pulls its score up. No x is needed, y says it all: but if that mean is NaN, x says
    /// which of dy are masked and have no part in it, for 0 · NaN is NaN.
    /// </remarks>
    public static Tensor Softmax(Tensor x)
    {
        int width = x.Shape[^1];
        Tensor y = x.UnwrittenLike();
        Chunks.For(x.Length / width, 2 * width, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                Span<float> ys = y.Span.Slice(row * width, width);
                ReadOnlySpan<float> xs = x.Span.Slice(row * width, width);
                xs.CopyTo(ys);
                if (!SoftmaxRow(ys, 1))
                {
                    HideMasked(xs, ys);
                }
            }
        });
        return y.Record("softmax", [x], y =>
        {
            x.GradientToWrite(out bool add);
            Chunks.For(x.Length / width, width, (first, end) =>
            {
                for (int row = first; row < end; row++)
                {
                    ReadOnlySpan<float> ys = y.Span.Slice(row * width, width), dy = y.GradientSpan.Slice(row * width, width);
                    Span<float> dx = x.GradientSpan.Slice(row * width, width);
                    float mean = VectorMath.Dot(ys, dy);
                    if (float.IsFinite(mean))
                    {
                        SoftmaxBackwardRow(ys, dy, mean, 1, dx, add);
                    }
                    else
                    {
                        SoftmaxBackwardSeen(x.Span.Slice(row * width, width), ys, dy, dx, add);
                    }
                }
            });
        });
    }

    /// <summary>softmax(scale · row), in place. False if that is NaN.</summary>
    internal static bool SoftmaxRow(Span<float> row, float scale)
    {
        float max = VectorMath.Max(row);
        if (float.IsNegativeInfinity(max) && !row.ContainsAnyExcept(float.NegativeInfinity))
        {
            row.Clear(); // Everything is masked: zeros, not 0/0. (A NaN beside the masked ones would have no part in the maximum.)
            return true;
        }

        float sum = ExpRow(row, max, scale, row);
        Elementwise.Scale(row, 1 / sum, row, add: false);
        return float.IsFinite(sum);
    }

    /// <summary>Where there is a NaN in a row, all of it has become NaN; but what is masked has weight 0.</summary>
    private static void HideMasked(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = float.IsNegativeInfinity(x[i]) ? 0 : y[i];
        }
    }

    /// <summary>Writes exp(scale · (row - max)) and returns the sum.</summary>
    internal static float ExpRow(ReadOnlySpan<float> row, float max, float scale, Span<float> exponentials)
    {
        exponentials = exponentials[..row.Length];
        int done = MatrixProduct.HasVector512 ? ExpRow<WideFloats>(row, max, scale, exponentials, 0) : 0;
        done = ExpRow<Floats>(row, max, scale, exponentials, done);
        if (done < row.Length)
        {
            Span<float> rest = Elementwise.Part(row[done..], stackalloc float[Floats.Count]);
            ExpRow<Floats>(rest, max, scale, rest, 0);
            rest[..(row.Length - done)].CopyTo(exponentials[done..]);
        }

        return Total(exponentials);
    }

    /// <summary>The same from an index on, as far as whole registers go; returns how far.</summary>
    private static int ExpRow<T>(ReadOnlySpan<float> row, float max, float scale, Span<float> exponentials, int done) where T : struct, IFloats<T>
    {
        ref float x = ref MemoryMarshal.GetReference(row), e = ref MemoryMarshal.GetReference(exponentials);
        for (; done <= row.Length - T.Count; done += T.Count)
        {
            T.Store(VectorMath.Exp((T.Load(ref x, done) - T.All(max)) * T.All(scale)), ref e, done);
        }

        return done;
    }

    /// <summary>dx = y ⊙ (dy - Σ dy ⊙ y) for one row, over the places alone that are not masked; the others have dx = 0.</summary>
    private static void SoftmaxBackwardSeen(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, bool add)
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

    /// <summary>dx = scale · y ⊙ (dy - mean) with mean = Σ dy ⊙ y, for one row; dx may be dy itself.</summary>
    internal static void SoftmaxBackwardRow(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, float mean, float scale, Span<float> dx, bool add)
    {
        dy = dy[..y.Length];
        dx = dx[..y.Length];
        int i = 0;
        for (; i <= y.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> gradient = y.At(i) * (dy.At(i) - new Vector<float>(mean)) * scale;
            (add ? gradient + dx.At(i) : gradient).To(dx, i);
        }

        for (; i < y.Length; i++)
        {
            float gradient = y[i] * (dy[i] - mean) * scale;
            dx[i] = add ? dx[i] + gradient : gradient;
        }
    }
}
