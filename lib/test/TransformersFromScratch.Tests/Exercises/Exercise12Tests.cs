namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise12Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Bits_per_character()
    {
        static double Nats(double[] p) => -p.Sum();
        static int Letters(string[] tokens) => tokens.Sum(token => token.Length);

        AssertSays("✓", Exercise12.CheckBits((p, tokens) => Nats(p) / Math.Log(2) / Letters(tokens)));
        AssertSays("✎", Exercise12.CheckBits((_, _) => throw new NotImplementedException()));
        AssertSays("0 so far", Exercise12.CheckBits((_, _) => 0));
        AssertSays("sign is turned", Exercise12.CheckBits((p, tokens) => -Nats(p) / Math.Log(2) / Letters(tokens)));
        AssertSays("These are nats", Exercise12.CheckBits((p, tokens) => Nats(p) / Letters(tokens)));
        AssertSays("multiply by ln 2", Exercise12.CheckBits((p, tokens) => Nats(p) * Math.Log(2) / Letters(tokens)));
        AssertSays("bits for a token", Exercise12.CheckBits((p, tokens) => Nats(p) / Math.Log(2) / tokens.Length));
        AssertSays("That is the loss", Exercise12.CheckBits((p, tokens) => Nats(p) / tokens.Length));
        AssertSays("all bits together", Exercise12.CheckBits((p, _) => Nats(p) / Math.Log(2)));
        AssertSays(
            "average over tokens", Exercise12.CheckBits(
                (p, tokens) => p.Zip(tokens, (x, token) => -x / Math.Log(2) / token.Length).Average()));
        AssertSays("the perplexity", Exercise12.CheckBits((p, tokens) => Math.Exp(Nats(p) / tokens.Length)));
        AssertSays(
            "count the spaces", Exercise12.CheckBits(
                (p, tokens) => Nats(p) / Math.Log(2) / tokens.Sum(token => token.Trim().Length)));
        AssertSays("never negative", Exercise12.CheckBits((_, _) => -1));
    }

    [Fact]
    public void Temperature()
    {
        static double Best(double[][] scores, int[] came, Func<double[], int, double, double> cost) =>
            Enumerable.Range(0, 301).Select(i => 0.2 * Math.Pow(25, i / 300.0))
                .MinBy(tau => scores.Zip(came, (row, token) => cost(row, token, tau)).Sum());
        static double Cost(double[] row, int token, double tau) =>
            Math.Log(row.Sum(z => Math.Exp((z - row[token]) / tau)));

        AssertSays("✓", Exercise12.CheckTemperature((scores, came) => Best(scores, came, Cost)));
        AssertSays("0 so far", Exercise12.CheckTemperature((_, _) => 0));
        AssertSays("1 always", Exercise12.CheckTemperature((_, _) => 1));
        AssertSays("one over", Exercise12.CheckTemperature((scores, came) => 1 / Best(scores, came, Cost)));
        AssertSays(
            "cost most", Exercise12.CheckTemperature(
                (scores, came) => Best(scores, came, (row, token, tau) => -Cost(row, token, tau))));
        AssertSays(
            "mean probability", Exercise12.CheckTemperature(
                (scores, came) => Best(scores, came, (row, token, tau) => -Math.Exp(-Cost(row, token, tau)))));
        AssertSays("above 0", Exercise12.CheckTemperature((_, _) => -1));
    }

    [Fact]
    public void Copied()
    {
        static int Longest(string text, string sample)
        {
            int longest = 0;
            for (int from = 0; from < sample.Length; from++)
            {
                while (from + longest < sample.Length
                    && text.Contains(sample.Substring(from, longest + 1), StringComparison.Ordinal))
                {
                    longest++;
                }
            }

            return longest;
        }

        AssertSays("✓", Exercise12.CheckCopied(Longest));
        AssertSays("0 so far", Exercise12.CheckCopied((_, _) => 0));
        AssertSays(
            "whole sample", Exercise12.CheckCopied(
                (text, sample) => text.Contains(sample, StringComparison.Ordinal) ? sample.Length : 0));
        AssertSays("beginnings of the sample", Exercise12.CheckCopied((text, sample) =>
            Enumerable.Range(0, sample.Length + 1).Last(n => text.Contains(sample[..n], StringComparison.Ordinal))));
        AssertSays(
            "from the beginning", Exercise12.CheckCopied(
                (text, sample) => text.Zip(sample).TakeWhile(pair => pair.First == pair.Second).Count()));
        AssertSays(
            "small letters from capitals",
            Exercise12.CheckCopied((text, sample) => Longest(text.ToUpperInvariant(), sample.ToUpperInvariant())));
        AssertSays("single words", Exercise12.CheckCopied((text, sample) =>
            sample.Split(' ').Where(word => text.Contains(word, StringComparison.Ordinal)).Select(word => word.Length)
                .DefaultIfEmpty().Max()));
        AssertSays("count characters", Exercise12.CheckCopied((text, sample) => sample.Count(x => text.Contains(x))));
        AssertSays("One too few", Exercise12.CheckCopied((text, sample) => Longest(text, sample) - 1));
        AssertSays("One too many", Exercise12.CheckCopied((text, sample) => Longest(text, sample) + 1));
        AssertSays("no longer than the sample", Exercise12.CheckCopied((text, _) => text.Length + 50));
    }
}
