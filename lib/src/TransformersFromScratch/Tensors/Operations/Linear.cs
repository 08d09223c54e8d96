using System.Numerics;

namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary><c>y = x Wᵀ + b</c>, for every row of x.</summary>
    /// <remarks>
    /// Element by element, <c>y_ro = Σ_i x_ri W_oi + b_o</c>. So x_ri reaches the loss through every y_ro of its row, W_oi and
    /// b_o through the column o of every row:
    /// <code>
    /// dx_ri = Σ_o dy_ro W_oi     dx = dy W        rows × out · out × in
    /// dW_oi = Σ_r dy_ro x_ri     dW = dyᵀ x       out × rows · rows × in
    /// db_o  = Σ_r dy_ro          the sum over the rows
    /// </code>
    /// A transpose is only another way to walk through memory (see <see cref="MatrixProduct"/>): nothing is copied.
    /// </remarks>
    /// <param name="x">[…, in].</param>
    /// <param name="weight">W, [out, in].</param>
    /// <param name="bias">b, [out], or null.</param>
    /// <returns>[…, out].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static unsafe Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null)
    {
        RequireLinear(x, weight, bias);
        int outputs = weight.Shape[0], inputs = weight.Shape[1], rows = x.Length / inputs;
        Tensor y = Tensor.Unwritten([.. x.Shape[..^1], outputs]);
        // Of a bias that is not there, `fixed` makes a null pointer.
        fixed (float* px = x.Span, pw = weight.Span, pb = bias is null ? [] : bias.Span, py = y.Span)
        {
            MatrixProduct.MultiplyParallel(rows, outputs, inputs, px, inputs, 1, pw, 1, inputs, py, outputs, 1, pb);
        }

        return y.Record("linear", bias is null ? [x, weight] : [x, weight, bias], y =>
        {
            fixed (float* px = x.Span, pw = weight.Span, pdy = y.GradientSpan)
            {
                if (weight.NeedsGradient)
                {
                    fixed (float* pdw = weight.GradientToWrite(out bool add))
                    {
                        MatrixProduct.MultiplyParallel(outputs, inputs, rows, pdy, 1, outputs, px, inputs, 1, pdw, inputs, 1, add);
                    }
                }

                if (x.NeedsGradient)
                {
                    fixed (float* pdx = x.GradientToWrite(out bool add))
                    {
                        MatrixProduct.MultiplyParallel(rows, inputs, outputs, pdy, outputs, 1, pw, inputs, 1, pdx, inputs, 1, add);
                    }
                }
            }

            if (bias is { NeedsGradient: true })
            {
                SumRows(y.GradientTensor, bias);
            }
        });
    }

    /// <summary>Adds the sum of all rows of <paramref name="dy"/> to the gradient of <paramref name="bias"/>.</summary>
    private static void SumRows(Tensor dy, Tensor bias)
    {
        int width = bias.Length;
        Span<float> sum = bias.GradientToWrite(out bool add);
        Chunks.Sum(dy.Length / width, width, sum, add, (first, end, partial) =>
        {
            int row = first;
            for (; row + 4 <= end; row += 4)
            {
                AddFourRows(dy.Span.Slice(row * width, 4 * width), partial);
            }

            for (; row < end; row++)
            {
                Elementwise.AddTo(partial, dy.Span.Slice(row * width, width));
            }
        });
    }

    /// <summary>Four rows at a time, so that the sum is read and written once for all of them.</summary>
    private static void AddFourRows(ReadOnlySpan<float> rows, Span<float> sum)
    {
        int width = sum.Length, i = 0;
        ReadOnlySpan<float> a = rows[..width], b = rows.Slice(width, width), c = rows.Slice(2 * width, width), d = rows.Slice(3 * width, width);
        for (; i <= width - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> ab = a.At(i) + b.At(i);
            Vector<float> cd = c.At(i) + d.At(i);
            (sum.At(i) + (ab + cd)).To(sum, i);
        }

        for (; i < width; i++)
        {
            sum[i] += a[i] + b[i] + (c[i] + d[i]);
        }
    }

    private static void RequireLinear(Tensor x, Tensor weight, Tensor? bias)
    {
        if (weight.Shape.Length != 2 || x.Shape.Length == 0 || x.Shape[^1] != weight.Shape[1])
        {
            throw new ArgumentException(
                $"A linear map needs a weight [out, in] and rows of width in, but x is {x.ShapeText} and the weight {weight.ShapeText}. " +
                "The last axis of x must equal the last axis of the weight.", nameof(x));
        }

        if (bias is not null && !bias.Shape.SequenceEqual([weight.Shape[0]]))
        {
            throw new ArgumentException(
                $"The bias of a linear map with weight {weight.ShapeText} is [{weight.Shape[0]}], not {bias.ShapeText}.", nameof(bias));
        }
    }
}
