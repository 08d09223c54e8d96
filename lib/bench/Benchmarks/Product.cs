using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Single;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace TransformersFromScratch.Benchmarks;

/// <summary>A product of the sizes that training meets, C = A·B with A m×k and B k×n.</summary>
/// <param name="Name">Where it comes from.</param>
/// <param name="M">Rows of A and C.</param>
/// <param name="N">Columns of B and C.</param>
/// <param name="K">Columns of A, rows of B.</param>
/// <param name="TurnA">Whether A is stored transposed, as the output's gradient is in dW = dYᵀ·X.</param>
/// <param name="TurnB">Whether B is stored transposed, as the weights [out, in] are in Y = X·Wᵀ.</param>
public sealed record Product(string Name, int M, int N, int K, bool TurnA = false, bool TurnB = false)
{
    public static IReadOnlyList<Product> All { get; } =
    [
        new("plain", 512, 512, 128),
        new("plain", 1024, 1024, 256),
        new("plain", 1024, 8000, 256),
        new("plain", 1024, 1024, 1024),
        new("forward", 768, 512, 128, TurnB: true),
        new("forward", 2048, 1024, 256, TurnB: true),
        new("weights", 512, 128, 768, TurnA: true),
        new("weights", 128, 512, 768, TurnA: true),
        new("weights", 1024, 256, 2048, TurnA: true),
        new("weights", 256, 1024, 2048, TurnA: true),
    ];

    /// <summary>Within one attention head, on one thread: the heads themselves are shared out.</summary>
    public static IReadOnlyList<Product> OneThread { get; } =
    [
        new("head Q·Kᵀ", 64, 64, 32, TurnB: true),
        new("head weights·V", 64, 32, 64),
        new("head weightsᵀ·dO", 64, 32, 64, TurnA: true),
        new("decode", 1, 512, 128, TurnB: true),
        new("decode", 1, 2048, 512, TurnB: true),
        new("tiny", 4, 4, 4),
    ];

    public double Flop => 2.0 * M * N * K;

    public override string ToString() => $"{M}×{K}{(TurnA ? "ᵀ" : "")} · {K}×{N}{(TurnB ? "ᵀ" : "")}";

    /// <summary>The numbers of A, B and C.</summary>
    internal (float[] A, float[] B, float[] C) Numbers()
    {
        var random = new Random(1);
        return (Fill(M * K), Fill(K * N), new float[M * N]);
        float[] Fill(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    internal void Multiply(float[] a, float[] b, float[] c, bool parallel)
    {
        View x = TurnA ? new(a, M, K, 1, M) : new(a, M, K, K), y = TurnB ? new(b, K, N, 1, K) : new(b, K, N, N);
        View z = new(c, M, N, N);
        if (parallel)
            MatrixProduct.Multiply(x, y, z);
        else
            MatrixProduct.MultiplyAlone(x, y, z);
    }

    internal Contestant Ours(bool parallel)
    {
        (float[] a, float[] b, float[] c) = Numbers();
        return new(parallel ? "MatrixProduct" : "one thread", Flop, () => Multiply(a, b, c, parallel));
    }

    /// <summary>A·B as a reader writes it, with the library's provider and with MathNet's own.</summary>
    internal (Contestant Ours, Contestant Own) MathNet()
    {
        (float[] a, float[] b, _) = Numbers();
        Matrix<float> x = new DenseMatrix(M, K, a), y = new DenseMatrix(K, N, b);
        return (
            Using("A * B", MatrixProductProvider.Instance),
            Using("MathNet alone", ManagedLinearAlgebraProvider.Instance));

        Contestant Using(string name, ILinearAlgebraProvider provider) => new(name, Flop, () =>
        {
            LinearAlgebraControl.Provider = provider;
            _ = x * y;
        });
    }
}
