using System.Numerics;
using System.Runtime.InteropServices;

namespace TransformersFromScratch;

/// <summary>A function of one number, applied to every element of a tensor, and its derivative.</summary>
internal interface IFunction
{
    /// <summary>f(x).</summary>
    static abstract Vector<float> Value(Vector<float> x);

    /// <summary>f'(x).</summary>
    static abstract Vector<float> Slope(Vector<float> x);
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
            Vector.MultiplyAddEstimate(new Vector<float>(x[i..]), factors, new Vector<float>(sum[i..])).CopyTo(sum[i..]);
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

        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(x[i..]) * factor).CopyTo(result[i..]);
        }

        for (; i < x.Length; i++)
        {
            result[i] = x[i] * factor;
        }
    }

    /// <summary>The first numbers of a row that is shorter than a vector, the rest zeros.</summary>
    public static Vector<float> LoadPart(ReadOnlySpan<float> row)
    {
        Span<float> whole = stackalloc float[Vector<float>.Count];
        whole.Clear();
        row.CopyTo(whole);
        return new Vector<float>(whole);
    }

    /// <summary>Writes as many numbers of a vector as the row has room for.</summary>
    public static void StorePart(Vector<float> value, Span<float> row)
    {
        Span<float> whole = stackalloc float[Vector<float>.Count];
        value.CopyTo(whole);
        whole[..row.Length].CopyTo(row);
    }

    private static void Values<TFunction>(ReadOnlySpan<float> x, Span<float> y) where TFunction : struct, IFunction
    {
        ref float px = ref MemoryMarshal.GetReference(x), py = ref MemoryMarshal.GetReference(y);
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            TFunction.Value(Vector.LoadUnsafe(ref px, (nuint)i)).StoreUnsafe(ref py, (nuint)i);
        }

        if (i < x.Length)
        {
            StorePart(TFunction.Value(LoadPart(x[i..])), y[i..]);
        }
    }

    private static void Slopes<TFunction>(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, bool add)
        where TFunction : struct, IFunction
    {
        ref float px = ref MemoryMarshal.GetReference(x), pdy = ref MemoryMarshal.GetReference(dy), pdx = ref MemoryMarshal.GetReference(dx);
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> slope = TFunction.Slope(Vector.LoadUnsafe(ref px, (nuint)i)) * Vector.LoadUnsafe(ref pdy, (nuint)i);
            (add ? slope + Vector.LoadUnsafe(ref pdx, (nuint)i) : slope).StoreUnsafe(ref pdx, (nuint)i);
        }

        if (i < x.Length)
        {
            Vector<float> slope = TFunction.Slope(LoadPart(x[i..])) * LoadPart(dy[i..]);
            StorePart(add ? slope + LoadPart(dx[i..]) : slope, dx[i..]);
        }
    }
}
