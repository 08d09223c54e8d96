using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 17's "Your turn": a number of a protocol buffer, the vector of a sentence, the nearest sentences, and LoRA.
/// Each checks what the reader wrote, says in one line what is right or which slip it is, and returns the version to
/// use: the reader's once it is right, the library's until then. None of them throws.
/// </summary>
public static class Turn17
{
    /// <summary>Your reader of a number: seven bits a byte, the lowest first.</summary>
    /// <param name="yours">Bytes and the place where a number begins; gives the number and the place after it.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<byte[], int, (long Number, int Next)> Number(Func<byte[], int, (long Number, int Next)> yours) =>
        YourTurn.Take(
            "17.Number", "The number", yours, (bytes, at) => Turn17Number.Library((bytes, at)), Turn17Number.Question,
            code => x => code(x.Bytes, x.At));

    /// <summary>
    /// Your vector of a sentence: the mean of the rows that are no padding, of length 1 (Reimers and Gurevych 2019,
    /// section 3).
    /// </summary>
    /// <param name="yours">T×d, a row a token, and for each token whether it is padding; gives d numbers.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Matrix<float>, bool[], Vector<float>> Sentence(
        Func<Matrix<float>, bool[], Vector<float>> yours) => YourTurn.Take(
        "17.Sentence", "The vector of a sentence", yours, (rows, padding) => Turn17Sentence.Library((rows, padding)),
        Turn17Sentence.Question, code => x => code(x.Rows, x.Padding));

    /// <summary>Your search: which rows point most nearly the way of a vector.</summary>
    /// <param name="yours">
    /// n×d, rows of length 1; d numbers, of length 1; and how many are wanted. Gives the numbers of the rows, the
    /// nearest first.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Matrix<float>, Vector<float>, int, int[]> Nearest(
        Func<Matrix<float>, Vector<float>, int, int[]> yours) => YourTurn.Take(
        "17.Nearest", "The search", yours, (rows, vector, count) => Turn17Nearest.Library((rows, vector, count)),
        Turn17Nearest.Question, code => x => code(x.Rows, x.Vector, x.Count));

    /// <summary>
    /// Your LoRA: what is added beside a linear map (Hu et al. 2021, section 4.1, with A and B as acting from the
    /// right).
    /// </summary>
    /// <param name="yours">
    /// x [T, in], A [r, in] and B [out, r], as <see cref="Op.Linear"/> takes weights, and α; gives [T, out].
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Tensor, Tensor, Tensor, float, Tensor> LowRank(
        Func<Tensor, Tensor, Tensor, float, Tensor> yours) => YourTurn.Take(
        "17.LowRank", "LoRA", yours, Turn17LowRank.Library, Turn17LowRank.Question,
        code => x => Turn17LowRank.Call(code, x));
}
