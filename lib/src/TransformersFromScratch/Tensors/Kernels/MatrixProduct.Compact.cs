using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

// The product with a weight of fewer bits (CompactWeight). One row of A reads the weight as MatrixProduct.Rows.cs does,
// and widens its numbers in registers. For more rows some of the weight's rows are widened into memory that the nearest
// caches hold; the ordinary product reads them there, once for every row of A. In both, a sum over k runs in the same
// order: a text is the same in a batch and alone.
public static unsafe partial class MatrixProduct
{
    /// <summary>How many numbers of the weight are widened at a time: 256 kB, or else 32 rows.</summary>
    private const int WidenedFloats = 1 << 16;

    [ThreadStatic]
    private static float[]? t_widened;

    /// <summary>C = A·Wᵀ + bias, over <see cref="Threads"/> threads.</summary>
    /// <param name="a">A, m×k, each row contiguous.</param>
    /// <param name="weight">W, n×k.</param>
    /// <param name="c">C, m×n, each row contiguous.</param>
    /// <param name="bias">n numbers, added to every row; or none at all.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or rows are not contiguous.</exception>
    internal static void MultiplyCompact(in View a, CompactWeight weight, in View c, ReadOnlySpan<float> bias)
    {
        if (Registers.Hold16 && weight.Columns >= Floats16.Count)
            MultiplyCompact<Floats16>(a, weight, c, bias, Threads);
        else if (Registers.Hold8 && weight.Columns >= Floats8.Count)
            MultiplyCompact<Floats8>(a, weight, c, bias, Threads);
        else
            MultiplyCompact<Floats4>(a, weight, c, bias, Threads);
    }

    /// <summary>The same with registers of one width.</summary>
    internal static void MultiplyCompact<T>(
        in View a, CompactWeight weight, in View c, ReadOnlySpan<float> bias, int threads)
        where T : struct, IFloats<T>
    {
        if (a.Columns != weight.Columns || c.Columns != weight.Rows || a.Rows != c.Rows || a.Column != 1 ||
            c.Column != 1 || (!bias.IsEmpty && bias.Length != weight.Rows))
        {
            throw new ArgumentException(
                $"In C = A·Wᵀ + b, A is {a.Text}, W {weight.Rows}×{weight.Columns}, C {c.Text} and b has " +
                $"{bias.Length} numbers: m×k times (n×k)ᵀ makes m×n, plus n numbers or none; rows are contiguous.");
        }

        fixed (float* pa = a.Numbers, pc = c.Numbers, scales = weight.Scales, start = bias)
        fixed (byte* w = weight.Stored)
        {
            Pinned x = new(pa, a.Row, 1), y = new(pc, c.Row, 1);
            int m = a.Rows, n = weight.Rows, k = weight.Columns;
            switch (weight.Format)
            {
                case WeightFormat.Int8:
                    Run<T, StoredInt8>(m, n, k, x, new((StoredInt8*)w, k, scales, start), y, threads);
                    break;
                case WeightFormat.Float16:
                    Run<T, StoredFloat16>(m, n, k, x, new((StoredFloat16*)w, k, null, start), y, threads);
                    break;
                default:
                    Run<T, StoredBFloat16>(m, n, k, x, new((StoredBFloat16*)w, k, null, start), y, threads);
                    break;
            }
        }
    }

    private static void Run<T, TStored>(
        int m, int n, int k, Pinned a, PinnedWeight<TStored> w, Pinned c, int threads)
        where T : struct, IFloats<T> where TStored : unmanaged, IStored<TStored>
    {
        int size = Math.Max(1, n / (4 * threads * DotsTogether)) * DotsTogether;
        if (threads > 1 && IsWorthSharing(m <= FewRows, m, n, k))
            SharedLoop.For(n, size, threads, (j, end) => Block<T, TStored>(m, end - j, k, a, w.From(j), c.From(0, j)));
        else
            Block<T, TStored>(m, n, k, a, w, c);
    }

    /// <summary>Some rows of W, on one thread.</summary>
    private static void Block<T, TStored>(int m, int n, int k, Pinned a, PinnedWeight<TStored> w, Pinned c)
        where T : struct, IFloats<T> where TStored : unmanaged, IStored<TStored>
    {
        int done = 0;
        if (m == 1)
        {
            done = n - n % DotsTogether;
            DotsOfRow<T, TStored>(done, k, a.Start, w, c.Start);
        }

        int most = Math.Max(32, WidenedFloats / k / 32 * 32);
        for (; done < n; done += most)
        {
            int rows = Math.Min(most, n - done);
            float* wide = Memory(ref t_widened, most * k);
            PinnedWeight<TStored> some = w.From(done);
            Rounding.Widen<T, TStored>(rows * k, some.Start, wide);
            Block<T>(m <= FewRows, m, rows, k, a, new(wide, 1, k), c.From(0, done), default);
            for (int i = 0; i < m; i++)
                Finish(rows, some, c.At(i, done));
        }
    }

    /// <summary>One row of A times eight rows of W at a time.</summary>
    [MethodImpl(Compiled.AtOnce)]
    private static void DotsOfRow<T, TStored>(int n, int k, float* x, PinnedWeight<TStored> w, float* c)
        where T : struct, IFloats<T> where TStored : unmanaged, IStored<TStored>
    {
        int step = T.Count, whole = k - k % step;
        bool far = (long)n * k >= FarNumbers;
        for (int j = 0; j < n; j += DotsTogether, c += DotsTogether)
        {
            PinnedWeight<TStored> some = w.From(j);
            TStored* w0 = some.Start, w1 = w0 + k, w2 = w1 + k, w3 = w2 + k;
            TStored* w4 = w3 + k, w5 = w4 + k, w6 = w5 + k, w7 = w6 + k;
            byte* next = (byte*)(w7 + k);
            T v0 = 0f, v1 = v0, v2 = v0, v3 = v0, v4 = v0, v5 = v0, v6 = v0, v7 = v0;
            for (int p = 0; p < whole; p += step)
            {
                if (far)
                    next = PrefetchNext(next, DotsTogether * step * sizeof(TStored));
                T xs = T.Load(x + p);
                T.Accumulate(xs, TStored.Load<T>(w0 + p), ref v0);
                T.Accumulate(xs, TStored.Load<T>(w1 + p), ref v1);
                T.Accumulate(xs, TStored.Load<T>(w2 + p), ref v2);
                T.Accumulate(xs, TStored.Load<T>(w3 + p), ref v3);
                T.Accumulate(xs, TStored.Load<T>(w4 + p), ref v4);
                T.Accumulate(xs, TStored.Load<T>(w5 + p), ref v5);
                T.Accumulate(xs, TStored.Load<T>(w6 + p), ref v6);
                T.Accumulate(xs, TStored.Load<T>(w7 + p), ref v7);
            }

            T.StoreSums(v0, v1, v2, v3, c);
            T.StoreSums(v4, v5, v6, v7, c + 4);
            for (int row = 0; row < DotsTogether && whole < k; row++)
            {
                Float1 sum = c[row];
                for (int p = whole; p < k; p++)
                    Float1.Accumulate(x[p], TStored.Load<Float1>(w0 + row * k + p), ref sum);
                Float1.Store(sum, c + row);
            }

            Finish(DotsTogether, some, c);
        }
    }

    /// <summary>Sums become what the layer gives: each times its row's scale, plus its bias.</summary>
    private static void Finish<TStored>(int n, PinnedWeight<TStored> w, float* c)
        where TStored : unmanaged, IStored<TStored>
    {
        for (int j = 0; j < n; j++)
        {
            float sum = w.Scales is null ? c[j] : c[j] * w.Scales[j];
            c[j] = w.Bias is null ? sum : sum + w.Bias[j];
        }
    }

    /// <summary>A compact weight within the product, or its rows from one on, with their scales and biases.</summary>
    private readonly struct PinnedWeight<TStored>(TStored* start, nint columns, float* scales, float* bias)
        where TStored : unmanaged, IStored<TStored>
    {
        public readonly TStored* Start = start;
        public readonly float* Scales = scales, Bias = bias;

        public PinnedWeight<TStored> From(nint row) => new(
            Start + row * columns, columns, Scales is null ? null : Scales + row, Bias is null ? null : Bias + row);
    }
}
