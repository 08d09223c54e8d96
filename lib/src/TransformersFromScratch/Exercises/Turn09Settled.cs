namespace TransformersFromScratch;

/// <summary>Chapter 9, when a run has learned: the first point from which on its curve stays below a level.</summary>
internal static class Turn09Settled
{
    public static Question<(double[] Curve, double Level), int> Question { get; } = new(Inputs)
    {
        Right = Library,
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

    /// <summary>The point as it is; -1 if there is none.</summary>
    public static int Library((double[] Curve, double Level) x) =>
        Settled(x, loss => !(loss < x.Level), none: -1, add: 1);

    private static IEnumerable<(double[], double)> Inputs()
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
}
