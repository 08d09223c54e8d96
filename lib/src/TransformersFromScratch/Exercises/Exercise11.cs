namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 11. Each says what is right, or names the likely mistake.</summary>
public static class Exercise11
{
    /// <summary>Exercise 1: clipped precision of single words (Papineni et al. 2002, section 2.1).</summary>
    public static string CheckPrecision(Func<string[], string[], double> precision) => Exercise.Run(() =>
    {
        string[] the = ["the", "the", "the", "the", "the", "the", "the"], cat = ["the", "cat", "is", "on", "the", "mat"];
        double clipped = precision(the, cat), all = precision(cat, cat), half = precision(["a", "cat"], cat), twice = precision(cat, ["the", "cat"]);
        return Exercise.FirstThatHolds(
            (clipped == 0 && all == 0, "It returns 0 so far."),
            (all == 100, "Return a share between 0 and 1, not a percentage."),
            (Near(clipped, 1), "\"the\" seven times got 7/7. A word counts at most as often as the reference has it: twice here."),
            (Near(clipped, 1.0 / 7), "You counted each kind of word once. The reference has \"the\" twice, so two of the seven are right."),
            (Near(clipped, 2.0 / 6) || Near(half, 1.0 / 6), "Divide by the length of the output, not of the reference: that would be recall."),
            (Near(clipped, 2.0 / 7) && Near(all, 1) && Near(half, 0.5) && Near(twice, 2.0 / 6), Exercise.Right));
    });

    /// <summary>Exercise 2: the brevity penalty (Papineni et al. 2002, section 2.2.2).</summary>
    public static string CheckBrevity(Func<int, int, double> penalty) => Exercise.Run(() =>
    {
        double shorter = penalty(9, 10), equal = penalty(10, 10), longer = penalty(12, 10);
        return Exercise.FirstThatHolds(
            (shorter == 0 && equal == 0, "It returns 0 so far."),
            (longer > 1.000001, "A translation that is too long is not rewarded: the penalty is never above 1."),
            (longer < 0.999999, "A translation that is too long is not punished here; precision does that already. The penalty is 1 from the reference's length on."),
            (Near(shorter, 0.9), "That is output/reference. The paper's penalty is an exponential: e^(1 - reference/output)."),
            (Near(shorter, Math.Exp(1 - 0.9)) || Near(shorter, Math.Exp(0.9 - 1)), "The fraction is upside down: reference over output."),
            (Near(shorter, Math.Exp(1 - (10.0 / 9))) && Near(equal, 1), Exercise.Right));
    });

    /// <summary>Exercise 3: one step of a beam search.</summary>
    public static string CheckBeamStep(Func<double[], double[][], int, (int Beam, int Token)[]> step) => Exercise.Run(() =>
    {
        double[] beams = [-1.0, -1.2];
        double[][] next = [[-2.0, -2.1, -3.0], [-0.3, -4.0, -1.5]];
        (int Beam, int Token)[] kept = step(beams, next, 2), wide = step(beams, next, 3);
        return Exercise.FirstThatHolds(
            (kept.Length == 0, "Nothing is kept so far."),
            (kept.Length != 2, $"A beam of 2 keeps 2 of all continuations, not {kept.Length}."),
            (kept.SequenceEqual([(0, 0), (1, 0)]), "You kept the best of each beam. They compete with each other: both places may go to the same beam."),
            (kept.SequenceEqual([(1, 0), (1, 2)]) && wide.SequenceEqual([(1, 0), (1, 2), (0, 0)]), Exercise.Right),
            (kept.SequenceEqual([(1, 2), (1, 0)]), "The right two, but the best comes first."),
            (kept.Any(one => one.Beam == 1 && one.Token == 1), "Log-probabilities are negative: the best is the largest, the nearest to 0."),
            (kept.All(one => one.Beam == 0), "Add the next token's log-probability to the beam's own: log P of a sequence is the sum over its tokens."));
    });

    private static bool Near(double x, double y) => Math.Abs(x - y) < 1e-6;
}
