namespace TransformersFromScratch;

/// <summary>
/// Chapter 9's "Your turn": when a run has learned, the permutation test, Holm's correction, and a sublayer with a part
/// taken out. Each checks what the reader wrote, says in one line what is right or which slip it is, and returns the
/// version to use: the reader's once it is right, the library's until then. None of them throws.
/// </summary>
public static class Turn09
{
    /// <summary>Your point from which on a curve stays below a level.</summary>
    /// <param name="yours">The losses and the level; gives the point, counted from 0, or -1 if there is none.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<double[], double, int> Settled(Func<double[], double, int> yours) => YourTurn.Take(
        "09.Settled", "The point", yours, (curve, level) => Turn09Settled.Library((curve, level)),
        Turn09Settled.Question, code => x => code(x.Curve, x.Level));

    /// <summary>
    /// Your exact permutation test, two-sided, for the difference of the means (Fisher 1935, section 21).
    /// </summary>
    /// <param name="yours">The numbers of two groups; gives p.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<double[], double[], double> Chance(Func<double[], double[], double> yours) => YourTurn.Take(
        "09.Chance", "The test", yours, (a, b) => Turn09Chance.Library((a, b)), Turn09Chance.Question,
        code => x => code(x.A, x.B));

    /// <summary>Your correction for many comparisons (Holm 1979, section 3).</summary>
    /// <param name="yours">The p of all comparisons; gives the corrected ones, in the same order.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<double[], double[]> Holm(Func<double[], double[]> yours) => YourTurn.Take(
        "09.Holm", "The correction", yours, Turn09Holm.Library, Turn09Holm.Question, code => code);

    /// <summary>Your sublayer with a part taken out (the whole: Vaswani et al. 2017, section 3.1).</summary>
    /// <param name="yours">
    /// What is missing, the stream x, the sublayer f and its norm; gives the new stream:
    /// <see cref="AblatedTransformer.Sublayer"/>.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Without, Tensor, Func<Tensor, Tensor>, Func<Tensor, Tensor>, Tensor> Sublayer(
        Func<Without, Tensor, Func<Tensor, Tensor>, Func<Tensor, Tensor>, Tensor> yours) => YourTurn.Take(
        "09.Sublayer", "The sublayer", yours, AblatedTransformer.Sublayer, Turn09Sublayer.Question,
        code => input => input.Run(code));
}
