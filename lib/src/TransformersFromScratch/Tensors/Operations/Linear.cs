namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary><c>y = x Wᵀ + b</c>, for every row of x.</summary>
    /// <remarks>
    /// Element by element, <c>y_ro = Σ_i x_ri W_oi + b_o</c>. So x_ri reaches the loss through every y_ro of its row,
    /// W_oi and b_o through the column o of every row:
    /// <code>
    /// dx_ri = Σ_o dy_ro W_oi     dx = dy W        rows × out · out × in
    /// dW_oi = Σ_r dy_ro x_ri     dW = dyᵀ x       out × rows · rows × in
    /// db_o  = Σ_r dy_ro          the sum over the rows
    /// </code>
    /// A transpose is only another way to walk through memory (see <see cref="View"/>): nothing is copied.
    /// </remarks>
    /// <param name="x">[…, in].</param>
    /// <param name="weight">W, [out, in]; one that is <see cref="Tensor.Compact">compact</see> passes no gradient
    /// on.</param>
    /// <param name="bias">b, [out], or null.</param>
    /// <returns>[…, out].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null)
    {
        RequireLinear(x, weight, bias);
        if (weight.Compacted is { } compact)
        {
            Tensor rounded = Tensor.Unwritten([.. x.Shape[..^1], weight.Shape[0]]);
            MatrixProduct.MultiplyCompact(x.AsView(), compact, rounded.AsView(), bias is null ? [] : bias.Span);
            return rounded.Record("linear", bias is null ? [x] : [x, bias], _ => throw weight.IsCompact());
        }

        Tensor y = Tensor.Unwritten([.. x.Shape[..^1], weight.Shape[0]]);
        MatrixProduct.Multiply(x.AsView(), weight.AsView().Transposed, y.AsView(), bias is null ? [] : bias.Span);
        return y.Record("linear", bias is null ? [x, weight] : [x, weight, bias], y =>
        {
            View dy = y.GradientView();
            if (weight.NeedsGradient)
            {
                weight.GradientToWrite(out bool add);
                MatrixProduct.Multiply(dy.Transposed, x.AsView(), weight.GradientView(), add);
            }

            if (x.NeedsGradient)
            {
                x.GradientToWrite(out bool add);
                MatrixProduct.Multiply(dy, weight.AsView(), x.GradientView(), add);
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
        Work.Sum(dy.Length / width, width, sum, add, (first, end, partial) =>
            ColumnSums.Add(dy.Span[(first * width)..(end * width)], partial));
    }

    private static void RequireLinear(Tensor x, Tensor weight, Tensor? bias)
    {
        if (weight.Shape.Length != 2 || x.Shape.Length == 0 || x.Shape[^1] != weight.Shape[1])
        {
            throw new ArgumentException(
                $"A linear map needs a weight [out, in] and rows of width in, but x is {x.ShapeText} and the weight " +
                $"{weight.ShapeText}. " +
                "The last axis of x must equal the last axis of the weight.", nameof(x));
        }

        if (bias is not null && !bias.Shape.SequenceEqual([weight.Shape[0]]))
        {
            throw new ArgumentException(
                $"The bias of a linear map with weight {weight.ShapeText} is [{weight.Shape[0]}], not " +
                $"{bias.ShapeText}.", nameof(bias));
        }
    }
}
