using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 16. Each says what is right, or names the likely mistake.</summary>
public static class Exercise16
{
    private static readonly Question<(double Clean, double Corrupted, double Patched), double> s_lost = new(
        () => Samples.Random(random =>
        (2 + (4 * random.NextDouble()), -2 - (4 * random.NextDouble()), (12 * random.NextDouble()) - 6))
            .Prepend((3, -1, 2)))
    {
        Right = x => (x.Clean - x.Patched) / (x.Clean - x.Corrupted),
        Say = x => $"clean {Values.Say(x.Clean)}, corrupted {Values.Say(x.Corrupted)}, patched {Values.Say(x.Patched)}",
        Slips =
        [
            (x => (x.Patched - x.Corrupted) / (x.Clean - x.Corrupted), "That is the share that comes back, when a " +
                "clean row is put into the corrupted run. Here the run begins clean: a row that changes nothing must " +
                "lose 0."),
            (x => (x.Clean - x.Patched) / x.Clean, "A row that brings the corrupted run's difference must lose 1. " +
                "Below the line stands the whole way, from clean to corrupted."),
            (x => x.Patched / x.Corrupted, "A row that changes nothing must lose 0. Begin with the way that was " +
                "gone: from clean to patched."),
            (x => (x.Patched - x.Clean) / (x.Clean - x.Corrupted), "The sign is turned: what is lost counts " +
                "positive."),
            (x => x.Clean - x.Patched, "That is the way in logits. Divide by the whole way."),
            (x => 100 * (x.Clean - x.Patched) / (x.Clean - x.Corrupted), "Return a share, 1 for all, not a " +
                "percentage."),
            (x => Math.Clamp((x.Clean - x.Patched) / (x.Clean - x.Corrupted), 0, 1), "Do not cut it off at 0 and " +
                "1: a patch may overshoot, or make the clean run surer, and that is worth seeing."),
        ],
    };

    private static readonly Question<int[], int[]> s_says = new(() => Samples.Random(random =>
        Enumerable.Range(0, random.Next(1, 15)).Select(_ => random.Next(1, 7)).ToArray()).Prepend([7, 3, 9, 7, 3, 9]))
    {
        Right = tokens => Said(tokens, last: true, step: 1),
        Say = tokens => string.Join(' ', tokens),
        Slips =
        [
            (tokens => Said(tokens, last: true, step: 0), "You give back the token itself. What followed it stands " +
                "one place later."),
            (tokens => Said(tokens, last: true, step: -1), "You give back what stood before it. What followed it " +
                "stands one place later."),
            (tokens => Said(tokens, last: false, step: 1), "You take the first place where it stood. Take the last " +
                "one before the token itself."),
            (tokens => [.. tokens.Select((_, t) => t + 1 < tokens.Length ? tokens[t + 1] : -1)], "You look at the " +
                "future: at t the token at t + 1 has not been read yet."),
            (tokens => [.. Said(tokens, last: true, step: 1).Select(said => Math.Max(said, 0))], "Where the token " +
                "never stood before, nothing can be said: -1."),
            (tokens => [.. tokens.Select(token => Array.LastIndexOf(tokens, token) is var at
                && at + 1 < tokens.Length ? tokens[at + 1] : -1)], "You search the whole sequence. Only what stands " +
                "before the token has been read."),
            (tokens => [.. tokens.Select((token, t) => tokens.AsSpan(0, t).LastIndexOf(token) is var at and >= 0
                ? at + 1 : -1)], "You give back a place. What is said is the token that stands there."),
        ],
        Symptoms =
            [((tokens, said) => said.Length != tokens.Length, "Say something after each token: as many " +
                "numbers as tokens.")],
    };

    private static readonly Question<(Matrix<float> Tokens, Matrix<float> Previous), Matrix<float>> s_compose = new(
        () => Samples.Random(random =>
    {
        int length = random.Next(3, 8), width = length + random.Next(1, 4);
        Matrix<float> scores = Mask.Causal(length).Apply(Samples.Matrix(random, length, length, 4));
        return (Samples.Matrix(random, length, width), Softmax.Rows(scores));
    }))
    {
        Right = x => x.Tokens * (x.Previous * x.Tokens).Transpose(),
        Say = x => $"{x.Tokens.RowCount} tokens of width {x.Tokens.ColumnCount}",
        Slips =
        [
            (x => x.Tokens * x.Tokens.Transpose(), "The earlier head is missing: this compares a token with the key " +
                "token itself. The key must hold the token before it."),
            (x => x.Previous * x.Tokens * x.Tokens.Transpose(), "You give the earlier head's output to the query. " +
                "That is Q-composition: here it is the key that was changed."),
            (x => x.Previous * x.Tokens * (x.Previous * x.Tokens).Transpose(), "You give the earlier head's output " +
                "to queries and keys. The query stays the token itself."),
            (x => x.Tokens * (x.Previous.Transpose() * x.Tokens)
                .Transpose(), "The map of the earlier head is transposed: its row t mixes what token t has looked " +
                    "at, so write map · tokens."),
            (x => x.Previous * x.Tokens, "That is what the earlier head hands to the keys. Now compare every " +
                "token with it."),
        ],
        Symptoms =
            [((x, y) => (y.RowCount, y.ColumnCount) != (x.Tokens.RowCount, x.Tokens.RowCount), "Scores are T×T: a " +
                "row for each query, a column for each key.")],
    };

    private static readonly Question<(Matrix<float> Map, double Share), int> s_rank = new(() => Samples.Random(random =>
    {
        int width = random.Next(3, 9), rank = random.Next(1, width);
        Matrix<float> map = Samples.Matrix(random, width, rank) * Samples.Matrix(random, rank, width);
        return (map, 0.5 + (0.45 * random.NextDouble()));
    }, count: 60).Prepend((Matrix<float>.Build.DenseOfDiagonalArray([3, 2, 1]), 0.9)))
    {
        Right = x => Needed(x.Map, x.Share, square: true),
        Say = x => $"a {Shapes.Of(x.Map)} map and a share of {Values.Say(x.Share)}",
        Slips =
        [
            (x => Needed(x.Map, x.Share, square: false), "You add the singular values themselves. The squares add up " +
                "to the sum of all squared numbers of the map."),
            (x => x.Map.Rank(), "That is the rank: how many are not 0. Asked is how many of the largest are needed " +
                "for the share."),
            (x => Needed(x.Map, x.Share, square: true) - 1, "You count one too few: the one that reaches the share " +
                "counts as well."),
            (x => Needed(x.Map, x.Share, square: true) + 1, "You count one too many: the one that reaches the share " +
                "is the last."),
            (x => Needed(x.Map, 1 - x.Share, square: true), "You stop at what may be missing, 1 - share. Add until " +
                "the share itself is reached."),
            (x => x.Map.RowCount, "You count all singular values."),
        ],
    };

    /// <summary>
    /// Exercise 1: activation patching the other way. A row of the corrupted run is put into the clean one, and the
    /// share of the logit difference that is lost is what is not recovered.
    /// </summary>
    /// <param name="lost">From the clean, the corrupted and the patched logit difference to the share.</param>
    public static string CheckRecovered(Func<double, double, double, double> lost) =>
        Exercise.Run("16.1", s_lost, x => lost(x.Clean, x.Corrupted, x.Patched));

    /// <summary>
    /// Exercise 2: what a perfect induction head would say after each token of a sequence; -1 for nothing.
    /// </summary>
    /// <param name="says">From tokens to as many tokens or -1.</param>
    public static string CheckSays(Func<int[], int[]> says) => Exercise.Run("16.2", s_says, says);

    /// <summary>Exercise 3: how many singular values it takes for a share of a map.</summary>
    /// <param name="needed">From a map and a share, above 0 and below 1, to the number.</param>
    public static string CheckNeeded(Func<Matrix<float>, double, int> needed) =>
        Exercise.Run("16.3", s_rank, x => needed(x.Map, x.Share));

    /// <summary>Exercise 4: the scores of an induction head whose keys hold what an earlier head has mixed.</summary>
    /// <param name="scores">From tokens (T×V) and the earlier head's map (T×T) to T×T scores.</param>
    public static string CheckComposed(Func<Matrix<float>, Matrix<float>, Matrix<float>> scores) =>
        Exercise.Run("16.4", s_compose, x => scores(x.Tokens, x.Previous));

    private static int[] Said(int[] tokens, bool last, int step) => [.. tokens.Select((token, t) =>
    {
        ReadOnlySpan<int> before = tokens.AsSpan(0, t);
        int at = last ? before.LastIndexOf(token) : before.IndexOf(token);
        return at < 0 || at + step < 0 ? -1 : tokens[at + step];
    })];

    private static int Needed(Matrix<float> map, double share, bool square)
    {
        double[] sizes = [.. map.Svd(computeVectors: false).S.Select(s => square ? (double)s * s : s)];
        double sum = 0;
        return 1 + Array.FindIndex(sizes, size => (sum += size) >= share * sizes.Sum());
    }
}
