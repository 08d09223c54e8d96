using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise16Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Lost()
    {
        AssertSays(
            "✓", Exercise16.CheckRecovered((clean, corrupted, patched) => (clean - patched) / (clean - corrupted)));
        AssertSays(
            "comes back", Exercise16.CheckRecovered(
                (clean, corrupted, patched) => (patched - corrupted) / (clean - corrupted)));
        AssertSays("must lose 1", Exercise16.CheckRecovered((clean, _, patched) => (clean - patched) / clean));
        AssertSays(
            "must lose 0. Begin", Exercise16.CheckRecovered((_, corrupted, patched) => patched / corrupted));
        AssertSays(
            "overshoot", Exercise16.CheckRecovered(
                (clean, corrupted, patched) => Math.Clamp((clean - patched) / (clean - corrupted), 0, 1)));
    }

    [Fact]
    public void What_an_induction_head_says()
    {
        static int[] Say(int[] tokens, Func<int[], int, int> find, int step = 1) =>
            [.. tokens.Select((token, t) => find(tokens[..t], token) is var at and >= 0 ? tokens[at + step] : -1)];

        AssertSays(
            "✓", Exercise16.CheckSays(tokens => Say(tokens, (before, token) => Array.LastIndexOf(before, token))));
        AssertSays(
            "first place", Exercise16.CheckSays(
                tokens => Say(tokens, (before, token) => Array.IndexOf(before, token))));
        AssertSays(
            "token itself", Exercise16.CheckSays(
                tokens => Say(tokens, (before, token) => Array.LastIndexOf(before, token), step: 0)));
        AssertSays("a place", Exercise16.CheckSays(tokens => [.. tokens.Select(
            (token, t) => Array.LastIndexOf(tokens[..t], token) is var at and >= 0 ? at + 1 : -1)]));
        AssertSays("the future", Exercise16.CheckSays(tokens => [.. tokens.Skip(1), -1]));
        AssertSays("as many numbers", Exercise16.CheckSays(tokens => [.. tokens, 1, 2]));
    }

    [Fact]
    public void Singular_values()
    {
        static int Needed(Matrix<float> map, double share, double power)
        {
            double[] sizes = [.. map.Svd(false).S.Select(s => Math.Pow(s, power))];
            return Enumerable.Range(1, sizes.Length).First(n => sizes.Take(n).Sum() >= share * sizes.Sum());
        }

        AssertSays("✓", Exercise16.CheckNeeded((map, share) => Needed(map, share, 2)));
        AssertSays("singular values themselves", Exercise16.CheckNeeded((map, share) => Needed(map, share, 1)));
        AssertSays("That is the rank", Exercise16.CheckNeeded((map, _) => map.Rank()));
        AssertSays("one too few", Exercise16.CheckNeeded((map, share) => Needed(map, share, 2) - 1));
    }

    [Fact]
    public void Composed_scores()
    {
        AssertSays("✓", Exercise16.CheckComposed((tokens, previous) => tokens * (previous * tokens).Transpose()));
        AssertSays("earlier head is missing", Exercise16.CheckComposed((tokens, _) => tokens * tokens.Transpose()));
        AssertSays(
            "Q-composition", Exercise16.CheckComposed((tokens, previous) => previous * tokens * tokens.Transpose()));
        AssertSays(
            "transposed", Exercise16.CheckComposed(
                (tokens, previous) => tokens * (previous.Transpose() * tokens).Transpose()));
        AssertSays("T×T", Exercise16.CheckComposed((tokens, previous) => (previous * tokens).Append(tokens)));
    }
}
