using System.Runtime.CompilerServices;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Single;
using MathNet.Numerics.Providers.LinearAlgebra;
using Complex = System.Numerics.Complex;

namespace TransformersFromScratch.Tests.Tensors;

/// <summary>
/// These tests exchange MathNet's provider, which is one for the whole process: they run by themselves.
/// </summary>
[CollectionDefinition(nameof(ProductProviderTests), DisableParallelization = true)]
[Collection(nameof(ProductProviderTests))]
public sealed class ProductProviderTests : IDisposable
{
    private static readonly Random s_random = new(6);

    public ProductProviderTests() => LinearAlgebraControl.Provider = MatrixProductProvider.Instance;

    public void Dispose() => LinearAlgebraControl.Provider = MatrixProductProvider.Instance;

    [Fact]
    public void Is_installed_when_the_library_is_loaded()
    {
        LinearAlgebraControl.UseManaged();
        MatrixProductProvider.Install();
        Assert.IsType<MatrixProductProvider>(LinearAlgebraControl.Provider);
        Assert.Contains("TransformersFromScratch", Control.Describe());
        Assert.NotNull(typeof(MatrixProductProvider)
            .GetMethod(
                nameof(MatrixProductProvider.Install),
                System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .GetCustomAttributes(typeof(ModuleInitializerAttribute), false).Single());
    }

    [Fact]
    public void A_provider_that_the_user_chose_stays()
    {
        var chosen = new AnotherProvider();
        LinearAlgebraControl.Provider = chosen;
        MatrixProductProvider.Install();
        Assert.Same(chosen, LinearAlgebraControl.Provider);

        LinearAlgebraControl.Provider = MatrixProductProvider.Instance;
        LinearAlgebraControl.Provider = chosen;
        Assert.Same(chosen, LinearAlgebraControl.Provider);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 4, 2)]
    [InlineData(4, 4, 4)]
    [InlineData(1, 50, 60)]
    [InlineData(50, 1, 60)]
    [InlineData(67, 45, 130)]
    [InlineData(130, 200, 500)]
    public void Every_way_to_multiply_float_matrices_agrees_with_MathNets_own(int m, int n, int k)
    {
        Matrix<float> a = Any(m, k), b = Any(k, n), at = Any(k, m), bt = Any(n, k);
        Vector<float> x = Any(k, 1).Column(0), y = Any(m, 1).Column(0);
        CheckBoth(1e-6 * k, () =>
        {
            Matrix<float> into = Any(m, n, zero: true), intoT = Any(m, n, zero: true), intoTT = Any(m, n, zero: true);
            a.Multiply(b, into);
            at.TransposeThisAndMultiply(b, intoT);
            a.TransposeAndMultiply(bt, intoTT);
            return
            [
                (a * b).ToColumnMajorArray(), into.ToColumnMajorArray(), intoT.ToColumnMajorArray(),
                intoTT.ToColumnMajorArray(), (a * x).ToArray(), (y * a).ToArray(),
                a.TransposeThisAndMultiply(y).ToArray(),
                (a.Transpose() * a).ToColumnMajorArray(), (b.TransposeThisAndMultiply(b)).ToColumnMajorArray(),
            ];
        });
    }

    [Fact]
    public void The_result_may_be_one_of_the_operands()
    {
        Matrix<float> a = Any(40, 40), b = Any(40, 40), expected = a * b;
        Matrix<float> inA = a.Clone(), inB = b.Clone();
        inA.Multiply(b, inA);
        a.Multiply(inB, inB);
        Assert.Equal(expected, inA);
        Assert.Equal(expected, inB);

        // Another matrix over the same array, as Tensor.AsMatrix hands out: MathNet's own provider gets this wrong.
        var shared = (DenseMatrix)a.Clone();
        shared.Multiply(b, new DenseMatrix(40, 40, shared.Values));
        Assert.Equal(expected, shared);
    }

    [Fact]
    public void Updates_with_factors_and_transposes_agree_with_MathNets_own()
    {
        float[] a = Numbers(6 * 5), b = Numbers(5 * 7), start = Numbers(6 * 7);
        foreach ((float alpha, float beta) in new[] { (1f, 0f), (1f, 1f), (0.5f, 1f), (2f, -3f), (0f, 0f), (0f, 1f) })
        {
            foreach (Transpose ta in Enum.GetValues<Transpose>())
            {
                foreach (Transpose tb in Enum.GetValues<Transpose>())
                {
                    (int rowsA, int columnsA) = ta == Transpose.DontTranspose ? (6, 5) : (5, 6);
                    (int rowsB, int columnsB) = tb == Transpose.DontTranspose ? (5, 7) : (7, 5);
                    CheckBoth(1e-6, () =>
                    {
                        float[] c = [.. start];
                        LinearAlgebraControl.Provider.MatrixMultiplyWithUpdate(
                            ta, tb, alpha, a, rowsA, columnsA, b, rowsB, columnsB, beta, c);
                        return [c];
                    });
                }
            }
        }
    }

    [Fact]
    public void Wrong_sizes_get_MathNets_own_exceptions()
    {
        ILinearAlgebraProvider<float> ours = MatrixProductProvider.Instance,
            own = ManagedLinearAlgebraProvider.Instance;
        float[] six = new float[6], four = new float[4];
        Action<ILinearAlgebraProvider<float>>[] mistakes =
        [
            p => p.MatrixMultiply(null!, 2, 3, six, 3, 2, four),
            p => p.MatrixMultiply(six, 2, 3, null!, 3, 2, four),
            p => p.MatrixMultiply(six, 2, 3, six, 3, 2, null!),
            p => p.MatrixMultiply(six, 2, 3, six, 2, 3, four),
            p => p.MatrixMultiply(four, 2, 3, six, 3, 2, four),
            p => p.MatrixMultiply(six, 2, 3, four, 3, 2, four),
            p => p.MatrixMultiply(six, 2, 3, six, 3, 2, six),
        ];
        foreach (Action<ILinearAlgebraProvider<float>> mistake in mistakes)
        {
            Exception expected = Assert.ThrowsAny<Exception>(() => mistake(own));
            Exception actual = Assert.ThrowsAny<Exception>(() => mistake(ours));
            Assert.Equal((expected.GetType(), expected.Message), (actual.GetType(), actual.Message));
        }

        Assert.Throws<ArgumentException>(() => Any(2, 3) * Any(2, 3));
    }

    [Fact]
    public void Sparse_and_diagonal_matrices_multiply_as_before()
    {
        Matrix<float> dense = Any(20, 20);
        Matrix<float> sparse = Matrix<float>.Build.SparseOfIndexed(20, 20, [(1, 2, 3f), (5, 5, -1f), (19, 0, 2f)]);
        Matrix<float> diagonal = Matrix<float>.Build.DiagonalOfDiagonalArray(Numbers(20));
        CheckBoth(0, () =>
        [
            (dense * sparse).ToColumnMajorArray(), (sparse * dense).ToColumnMajorArray(),
            (dense * diagonal).ToColumnMajorArray(), (diagonal * dense).ToColumnMajorArray(),
            (sparse * sparse).ToColumnMajorArray(), (sparse * diagonal).ToColumnMajorArray(),
        ]);
    }

    [Fact]
    public void Not_a_number_is_handed_on()
    {
        Matrix<float> a = Any(30, 30), b = Matrix<float>.Build.Dense(30, 30);
        a[4, 9] = float.NaN;
        Matrix<float> c = a * b;
        Assert.All(c.EnumerateIndexed(), x => Assert.Equal(x.Item1 == 4, float.IsNaN(x.Item3)));
    }

    [Fact]
    public void Everything_else_is_MathNets_own_bit_for_bit()
    {
        CheckEverything(x => (float)x, (v, a) => v * a, product: false);
        CheckEverything(x => x, (v, a) => v * a, product: true);
        CheckEverything(x => new Complex32((float)x, (float)(x / 3)), (v, a) => v * a, product: true);
        CheckEverything(x => new Complex(x, x / 3), (v, a) => v * a, product: true);
    }

    /// <summary>Goes through every member of the provider but, for floats, the product.</summary>
    private static void CheckEverything<T>(Func<double, T> number, Func<Vector<T>, T, Vector<T>> scale, bool product)
        where T : struct, IEquatable<T>, IFormattable
    {
        T[] Some(int count) => [.. Numbers(count).Select(x => number(x))];
        Matrix<T> a = Matrix<T>.Build.Dense(9, 9, Some(81)), b = Matrix<T>.Build.Dense(9, 4, Some(36));
        Matrix<T> tall = Matrix<T>.Build.Dense(9, 5, Some(45));
        Matrix<T> positive = Matrix<T>.Build.DenseIdentity(9) * number(40) + a + a.ConjugateTranspose();
        Vector<T> x = Vector<T>.Build.Dense(Some(9)), y = Vector<T>.Build.Dense(Some(9));
        T[] raw = Some(9);

        object[] Results()
        {
            ILinearAlgebraProvider<T> provider = (ILinearAlgebraProvider<T>)LinearAlgebraControl.Provider;
            T[] sum = new T[9], conjugate = new T[9];
            provider.AddVectorToScaledVector(x.ToArray(), number(0.3), y.ToArray(), sum);
            provider.ConjugateArray(raw, conjugate);
            T[] inverse = a.ToColumnMajorArray(), solution = b.ToColumnMajorArray();
            provider.LUInverse(inverse, 9);
            provider.LUSolve(4, a.ToColumnMajorArray(), 9, solution);
            T[] choleskySolution = b.ToColumnMajorArray();
            provider.CholeskySolve(positive.ToColumnMajorArray(), 9, choleskySolution, 4);
            T[] qrSolution = new T[5 * 4];
            provider.QRSolve(tall.ToColumnMajorArray(), 9, 5, b.ToColumnMajorArray(), 4, qrSolution,
                MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Full);
            T[] svdSolution = new T[5 * 4];
            provider.SvdSolve(tall.ToColumnMajorArray(), 9, 5, b.ToColumnMajorArray(), 4, svdSolution);
            var thin = tall.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin);
            var full = tall.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Full);
            var svd = tall.Svd();
            var evd = a.Evd();
            var symmetric = positive.Evd();
            return
            [
                sum, conjugate, inverse, solution, choleskySolution, qrSolution, svdSolution,
                (x + y).ToArray(), (x - y).ToArray(), scale(x, number(2.5)).ToArray(), x.DotProduct(y),
                x.PointwiseMultiply(y).ToArray(), x.PointwiseDivide(y).ToArray(), x.PointwisePower(y).ToArray(),
                a.L1Norm(), a.InfinityNorm(), a.FrobeniusNorm(), a.LU().Solve(b).ToColumnMajorArray(),
                a.LU().Inverse().ToColumnMajorArray(), a.Determinant(),
                positive.Cholesky().Factor.ToColumnMajorArray(), positive.Cholesky().Solve(b).ToColumnMajorArray(),
                thin.R.ToColumnMajorArray(), full.Q.ToColumnMajorArray(), full.Solve(b).ToColumnMajorArray(),
                svd.U.ToColumnMajorArray(), svd.S.ToArray(), svd.VT.ToColumnMajorArray(),
                svd.Solve(b).ToColumnMajorArray(),
                evd.EigenValues.ToArray(), evd.EigenVectors.ToColumnMajorArray(), symmetric.D.ToColumnMajorArray(),
                product ? (a * b).ToColumnMajorArray() : [],
                product ? a.TransposeThisAndMultiply(b).ToColumnMajorArray() : [],
                product ? a.ConjugateTransposeAndMultiply(tall.Transpose().Multiply(a).Transpose().Transpose())
                    .ToColumnMajorArray() : [],
            ];
        }

        object[] ours = Results();
        LinearAlgebraControl.UseManaged();
        object[] own = Results();
        LinearAlgebraControl.Provider = MatrixProductProvider.Instance;
        Assert.Equal(own, ours);
    }

    private static void CheckBoth(double tolerance, Func<float[][]> results)
    {
        float[][] ours = results();
        LinearAlgebraControl.UseManaged();
        float[][] own = results();
        LinearAlgebraControl.Provider = MatrixProductProvider.Instance;
        for (int i = 0; i < own.Length; i++)
        {
            Assert.Equal(own[i].Length, ours[i].Length);
            for (int j = 0; j < own[i].Length; j++)
                Assert.True(
                    Math.Abs(own[i][j] - ours[i][j]) <= tolerance,
                    $"result {i}, number {j}: {ours[i][j]}, not {own[i][j]}");
        }
    }

    private static float[] Numbers(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => 2 * s_random.NextSingle() - 1)];

    private static Matrix<float> Any(int rows, int columns, bool zero = false) =>
        new DenseMatrix(rows, columns, zero ? new float[rows * columns] : Numbers(rows * columns));

    /// <summary>Stands for MKL, OpenBLAS or one of the user's own.</summary>
    private sealed class AnotherProvider : ILinearAlgebraProvider,
        IPassOn<float>, IPassOn<double>, IPassOn<Complex>, IPassOn<Complex32>
    {
        public bool IsAvailable() => true;

        public void InitializeVerify()
        {
        }

        public void FreeResources()
        {
        }
    }
}
