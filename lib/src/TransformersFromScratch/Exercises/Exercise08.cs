namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 8. Each says what is right, or names the likely mistake.</summary>
public static class Exercise08
{
    /// <summary>Exercise 1: the share of answers without any mistake.</summary>
    public static string CheckExactMatch(Func<IReadOnlyList<int[]>, IReadOnlyList<int[]>, double> exactMatch) => Exercise.Run(() =>
    {
        int[][] right = [[3, 4, 5], [6, 7], [8]];
        int[][] said = [[3, 4, 5], [6, 8], [8, 9]];
        double share = exactMatch(said, right), shorter = exactMatch([[3]], [[3, 4]]), all = exactMatch(right, right);
        return Exercise.FirstThatHolds(
            (share == 0 && all == 0, "It returns 0 so far."),
            (all == 100, "Return a share between 0 and 1, not a percentage."),
            (Near(share, 5.0 / 6) || Near(share, 5.0 / 7), "You counted tokens. One wrong token makes the whole answer wrong."),
            (Near(share, 2.0 / 3) || shorter == 1, "An answer that is too long or too short is wrong, even if it is right as far as it goes. Zip stops at the shorter one."),
            (share == 1 && all == 3, "Divide by the number of sequences."),
            (Near(share, 1.0 / 3) && all == 1 && shorter == 0, Exercise.Right));
    });

    /// <summary>Exercise 2: writing token by token with the best next token.</summary>
    public static string CheckGreedy(Func<Func<int[], double[]>, int[]> greedy) => Exercise.Run(() =>
    {
        // A model of six tokens that wants to say 3, 4, 5 and then the end, if it reads what it has said so far.
        int[] wanted = [3, 4, 5, Vocabulary.End];
        int asked = 0, longestRead = 0;
        double[] Next(int[] read)
        {
            if (++asked > 50)
            {
                throw new InvalidOperationException(read.Skip(1).All(id => id == 0)
                    ? "It says token 0 for ever. All scores are below 0: did you start the search for the best with 0?"
                    : "It does not stop: after </s> nothing more is to be said.");
            }

            if (read.Length == 0 || read[0] != Vocabulary.Start)
            {
                throw new InvalidOperationException("What the decoder reads begins with <s>, each time.");
            }

            longestRead = Math.Max(longestRead, read.Length);
            double[] scores = [-1, -2, -3, -4, -5, -6];
            if (read.Length - 1 < wanted.Length && read[1..].SequenceEqual(wanted[..(read.Length - 1)]))
            {
                scores[wanted[read.Length - 1]] = -0.5; // all scores are below 0, as log-probabilities are
            }

            return scores;
        }

        int[] said = greedy(Next);
        return Exercise.FirstThatHolds(
            (asked == 0, "It has not asked the model yet."),
            (said.Length > 0 && said[0] == Vocabulary.Start, "The start token is read, not said: leave it out of the answer."),
            (said.SequenceEqual(wanted), "Everything is there, and </s> too. It ends the answer and is no part of it."),
            (said.Length == 0, "Nothing is said. The best token is the one with the highest score, and all scores are below 0."),
            (longestRead == 1 && said.Length <= 1, "The decoder must read all that it has said, not the start alone."),
            (said.SequenceEqual(wanted[..3]), Exercise.Right));
    });

    /// <summary>Exercise 3: the matrix that mirrors positions about the middle of 0 … c.</summary>
    public static string CheckMirror(Func<double, double, double[,]> mirror) => Exercise.Run(() =>
    {
        const double omega = 0.3, c = 15;
        double[,] m = mirror(omega, c);
        if (m.GetLength(0) != 2 || m.GetLength(1) != 2)
        {
            return $"One pair of columns, a sine and a cosine, needs a 2×2 matrix, not {m.GetLength(0)}×{m.GetLength(1)}.";
        }

        bool Maps(double[,] by, Func<double, double> to) => new[] { 0.0, 4, 11 }.All(t =>
            Near((Math.Sin(omega * t) * by[0, 0]) + (Math.Cos(omega * t) * by[1, 0]), Math.Sin(omega * to(t))) &&
            Near((Math.Sin(omega * t) * by[0, 1]) + (Math.Cos(omega * t) * by[1, 1]), Math.Cos(omega * to(t))));
        return Exercise.FirstThatHolds(
            (m.Cast<double>().All(x => x == 0), "It is all zeros so far."),
            (Maps(m, t => c + t), "That moves every position on by c: a rotation. A mirror swaps the ends: sin ω(c - t)."),
            (Maps(m, t => t - c), "That moves every position back by c. You need c - t, not t - c."),
            (Maps(m, t => -t), "That mirrors about 0. The constant c is missing."),
            (Maps(m, t => c - t), Exercise.Right));
    });

    private static bool Near(double x, double y) => Math.Abs(x - y) < 1e-6;
}
