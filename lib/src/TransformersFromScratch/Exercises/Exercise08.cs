namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 8. Each says what is right, or names the likely mistake.</summary>
public static partial class Exercise08
{
    private static readonly Question<Heard, double> s_saidFrom = new(SaidFromInputs)
    {
        Right = x => x.Share(),
        Tolerance = 1e-9,
        Say = x => $"said {All(x.Said)}, right {All(x.Right)}, k = {Values.Say(x.K)}",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => Math.Floor(x.Share()), "An int divided by an int is an int, so 1 / 2 is 0: make one of them a " +
                "double first."),
            (x => (x with { K = 0 }).Share(), "Your answer is that of k = 0 always. Compare what is said at t with " +
                "what is right at t + k."),
            (x => (x with { K = -x.K }).Share(), "The sign of k is turned: t is the place of what was said, and " +
                "t + k the place of the right answer."),
            (x => x.Pairs().Average(pair => Heard.Of(pair).Share(x.K)), "You take the mean of one share per answer, " +
                "so that a place of a short answer counts for more. Count the places of all answers together."),
            (x => x.Hits() / (double)x.Said.Sum(said => said.Length), "You divide by all places of what was said. A " +
                "place without a partner in the right answer does not count."),
            (x => x.Hits() / (double)x.Right.Sum(right => right.Length), "You divide by all places of the right " +
                "answers. Count the pairs that you could compare."),
            (x => x.Hits(), "That is how many there are. Divide by the number of pairs that you could compare."),
            (x => 100 * x.Share(), "Return a share between 0 and 1, not a percentage."),
            (x => 1 - x.Share(), "That is the share of places at which the symbol is another one."),
            (x => x.Share(round: true), "Yours goes round: after the last place of the right answer it takes the " +
                "first again. A place outside of the answer is no partner."),
            (x => (x with { Right = x.Said }).Share(), "You compare what is said with itself. Its partner stands in " +
                "the right answer."),
            (x => (x with { Said = x.Said[..1], Right = x.Right[..1] }).Share(), "Only the first answer counts in " +
                "yours."),
            (x => x.Share(onlyWrong: true), "You leave out the places that are right already. All places count."),
        ],
        Symptoms =
        [
            ((_, y) => double.IsNaN(y), "There is a NaN. Where no place has a partner the answer is 0."),
            ((_, y) => y is < 0 or > 1, "A share lies between 0 and 1."),
        ],
    };

    /// <summary>
    /// Exercise 1: the share of places t at which the symbol said is the right one of place t + k, of all places of
    /// all answers that have such a partner.
    /// </summary>
    /// <param name="saidFrom">What was said, what is right, and k, to the share.</param>
    public static string CheckSaidFrom(Func<IReadOnlyList<int[]>, IReadOnlyList<int[]>, int, double> saidFrom) =>
        Exercise.Run("08.1", s_saidFrom, x => saidFrom(x.Said, x.Right, x.K));

    private static string All(int[][] answers) => string.Join(" ", answers.Select(answer => Values.Say(answer)));

    private static IEnumerable<Heard> SaidFromInputs()
    {
        yield return new([[5, 7, 4]], [[5, 4, 7]], 1);
        yield return new([[3, 4, 5], [6]], [[3, 4, 5], [6]], 0);
        yield return new([[3]], [[4]], 2);
        foreach (Heard heard in Samples.Random(random =>
        {
            int[][] answers =
                [.. Enumerable.Range(0, random.Next(1, 7))
                    .Select(_ => Enumerable.Range(0, random.Next(1, 7)).Select(_ => random.Next(3, 7)).ToArray())];
            return new Heard(
                [.. answers.Select(answer => Retold(random, answer))], answers, random.Next(-3, 4));
        })) { yield return heard; }
    }

    /// <summary>
    /// An answer as a model might give it: right, a token wrong, too short, too long, or with two neighbours swapped.
    /// </summary>
    private static int[] Retold(Random random, int[] answer)
    {
        int[] said = [.. answer];
        int at = random.Next(said.Length), next = Math.Min(at + 1, said.Length - 1);
        switch (random.Next(6))
        {
            case 0: said[at]++; return said;
            case 1: return said[..^1];
            case 2: return [.. said, random.Next(3, 7)];
            case 3: (said[at], said[next]) = (said[next], said[at]); return said;
            default: return said;
        }
    }

    /// <summary>Answers as they were said, as they are right, and an offset k.</summary>
    internal sealed record Heard(int[][] Said, int[][] Right, int K) : IInput
    {
        public object Data => (Said, Right);

        /// <summary>One answer.</summary>
        public static Heard Of((int[] Said, int[] Right) pair) => new([pair.Said], [pair.Right], 0);

        /// <summary>Each answer with the right one.</summary>
        public IEnumerable<(int[] Said, int[] Right)> Pairs() => Said.Zip(Right);

        /// <summary>How many places say what is right at t + k.</summary>
        public int Hits() => Compared(K).Count(same => same);

        /// <summary>The share, right or with a slip; 0 where no place has a partner.</summary>
        public double Share(int? k = null, bool round = false, bool onlyWrong = false) =>
            Compared(k ?? K, round, onlyWrong).Select(same => same ? 1.0 : 0).DefaultIfEmpty(0).Average();

        /// <summary>For each place that has a partner, whether the two symbols are the same.</summary>
        private IEnumerable<bool> Compared(int k, bool round = false, bool onlyWrong = false) =>
            from pair in Pairs()
            from t in Enumerable.Range(0, pair.Said.Length)
            where !onlyWrong || t >= pair.Right.Length || pair.Said[t] != pair.Right[t]
            let n = pair.Right.Length
            let at = round ? (((t + k) % n) + n) % n : t + k
            where at >= 0 && at < n
            select pair.Said[t] == pair.Right[at];
    }
}
