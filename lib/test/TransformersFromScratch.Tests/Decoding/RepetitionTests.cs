using TransformersFromScratch.Tests.Models;

namespace TransformersFromScratch.Tests.Decoding;

/// <summary>No n tokens in a row twice (Paulus et al. 2017, section 2.5).</summary>
public class RepetitionTests
{
    public static TheoryData<string> Models => SmallModels.Names;

    [Fact]
    public void The_tokens_that_would_complete_an_n_gram_again_are_forbidden_and_no_others()
    {
        Assert.Equal([3], Repetition.Forbidden([1, 2, 3, 1, 2], 3));
        Assert.Equal([3, 4], Repetition.Forbidden([1, 2, 3, 1, 2, 4, 1, 2], 3));
        Assert.Equal([1], Repetition.Forbidden([1, 1], 2));
        Assert.Equal([5, 6], Repetition.Forbidden([5, 6], 1));
        Assert.Empty(Repetition.Forbidden([1, 2, 1, 2], 0));
        Assert.Empty(Repetition.Forbidden([], 1));
        Assert.Empty(Repetition.Forbidden([1, 2], 3));

        var random = new Random(1);
        for (int round = 0; round < 400; round++)
        {
            int n = random.Next(1, 5);
            int[] written = [.. Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(3))];
            int[] completing = [.. Enumerable.Range(0, 3).Where(next =>
            {
                int[] longer = [.. written, next];
                int last = longer.Length - n;
                return Enumerable.Range(0, Math.Max(0, last)).Any(i =>
                    longer.AsSpan(i, n).SequenceEqual(longer.AsSpan(last)));
            })];
            Assert.Equal(completing, Repetition.Forbidden(written, n).Distinct().Order());
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void Nothing_is_said_twice_and_the_model_says_how_likely_it_is(string name)
    {
        IEncoderDecoder model = SmallModels.Build(name);
        int[][] sources = SmallModels.Sentences(1, 5, 3, 6, 1, 4, 4);
        var batch = TokenBatch.Of(sources, model.PaddingId);
        Assert.Equal(Greedy.Decode(model, batch, 24), Greedy.Decode(model, batch, 24, noRepeat: 0));
        int repeated = 0;
        for (int n = 1; n <= 4; n++)
        {
            repeated += Greedy.Decode(model, batch, 24).Count(target => Repeats(target, n));
            IReadOnlyList<int[]> greedy = Greedy.Decode(model, batch, 24, n);
            Assert.All(greedy, target => Assert.False(Repeats(target, n)));
            var beamOfOne = BeamSearch.Decode(model, batch, 24, width: 1, noRepeat: n);
            Assert.Equal(greedy, beamOfOne.Select(found => found[0].Tokens));
            foreach (int width in new[] { 2, 4 })
            {
                var found = BeamSearch.Decode(model, batch, 24, width, best: width, noRepeat: n);
                for (int b = 0; b < sources.Length; b++)
                {
                    Assert.NotEmpty(found[b]);
                    Assert.All(found[b], hypothesis => Assert.False(Repeats([.. hypothesis.Tokens], n)));
                    Hypothesis best = found[b][0];
                    Assert.Equal(LogProbability(model, sources[b], best), best.LogProbability, 1e-3);
                }
            }
        }

        Assert.True(repeated > 0, "Unless these models repeat themselves, this test says nothing.");
    }

    [Theory, MemberData(nameof(Models))]
    public void With_nothing_forbidden_a_beam_search_is_what_it_was(string name)
    {
        IEncoderDecoder model = SmallModels.Build(name);
        var batch = TokenBatch.Of(SmallModels.Sentences(1, 5, 3), model.PaddingId);
        var want = BeamSearch.Decode(model, batch, 12, best: 4).SelectMany(found => found).ToArray();
        var got = BeamSearch.Decode(model, batch, 12, best: 4, noRepeat: 0).SelectMany(found => found).ToArray();
        var far = BeamSearch.Decode(model, batch, 12, best: 4, noRepeat: 13).SelectMany(found => found).ToArray();
        foreach (Hypothesis[] other in new[] { got, far })
        {
            Assert.Equal(want.Select(hypothesis => hypothesis.Tokens), other.Select(hypothesis => hypothesis.Tokens));
            Assert.Equal(
                want.Select(hypothesis => hypothesis.LogProbability),
                other.Select(hypothesis => hypothesis.LogProbability));
        }

        Assert.Throws<ArgumentOutOfRangeException>("noRepeat", () => BeamSearch.Decode(model, batch, 5, noRepeat: -1));
        Assert.Throws<ArgumentOutOfRangeException>("noRepeat", () => Greedy.Decode(model, batch, 5, noRepeat: -1));
    }

    private static bool Repeats(int[] tokens, int n)
    {
        var seen = new HashSet<string>();
        return Enumerable.Range(0, Math.Max(0, tokens.Length - n + 1)).Any(i =>
            !seen.Add(string.Join(' ', tokens.Skip(i).Take(n))));
    }

    private static double LogProbability(IEncoderDecoder model, int[] source, Hypothesis hypothesis)
    {
        int[] written = hypothesis.Ended ? [.. hypothesis.Tokens, model.EndId] : [.. hypothesis.Tokens];
        int[] read = [model.StartId, .. written[..^1]];
        Tensor logits = model.Forward(new TokenBatch(source, 1, source.Length), new TokenBatch(read, 1, read.Length));
        return -written.Length * (double)Op.CrossEntropy(logits, written).Scalar;
    }
}
