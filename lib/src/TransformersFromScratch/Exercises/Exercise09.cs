namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 9. Each says what is right, or names the likely mistake.</summary>
public static class Exercise09
{
    /// <summary>Exercise 1: the first point from which on a curve stays below a level; -1 if there is none.</summary>
    public static string CheckSettled(Func<double[], double, int> settled) => Exercise.Run(() =>
    {
        double[] dips = [3, 0.5, 2, 0.9, 0.4, 0.2], never = [3, 2, 0.5, 2], broken = [3, 0.5, double.NaN, double.NaN], atOnce = [0.5, 0.4];
        int yours = settled([.. dips], 1), onNever = settled([.. never], 1), onBroken = settled([.. broken], 1), first = settled([.. atOnce], 1);
        return Exercise.FirstThatHolds(
            (yours == 0 && onNever == 0, "It returns 0 so far."),
            (yours == 1, "That is where the curve first dips below the level. It comes up again after that; when does it stay?"),
            (yours == 2, "That is the last point above the level. You are asked for the one after it."),
            (yours == 4, "One too late: the points are counted from 0."),
            (onNever != -1, $"A curve whose last point lies above the level never settles: that is -1, not {onNever}."),
            (onBroken != -1, "A run that broke down (NaN) has not settled. NaN is neither above nor below anything, so ask for what you want: x < level."),
            (yours == 3 && first == 0, Exercise.Right));
    });

    /// <summary>Exercise 2: the exact permutation test of two groups, two-sided, for the difference of their means.</summary>
    public static string CheckChance(Func<double[], double[], double> chance) => Exercise.Run(() =>
    {
        // Ten ways to choose two of five. The groups differ in size, and the numbers are such that every mistake gives another share.
        double[] a = [1, 6], b = [2, 4, 7];
        double yours = chance([.. a], [.. b]);
        double Share(Func<double, double, bool> atLeast, bool sums = false)
        {
            double[] all = [.. a, .. b];
            double Difference(int i, int j)
            {
                double chosen = all[i] + all[j], rest = all.Sum() - chosen;
                return sums ? rest - chosen : (rest / 3) - (chosen / 2);
            }

            double observed = Difference(0, 1);
            var pairs = Enumerable.Range(0, 5).SelectMany(i => Enumerable.Range(i + 1, 4 - i).Select(j => Difference(i, j)));
            return pairs.Average(difference => atLeast(difference, observed) ? 1.0 : 0);
        }

        static bool TwoSided(double difference, double observed) => Math.Abs(difference) >= Math.Abs(observed) - 1e-9;
        double right = Share(TwoSided);
        return Exercise.FirstThatHolds(
            (yours == 0, "It returns 0 so far. It can never be 0: the split that you saw is one of those counted."),
            (Near(yours, right) && Near(chance([1, 1], [1, 1]), 1), Exercise.Right),
            (Near(yours, right), "For two groups of the same numbers every split has the same difference, so the answer is 1. Do you count those that are equal?"),
            (Near(yours, 10 * right), "That is how many splits there are. Divide by the number of all splits."),
            (Near(yours, 1 - right), "That is the share of splits with a smaller difference. Count those at least as large."),
            (Near(yours, Share((x, observed) => Math.Abs(x) > Math.Abs(observed) + 1e-9)), "Count splits with a difference at least as large as the one you saw, itself among them; you counted only larger ones."),
            (Near(yours, Share((x, observed) => x >= observed - 1e-9)) || Near(yours, Share((x, observed) => x <= observed + 1e-9)), "You counted one side only. You did not know beforehand which group would be larger: take the size of the difference, Math.Abs."),
            (Near(yours, Share(TwoSided, sums: true)), "Those are differences of sums. The groups need not be of the same size: compare means."),
            (Math.Abs(yours - right) < 0.05, "Close, but not exact. There are only so many splits: go through all of them, without dice."));
    });

    /// <summary>Exercise 3: which places of a model's input each place of its output depends on, found out from outside.</summary>
    public static string CheckSees(Func<Func<int[], double[][]>, int, bool[,]> sees) => Exercise.Run(() =>
    {
        const int length = 5;
        int calls = 0;

        // Row t mixes the tokens it sees. Its first number is always 1, so that whoever looks at one number only is found out.
        Func<int[], double[][]> Model(Func<int, int, bool> looks) => ids =>
        {
            calls++;
            return ids.Length != length
                ? throw new ArgumentException($"The model reads {length} tokens, not {ids.Length}.")
                : [.. ids.Select((_, t) => new[] { 1, Enumerable.Range(0, length).Sum(s => looks(t, s) ? Math.Cos((ids[s] * 1.7) + s) : 0) })];
        };

        static bool Causal(int t, int s) => s <= t;
        static bool Window(int t, int s) => s == t || s == t - 2;
        bool[,] causal = sees(Model(Causal), length), window = sees(Model(Window), length), all = sees(Model((_, _) => true), length);
        if (new[] { causal, window, all }.Any(answer => answer.GetLength(0) != length || answer.GetLength(1) != length))
        {
            return $"There are {length} places that answer and {length} that are read: the table is {length}×{length}, not {causal.GetLength(0)}×{causal.GetLength(1)}.";
        }

        bool Is(bool[,] answer, Func<int, int, bool> wanted) => Enumerable.Range(0, length * length).All(i =>
            answer[i / length, i % length] == wanted(i / length, i % length));
        return Exercise.FirstThatHolds(
            (calls == 0, "The model was never asked."),
            (Is(causal, (_, _) => false), "It says that nobody sees anything. Did you change a token, to another one than it was? And do you compare all numbers of a row?"),
            (Is(window, (_, _) => true), "It says that everybody sees everything. Compare the numbers of row t, one by one; two arrays are never equal with ==."),
            (Is(causal, (t, s) => Causal(s, t)), "The table lies on its side: row t is who looks, column s who is seen."),
            (Is(causal, (t, s) => Causal(t, s) && s != t), "Everybody sees itself, too: changing token t changes row t."),
            (!Is(window, Window), "For a model that looks at itself and two places back the table is wrong. Do you put the old token back before you change the next?"),
            (Is(causal, Causal) && Is(all, (_, _) => true), Exercise.Right));
    });

    private static bool Near(double x, double y) => Math.Abs(x - y) < 1e-6;
}
