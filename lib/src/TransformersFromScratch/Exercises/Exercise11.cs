namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 11. Each says what is right, or names the likely mistake.</summary>
public static class Exercise11
{
    private static readonly Question<(string[] Output, string[] Reference), double> s_precision = new(PrecisionInputs)
    {
        Right = x => Clipped(x) / (double)x.Output.Length,
        Tolerance = 1e-9,
        Say = x => $"\"{string.Join(' ', x.Output)}\" against \"{string.Join(' ', x.Reference)}\"",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => 100 * Clipped(x) / (double)x.Output.Length, "Return a share between 0 and 1, not a percentage."),
            (x => x.Output.Count(x.Reference.Contains) / (double)x.Output.Length, "\"the\" seven times got 7/7. A " +
                "word counts at most as often as the reference has it: twice here."),
            (x => x.Output.Distinct()
                .Count(x.Reference.Contains) / (double)x.Output.Length, "You counted each kind of word once. The " +
                    "reference has \"the\" twice, so two of the seven are right."),
            (x => x.Output.Distinct().Count(x.Reference.Contains) / (double)x.Output.Distinct()
                .Count(), "You compare kinds of words, not words. The reference has \"the\" twice, so two of the " +
                    "seven are right."),
            (x => Clipped(x) / (double)x.Reference.Length, "Divide by the length of the output, not of the " +
                "reference: that would be recall."),
            (x => x.Reference.Count(x.Output.Contains) / (double)x.Output.Length, "You count the words of the " +
                "reference. Count those of the output, each at most as often as the reference has it."),
            (x => x.Reference.Count(x.Output.Contains) / (double)x.Reference.Length, "You count the words of the " +
                "reference: that is recall. Count those of the output."),
            (x => Clipped(x) / x.Output.Length, "A whole number divided by a whole number is a whole number in C#. " +
                "Make one of the two a double."),
            (x => Clipped(x), "That is how many words are right. Divide by the length of the output."),
            (x => x.Output.Zip(x.Reference)
                .Count(pair => pair.First == pair.Second) / (double)x.Output.Length, "You compare place by place. A " +
                    "word counts wherever it stands in the reference."),
            (x => x.Output.GroupBy(word => word)
                .Sum(word => Math.Max(word.Count(), x.Reference.Count(other => other == word.Key)))
                    / (double)x.Output.Length,
                "Of the two counts you take the larger. It is the smaller one that is right."),
            (x => 1 - (Clipped(x) / (double)x.Output.Length), "That is the share of words that are wrong."),
        ],
        Symptoms = [((_, y) => !(y is >= 0 and <= 1), "A share lies between 0 and 1.")],
    };

    private static readonly Question<(int Output, int Reference), double> s_brevity = new(() =>
        new[] { (9, 10), (10, 10), (12, 10), (1, 30), (30, 1) }.Concat(
            Samples.Random(random => (random.Next(1, 41), random.Next(1, 41)))))
    {
        Right = x => x.Output >= x.Reference ? 1 : Math.Exp(1 - ((double)x.Reference / x.Output)),
        Tolerance = 1e-9,
        Say = x => $"{x.Output} words against {x.Reference}",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (_ => 1, "Nothing is punished yet: it returns 1 always."),
            (x => Math.Exp(1 - ((double)x.Reference / x.Output)), "A translation that is too long is not rewarded: " +
                "the penalty is never above 1."),
            (x => Math.Exp(-Math.Abs(1 - ((double)x.Reference / x.Output))), NotTooLong),
            (x => Math.Exp(-Math.Abs(1 - ((double)x.Output / x.Reference))), NotTooLong),
            (x => Math.Min(1, (double)x.Output / x.Reference), "That is output/reference. The paper's penalty is an " +
                "exponential: e^(1 - reference/output)."),
            (x => x.Output >= x.Reference ? 1 : Math.Exp(1 - ((double)x.Output / x.Reference)), UpsideDown),
            (x => x.Output >= x.Reference ? 1 : Math.Exp(((double)x.Output / x.Reference) - 1), UpsideDown),
            (x => x.Output >= x.Reference
                ? 1
                : Math.Exp(1 - (x.Reference / x.Output)), "9 / 10 is 0 and 10 / 9 is 1 in C#: whole numbers divide " +
                    "to whole numbers. Make one of the two a double."),
            (x => x.Output >= x.Reference
                ? 1
                : Math.Exp(((double)x.Reference / x.Output) - 1), "The sign in the exponent is turned: 1 - r/c is " +
                    "below 0 for a short output."),
            (x => x.Output <= x.Reference
                ? 1
                : Math.Exp(1 - ((double)x.Output / x.Reference)), "You punish what is too long. Precision does that " +
                    "already; it is the short output that is punished here."),
            (x => x.Output >= x.Reference
                ? 1
                : 1 - ((double)x.Reference / x.Output), "That is the exponent, 1 - r/c. The penalty is e to the " +
                    "power of it."),
            (x => x.Output >= x.Reference
                ? 1
                : Math.Exp(-(double)x.Reference / x.Output), "The 1 in the exponent is missing: at equal lengths the " +
                    "penalty must be 1."),
            (x => x.Output >= x.Reference
                ? 0
                : Math.Exp(1 - ((double)x.Reference / x.Output)), "An output that is long enough is not punished: " +
                    "the factor is then 1, not 0."),
        ],
        Symptoms =
            [((_, y) => y > 1.000001, "A translation that is too long is not rewarded: the penalty is never above 1.")],
    };

    private static readonly Question<(double[] Beams, double[][] Next, int Width), (int Beam, int Token)[]> s_beamStep =
        new(BeamInputs)
        {
            Right = x => Best(x, (sum, p) => sum + p),
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
            (x => [.. x.Next.Select((row, beam) => (beam, Array.IndexOf(row, row.Max())))], Compete),
            (x => [.. x.Next.Select((row, beam) => (beam, Array.IndexOf(row, row.Max()))).Take(x.Width)], Compete),
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

    private const string NotTooLong = "A translation that is too long is not punished here; precision does that " +
        "already. The penalty is 1 from the reference's length on.";
    private const string UpsideDown = "The fraction is upside down: reference over output.";
    private const string Compete = "You kept the best of each beam. They compete with each other: both places may go " +
        "to the same beam.";

    /// <summary>Exercise 1: clipped precision of single words (Papineni et al. 2002, section 2.1).</summary>
    public static string CheckPrecision(Func<string[], string[], double> precision) =>
        Exercise.Run("11.1", s_precision, x => precision(x.Output, x.Reference));

    /// <summary>Exercise 2: the brevity penalty (Papineni et al. 2002, section 2.2.2).</summary>
    public static string CheckBrevity(Func<int, int, double> penalty) =>
        Exercise.Run("11.2", s_brevity, x => penalty(x.Output, x.Reference));

    /// <summary>Exercise 3: one step of a beam search.</summary>
    public static string CheckBeamStep(Func<double[], double[][], int, (int Beam, int Token)[]> step) =>
        Exercise.Run("11.3", s_beamStep, x => step(x.Beams, x.Next, x.Width));

    private static int Clipped((string[] Output, string[] Reference) x) =>
        x.Output.GroupBy(word => word)
            .Sum(word => Math.Min(word.Count(), x.Reference.Count(other => other == word.Key)));

    private static IEnumerable<(string[], string[])> PrecisionInputs()
    {
        string[] the = ["the", "the", "the", "the", "the", "the", "the"],
            cat = ["the", "cat", "is", "on", "the", "mat"];
        yield return (the, cat);
        yield return (cat, ["the", "cat"]);
        yield return (["a", "cat"], cat);
        string[] words = ["the", "cat", "is", "on", "mat", "a"];
        string[] Sentence(Random random) =>
            [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => words[random.Next(words.Length)])];
        foreach (var input in Samples.Random(random => (Sentence(random), Sentence(random)))) { yield return input; }

        yield return (["le", "chat"], cat);
    }

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
