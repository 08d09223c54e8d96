namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise11Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    private static double Precision(string[] output, string[] reference) =>
        output.GroupBy(word => word)
            .Sum(word => Math.Min(word.Count(), reference.Count(other => other == word.Key))) / (double)output.Length;

    private static double Penalty(int output, int reference) =>
        output >= reference ? 1 : Math.Exp(1 - ((double)reference / output));

    private static (int Beam, int Token)[] Step(double[] beams, double[][] next, int width) => [.. next
        .SelectMany((row, beam) => row.Select((p, token) => (Sum: beams[beam] + p, Beam: beam, Token: token)))
        .OrderByDescending(one => one.Sum).Take(width).Select(one => (one.Beam, one.Token))];

    [Fact]
    public void Clipped_precision()
    {
        AssertSays("✓", Exercise11.CheckPrecision(Precision));
        AssertSays("returns 0", Exercise11.CheckPrecision((output, reference) => 0));
        AssertSays(
            "between 0 and 1", Exercise11.CheckPrecision((output, reference) => 100 * Precision(output, reference)));
        AssertSays(
            "7/7", Exercise11.CheckPrecision(
                (output, reference) => output.Count(reference.Contains) / (double)output.Length));
        AssertSays(
            "place by place", Exercise11.CheckPrecision(
                (output, reference) => output.Zip(reference)
                    .Count(pair => pair.First == pair.Second) / (double)output.Length));
        AssertSays(
            "whole number", Exercise11.CheckPrecision(
                (output, reference) => (int)Math.Round(Precision(output, reference) * output.Length) / output.Length));
        AssertSays(
            "each kind", Exercise11.CheckPrecision(
                (output, reference) => output.Intersect(reference).Count() / (double)output.Length));
        AssertSays(
            "recall", Exercise11.CheckPrecision(
                (output, reference) => Precision(output, reference) * output.Length / reference.Length));
        AssertSays("threw", Exercise11.CheckPrecision((output, reference) => throw new InvalidOperationException()));
    }

    [Fact]
    public void Brevity()
    {
        AssertSays("✓", Exercise11.CheckBrevity(Penalty));
        AssertSays("returns 0", Exercise11.CheckBrevity((output, reference) => 0));
        AssertSays(
            "never above 1", Exercise11.CheckBrevity(
                (output, reference) => Math.Exp(1 - ((double)reference / output))));
        AssertSays(
            "not punished", Exercise11.CheckBrevity(
                (output, reference) => Math.Exp(-Math.Abs(1 - ((double)reference / output)))));
        AssertSays(
            "exponential", Exercise11.CheckBrevity((output, reference) => Math.Min(1, (double)output / reference)));
        AssertSays(
            "upside down", Exercise11.CheckBrevity(
                (output, reference) => output >= reference ? 1 : Math.Exp(((double)output / reference) - 1)));
    }

    [Fact]
    public void One_step_of_a_beam()
    {
        AssertSays("✓", Exercise11.CheckBeamStep(Step));
        AssertSays("keeps 2 always", Exercise11.CheckBeamStep((beams, next, width) => Step(beams, next, 2)));
        AssertSays(
            "Add the next", Exercise11.CheckBeamStep(
                (beams, next, width) => Step([.. beams.Select(_ => 0.0)], next, width)));
        AssertSays("Nothing is kept", Exercise11.CheckBeamStep((beams, next, width) => []));
        AssertSays("kept all", Exercise11.CheckBeamStep((beams, next, width) => Step(beams, next, 1000)));
        AssertSays(
            "compete", Exercise11.CheckBeamStep(
                (beams, next, width) =>
                    [.. beams.Select((_, beam) => (beam, Array.IndexOf(next[beam], next[beam].Max())))]));
        AssertSays(
            "best comes first", Exercise11.CheckBeamStep(
                (beams, next, width) => [.. Step(beams, next, width).Reverse()]));
        AssertSays(
            "largest", Exercise11.CheckBeamStep(
                (beams, next, width) => [.. Step(beams, next, 1000).Reverse().Take(width)]));
    }
}
