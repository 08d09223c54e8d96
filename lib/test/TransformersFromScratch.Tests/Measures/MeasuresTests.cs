namespace TransformersFromScratch.Tests.Measures;

public class MeasuresTests
{
    [Fact]
    public void ChrF_worked_by_hand()
    {
        // abcd against abxab: characters 2/4 and 2/5, pairs 1/3 and 1/4 (ab once), triples 0/2 and 0/3, fours 0/1 and
        // 0/2.
        ChrFScore score = ChrF.Corpus(["ab cd"], ["abx ab"]);
        double precision = (2 / 4.0 + 1 / 3.0) / 4, recall = (2 / 5.0 + 1 / 4.0) / 4;
        Assert.Equal(100 * precision, score.Precision, 1e-12);
        Assert.Equal(100 * recall, score.Recall, 1e-12);
        Assert.Equal(500 * precision * recall / (4 * precision + recall), score.Score, 1e-12);
        Assert.Equal("chrF2 = 17.00", score.ToString());
    }

    [Fact]
    public void ChrF_takes_the_best_reference_and_counts_recall_double()
    {
        Assert.Equal(100, ChrF.Corpus(["être"], (string[][])[["avoir", "être"]]).Score, 1e-12);
        Assert.True(ChrF.Corpus(["abcdefgh"], ["abcdef"]).Score > ChrF.Corpus(["abcdef"], ["abcdefgh"]).Score);
    }

    [Fact]
    public void Exact_match_is_a_percentage()
    {
        Assert.Equal(50, ExactMatch.Corpus(["2024-02-29 ", "2024-3-1"], ["2024-02-29", "2024-03-01"]));
        Assert.Equal(0, ExactMatch.Corpus(["A"], ["a"]));
        Assert.Throws<ArgumentException>(() => ExactMatch.Corpus(["a"], ["a", "b"]));
    }

    [Fact]
    public void A_model_that_knows_nothing_has_the_perplexity_of_its_vocabulary()
    {
        Assert.Equal(50, Perplexity.FromLogProbabilities([.. Enumerable.Repeat(-Math.Log(50), 7)]), 1e-9);
        Assert.Equal(1, Perplexity.FromLoss(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Perplexity.FromLoss(double.NaN));
        Assert.Throws<ArgumentException>(() => Perplexity.FromLogProbabilities([]));
    }

    /// <summary>Two tokens of three characters each, at 1 nat a token, are 2 / ln 2 bits over 6 characters.</summary>
    [Fact]
    public void Bits_per_character_compare_over_tokenizations()
    {
        Assert.Equal(2 / Math.Log(2) / 6, Perplexity.BitsPerCharacter(1, tokens: 2, characters: 6), 1e-12);
        Assert.Equal(1, Perplexity.BitsPerCharacter(Math.Log(2)), 1e-12); // A fair coin.
        // Its perplexity is beyond any number.
        Assert.Equal(5_000, Perplexity.BitsPerCharacter(5_000 * Math.Log(2)), 1e-9);
        Assert.Throws<ArgumentOutOfRangeException>(() => Perplexity.BitsPerCharacter(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Perplexity.BitsPerCharacter(1, tokens: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Perplexity.BitsPerCharacter(1, 5, 0));
    }

    [Fact]
    public void The_interval_of_a_mean_is_that_of_theory()
    {
        // 400 values of variance 1: the standard error is 1/20, and the 95 % interval about ±1.96 of it.
        var random = new SeededRandom(5);
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => Math.Sqrt(12) * (random.NextDouble() - 0.5))];
        ConfidenceInterval interval = Bootstrap.Interval(values, drawn => drawn.Average(), random, samples: 4000);
        Assert.Equal(values.Average(), interval.Value);
        Assert.Equal(2 * 1.96 / 20, interval.High - interval.Low, 0.01);
        Assert.InRange(interval.Value, interval.Low, interval.High);
    }

    [Fact]
    public void Intervals_hold_the_true_mean_about_as_often_as_they_say()
    {
        var random = new SeededRandom(6);
        int held = 0;
        for (int trial = 0; trial < 2000; trial++)
        {
            double[] values = [.. Enumerable.Range(0, 60).Select(_ => random.NextDouble())];
            ConfidenceInterval interval = Bootstrap.Interval(
                values, drawn => drawn.Average(), random, samples: 200, confidence: 0.8);
            held += interval.Low <= 0.5 && 0.5 <= interval.High ? 1 : 0;
        }

        Assert.InRange(held, 1540, 1650); // 0.8 · 2000 ± 3 standard deviations of 18
    }

    [Fact]
    public void The_same_seed_draws_the_same_interval_and_one_sentence_has_no_width()
    {
        string[] outputs = ["the cat sat on the mat", "a dog ran to the house", "it is late"];
        string[] references = ["the cat sat on a mat", "a dog ran to the old house", "it is too late"];
        ConfidenceInterval first = Interval(outputs, references, 1);
        Assert.Equal(first, Interval(outputs, references, 1));
        Assert.Equal(Bleu.Corpus(outputs, references).Score, first.Value);
        Assert.NotEqual(Mean(1), Mean(2));
        Assert.True(first.Low < first.Value && first.Value < first.High);
        Assert.Equal(0, Interval(outputs[..1], references[..1], 1) is var (_, low, high) ? high - low : double.NaN);

        static ConfidenceInterval Mean(int seed) =>
            Bootstrap.Interval(
                [0.1, 0.7, 0.2, 0.9, 0.4], drawn => drawn.Average(), new SeededRandom(seed), samples: 50);
        static ConfidenceInterval Interval(string[] outputs, string[] references, int seed) =>
            Bootstrap.Interval(
                Bleu.Sentences(outputs, references), drawn => Bleu.Of(drawn).Score, new SeededRandom(seed),
                samples: 200);
    }

    [Fact]
    public void A_difference_of_systems_is_measured_on_pairs()
    {
        var random = new SeededRandom(7);
        (double, double)[] pairs =
            [.. Enumerable.Range(0, 50).Select(_ => random.NextDouble()).Select(value => (value + 0.01, value))];
        ConfidenceInterval interval = Bootstrap.Interval(
            pairs, drawn => drawn.Average(pair => pair.Item1 - pair.Item2), random);
        Assert.True(interval.Low > 0.0099 && interval.High < 0.0101, interval.ToString());
    }

    [Fact]
    public void Draws_that_make_no_sense_are_refused()
    {
        var random = new SeededRandom(8);
        Assert.Throws<ArgumentException>(
            () => Bootstrap.Interval(Array.Empty<double>(), drawn => drawn.Average(), random));
        Assert.Throws<ArgumentException>(() => Bootstrap.Interval([1.0], _ => double.NaN, random));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Bootstrap.Interval([1.0], drawn => drawn[0], random, samples: 0));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Bootstrap.Interval([1.0], drawn => drawn[0], random, confidence: 95));
    }
}
