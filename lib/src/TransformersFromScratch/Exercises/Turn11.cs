namespace TransformersFromScratch;

/// <summary>
/// Chapter 11's "Your turn": BLEU, batches by length, the mean of checkpoints, and a step of beam search. Each checks
/// what the reader wrote, says in one line what is right or which slip it is, and returns the version to use: the
/// reader's once it is right, the library's until then. None of them throws.
/// </summary>
public static class Turn11
{
    /// <summary>Your BLEU of a corpus, 0 to 100 (Papineni et al. 2002, section 2.3).</summary>
    /// <param name="yours">
    /// The words of each output and of its reference, sentence by sentence; gives BLEU, 0 where a p_n is 0.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<string[][], string[][], double> Bleu(Func<string[][], string[][], double> yours) =>
        YourTurn.Take(
            "11.Bleu", "BLEU", yours, (outputs, references) => Turn11Bleu.Library((outputs, references)),
            Turn11Bleu.Question, code => x => code(x.Outputs, x.References));

    /// <summary>
    /// Your batches by length: sentences of about the same length together, none of more places than are allowed.
    /// </summary>
    /// <param name="yours">
    /// The length of each sentence, and how many places a batch may have: its sentences times its longest length. Gives
    /// the batches, each as indices into the lengths, the shortest sentences first, and of equal ones the earlier
    /// first; a batch takes as many as it can.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<int[], int, List<int[]>> Batches(Func<int[], int, List<int[]>> yours) => YourTurn.Take(
        "11.Batches", "The cut into batches", yours, (lengths, places) => [.. Turn11Batches.Library((lengths, places))],
        Turn11Batches.Question, code => x => code(x.Lengths, x.Places) is { } batches ? [.. batches] : null!);

    /// <summary>Your mean of checkpoints, weight by weight (Vaswani et al. 2017, section 6.1).</summary>
    /// <param name="yours">At least one checkpoint, each all the weights of a model in one row; gives such a
    /// row.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<float[][], float[]> Average(Func<float[][], float[]> yours) => YourTurn.Take(
        "11.Average", "The mean of checkpoints", yours, Turn11Average.Library, Turn11Average.Question, code => code);

    /// <summary>
    /// Your step of a beam search: of all continuations of all hypotheses, the best stay, the best of them first.
    /// </summary>
    /// <param name="yours">
    /// The log-probability of each hypothesis so far; for each of them that of every token after it; and W. Gives W
    /// pairs of a hypothesis and a token (all of them, if there are fewer).
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<double[], double[][], int, (int Beam, int Token)[]> BeamStep(
        Func<double[], double[][], int, (int Beam, int Token)[]> yours) => YourTurn.Take(
        "11.BeamStep", "The step of the beam", yours,
        (beams, next, width) => Turn11BeamStep.Library((beams, next, width)), Turn11BeamStep.Question,
        code => x => code(x.Beams, x.Next, x.Width));
}
