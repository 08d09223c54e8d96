using MathNet.Numerics.LinearAlgebra;
using WholeHead = System.Func<
    MathNet.Numerics.LinearAlgebra.Matrix<float>, MathNet.Numerics.LinearAlgebra.Matrix<float>,
    MathNet.Numerics.LinearAlgebra.Matrix<float>[], int,
    (MathNet.Numerics.LinearAlgebra.Matrix<float> Output,
        System.Collections.Generic.IReadOnlyList<MathNet.Numerics.LinearAlgebra.Matrix<float>> Weights)>;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 3's "Your turn": split, merge, and multi-head attention made of them. Each checks what the reader wrote,
/// says in one line what is right or which slip it is, and returns the version to use: the reader's once it is right,
/// the library's until then. None of them throws.
/// </summary>
public static class Turn03
{
    /// <summary>Your split: head i takes the columns i·d_k to (i+1)·d_k.</summary>
    /// <param name="yours">T×d and the number of heads h, which divides d, to h matrices T×d_k.</param>
    /// <returns>Yours if it is right, else <see cref="MultiHeadAttention.Split"/>.</returns>
    public static Func<Matrix<float>, int, IReadOnlyList<Matrix<float>>> Split(
        Func<Matrix<float>, int, IReadOnlyList<Matrix<float>>> yours) => YourTurn.Take(
            "03.Split", "The split", yours, MultiHeadAttention.Split, Turn03Cut.ForSplit,
            code => x => code(x.X, x.Heads));

    /// <summary>Your merge: the heads side by side, the Concat of the paper.</summary>
    /// <param name="yours">h matrices T×d_k to one T×(h·d_k).</param>
    /// <returns>Yours if it is right, else <see cref="MultiHeadAttention.Merge"/>.</returns>
    public static Func<IReadOnlyList<Matrix<float>>, Matrix<float>> Merge(
        Func<IReadOnlyList<Matrix<float>>, Matrix<float>> yours) => YourTurn.Take(
            "03.Merge", "The merge", yours, MultiHeadAttention.Merge, Turn03Cut.ForMerge, code => code);

    /// <summary>
    /// Your multi-head attention, <c>Concat(head₁ … head_h) W^O</c> (Vaswani et al. 2017, section 3.2.2), without mask
    /// and biases.
    /// </summary>
    /// <param name="yours">
    /// T×d that asks, S×d that is asked, the wide matrices W^Q, W^K, W^V, W^O of d×d each, and h. Gives the output,
    /// T×d, and the weights of each head, T×S.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static WholeHead MultiHead(WholeHead yours) => YourTurn.Take(
        "03.MultiHead", "Multi-head attention", yours, Turn03MultiHead.Library, Turn03MultiHead.Question,
        code => x => code(x.X, x.Memory, x.W, x.Heads));
}
