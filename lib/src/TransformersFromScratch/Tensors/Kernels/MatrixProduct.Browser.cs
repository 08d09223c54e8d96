using System.Runtime.Intrinsics;

namespace TransformersFromScratch;

// The product in a browser. WebAssembly without ahead-of-time compilation is interpreted, and the interpreter turns
// short loops over plain registers into machine code: it follows neither our generic vocabulary nor large tiles. So
// these are the plainest loops that keep registers busy. lib/src/InThePage/README.md has what they were measured at.
public static unsafe partial class MatrixProduct
{
    [ThreadStatic]
    private static float[]? t_inOrder;

    /// <summary>C = A·B or C += A·B as a browser computes it, for tests on other machines.</summary>
    internal static void MultiplyAsInBrowser(in View a, in View b, in View c, bool add = false)
    {
        Require(a, b, c);
        fixed (float* pa = a.Numbers, pb = b.Numbers, pc = c.Numbers)
        {
            var to = new Pinned(pc, c.Row, c.Column);
            RunInBrowser(
                c.Rows, c.Columns, a.Columns, new(pa, a.Row, a.Column), new(pb, b.Row, b.Column), to,
                add ? to : default);
        }
    }

    /// <summary>C = start + A·B, on the one thread there is.</summary>
    private static void RunInBrowser(int m, int n, int k, Pinned a, Pinned b, Pinned c, Pinned start)
    {
        if (m > 1 && (n == 1 || c.IsTransposed))
            (m, n, a, b, c, start) = (n, m, b.Transposed, a.Transposed, c.Transposed, start.Transposed);
        if (c.Start != start.Start || c.Row != start.Row || c.Column != start.Column)
            Begin(m, n, c, start);

        // Columns of B that are contiguous meet rows of A that are; else B is walked along its rows.
        bool dots = b.Row == 1 && b.Column != 1;
        if (dots && a.Column != 1)
            a = InOrder(m, k, a);
        else if (!dots && b.Column != 1)
            b = InOrder(k, n, b);
        if (dots)
            AddDots(m, n, k, a, b, c);
        else if (c.Column == 1)
            AddRows(m, n, k, a, b, c);
        else
            AddSingly(m, 0, n, k, a, b, c);
    }

    private static void Begin(int m, int n, Pinned c, Pinned start)
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
                *c.At(i, j) = start.IsNothing ? 0f : *start.At(i, j);
        }
    }

    /// <summary>A copy whose rows are contiguous.</summary>
    private static Pinned InOrder(int rows, int columns, Pinned x)
    {
        float* copy = Memory(ref t_inOrder, rows * columns);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                copy[i * columns + j] = *x.At(i, j);
        }

        return new Pinned(copy, columns, 1);
    }

    /// <summary>C += A·B for contiguous rows of B and C: four rows of B at a time are added to a row of C.</summary>
    private static void AddRows(int m, int n, int k, Pinned a, Pinned b, Pinned c)
    {
        int wide = n - n % 4, deep = k - k % 4;
        for (int i = 0; i < m; i++)
        {
            float* x = a.At(i, 0), y = b.Start, to = c.At(i, 0);
            for (int p = 0; p < deep; p += 4, x += 4 * a.Column, y += 4 * b.Row)
            {
                AddFour(
                    wide, x[0], x[a.Column], x[2 * a.Column], x[3 * a.Column],
                    y, y + b.Row, y + 2 * b.Row, y + 3 * b.Row, to);
            }

            for (int p = deep; p < k; p++, x += a.Column, y += b.Row)
            {
                Vector128<float> one = Vector128.Create(*x);
                for (int j = 0; j < wide; j += 4)
                    (Vector128.Load(to + j) + one * Vector128.Load(y + j)).Store(to + j);
            }
        }

        if (wide < n)
            AddSingly(m, wide, n, k, a, b, c);
    }

    private static void AddFour(
        int n, float x0, float x1, float x2, float x3, float* y0, float* y1, float* y2, float* y3, float* to)
    {
        Vector128<float> v0 = Vector128.Create(x0), v1 = Vector128.Create(x1);
        Vector128<float> v2 = Vector128.Create(x2), v3 = Vector128.Create(x3);
        for (int j = 0; j < n; j += 4)
        {
            Vector128<float> sum = Vector128.Load(to + j);
            sum += v0 * Vector128.Load(y0 + j);
            sum += v1 * Vector128.Load(y1 + j);
            sum += v2 * Vector128.Load(y2 + j);
            sum += v3 * Vector128.Load(y3 + j);
            sum.Store(to + j);
        }
    }

    /// <summary>
    /// C += A·B for contiguous rows of A and columns of B: four columns of B at a time meet a row of A.
    /// </summary>
    private static void AddDots(int m, int n, int k, Pinned a, Pinned b, Pinned c)
    {
        int deep = k - k % 4;
        for (int i = 0; i < m; i++)
        {
            float* x = a.At(i, 0);
            for (int j = 0; j < n; j += 4)
            {
                // Those that are missing at the end are the last again, and nobody looks at their sums.
                int rest = n - j;
                float* y0 = b.At(0, j), y1 = rest > 1 ? y0 + b.Column : y0, y2 = rest > 2 ? y1 + b.Column : y1;
                float* y3 = rest > 3 ? y2 + b.Column : y2, to = c.At(i, j);
                Vector128<float> s0 = default, s1 = default, s2 = default, s3 = default;
                for (int p = 0; p < deep; p += 4)
                {
                    Vector128<float> row = Vector128.Load(x + p);
                    s0 += row * Vector128.Load(y0 + p);
                    s1 += row * Vector128.Load(y1 + p);
                    s2 += row * Vector128.Load(y2 + p);
                    s3 += row * Vector128.Load(y3 + p);
                }

                float t0 = Vector128.Sum(s0), t1 = Vector128.Sum(s1), t2 = Vector128.Sum(s2), t3 = Vector128.Sum(s3);
                for (int p = deep; p < k; p++)
                    (t0, t1, t2, t3) = (t0 + x[p] * y0[p], t1 + x[p] * y1[p], t2 + x[p] * y2[p], t3 + x[p] * y3[p]);
                *to += t0;
                if (rest > 1)
                    to[c.Column] += t1;
                if (rest > 2)
                    to[2 * c.Column] += t2;
                if (rest > 3)
                    to[3 * c.Column] += t3;
            }
        }
    }

    /// <summary>C += A·B for the columns from one on, wherever they lie.</summary>
    private static void AddSingly(int m, int first, int n, int k, Pinned a, Pinned b, Pinned c)
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = first; j < n; j++)
            {
                float* x = a.At(i, 0), y = b.At(0, j);
                float sum = *c.At(i, j);
                for (int p = 0; p < k; p++, x += a.Column, y += b.Row)
                    sum += *x * *y;
                *c.At(i, j) = sum;
            }
        }
    }
}
