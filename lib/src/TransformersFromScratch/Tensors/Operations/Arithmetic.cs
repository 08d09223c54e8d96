namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// a + b. If b lacks leading axes of a ([T, d] under [B, T, d], say a positional encoding), it is added to every
    /// one of them. Each sum grows as fast as its terms, so da = dy, and db is dy summed over the axes that b lacks.
    /// </summary>
    /// <exception cref="ArgumentException">The shape of b is not the end of the shape of a.</exception>
    public static Tensor Add(Tensor a, Tensor b)
    {
        RequireTail(a, b, "added to");
        Tensor y = a.UnwrittenLike();
        if (a.Length == b.Length)
        {
            Work.For(a.Length, 1, (first, end) =>
                Rows.Map(default(Plus), a.Span[first..end], b.Span[first..end], y.Span[first..end]));
        }
        else
        {
            Work.ForEach(a.Length / b.Length, b.Length, i => Rows.Map(
                default(Plus), a.Span.Slice(i * b.Length, b.Length), b.Span, y.Span.Slice(i * b.Length, b.Length)));
        }

        return y.Record("add", [a, b], y =>
        {
            if (b.NeedsGradient && a.Length == b.Length)
            {
                Elementwise.Accumulate(y.GradientTensor, b);
            }
            else if (b.NeedsGradient)
            {
                SumRows(y.GradientTensor, b);
            }

            if (a.NeedsGradient)
            {
                // The residual path: the very same numbers go on, without a copy if nobody looks at them here.
                if (y.TakeGradient() is { } gradient)
                {
                    a.GiveGradient(gradient);
                }
                else
                {
                    Elementwise.Accumulate(y.GradientTensor, a);
                }
            }
        });
    }

    /// <summary>
    /// a ⊙ b, element by element (not the matrix product). By the product rule <c>da = dy ⊙ b</c> and <c>db = dy ⊙
    /// a</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor Multiply(Tensor a, Tensor b)
    {
        if (!a.Shape.SequenceEqual(b.Shape))
        {
            throw new ArgumentException(
                $"Element by element, {a.ShapeText} cannot be multiplied with {b.ShapeText}: the shapes " +
                "must be equal. " +
                "For a matrix product use Op.Linear.", nameof(b));
        }

        Tensor y = a.UnwrittenLike();
        Work.For(a.Length, 1, (first, end) =>
            Rows.Map(default(Product), a.Span[first..end], b.Span[first..end], y.Span[first..end]));
        return y.Record("multiply", [a, b], y =>
        {
            Back(a, b);
            Back(b, a);

            void Back(Tensor x, Tensor other)
            {
                if (x.NeedsGradient)
                {
                    x.GradientToWrite(out bool add);
                    Work.For(x.Length, 1, (first, end) => Rows.Map(
                        default(Product), y.GradientSpan[first..end], other.Span[first..end],
                        x.GradientSpan[first..end], add));
                }
            }
        });
    }

    /// <summary>c·x for a constant c; <c>dx = c·dy</c>.</summary>
    public static Tensor Scale(Tensor x, float factor)
    {
        Tensor y = x.UnwrittenLike();
        Work.For(x.Length, 1, (first, end) => Rows.Map(new Times(factor), x.Span[first..end], y.Span[first..end]));
        return y.Record("scale", [x], y => Elementwise.Accumulate(y.GradientTensor, x, factor));
    }

    /// <summary>The sum of all elements, a scalar: every dx_i is dy.</summary>
    public static Tensor Sum(Tensor x)
    {
        Tensor y = Tensor.Unwritten();
        double sum = 0; // In double: a long sum in float32 loses the small terms.
        foreach (float value in x.Span)
        {
            sum += value;
        }

        y.Span[0] = (float)sum;
        return y.Record("sum", [x], y =>
        {
            Span<float> dx = x.GradientToWrite(out bool add);
            float dy = y.GradientSpan[0];
            foreach (ref float value in dx)
            {
                value = add ? value + dy : dy;
            }
        });
    }

    /// <summary>The same numbers under another shape; dx is dy under the shape of x.</summary>
    /// <exception cref="ArgumentException">The shape holds another number of numbers.</exception>
    public static Tensor Reshape(Tensor x, params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (Array.Exists(shape, axis => axis < 1) || shape.Aggregate(1L, (count, axis) => count * axis) != x.Length)
        {
            throw new ArgumentException(
                $"[{string.Join(", ", shape)}] does not hold the {x.Length} numbers of {x.ShapeText}. " +
                "A view keeps every number: the product of the axes must stay the same.", nameof(shape));
        }

        return x.View([.. shape]).Record("reshape", [x], y => Elementwise.Accumulate(y.GradientTensor, x));
    }

    private static void RequireTail(Tensor a, Tensor b, string verb)
    {
        if (b.Shape.Length > a.Shape.Length || !a.Shape[^b.Shape.Length..].SequenceEqual(b.Shape))
        {
            throw new ArgumentException(
                $"{b.ShapeText} cannot be {verb} {a.ShapeText}: the second shape must equal the first, or " +
                "its last axes.", nameof(b));
        }
    }
}
