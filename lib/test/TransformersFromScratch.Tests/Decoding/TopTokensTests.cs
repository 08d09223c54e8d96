namespace TransformersFromScratch.Tests.Decoding;

public class TopTokensTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(17, 4)]
    [InlineData(1000, 8)]
    public void They_are_those_of_a_full_sort(int vocabulary, int count)
    {
        var random = new Random(vocabulary);
        for (int trial = 0; trial < 20; trial++)
        {
            // Few different numbers, so that many are equal.
            float[] logits =
                [.. Enumerable.Range(0, vocabulary).Select(_ => random.Next(trial < 10 ? 6 : 1_000_000) / 100f)];
            int[] tokens = new int[count];
            double[] logProbabilities = new double[count];
            TopTokens.Find(logits, tokens, logProbabilities);
            int[] expected =
                [.. Enumerable.Range(0, vocabulary).OrderByDescending(i => logits[i]).ThenBy(i => i).Take(count)];
            Assert.Equal(expected, tokens);
            double largest = logits.Max(),
                normaliser = largest + Math.Log(logits.Sum(logit => Math.Exp(logit - largest)));
            Assert.All(
                tokens.Zip(logProbabilities), pair => Assert.Equal(logits[pair.First] - normaliser, pair.Second, 1e-5));
        }
    }

    [Fact]
    public void Large_logits_do_not_overflow_and_a_hidden_token_does_no_harm()
    {
        int[] tokens = new int[2];
        double[] logProbabilities = new double[2];
        TopTokens.Find([1000f, float.NegativeInfinity, 999f], tokens, logProbabilities);
        Assert.Equal([0, 2], tokens);
        Assert.Equal(-Math.Log(1 + Math.Exp(-1)), logProbabilities[0], 1e-5);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_no_number_is_an_error_wherever_it_stands(float damaged)
    {
        for (int place = 0; place < 37; place++)
        {
            float[] logits = new float[37];
            logits[place] = damaged;
            Assert.Throws<InvalidOperationException>(() => TopTokens.Find(logits, new int[3], new double[3]));
        }
    }
}
