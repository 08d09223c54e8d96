namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solutions of chapter 17 pass, and likely mistakes get their own diagnoses.</summary>
public class Exercise17Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Bytes_of_a_number()
    {
        static byte[] Written(long number, int bits)
        {
            var bytes = new List<byte>();
            for (; number >= 128; number >>= bits) { bytes.Add((byte)((number & 127) | 128)); }

            return [.. bytes, (byte)number];
        }

        AssertSays("✓", Exercise17.CheckBytes(number => Written(number, 7)));
        AssertSays("shift by eight", Exercise17.CheckBytes(number => Written(number, 8)));
        AssertSays("wrong order", Exercise17.CheckBytes(number => [.. Written(number, 7).AsEnumerable().Reverse()]));
    }

    [Fact]
    public void The_largest_rank()
    {
        AssertSays(
            "✓", Exercise17.CheckLargestRank((maps, inputs, outputs, budget) =>
                (int)(budget / ((long)maps * (inputs + outputs)))));
        AssertSays(
            "whole matrix", Exercise17.CheckLargestRank((maps, inputs, outputs, budget) =>
                (int)(budget / ((long)maps * inputs * outputs))));
        AssertSays(
            "round down", Exercise17.CheckLargestRank((maps, inputs, outputs, budget) =>
                (int)Math.Ceiling(budget / ((double)maps * (inputs + outputs)))));
    }

    [Fact]
    public void The_mean_reciprocal_rank()
    {
        AssertSays(
            "✓", Exercise17.CheckReciprocalRank((ranks, most) =>
                ranks.Average(rank => rank <= most ? 1.0 / rank : 0)));
        AssertSays(
            "recall", Exercise17.CheckReciprocalRank((ranks, most) =>
                ranks.Average(rank => rank <= most ? 1.0 : 0)));
        AssertSays(
            "whole numbers", Exercise17.CheckReciprocalRank((ranks, most) =>
                ranks.Average(rank => rank <= most ? 1 / rank : 0)));
    }
}
