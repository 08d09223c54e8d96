using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 6's "Your turn": the order of the walk back, and the backward passes of the linear map, the softmax and
/// attention. Each checks what the reader wrote, says in one line what is right or which slip it is, and returns the
/// version to use: the reader's once it is right, the library's until then. None of them throws.
/// </summary>
public static class Turn06
{
    /// <summary>Your order for the walk back: every node before all that it was made from.</summary>
    /// <param name="yours">
    /// The last node, and a function that gives for a node those that it was made from; gives all nodes that lead to
    /// the last, each once.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<object, Func<object, object[]>, List<object>> Order(
        Func<object, Func<object, object[]>, List<object>> yours) => YourTurn.Take(
        "06.Order", "The order", yours, Turn06Order.Library, Turn06Order.Question,
        code => x => code(x.Last, node => [.. x.Inputs[(int)node].Cast<object>()]) is { } order
            ? [.. order.Cast<int>()] : null!);

    /// <summary>Your backward pass of <c>Y = X W</c>: <c>dX = dY Wᵀ</c> and <c>dW = Xᵀ dY</c>.</summary>
    /// <param name="yours">X (T×n), W (n×m) and dY (T×m) to dX (T×n) and dW (n×m).</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Matrix<float>, Matrix<float>, Matrix<float>, (Matrix<float> DX, Matrix<float> DW)> Linear(
        Func<Matrix<float>, Matrix<float>, Matrix<float>, (Matrix<float> DX, Matrix<float> DW)> yours) =>
        YourTurn.Take(
            "06.Linear", "The linear map", yours, (x, w, dY) => Turn06Linear.Library((x, w, dY)),
            Turn06Linear.Question, code => x => code(x.X, x.W, x.DY));

    /// <summary>Your backward pass of the softmax of each row: <c>dx = y ⊙ (dy - Σ y dy)</c>.</summary>
    /// <param name="yours">Y, whose rows sum to 1, and dY of the same shape, to dX.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Matrix<float>, Matrix<float>, Matrix<float>> Softmax(
        Func<Matrix<float>, Matrix<float>, Matrix<float>> yours) => YourTurn.Take(
        "06.Softmax", "The softmax", yours, (y, dY) => Turn06Softmax.Library(y, dY), Turn06Softmax.Question,
        code => x => code(x.Y, x.DY));

    /// <summary>
    /// Your backward pass of <c>O = A V</c> with <c>A = softmax(Q Kᵀ / √d_k)</c> (Vaswani et al. 2017, equation 1).
    /// </summary>
    /// <param name="yours">
    /// Q (T×d_k), K (S×d_k), V (S×d_v), the weights A (T×S) and dO (T×d_v), to dQ, dK and dV.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<
        Matrix<float>, Matrix<float>, Matrix<float>, Matrix<float>, Matrix<float>,
        (Matrix<float> DQ, Matrix<float> DK, Matrix<float> DV)> Attention(
        Func<
            Matrix<float>, Matrix<float>, Matrix<float>, Matrix<float>, Matrix<float>,
            (Matrix<float> DQ, Matrix<float> DK, Matrix<float> DV)> yours) => YourTurn.Take(
        "06.Attention", "The attention", yours,
        (q, k, v, a, dO) => Turn06Attention.Library(new Turn06Attention.Given(q, k, v, dO) { A = a }),
        Turn06Attention.Question, code => x => code(x.Q, x.K, x.V, x.A, x.DO));
}
