namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solutions of chapter 18 pass, and likely mistakes get their own diagnoses.</summary>
public class Exercise18Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Enough_micro_batches()
    {
        AssertSays("✓", Exercise18.CheckMicroBatches((p, idle) =>
        {
            int m = 1;
            while ((p - 1.0) / (m + p - 1) > idle) { m++; }

            return m;
        }));
        AssertSays("✓", Exercise18.CheckMicroBatches(
            (p, idle) => Math.Max(1, (int)Math.Ceiling((p - 1) * ((1 / idle) - 1)))));
        AssertSays("Round up", Exercise18.CheckMicroBatches(
            (p, idle) => Math.Max(1, (int)Math.Floor((p - 1) * ((1 / idle) - 1)))));
        AssertSays("number of all slots", Exercise18.CheckMicroBatches((p, idle) => (int)Math.Ceiling((p - 1) / idle)));
    }

    [Fact]
    public void Texts_beside_the_weights()
    {
        AssertSays("✓", Exercise18.CheckTexts((memory, parameters, layers, width, length) =>
            Math.Max(0, memory - (2 * parameters)) / (4L * layers * width * length)));
        AssertSays("each number takes 2 bytes", Exercise18.CheckTexts((memory, parameters, layers, width, length) =>
            Math.Max(0, memory - (2 * parameters)) / (2L * layers * width * length)));
        AssertSays("must fit, too", Exercise18.CheckTexts((memory, _, layers, width, length) =>
            memory / (4L * layers * width * length)));
    }

    [Fact]
    public void The_best_number_of_segments()
    {
        AssertSays("✓", Exercise18.CheckSegments((layers, ratio) => Enumerable.Range(1, layers)
            .MinBy(k => k + (ratio * ((layers + k - 1) / k)))));
        AssertSays("round down", Exercise18.CheckSegments((layers, ratio) => Enumerable.Range(1, layers)
            .MinBy(k => k + (ratio * (layers / k)))));
        AssertSays("try all k", Exercise18.CheckSegments(
            (layers, ratio) => (int)Math.Round(Math.Sqrt(layers * ratio))));
        AssertSays("√N is the rule", Exercise18.CheckSegments((layers, _) => (int)Math.Round(Math.Sqrt(layers))));
    }
}
