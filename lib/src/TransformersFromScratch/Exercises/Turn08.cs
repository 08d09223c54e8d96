namespace TransformersFromScratch;

/// <summary>
/// Chapter 8's "Your turn": the loss of a batch, the training loop, writing token by token, and the mirror of
/// positions. Each checks what the reader wrote, says in one line what is right or which slip it is, and returns the
/// version to use: the reader's once it is right, the library's until then. None of them throws.
/// </summary>
public static class Turn08
{
    /// <summary>
    /// Your loss of a batch: the decoder reads each answer shifted right, and has to say it; places that are padding
    /// do not count (Vaswani et al. 2017, figure 1).
    /// </summary>
    /// <param name="yours">
    /// A model, which takes sources [B, S] and what the decoder reads [B, T] to logits [B, T, vocabulary], and B pairs
    /// of ids without start and end; gives the mean cross-entropy, on the tape.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Func<TokenBatch, TokenBatch, Tensor>, (int[] Source, int[] Target)[], Tensor> Loss(
        Func<Func<TokenBatch, TokenBatch, Tensor>, (int[] Source, int[] Target)[], Tensor> yours) => YourTurn.Take(
        "08.Loss", "The loss", yours, Turn08Loss.Library, Turn08Loss.Question, code => input => input.Run(code));

    /// <summary>
    /// Your training loop: for each step the gradients to zero, the loss of the next batch, backward, the gradient
    /// clipped, the rate of this step, the optimiser's step, and a report.
    /// </summary>
    /// <param name="yours">
    /// The optimiser, what computes the loss of the next batch, the learning rate of a step (counted from 1), the norm
    /// to clip to, how many steps, and what is told the number and the loss of each step.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Action<Optimizer, Func<Tensor>, Func<long, double>, double, long, Action<long, float>> Loop(
        Action<Optimizer, Func<Tensor>, Func<long, double>, double, long, Action<long, float>> yours) =>
        YourTurn.Take(
            "08.Loop", "The loop", yours, Turn08Loop.Library, Turn08Loop.Question, Turn08Loop.By);

    /// <summary>Your writing: the likeliest next token, again and again.</summary>
    /// <param name="yours">
    /// A model, which takes all ids read so far to a score for each token, and how many tokens an answer may have;
    /// gives the answer, without start and end.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Func<int[], double[]>, int, int[]> Greedy(Func<Func<int[], double[]>, int, int[]> yours) =>
        YourTurn.Take(
            "08.Greedy", "The writing", yours, Turn08Greedy.Library, Turn08Greedy.Question,
            code => model => code(model.Next, model.Longest));

    /// <summary>
    /// Your mirror: M with <c>(sin ωt, cos ωt) M = (sin ω(c - t), cos ω(c - t))</c> for every t.
    /// </summary>
    /// <param name="yours">ω and c to the 2×2 matrix.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<double, double, double[,]> Mirror(Func<double, double, double[,]> yours) => YourTurn.Take(
        "08.Mirror", "The mirror", yours, (omega, c) => Turn08Mirror.Library((omega, c)), Turn08Mirror.Question,
        code => x => code(x.Omega, x.C));
}
