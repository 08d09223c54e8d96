using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra.Factorization;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Makes the products of MathNet's dense <c>Matrix&lt;float&gt;</c> and <c>Vector&lt;float&gt;</c> use
/// <see cref="MatrixProduct"/>; all else (other number types, factorisations, sums …) is MathNet's own as before.
/// </summary>
/// <remarks>
/// Installed the first time anything of this library is used, unless a native provider (MKL, OpenBLAS, CUDA) has been
/// chosen by then; a choice made later replaces this one. After <c>Control.UseManaged()</c>,
/// <c>LinearAlgebraControl.Provider = MatrixProductProvider.Instance</c> brings it back. The number of threads is
/// <see cref="MatrixProduct.Threads"/>, or MathNet's <c>Control.MaxDegreeOfParallelism</c> if that is less.
/// </remarks>
public sealed class MatrixProductProvider : ILinearAlgebraProvider,
    IPassOn<float>, IPassOn<double>, IPassOn<Complex>, IPassOn<Complex32>
{
    private static readonly ManagedLinearAlgebraProvider s_managed = ManagedLinearAlgebraProvider.Instance;

    private MatrixProductProvider()
    {
    }

    /// <summary>The one provider.</summary>
    public static MatrixProductProvider Instance { get; } = new();

    /// <summary>
    /// Runs by itself before anything else in this library. A failure would make the whole library unusable, so none
    /// leaves: MathNet then stays as it was, and reports its own trouble when it is used.
    /// </summary>
#pragma warning disable CA2255 // "not in a library": a reader's A * B is meant to be fast without a line of set-up
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Install()
    {
        try
        {
            if (LinearAlgebraControl.Provider is ManagedLinearAlgebraProvider)
                LinearAlgebraControl.Provider = Instance;
        }
        catch (Exception)
        {
        }
    }

    /// <summary>result = x·y, all stored column by column.</summary>
    public void MatrixMultiply(float[] x, int rowsX, int columnsX, float[] y, int rowsY, int columnsY, float[] result)
    {
        if (!TryMultiply(false, x, rowsX, columnsX, false, y, rowsY, columnsY, result, accumulate: false))
            s_managed.MatrixMultiply(x, rowsX, columnsX, y, rowsY, columnsY, result);
    }

    /// <summary>c = alpha·op(a)·op(b) + beta·c; op is nothing or a transposition, sizes are before it.</summary>
    public void MatrixMultiplyWithUpdate(
        Transpose transposeA, Transpose transposeB, float alpha, float[] a, int rowsA, int columnsA,
        float[] b, int rowsB, int columnsB, float beta, float[] c)
    {
        bool turnA = transposeA != Transpose.DontTranspose, turnB = transposeB != Transpose.DontTranspose;
        if (alpha != 1f || (beta != 0f && beta != 1f) ||
            !TryMultiply(turnA, a, rowsA, columnsA, turnB, b, rowsB, columnsB, c, accumulate: beta == 1f))
        {
            s_managed.MatrixMultiplyWithUpdate(
                transposeA, transposeB, alpha, a, rowsA, columnsA, b, rowsB, columnsB, beta, c);
        }
    }

    /// <returns>False, with nothing done, where sizes do not fit: MathNet's provider then says so itself.</returns>
    private static bool TryMultiply(
        bool turnA, float[]? a, int rowsA, int columnsA, bool turnB, float[]? b, int rowsB, int columnsB,
        float[]? c, bool accumulate)
    {
        (int m, int k) = turnA ? (columnsA, rowsA) : (rowsA, columnsA);
        (int inner, int n) = turnB ? (columnsB, rowsB) : (rowsB, columnsB);
        if (a is null || b is null || c is null || m < 0 || n < 0 || k < 0 || k != inner ||
            (long)m * k != a.Length || (long)k * n != b.Length || (long)m * n != c.Length)
        {
            return false;
        }

        // Two of the reader's matrices may share one array: the result must not overwrite what is still to be read.
        float[] result = c == a || c == b ? [.. c] : c;
        View viewA = turnA ? new(a, m, k, k) : new(a, m, k, 1, m), viewB = turnB ? new(b, k, n, n) : new(b, k, n, 1, k);
        int threads = Math.Min(MatrixProduct.Threads, Control.MaxDegreeOfParallelism);
        MatrixProduct.Multiply(viewA, viewB, new(result, m, n, 1, m), accumulate, threads);
        if (result != c)
            result.CopyTo(c, 0);
        return true;
    }

    /// <inheritdoc/>
    public bool IsAvailable() => true;

    /// <inheritdoc/>
    public void InitializeVerify()
    {
    }

    /// <inheritdoc/>
    public void FreeResources()
    {
    }

    /// <summary>What <c>Control.Describe()</c> shows.</summary>
    public override string ToString() => "Managed, with float32 products by TransformersFromScratch";
}

/// <summary>Hands every operation on numbers of one type on to MathNet's own provider.</summary>
internal interface IPassOn<T> : ILinearAlgebraProvider<T> where T : struct
{
    private static ILinearAlgebraProvider<T> To =>
        (ILinearAlgebraProvider<T>)(object)ManagedLinearAlgebraProvider.Instance;

    void ILinearAlgebraProvider<T>.AddVectorToScaledVector(T[] y, T alpha, T[] x, T[] result) =>
        To.AddVectorToScaledVector(y, alpha, x, result);

    void ILinearAlgebraProvider<T>.ScaleArray(T alpha, T[] x, T[] result) => To.ScaleArray(alpha, x, result);

    void ILinearAlgebraProvider<T>.ConjugateArray(T[] x, T[] result) => To.ConjugateArray(x, result);

    T ILinearAlgebraProvider<T>.DotProduct(T[] x, T[] y) => To.DotProduct(x, y);

    void ILinearAlgebraProvider<T>.AddArrays(T[] x, T[] y, T[] result) => To.AddArrays(x, y, result);

    void ILinearAlgebraProvider<T>.SubtractArrays(T[] x, T[] y, T[] result) => To.SubtractArrays(x, y, result);

    void ILinearAlgebraProvider<T>.PointWiseMultiplyArrays(T[] x, T[] y, T[] result) =>
        To.PointWiseMultiplyArrays(x, y, result);

    void ILinearAlgebraProvider<T>.PointWiseDivideArrays(T[] x, T[] y, T[] result) =>
        To.PointWiseDivideArrays(x, y, result);

    void ILinearAlgebraProvider<T>.PointWisePowerArrays(T[] x, T[] y, T[] result) =>
        To.PointWisePowerArrays(x, y, result);

    double ILinearAlgebraProvider<T>.MatrixNorm(Norm norm, int rows, int columns, T[] matrix) =>
        To.MatrixNorm(norm, rows, columns, matrix);

    void ILinearAlgebraProvider<T>.MatrixMultiply(
        T[] x, int rowsX, int columnsX, T[] y, int rowsY, int columnsY, T[] result) =>
        To.MatrixMultiply(x, rowsX, columnsX, y, rowsY, columnsY, result);

    void ILinearAlgebraProvider<T>.MatrixMultiplyWithUpdate(
        Transpose transposeA, Transpose transposeB, T alpha, T[] a, int rowsA, int columnsA, T[] b, int rowsB,
        int columnsB, T beta, T[] c) =>
        To.MatrixMultiplyWithUpdate(transposeA, transposeB, alpha, a, rowsA, columnsA, b, rowsB, columnsB, beta, c);

    void ILinearAlgebraProvider<T>.LUFactor(T[] data, int order, int[] ipiv) => To.LUFactor(data, order, ipiv);

    void ILinearAlgebraProvider<T>.LUInverse(T[] a, int order) => To.LUInverse(a, order);

    void ILinearAlgebraProvider<T>.LUInverseFactored(T[] a, int order, int[] ipiv) =>
        To.LUInverseFactored(a, order, ipiv);

    void ILinearAlgebraProvider<T>.LUSolve(int columnsOfB, T[] a, int order, T[] b) =>
        To.LUSolve(columnsOfB, a, order, b);

    void ILinearAlgebraProvider<T>.LUSolveFactored(int columnsOfB, T[] a, int order, int[] ipiv, T[] b) =>
        To.LUSolveFactored(columnsOfB, a, order, ipiv, b);

    void ILinearAlgebraProvider<T>.CholeskyFactor(T[] a, int order) => To.CholeskyFactor(a, order);

    void ILinearAlgebraProvider<T>.CholeskySolve(T[] a, int orderA, T[] b, int columnsB) =>
        To.CholeskySolve(a, orderA, b, columnsB);

    void ILinearAlgebraProvider<T>.CholeskySolveFactored(T[] a, int orderA, T[] b, int columnsB) =>
        To.CholeskySolveFactored(a, orderA, b, columnsB);

    void ILinearAlgebraProvider<T>.QRFactor(T[] a, int rowsA, int columnsA, T[] q, T[] tau) =>
        To.QRFactor(a, rowsA, columnsA, q, tau);

    void ILinearAlgebraProvider<T>.ThinQRFactor(T[] a, int rowsA, int columnsA, T[] r, T[] tau) =>
        To.ThinQRFactor(a, rowsA, columnsA, r, tau);

    void ILinearAlgebraProvider<T>.QRSolve(
        T[] a, int rowsA, int columnsA, T[] b, int columnsB, T[] x, QRMethod method) =>
        To.QRSolve(a, rowsA, columnsA, b, columnsB, x, method);

    void ILinearAlgebraProvider<T>.QRSolveFactored(
        T[] q, T[] r, int rowsA, int columnsA, T[] tau, T[] b, int columnsB, T[] x, QRMethod method) =>
        To.QRSolveFactored(q, r, rowsA, columnsA, tau, b, columnsB, x, method);

    void ILinearAlgebraProvider<T>.SingularValueDecomposition(
        bool computeVectors, T[] a, int rowsA, int columnsA, T[] s, T[] u, T[] vt) =>
        To.SingularValueDecomposition(computeVectors, a, rowsA, columnsA, s, u, vt);

    void ILinearAlgebraProvider<T>.SvdSolve(T[] a, int rowsA, int columnsA, T[] b, int columnsB, T[] x) =>
        To.SvdSolve(a, rowsA, columnsA, b, columnsB, x);

    void ILinearAlgebraProvider<T>.SvdSolveFactored(
        int rowsA, int columnsA, T[] s, T[] u, T[] vt, T[] b, int columnsB, T[] x) =>
        To.SvdSolveFactored(rowsA, columnsA, s, u, vt, b, columnsB, x);

    void ILinearAlgebraProvider<T>.EigenDecomp(
        bool isSymmetric, int order, T[] matrix, T[] matrixEv, Complex[] vectorEv, T[] matrixD) =>
        To.EigenDecomp(isSymmetric, order, matrix, matrixEv, vectorEv, matrixD);
}
