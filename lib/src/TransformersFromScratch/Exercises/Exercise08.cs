namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 8. Each says what is right, or names the likely mistake.</summary>
public static partial class Exercise08
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

    private const string CountedTokens = "You counted tokens. One wrong token makes the whole answer wrong.";

    /// <summary>Exercise 1: the share of answers without any mistake.</summary>
    public static string CheckExactMatch(Func<IReadOnlyList<int[]>, IReadOnlyList<int[]>, double> exactMatch) =>
        Exercise.Run("08.1", s_exactMatch, x => exactMatch(x.Said, x.Right));

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
}
