using static TransformersFromScratch.Tests.Decoding.SmallModel;

namespace TransformersFromScratch.Tests.Decoding;

public class BeamSearchTests
{
    [Theory]
    [InlineData(NormPlacement.Post, 0.0)]
    [InlineData(NormPlacement.Pre, 0.6)]
    public void A_beam_of_one_is_greedy_decoding(NormPlacement norm, double alpha)
    {
        int ended = 0, cut = 0;
        for (int seed = 1; seed <= 12; seed++)
        {
            Transformer model = Build(vocabulary: 6, norm, seed);
            TokenBatch source = Batch(Sources(model, seed, 5, 2, 9));
            IReadOnlyList<int[]> greedy = Greedy.Decode(model, source, Vocabulary.Start, Vocabulary.End, longest: 12);
            var beams = BeamSearch.Decode(model, source, longest: 12, width: 1, alpha);
            Assert.Equal(greedy, beams.Select(best => best.Single().Tokens.ToArray()));
            ended += beams.Count(best => best[0].Ended);
            cut += beams.Count(best => !best[0].Ended);
        }

        Assert.True(ended > 0 && cut > 0, $"{ended} ended and {cut} did not: the models are too much alike.");
    }

    [Theory]
    [InlineData(NormPlacement.Post)]
    [InlineData(NormPlacement.Pre)]
    public void A_batch_gives_what_its_sources_give_alone(NormPlacement norm)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            Transformer model = Build(vocabulary: 7, norm, seed);
            IReadOnlyList<int>[] sources = Sources(model, seed, 5, 2, 9, 1, 4);
            var together = BeamSearch.Decode(model, Batch(sources), longest: 10, width: 4, best: 3);
            for (int b = 0; b < sources.Length; b++)
            {
                var alone = BeamSearch.Decode(model, Batch(sources[b]), longest: 10, width: 4, best: 3).Single();
                Assert.Equal(alone.Select(h => h.Tokens), together[b].Select(h => h.Tokens));
                Assert.All(alone.Zip(together[b]), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4));
            }
        }
    }

    /// <summary>
    /// All targets of up to 4 tokens over 5, scored one by one without a cache: a beam that holds them all finds the
    /// best of them, in order, although it stops early; narrower ones find nothing better, and some narrow one finds
    /// worse.
    /// </summary>
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.6)]
    [InlineData(2.0)]
    public void No_target_is_better_than_what_a_wide_enough_beam_finds(double alpha)
    {
        const int longest = 4;
        int narrowMissed = 0;
        for (int seed = 1; seed <= 4; seed++)
        {
            Transformer model = Build(vocabulary: 5, seed: seed);
            IReadOnlyList<int> source = Sources(model, seed, 4)[0];
            (int[] Tokens, double Score)[] all =
                [.. Everything(model, source, longest, alpha).OrderByDescending(one => one.Score)];
            Assert.Equal(1 + 4 + 16 + 64 + 256, all.Length);
            var found = BeamSearch.Decode(model, Batch(source), longest, width: 256, alpha, best: 5).Single();
            Assert.Equal(5, found.Count);
            for (int i = 0; i < found.Count; i++)
            {
                Assert.Equal(all[i].Score, found[i].Score, 1e-4);
            }

            Assert.Equal(all[0].Tokens, found[0].Tokens);
            foreach (int width in (int[])[1, 2, 4, 16])
            {
                double narrow = BeamSearch.Decode(model, Batch(source), longest, width, alpha).Single()[0].Score;
                Assert.True(
                    narrow <= all[0].Score + 1e-4,
                    $"Width {width} found {narrow}, better than the best there is, {all[0].Score}.");
                narrowMissed += narrow < all[0].Score - 1e-3 ? 1 : 0;
            }
        }

        Assert.True(narrowMissed > 0, "Even the narrowest beams found the best: the comparison says nothing.");
    }

    [Theory]
    [InlineData(1, 0.6, 1.0)]                // (6/6)^α
    [InlineData(7, 1.0, 2.0)]                // 12/6
    [InlineData(13, 2.0, 9.0)]               // (18/6)²
    [InlineData(19, 0.5, 2.0)]               // √(24/6)
    [InlineData(100, 0.0, 1.0)]
    [InlineData(25, 0.6, 2.6265278044037674)] // 5^0.6
    public void The_length_penalty_by_hand(int length, double alpha, double expected) =>
        Assert.Equal(expected, BeamSearch.LengthPenalty(length, alpha), 12);

    [Fact]
    public void The_n_best_are_sorted_distinct_and_scored_as_the_uncached_decoder_scores_them()
    {
        int ended = 0;
        for (int seed = 1; seed <= 6; seed++)
        {
            Transformer model = Build(vocabulary: 6, seed: seed);
            IReadOnlyList<int>[] sources = Sources(model, seed, 5, 3);
            var results = BeamSearch.Decode(model, Batch(sources), longest: 9, width: 6, alpha: 0.6, best: 6);
            for (int b = 0; b < sources.Length; b++)
            {
                Assert.Equal(6, results[b].Count);
                Assert.Equal(6, results[b].Select(h => string.Join(' ', h.Tokens)).Distinct().Count());
                Assert.Equal(results[b].Select(h => h.Score).OrderDescending(), results[b].Select(h => h.Score));
                foreach (Hypothesis h in results[b])
                {
                    Assert.DoesNotContain(Vocabulary.End, h.Tokens);
                    Assert.Equal(LogProbability(model, sources[b], h.Tokens, h.Ended), h.LogProbability, 1e-4);
                    Assert.Equal(h.LogProbability / Math.Pow((5.0 + h.Tokens.Count + 1) / 6, 0.6), h.Score, 1e-9);
                    Assert.True(h.Ended ? h.Tokens.Count < 9 : h.Tokens.Count == 9);
                    ended += h.Ended ? 1 : 0;
                }
            }
        }

        Assert.True(ended > 0, "No hypothesis ended.");
    }

    [Fact]
    public void The_search_tree_holds_every_step_of_every_hypothesis()
    {
        Transformer model = Build(vocabulary: 6, seed: 3);
        var tree = new List<SearchNode>();
        var best = BeamSearch.Decode(model, Batch([3, 5, 4]), longest: 8, width: 3, best: 3, tree: tree).Single();
        Dictionary<int, SearchNode> nodes = tree.ToDictionary(node => node.Id);
        foreach (SearchNode node in tree)
        {
            // A child is one longer and no likelier, and only what was continued has children.
            Assert.Equal(node.Parent == 0 ? 1 : nodes[node.Parent].Length + 1, node.Length);
            Assert.True(node.Parent == 0 || nodes[node.Parent].Fate == SearchFate.Continued);
            Assert.True(node.LogProbability <= (node.Parent == 0 ? 0 : nodes[node.Parent].LogProbability));
            Assert.Equal(node.Fate == SearchFate.Ended, node.Token == Vocabulary.End && node.Fate != SearchFate.Pruned);
        }

        foreach (var step in tree.GroupBy(node => node.Length))
        {
            SearchNode[] stay = [.. step.Where(node => node.Fate != SearchFate.Pruned)];
            Assert.True(stay.Length <= 3);
            Assert.All(
                step.Except(stay), pruned => Assert.True(
                    pruned.LogProbability <= stay.Min(node => node.LogProbability)));
        }

        string[] paths = [.. tree.Where(node => node.Fate != SearchFate.Pruned).Select(Path)];
        Assert.All(
            best, h => Assert.Contains(string.Join(' ', h.Ended ? [.. h.Tokens, Vocabulary.End] : h.Tokens), paths));

        string Path(SearchNode node) => node.Parent == 0 ? $"{node.Token}" : $"{Path(nodes[node.Parent])} {node.Token}";
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.6)]
    public void A_token_that_is_impossible_is_never_written(double alpha)
    {
        // A bias would do it, but the logits are x Eᵀ: an embedding of -infinity where x is positive, by a norm with no
        // gain and a shift of 1.
        Transformer model = Build(vocabulary: 6, NormPlacement.Pre);
        model.DecoderNorm!.Gain.Span[0] = 0;
        model.DecoderNorm.Bias.Span[0] = 1;
        foreach (int token in new[] { 0, 3 }) { model.Embedding.Weight.Span[token * 16] = float.NegativeInfinity; }
        var tree = new List<SearchNode>();
        var found = BeamSearch.Decode(model, Batch([4, 5]), longest: 4, width: 5, alpha, best: 5, tree).Single();
        Assert.NotEmpty(found);
        Assert.All(found, hypothesis =>
        {
            Assert.True(double.IsFinite(hypothesis.LogProbability) && double.IsFinite(hypothesis.Score));
            Assert.DoesNotContain(hypothesis.Tokens, token => token is 0 or 3);
        });
        Assert.All(tree, node => Assert.True(double.IsFinite(node.LogProbability)));
    }

    [Theory]
    [InlineData(1e6)]
    [InlineData(double.PositiveInfinity)]
    public void A_penalty_that_overflows_is_refused(double alpha) =>
        Assert.Contains(
            "length penalty", Assert.Throws<ArgumentOutOfRangeException>(
                () => BeamSearch.Decode(Build(), Batch([3, 4]), 5, alpha: alpha)).Message, StringComparison.Ordinal);

    [Fact]
    public void It_can_be_stopped_between_two_steps()
    {
        Transformer model = Build();
        using var source = new CancellationTokenSource();
        var tree = new StoppingAt(5, source);
        Assert.Throws<OperationCanceledException>(
            () => BeamSearch.Decode(model, Batch([3, 4]), longest: 200, tree: tree, token: source.Token));
        // The first step looks at 4 candidates, the second at up to 16; there was no third.
        Assert.InRange(tree.Max(node => node.Length), 1, 2);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Transformer model = Build();
        TokenBatch source = Batch([3, 4]);
        Assert.Equal(
            "width", Assert.Throws<ArgumentOutOfRangeException>(
                () => BeamSearch.Decode(model, source, 5, width: 0)).ParamName);
        Assert.Equal(
            "alpha", Assert.Throws<ArgumentOutOfRangeException>(
                () => BeamSearch.Decode(model, source, 5, alpha: -1)).ParamName);
        Assert.Equal(
            "best", Assert.Throws<ArgumentOutOfRangeException>(
                () => BeamSearch.Decode(model, source, 5, width: 2, best: 3)).ParamName);
        Assert.Equal(
            "longest", Assert.Throws<ArgumentOutOfRangeException>(() => BeamSearch.Decode(model, source, 0)).ParamName);
        Assert.Equal(
            "tree", Assert.Throws<ArgumentException>(
                () => BeamSearch.Decode(model, Batch([3], [4]), 5, tree: [])).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => BeamSearch.Decode(model, source, 5, alpha: double.NaN));
        model.Embedding.Weight.Span[(5 * 16) + 3] = float.NaN;
        Assert.Contains(
            "NaN", Assert.Throws<InvalidOperationException>(() => BeamSearch.Decode(model, source, 5)).Message,
            StringComparison.Ordinal);
    }

    private static IEnumerable<(int[] Tokens, double Score)> Everything(
        Transformer model, IReadOnlyList<int> source, int longest, double alpha)
    {
        List<int[]> open = [[]];
        for (int length = 0; length <= longest; length++)
        {
            foreach (int[] tokens in open)
            {
                double logProbability = LogProbability(model, source, tokens, ended: length < longest);
                yield return (tokens, logProbability / BeamSearch.LengthPenalty(length + 1, alpha));
            }

            open =
                [.. open.SelectMany(
                    _ => Enumerable.Range(0, 5).Where(id => id != Vocabulary.End),
                    (tokens, id) => (int[])[.. tokens, id])];
        }
    }

    private sealed class StoppingAt(int count, CancellationTokenSource source) : List<SearchNode>,
        ICollection<SearchNode>
    {
        void ICollection<SearchNode>.Add(SearchNode node)
        {
            Add(node);
            if (Count == count)
            {
                source.Cancel();
            }
        }
    }
}
