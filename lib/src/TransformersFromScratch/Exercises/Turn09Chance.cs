namespace TransformersFromScratch;

/// <summary>Chapter 9, the exact permutation test of two groups: two-sided, for the difference of means.</summary>
internal static class Turn09Chance
{
    // Groups of 1, 2 and 4 of whole numbers: their means are exact, so that equal differences are equal in every bit.
    public static Question<(double[] A, double[] B), double> Question { get; } = new(
        () => Samples.Random(Groups).Prepend(([1, 6], [2, 4, 7, 3])).Append(([1, 1], [1, 1])))
    {
        Right = Library,
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

    /// <summary>The share of splits whose difference is at least as large as the one that was seen.</summary>
    public static double Library((double[] A, double[] B) x) => Share(
        x, (difference, seen) => Math.Abs(difference) >= Math.Abs(seen) - 1e-12);

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
