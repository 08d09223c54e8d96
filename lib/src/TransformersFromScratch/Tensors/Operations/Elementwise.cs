using System.Numerics;
using System.Runtime.InteropServices;

namespace TransformersFromScratch;

/// <summary>A function of one number, applied to every element of a tensor, and its derivative.</summary>
internal interface IFunction
{
    /// <summary>f(x).</summary>
    static abstract T Value<T>(T x) where T : struct, IFloats<T>;

    /// <summary>f'(x).</summary>
    static abstract T Slope<T>(T x) where T : struct, IFloats<T>;
}

/// <summary>Passes over the elements of tensors: whole vectors, and at the end one that is filled up with zeros.</summary>
internal static class Elementwise
{
    /// <summary>
    /// y_i = f(x_i); backward, <c>dL/dx_i = dL/dy_i · f'(x_i)</c>, because y_i depends on no other element. f' is
    /// computed anew from x, which is cheaper than to write it down and read it again.
    /// </summary>
    public static Tensor Apply<TFunction>(string operation, Tensor x) where TFunction : struct, IFunction
    {
        Tensor y = x.UnwrittenLike();
        Chunks.For(x.Length, 1, (first, end) => Values<TFunction>(x.Span[first..end], y.Span[first..end]));
        return y.Record(operation, [x], y =>
        {
            x.GradientToWrite(out bool add);
            Chunks.For(x.Length, 1, (first, end) => Slopes<TFunction>(
                x.Span[first..end], y.GradientSpan[first..end], x.GradientSpan[first..end], add));
        });
    }

    /// <summary>sum += x.</summary>
    public static void AddTo(Span<float> sum, ReadOnlySpan<float> x) => AddTo(sum, x, 1);

    /// <summary>sum += factor · x.</summary>
    public static void AddTo(Span<float> sum, ReadOnlySpan<float> x, float factor)
    {
        x = x[..sum.Length];
        int i = 0;
        Vector<float> factors = new(factor);
        for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.MultiplyAddEstimate(x.At(i), factors, sum.At(i)).To(sum, i);
        }

        for (; i < sum.Length; i++)
        {
            sum[i] = float.MultiplyAddEstimate(x[i], factor, sum[i]);
        }
    }

    /// <summary>Adds <paramref name="gradient"/>·factor to the gradient of <paramref name="x"/>, which has as many numbers.</summary>
    public static void Accumulate(Tensor gradient, Tensor x, float factor = 1)
    {
        x.GradientToWrite(out bool add);
        Chunks.For(x.Length, 1, (first, end) => Scale(gradient.Span[first..end], factor, x.GradientSpan[first..end], add));
    }

    /// <summary>result = factor · x, or result += factor · x.</summary>
    public static void Scale(ReadOnlySpan<float> x, float factor, Span<float> result, bool add)
    {
        if (add)
        {
            AddTo(result, x, factor);
            return;
        }

        if (factor == 1)
        {
            x.CopyTo(result);
            return;
        }

        result = result[..x.Length];
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (x.At(i) * factor).To(result, i);
        }

        for (; i < x.Length; i++)
        {
            result[i] = x[i] * factor;
        }
    }

    /// <summary>The first numbers of a row that is shorter than a vector, the rest zeros.</summary>
    public static Vector<float> LoadPart(ReadOnlySpan<float> row) => new(Part(row, stackalloc float[Vector<float>.Count]));

    /// <summary>Writes as many numbers of a vector as the row has room for.</summary>
    public static void StorePart(Vector<float> value, Span<float> row)
    {
        Span<float> whole = stackalloc float[Vector<float>.Count];
        value.CopyTo(whole);
        whole[..row.Length].CopyTo(row);
    }

    /// <summary>What is left at the end of a row, with zeros after it that make the register whole.</summary>
    public static Span<float> Part(ReadOnlySpan<float> rest, Span<float> whole)
    {
        whole.Clear();
        rest.CopyTo(whole);
        return whole;
    }

    private static void Values<TFunction>(ReadOnlySpan<float> x, Span<float> y) where TFunction : struct, IFunction
    {
        y = y[..x.Length];
        int done = MatrixProduct.HasVector512 ? Values<TFunction, WideFloats>(x, y, 0) : 0;
        done = Values<TFunction, Floats>(x, y, done);
        if (done < x.Length)
        {
            Span<float> rest = Part(x[done..], stackalloc float[Floats.Count]);
            Values<TFunction, Floats>(rest, rest, 0);
            rest[..(x.Length - done)].CopyTo(y[done..]);
        }
    }

    /// <summary>y = f(x) from an index on, as far as whole registers go; returns how far.</summary>
    private static int Values<TFunction, T>(ReadOnlySpan<float> x, Span<float> y, int done) where TFunction : struct, IFunction where T : struct, IFloats<T>
    {
        ref float px = ref MemoryMarshal.GetReference(x), py = ref MemoryMarshal.GetReference(y);
        for (; done <= x.Length - T.Count; done += T.Count)
        {
            T.Store(TFunction.Value(T.Load(ref px, done)), ref py, done);
        }

        return done;
    }

    private static void Slopes<TFunction>(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, bool add)
        where TFunction : struct, IFunction
    {
        dy = dy[..x.Length];
        dx = dx[..x.Length];
        int done = MatrixProduct.HasVector512 ? Slopes<TFunction, WideFloats>(x, dy, dx, add, 0) : 0;
        done = Slopes<TFunction, Floats>(x, dy, dx, add, done);
        if (done < x.Length)
        {
            Span<float> rest = Part(dx[done..], stackalloc float[Floats.Count]);
            Slopes<TFunction, Floats>(Part(x[done..], stackalloc float[Floats.Count]), Part(dy[done..], stackalloc float[Floats.Count]), rest, add, 0);
            rest[..(x.Length - done)].CopyTo(dx[done..]);
        }
    }

    /// <summary>dx = dy · f'(x), or dx += it, from an index on, as far as whole registers go; returns how far.</summary>
    private static int Slopes<TFunction, T>(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, bool add, int done)
        where TFunction : struct, IFunction where T : struct, IFloats<T>
    {
        ref float px = ref MemoryMarshal.GetReference(x), pdy = ref MemoryMarshal.GetReference(dy), pdx = ref MemoryMarshal.GetReference(dx);
        for (; done <= x.Length - T.Count; done += T.Count)
        {
            T slope = TFunction.Slope(T.Load(ref px, done)) * T.Load(ref pdy, done);
            T.Store(add ? slope + T.Load(ref pdx, done) : slope, ref pdx, done);
        }

        return done;
    }
}
