namespace TransformersFromScratch.Tests.Text;

public sealed class SpanTests
{
    private static readonly int[] s_sentinels = [.. Enumerable.Range(1000, 30)];

    public static TheoryData<int> Lengths => [1, 2, 3, 4, 7, 20, 51, 200];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void What_is_taken_out_and_put_back_is_the_text(int length)
    {
        int[] ids = [.. Enumerable.Range(1, length).Select(i => i % 9)]; // The same tokens come again.
        var random = new SeededRandom(length);
        for (int draw = 0; draw < 100; draw++)
        {
            double rate = random.NextDouble();
            var (input, target) = SpanCorruption.Corrupt(
                ids, s_sentinels, random, rate, mean: 1 + 4 * random.NextDouble());
            int spans = input.Count(s_sentinels.Contains);
            Assert.Equal(s_sentinels.Take(spans), input.Where(s_sentinels.Contains)); // in their order, each once
            Assert.Equal(s_sentinels.Take(spans + 1), target.Where(s_sentinels.Contains)); // and one more at the end
            Assert.Equal(s_sentinels[spans], target[^1]);
            Assert.Equal(ids, SpanCorruption.Restore(input, target, s_sentinels));
            Assert.Equal(Math.Clamp((int)Math.Round(length * rate), 1, length), target.Length - spans - 1);
            Assert.DoesNotContain(
                input.Zip(input.Skip(1)),
                pair => s_sentinels.Contains(pair.First) && s_sentinels.Contains(pair.Second));
        }
    }

    [Fact]
    public void Spans_have_the_mean_length_and_every_place_may_be_taken()
    {
        int[] ids = [.. Enumerable.Range(0, 100)];
        var random = new SeededRandom(5);
        int[] taken = new int[100];
        for (int draw = 0; draw < 4000; draw++)
        {
            var (input, target) = SpanCorruption.Corrupt(ids, s_sentinels, random);
            // 15 tokens in 5 spans of 3 on average.
            Assert.Equal((5, 15), (input.Count(id => id >= 1000), target.Count(id => id < 1000)));
            foreach (int id in target.Where(id => id < 1000)) { taken[id]++; }
        }

        // 600 each on average. An end is taken more rarely, for it needs a span just there: 1 of 86 / 5 ways, so 233
        // times.
        Assert.All(taken[10..90], count => Assert.InRange(count, 500, 720));
        Assert.All([taken[0], taken[99]], count => Assert.InRange(count, 233 - 60, 233 + 60));
    }

    [Fact]
    public void Too_few_sentinels_make_longer_spans()
    {
        var (input, target) = SpanCorruption.Corrupt(
            [.. Enumerable.Range(0, 100)], [1000, 1001, 1002], new SeededRandom(1));
        Assert.Equal((2, 15), (input.Count(id => id >= 1000), target.Count(id => id < 1000)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpanCorruption.Corrupt([1, 2], [1000], new SeededRandom(1)));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => SpanCorruption.Corrupt([1, 2], s_sentinels, new SeededRandom(1), rate: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => SpanCorruption.Corrupt([1, 2], s_sentinels, new SeededRandom(1), mean: 0.5));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Infilling_keeps_the_text_as_the_target_and_hides_the_share_it_says(int length)
    {
        int[] ids = [.. Enumerable.Range(1, length)];
        var random = new SeededRandom(length);
        for (int draw = 0; draw < 100; draw++)
        {
            double rate = random.NextDouble();
            var (input, target) = Infilling.Corrupt(ids, mask: 0, random, rate, mean: 3);
            Assert.Equal(ids, target);
            int[] kept = [.. input.Where(id => id != 0)];
            Assert.Equal(length - (int)Math.Round(length * rate), kept.Length);
            Assert.Equal(kept.Order(), kept); // what is kept stands in its order, and the text had each token once
            Assert.DoesNotContain(input.Zip(input.Skip(1)), pair => pair is (0, 0));
            // Nothing lost without a mask.
            Assert.All(
                input.Zip(input.Skip(1)),
                pair => Assert.True(pair.First == 0 || pair.Second == 0 || pair.Second == pair.First + 1));
            Assert.True((input[0] is 0 or 1) && (input[^1] == 0 || input[^1] == length));
        }
    }

    [Fact]
    public void Infilled_spans_are_of_every_length_and_of_none()
    {
        int[] ids = [.. Enumerable.Range(1, 200)], counts = new int[200];
        var random = new SeededRandom(6);
        int all = 0, masks = 0;
        for (int draw = 0; draw < 2000; draw++)
        {
            int[] input = Infilling.Corrupt(ids, mask: 0, random).Input;
            for (int i = 0; i < input.Length; i++)
            {
                if (input[i] != 0) { continue; }

                int before = i == 0 ? 0 : input[i - 1], after = i == input.Length - 1 ? 201 : input[i + 1];
                (all, masks) = (all + after - before - 1, masks + 1);
                counts[after - before - 1]++;
            }
        }

        Assert.Equal(60 * 2000, all);
        Assert.Equal(3, (double)all / masks, 0.15); // the last span of a text is cut to fit, so a little below
        Assert.Equal(Math.Exp(-3), (double)counts[0] / masks, 0.01);
        Assert.Equal(4.5 * Math.Exp(-3), (double)counts[2] / masks, 0.02);
        Assert.True(counts[8] > 0);
    }

    [Fact]
    public void Poisson_has_its_mean_and_its_variance()
    {
        var random = new SeededRandom(7);
        double[] draws = [.. Enumerable.Range(0, 40_000).Select(_ => (double)Infilling.Poisson(3, random))];
        double mean = draws.Average();
        Assert.Equal(3, mean, 0.035); // four standard errors
        Assert.Equal(3, draws.Average(draw => (draw - mean) * (draw - mean)), 0.12);
        Assert.Throws<ArgumentOutOfRangeException>(() => Infilling.Corrupt([1], 0, random, mean: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Infilling.Corrupt([1], 0, random, rate: 2));
    }
}
