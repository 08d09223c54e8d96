namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 9. Each says what is right, or names the likely mistake.</summary>
public static class Exercise09
{
    private static readonly Question<(double[] Curve, double Level), int> s_settled = new(SettledInputs)
    {
        Right = x => Settled(x, loss => !(loss < x.Level), none: -1, add: 1),
        Say = x => $"the curve {Values.Say(x.Curve)} and the level {Values.Say(x.Level)}",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (_ => -1, "It returns -1 always. Some curves do settle."),
            (x => Array.FindIndex(x.Curve, loss => loss < x.Level), "That is where the curve first dips below the " +
                "level. It comes up again after that; when does it stay?"),
            (x => Array.FindLastIndex(x.Curve, loss => !(loss < x.Level)), "That is the last point above the level. " +
                "You are asked for the one after it."),
            (x => Settled(x, loss => !(loss < x.Level), none: -1, add: 0), "That is the last point above the level. " +
                "You are asked for the one after it."),
            (x => Settled(x, loss => !(loss < x.Level), none: -1, add: 2), "One too late: the points are " +
                "counted from 0."),
            (x => Settled(x, loss => !(loss < x.Level), none: x.Curve.Length, add: 1), "A curve whose last point " +
                "lies above the level never settles: that is -1, not one past the end."),
            (x => Settled(x, loss => !(loss < x.Level), none: 0, add: 1), "A curve whose last point lies above the " +
                "level never settles: that is -1, not 0."),
            (x => Settled(x, loss => loss >= x.Level, none: -1, add: 1),
                "A run that broke down (NaN) has not settled. NaN is neither above nor below anything, so ask for " +
                "what you want: x < level."),
            (x => Settled(x, loss => !(loss <= x.Level), none: -1, add: 1), "A point that lies on the level does not " +
                "lie below it: < and not ≤."),
            (x => Settled(x, loss => loss > x.Level, none: -1, add: 1), "A point that lies on the level does not lie " +
                "below it, and NaN does not either. Ask for what you want: x < level."),
            (x => Settled(x, loss => !(loss < 1), none: -1, add: 1), "Your level is 1 always. Use the one " +
                "that is given."),
            (x => Array.FindLastIndex(x.Curve, loss => loss < x.Level), "That is the last point below the level. " +
                "Asked is the first from which on all are below it."),
        ],
        Symptoms =
        [
            ((x, y) => x.Curve.Length > 0 && double.IsNaN(x.Curve[^1]) && y != -1,
                "A run that broke down (NaN) has not settled. NaN is neither above nor below anything, so ask for " +
                "what you want: x < level."),
            ((x, y) => x.Curve.Length > 0 && !(x.Curve[^1] < x.Level)
                && y != -1, "A curve whose last point lies above the level never settles: that is -1."),
        ],
    };

    // Groups of 1, 2 and 4 of whole numbers: their means are exact, so that equal differences are equal in every bit.
    private static readonly Question<(double[] A, double[] B), double> s_chance = new(
        () => Samples.Random(Groups).Prepend(([1, 6], [2, 4, 7, 3])).Append(([1, 1], [1, 1])))
    {
        Right = x => Share(x, TwoSided),
        Tolerance = 1e-9,
        Say = x => $"{Values.Say(x.A)} against {Values.Say(x.B)}",
        Slips =
        [
            (_ => 0, "It returns 0 so far. It can never be 0: the split that you saw is one of those counted."),
            (x => Splits(x) * Share(
                x, TwoSided), "That is how many splits there are. Divide by the number of all splits."),
            (x => 1 - Share(x, TwoSided), "That is the share of splits with a smaller difference. Count those at " +
                "least as large."),
            (x => Share(x, (d, seen) => Math.Abs(d) > Math.Abs(seen)), "Count splits with a difference at least as " +
                "large as the one you saw, itself among them; you counted only larger ones."),
            (x => Share(x, (d, seen) => d >= seen), OneSide), (x => Share(x, (d, seen) => d <= seen), OneSide),
            (x => Share(x, TwoSided, sums: true), "Those are differences of sums. The groups need not be of the same " +
                "size: compare means."),
            (x => Share(x, (d, seen) => d == seen), "You count the splits with the very same difference. Count those " +
                "with a larger one as well."),
            (x => Share(x, (d, seen) => Math.Abs(d) == Math.Abs(seen)), "You count the splits with the very same " +
                "difference. Count those with a larger one as well."),
            (x => (Splits(x) * Share(x, TwoSided)) / (1 << (x.A.Length + x.B.Length)), "You divide by all ways to " +
                "colour the numbers. Count only the splits with as many in the first group as it has."),
            (x => Math.Min(1, 2 * Share(x, (d, seen) => seen >= 0 ? d >= seen : d <= seen)), "You count one side and " +
                "double it. The sides need not be alike: take the size of the difference, Math.Abs."),
            (x => Math.Abs(x.A.Average() - x.B.Average()), "That is the difference itself. How often would chance " +
                "alone make one at least as large?"),
            (x => ((Splits(x) * Share(x, TwoSided)) + 1) / (Splits(x) + 1), "You add one above and below, as with " +
                "random splits. Here all splits are counted, the one you saw among them."),
        ],
        Symptoms =
        [
            ((_, y) => !(y is >= 0 and <= 1), "A chance lies between 0 and 1."),
            ((x, y) => x.A.Concat(x.B).Distinct().Count() == 1
                && y != 1, "For two groups of the same numbers every split has the same difference, so the answer is " +
                    "1. Do you count those that are equal?"),
            ((x, y) => Math.Abs(y - Share(x, TwoSided)) < 0.05 && Splits(x) > 6
                && Math.Abs((y * Splits(x)) - Math.Round(y * Splits(x))) > 1e-6,
                "Close, but not exact. There are only so many splits: go through all of them, without dice."),
        ],
    };

    private const string OneSide = "You counted one side only. You did not know beforehand which group would be " +
        "larger: take the size of the difference, Math.Abs.";

    /// <summary>Exercise 1: the first point from which on a curve stays below a level; -1 if there is none.</summary>
    public static string CheckSettled(Func<double[], double, int> settled) =>
        Exercise.Run("09.1", s_settled, x => settled(x.Curve, x.Level));

    /// <summary>
    /// Exercise 2: the exact permutation test of two groups, two-sided, for the difference of their means.
    /// </summary>
    public static string CheckChance(Func<double[], double[], double> chance) =>
        Exercise.Run("09.2", s_chance, x => chance(x.A, x.B));

    /// <summary>
    /// Exercise 3: which places of a model's input each place of its output depends on, found out from outside.
    /// </summary>
    public static string CheckSees(Func<Func<int[], double[][]>, int, bool[,]> sees) =>
        Exercise.Run("09.3", Exercise09Sees.Question, model => sees(model.Run, model.Length));

    private static IEnumerable<(double[], double)> SettledInputs()
    {
        yield return ([3, 0.5, 2, 0.9, 0.4, 0.2], 1);
        yield return ([3, 2, 0.5, 2], 1);
        yield return ([3, 0.5, double.NaN, double.NaN], 1);
        yield return ([0.5, 0.4], 1);
        yield return ([3, 1, 0.5], 1);
        yield return ([double.NaN, 0.5], 1);
        foreach (var input in Samples.Random(random =>
        {
            double level = random.Next(1, 5) / 2.0;
            return (Enumerable.Range(0, random.Next(1, 12))
                .Select(i => random.Next(20) == 0 ? double.NaN : random.Next(0, 9) / 2.0 / (i > 5 ? 3 : 1))
                .ToArray(), level);
        })) { yield return input; }
    }

    private static int Settled((double[] Curve, double Level) x, Predicate<double> above, int none, int add) =>
        Array.FindLastIndex(x.Curve, above) is var last && last == x.Curve.Length - 1 ? none : last + add;

    private static (double[], double[]) Groups(Random random)
    {
        double[] Group(int count) => [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(0, 9))];
        return (Group(1 << random.Next(3)), Group(1 << random.Next(3)));
    }

    private static bool TwoSided(double difference, double seen) => Math.Abs(difference) >= Math.Abs(seen);

    private static int Splits((double[] A, double[] B) x) =>
        Enumerable.Range(0, 1 << (x.A.Length + x.B.Length)).Count(bits => int.PopCount(bits) == x.A.Length);

    /// <summary>The share of splits whose difference counts, beside the one that was seen.</summary>
    private static double Share((double[] A, double[] B) x, Func<double, double, bool> counts, bool sums = false)
    {
        double[] all = [.. x.A, .. x.B];
        double Difference(int bits)
        {
            double first = all.Where((_, i) => (bits >> i & 1) == 1).Sum(), rest = all.Sum() - first;
            return sums ? rest - first : (rest / x.B.Length) - (first / x.A.Length);
        }

        double seen = Difference((1 << x.A.Length) - 1);
        return Enumerable.Range(0, 1 << all.Length).Where(bits => int.PopCount(bits) == x.A.Length)
            .Average(bits => counts(Difference(bits), seen) ? 1.0 : 0);
    }
}
