using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 18's "Your turn": gradients of parts as one, a segment that is computed twice, a layer on several machines,
/// the sum over a ring, and the softmax that sees its scores tile by tile. Each checks what the reader wrote, says in
/// one line what is right or which slip it is, and returns the version to use: the reader's once it is right, the
/// library's until then. None of them throws.
/// </summary>
public static class Turn18
{
    /// <summary>Your gradient of a batch that came in parts.</summary>
    /// <param name="yours">
    /// The gradient of the mean loss of each part, and how many tokens each is the mean of; gives that of all tokens.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Vector<float>[], int[], Vector<float>> Accumulate(
        Func<Vector<float>[], int[], Vector<float>> yours) => YourTurn.Take(
        "18.Accumulate", "The gradient of all parts", yours,
        (gradients, tokens) => Turn18Accumulate.Library((gradients, tokens)), Turn18Accumulate.Question,
        code => x => code(x.Gradients, x.Tokens));

    /// <summary>
    /// Your walk back through a segment that kept nothing but its input (Chen et al. 2016, section 4).
    /// </summary>
    /// <param name="yours">
    /// The segment, its input x, and dL/dy for its output y; gives dL/dx, and leaves the gradients of the segment's
    /// weights in them.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Func<Tensor, Tensor>, Tensor, Tensor, Tensor> Segment(
        Func<Func<Tensor, Tensor>, Tensor, Tensor, Tensor> yours) => YourTurn.Take(
        "18.Segment", "The walk back through a segment", yours, Turn18Segment.Library, Turn18Segment.Question,
        code => x => Turn18Segment.Call(code, x));

    /// <summary>Your share of a machine in a feed-forward network (Shoeybi et al. 2019, section 3).</summary>
    /// <param name="yours">
    /// x [T×d], W₁ [d×d_ff], W₂ [d_ff×d], how many machines, and which of them; gives its T×d, so that the sum over all
    /// machines is ReLU(x W₁) W₂.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Matrix<float>, Matrix<float>, Matrix<float>, int, int, Matrix<float>> Split(
        Func<Matrix<float>, Matrix<float>, Matrix<float>, int, int, Matrix<float>> yours) => YourTurn.Take(
        "18.Split", "The share of a machine", yours,
        (x, w1, w2, machines, machine) => Turn18Split.Library((x, w1, w2, machines, machine)), Turn18Split.Question,
        code => x => code(x.X, x.W1, x.W2, x.Machines, x.Machine));

    /// <summary>Your sum over a ring of machines.</summary>
    /// <param name="yours">Sends chunks round, until every machine has the sum of all.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Action<Ring> AllReduce(Action<Ring> yours) => YourTurn.Take(
        "18.AllReduce", "The sum over the ring", yours, ring => ring.AllReduce(), Turn18Ring.Question,
        code => x => Turn18Ring.Call(code, x));

    /// <summary>Your attention of one query that sees its scores tile by tile (Dao et al. 2022, section 3.1).</summary>
    /// <param name="yours">
    /// n scores, the n×d_v values, and the length of a tile; gives softmax(scores) · values.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Vector<float>, Matrix<float>, int, Vector<float>> Online(
        Func<Vector<float>, Matrix<float>, int, Vector<float>> yours) => YourTurn.Take(
        "18.Online", "The softmax by tiles", yours,
        (scores, values, tile) => Turn18Online.Library((scores, values, tile)), Turn18Online.Question,
        code => x => code(x.Scores, x.Values, x.Tile));
}
