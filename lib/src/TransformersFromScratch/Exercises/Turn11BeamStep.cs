namespace TransformersFromScratch;

/// <summary>Chapter 11, one step of a beam search: all continuations of all hypotheses compete.</summary>
internal static class Turn11BeamStep
{
    public static Question<(double[] Beams, double[][] Next, int Width), (int Beam, int Token)[]> Question { get; } =
        new(BeamInputs)
        {
            Right = Library,
            Say = x => $"beams {Values.Say(x.Beams)}, next " +
                $"{string.Join(" ", x.Next.Select(row => Values.Say(row)))} and a width of {x.Width}",
            Slips =
        [
            (_ => [], "Nothing is kept so far."),
            (x => [.. Best(x with { Width = int.MaxValue }, (sum, p) => sum + p)], "You kept all continuations. A " +
                "beam of 2 keeps the best 2 of them."),
            (x =>
                [.. x.Next.Select(
                    (row, beam) => (Sum: x.Beams[beam] + row.Max(), Beam: beam, Token: Array.IndexOf(row, row.Max())))
                        .OrderByDescending(one => one.Sum).Take(x.Width).Select(one => (one.Beam, one.Token))],
                            Compete),
            (x => [.. x.Next.Select((row, beam) => (beam, Array.IndexOf(row, row.Max())))], "You kept the best of " +
                "each beam, in the order of the beams. All continuations compete with each other, and the best of " +
                "all comes first."),
            (x => [.. Best(x, (sum, p) => sum + p).Reverse()], "The right ones, but the best comes first."),
            (x => [.. Best(x, (sum, p) => sum + p).Order()], "The right ones, but not the best first: you keep the " +
                "order of the beams."),
            (x => Best(x, (sum, p) => -sum - p), "Log-probabilities are negative: the best is the largest, the " +
                "nearest to 0."),
            (x => Best(x, (sum, p) => p), "Add the next token's log-probability to the beam's own: log P of a " +
                "sequence is the sum over its tokens."),
            (x => Best(x, (sum, p) => sum), "You sort by the beams alone. Add the next token's log-probability."),
            (x => Best(x, (sum, p) => sum * p), "You multiply. Probabilities multiply; their logarithms add."),
            (x => [.. Best(x, (sum, p) => sum + p).Select(one => (one.Token, one.Beam))], "Beam and token have " +
                "changed places: return (beam, token)."),
            (x => Best(x with { Width = 2 }, (sum, p) => sum + p), "The width is ignored: yours keeps 2 always."),
            (x => Best(x with { Width = x.Beams.Length }, (sum, p) => sum + p), "You keep as many as there were " +
                "beams. Kept are as many as the width says."),
        ],
            Symptoms =
        [
            ((x, y) => y.Length != Math.Min(x.Width, x.Next.Sum(row => row.Length)), "A beam keeps as many " +
                "continuations as its width says (or all, if there are fewer)."),
            ((x, y) => y.Distinct().Count() < y.Length, "A continuation is kept twice."),
            ((x, y) => y.Order().SequenceEqual(
                Best(x, (sum, p) => sum + p).Order()), "The right ones, but the best comes first."),
        ],
        };

    private const string Compete = "You kept the best of each beam. They compete with each other: both places may go " +
        "to the same beam.";

    /// <summary>The step as it is.</summary>
    public static (int Beam, int Token)[] Library((double[] Beams, double[][] Next, int Width) x) =>
        Best(x, (sum, p) => sum + p);

    private static (int Beam, int Token)[] Best(
        (double[] Beams, double[][] Next, int Width) x, Func<double, double, double> score) => [.. x.Next
        .SelectMany((row, beam) => row.Select((p, token) => (Score: score(x.Beams[beam], p), Beam: beam, Token: token)))
        .OrderByDescending(one => one.Score).Take(x.Width).Select(one => (one.Beam, one.Token))];

    private static IEnumerable<(double[], double[][], int)> BeamInputs()
    {
        yield return ([-1.0, -1.2], [[-2.0, -2.1, -3.0], [-0.3, -4.0, -1.5]], 2);
        yield return ([-1.0, -1.2], [[-2.0, -2.1, -3.0], [-0.3, -4.0, -1.5]], 3);
        yield return ([0.0], [[-0.5, -1.5, -1.25]], 2); // the very first step: one beam
        foreach (var input in Samples.Random(random =>
        {
            int beams = random.Next(1, 6), tokens = random.Next(2, 8);
            double Below() => -0.01 - (5 * random.NextDouble());
            return (Enumerable.Range(0, beams).Select(_ => Below()).ToArray(),
                Enumerable.Range(0, beams).Select(_ => Enumerable.Range(0, tokens).Select(_ => Below()).ToArray())
                    .ToArray(), random.Next(1, (beams * tokens) + 2));
        })) { yield return input; }
    }
}
