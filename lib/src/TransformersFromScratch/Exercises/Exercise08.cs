namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 8. Each says what is right, or names the likely mistake.</summary>
public static class Exercise08
{
    private static readonly Question<(int[][] Said, int[][] Right), double> s_exactMatch = new(ExactMatchInputs)
    {
        Right = x => x.Said.Zip(x.Right).Average(pair => pair.First.SequenceEqual(pair.Second) ? 1.0 : 0),
        Tolerance = 1e-9,
        Say = x => $"said {All(x.Said)}, right {All(x.Right)}",
        Slips =
        [
            (_ => 0, "It returns 0 so far. (Did you compare two arrays with ==? It asks whether they are the same " +
                "object; SequenceEqual compares what is in them.)"),
            (x => 100 * Share(x, (said, right) => said.SequenceEqual(right)), "Return a share between 0 and 1, not a " +
                "percentage."),
            (x => x.Said.Length * Share(
                x, (said, right) => said.SequenceEqual(right)), "Divide by the number of sequences."),
            (x => 1 - Share(x, (said, right) => said.SequenceEqual(right)), "That is the share of wrong answers. " +
                "Asked is the share of right ones."),
            (x => Tokens(x) / (double)x.Right.Sum(right => right.Length), CountedTokens),
            (x => Tokens(x) / (double)x.Said.Sum(said => said.Length), CountedTokens),
            (x => Tokens(x) / (double)x.Said.Zip(x.Right)
                .Sum(pair => Math.Max(pair.First.Length, pair.Second.Length)), CountedTokens),
            (x => Tokens(x) / (double)x.Said.Zip(x.Right)
                .Sum(pair => Math.Min(pair.First.Length, pair.Second.Length)), CountedTokens),
            (x => x.Said.Zip(x.Right)
                .Average(
                    pair => pair.First.Zip(pair.Second)
                        .Count(p => p.First == p.Second) / (double)Math.Max(1, pair.Second.Length)), CountedTokens),
            (x => Share(x, (said, right) => said.Zip(right).All(pair => pair.First == pair.Second)),
                "An answer that is too long or too short is wrong, even if it is right as far as it goes. Zip stops " +
                "at the shorter one."),
            (x => Share(x, (said, right) => said.Take(right.Length).SequenceEqual(right)), "An answer that goes on " +
                "after the right end is wrong. Compare the lengths as well."),
            (x => Share(x, (said, right) => right.Take(said.Length).SequenceEqual(said)), "An answer that stops too " +
                "early is wrong. Compare the lengths as well."),
            (x => Share(x, (said, right) => said.Length == right.Length), "You compare the lengths only."),
            (x => Share(x, (said, right) => said.Order().SequenceEqual(right.Order())), "The order counts: the right " +
                "tokens in another order are a wrong answer."),
            (x => Share(x, (said, right) => said.ToHashSet().SetEquals(right)), "The right tokens in another order, " +
                "or in another number, are a wrong answer."),
            (x => Share(x, (said, right) => said.SequenceEqual(right)) == 1
                ? 1
                : 0, "You give all or nothing. Asked is the share of answers that are right."),
        ],
        Symptoms = [((_, y) => y is < 0 or > 1, "A share lies between 0 and 1.")],
    };

    private static readonly Question<(double Omega, double C), double[,]> s_mirror = new(() =>
        Samples.Random(random => (0.01 + random.NextDouble(), 1 + (20 * random.NextDouble()))).Prepend((0.3, 15)))
    {
        Right = x => Block(x, (sin, cos) => (-cos, sin, sin, cos)),
        Tolerance = 1e-6,
        Say = x => $"ω = {Values.Say(x.Omega)} and c = {Values.Say(x.C)}",
        Slips =
        [
            (_ => new double[2, 2], "It is all zeros so far."),
            (x => Block(x, (sin, cos) => (cos, -sin, sin, cos)), "That moves every position on by c: a rotation. A " +
                "mirror swaps the ends: sin ω(c - t)."),
            (x => Block(x, (sin, cos) => (cos, sin, -sin, cos)), "That moves every position back by c. You need c - " +
                "t, not t - c."),
            (_ => new double[,] { { -1, 0 }, { 0, 1 } }, "That mirrors about 0. The constant c is missing."),
            (_ => new double[,] { { 1, 0 }, { 0, 1 } }, "That is the identity: every position stays where it is."),
            (x => Block(x, (sin, cos) => (cos, -sin, -sin, -cos)), "Every sign is turned."),
            (x => Block(x, (sin, cos) => (-cos, sin, -sin, -cos)), "The sine comes out right, the cosine with its " +
                "sign turned: cos ω(c - t) = cos ωc cos ωt + sin ωc sin ωt."),
            (x => Block(x, (sin, cos) => (cos, sin, sin, -cos)), "Sine and cosine have changed places in the signs: " +
                "sin ω(c - t) = sin ωc cos ωt - cos ωc sin ωt."),
            (x => Block(x, (sin, cos) => (sin, -cos, cos, sin)), "The columns have changed places: the first column " +
                "makes the new sine."),
            (x => Block(x, (sin, cos) => (sin, cos, -cos, sin)), "The rows have changed places: the first row is " +
                "what multiplies the old sine."),
            (x => Block((x.C, 1), (sin, cos) => (-cos, sin, sin, cos)), "ω is missing: the angle is ωc."),
            (x => Block((x.Omega, 1), (sin, cos) => (-cos, sin, sin, cos)), "c is missing: the angle is ωc."),
        ],
        Symptoms =
            [((_, y) => (y.GetLength(0), y.GetLength(1)) != (2, 2), "One pair of columns, a sine and a cosine, needs " +
                "a 2×2 matrix.")],
    };

    private const string CountedTokens = "You counted tokens. One wrong token makes the whole answer wrong.";

    /// <summary>Exercise 1: the share of answers without any mistake.</summary>
    public static string CheckExactMatch(Func<IReadOnlyList<int[]>, IReadOnlyList<int[]>, double> exactMatch) =>
        Exercise.Run("08.1", s_exactMatch, x => exactMatch(x.Said, x.Right));

    /// <summary>Exercise 2: writing token by token with the best next token.</summary>
    public static string CheckGreedy(Func<Func<int[], double[]>, int[]> greedy) =>
        Exercise.Run("08.2", Exercise08Greedy.Question, model => greedy(model.Next));

    /// <summary>Exercise 3: the matrix that mirrors positions about the middle of 0 … c.</summary>
    public static string CheckMirror(Func<double, double, double[,]> mirror) =>
        Exercise.Run("08.3", s_mirror, x => mirror(x.Omega, x.C));

    private static double Share((int[][] Said, int[][] Right) x, Func<int[], int[], bool> isRight) =>
        x.Said.Zip(x.Right).Average(pair => isRight(pair.First, pair.Second) ? 1.0 : 0);

    private static int Tokens((int[][] Said, int[][] Right) x) =>
        x.Said.Zip(x.Right).Sum(pair => pair.First.Zip(pair.Second).Count(p => p.First == p.Second));

    private static string All(int[][] answers) => string.Join(" ", answers.Select(answer => Values.Say(answer)));

    private static IEnumerable<(int[][], int[][])> ExactMatchInputs()
    {
        int[][] right = [[3, 4, 5], [6, 7], [8]];
        yield return ([[3, 4, 5], [6, 8], [8, 9]], right);
        yield return ([[3]], [[3, 4]]);
        yield return ([[4, 3]], [[3, 4]]);
        yield return ([[3, 4, 5], [6, 7], [8]], right);
        foreach (var input in Samples.Random(random =>
        {
            int[][] answers =
                [.. Enumerable.Range(0, random.Next(1, 7))
                    .Select(_ => Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(3, 7)).ToArray())];
            return (answers.Select(answer => Retold(random, answer)).ToArray(), answers);
        })) { yield return input; }
    }

    /// <summary>
    /// An answer as a model might give it: right, a token wrong, too short, too long, or in another order.
    /// </summary>
    private static int[] Retold(Random random, int[] answer)
    {
        int[] said = [.. answer];
        int at = random.Next(said.Length);
        switch (random.Next(6))
        {
            case 0: said[at]++; return said;
            case 1: return said[..^1];
            case 2: return [.. said, random.Next(3, 7)];
            case 3: random.Shuffle(said); return said;
            default: return said;
        }
    }

    private static double[,] Block(
        (double Omega, double C) x, Func<double, double, (double, double, double, double)> entries)
    {
        var (a, b, c, d) = entries(Math.Sin(x.Omega * x.C), Math.Cos(x.Omega * x.C));
        return new[,] { { a, b }, { c, d } };
    }
}
