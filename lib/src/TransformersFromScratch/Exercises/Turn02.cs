using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 2's "Your turn": the encoding, the matrix that shifts it, and what of a matrix asks the same everywhere.
/// Each checks what the reader wrote, says in one line what is right or which slip it is, and returns the version to
/// use: the reader's once it is right, the library's until then. None of them throws.
/// </summary>
public static class Turn02
{
    /// <summary>Your positional encoding (Vaswani et al. 2017, section 3.5), of any width, odd ones too.</summary>
    /// <param name="yours">How many positions, from 0; the width d; the base, 10000 in the paper. Gives
    /// length×d.</param>
    /// <returns>Yours if it is right, else <see cref="PositionalEncoding.Sinusoidal"/>.</returns>
    public static Func<int, int, double, Matrix<float>> Encoding(Func<int, int, double, Matrix<float>> yours) =>
        YourTurn.Take(
            "02.Encoding", "The encoding", yours,
            (length, width, theBase) => PositionalEncoding.Sinusoidal(length, width, theBase), Turn02Encoding.Question,
            code => x => code(x.Length, x.Width, x.Base));

    /// <summary>Your M_k, with <c>PE(pos + k) = PE(pos) · M_k</c> for every position (section 3.5).</summary>
    /// <param name="yours">The offset k, which may be negative; the width d, even; the base. Gives d×d.</param>
    /// <returns>Yours if it is right, else <see cref="PositionalEncoding.Shift"/>.</returns>
    public static Func<int, int, double, Matrix<float>> Shift(Func<int, int, double, Matrix<float>> yours) =>
        YourTurn.Take(
            "02.Shift", "The shift", yours, PositionalEncoding.Shift, Turn02Shift.Question,
            code => x => code(x.Offset, x.Width, x.Base));

    /// <summary>
    /// Your part of a d×d matrix that turns pairs: its 2×2 blocks along the diagonal, each replaced by the nearest
    /// <c>(m, -n; n, m)</c>, and zeros elsewhere.
    /// </summary>
    /// <param name="yours">A d×d matrix, d even, to a d×d matrix.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Matrix<float>, Matrix<float>> Turns(Func<Matrix<float>, Matrix<float>> yours) =>
        YourTurn.Take(
            "02.Turns", "Keeping the turns", yours, Turn02Turns.Library, Turn02Turns.Question, code => code);
}
