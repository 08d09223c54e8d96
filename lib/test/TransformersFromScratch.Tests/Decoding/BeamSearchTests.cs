namespace TransformersFromScratch.Tests.Decoding;

public class BeamSearchTests
{
    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5, 6];

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(7, 1, 2)]      // (5 + 7) / 6 = 2
    [InlineData(19, 0.5, 2)]   // √4
    [InlineData(1, 0.6, 1)]
    [InlineData(13, 2, 9)]     // 3²
    public void The_length_penalty_by_hand(int length, double alpha, double penalty) =>
        Assert.Equal(alpha == 0 ? 1 : penalty, BeamSearch.LengthPenalty(length, alpha), 1e-12);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_beam_of_1_is_greedy_decoding(int seed)
    {
        Transformer model = Tiny.Model(seed);
        TokenBatch source = Tiny.Batch(Tiny.Sentences(seed, 11, 6, 2, 9, 4, 1));
        IReadOnlyList<int[]> greedy = Tiny.GreedyOf(model, source, 20);
        foreach (double alpha in new[] { 0, 0.6 })
        {
            Assert.Equal(greedy, BeamSearch.Decode(model, source, 20, width: 1, alpha).Select(best => best.Single().Tokens));
        }
    }

    /// <summary>All targets of at most 4 tokens over a vocabulary of 5, each scored by the decoder without a cache.</summary>
    private static List<(int[] Tokens, double LogProbability, double Score)> Everything(Transformer model, int[] source, double alpha)
    {
        int[] words = [0, 1, 3, 4];
        int[][] all = [[]];
        for (int i = 0; i < 4; i++)
        {
            all = [.. all.SelectMany(ids => words.Select(word => (int[])[.. ids, word]))];
        }

        using var quiet = Tape.NoGradient();
        float[][][] logits = [.. model.Forward(
            Tiny.Batch([.. all.Select(_ => source)]), new TokenBatch([.. all.SelectMany(ids => ids.Prepend(Vocabulary.Start))], all.Length, 5)).Data.Chunk(5).Chunk(5)];
        var found = new Dictionary<string, (int[] Tokens, double LogProbability, double Score)>();
        for (int i = 0; i < all.Length; i++)
        {
            double sum = 0;
            for (int length = 0; length <= 4; length++)
            {
                double normaliser = Math.Log(logits[i][length].Sum(logit => Math.Exp(logit)));
                double whole = length == 4 ? sum : sum + logits[i][length][Vocabulary.End] - normaliser; // After 4 tokens it is cut off.
                found[string.Join(" ", all[i].Take(length))] = ([.. all[i].Take(length)], whole, whole / Math.Pow((6.0 + length) / 6, alpha));
                sum += length < 4 ? logits[i][length][all[i][length]] - normaliser : 0;
            }
        }

        Assert.Equal(1 + 4 + 16 + 64 + 256, found.Count);
        Assert.Equal(1, found.Values.Sum(target => Math.Exp(target.LogProbability)), 1e-5); // They are all there are.
        return [.. found.Values.OrderByDescending(target => target.Score)];
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_wide_enough_beam_finds_what_trying_everything_finds_and_no_beam_finds_better(int seed)
    {
        Transformer model = Tiny.Model(seed, vocabulary: 5);
        int[] source = [3, 4, 4];
        foreach (double alpha in new[] { 0, 0.6 })
        {
            var everything = Everything(model, source, alpha);
            var wide = BeamSearch.Decode(model, Tiny.Batch(source), 4, width: 320, alpha, best: 5)[0];
            Assert.Equal(5, wide.Count);
            foreach (var (hypothesis, target) in wide.Zip(everything))
            {
                Assert.Equal(target.Score, hypothesis.Score, 1e-5);
                Assert.Equal(target.LogProbability, hypothesis.LogProbability, 1e-5);
                Assert.Equal(target.Tokens, hypothesis.Tokens);
                Assert.Equal(target.Tokens.Length < 4, hypothesis.Ended);
            }

            foreach (int width in new[] { 1, 2, 3, 8 })
            {
                Hypothesis narrow = BeamSearch.Decode(model, Tiny.Batch(source), 4, width, alpha)[0][0];
                Assert.True(narrow.Score <= everything[0].Score + 1e-5);
                Assert.Equal(everything.Single(target => target.Tokens.SequenceEqual(narrow.Tokens)).Score, narrow.Score, 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_batch_is_its_sentences_one_by_one(int seed)
    {
        Transformer model = Tiny.Model(seed);
        int[][] sources = Tiny.Sentences(seed, 11, 6, 1, 9, 4);
        var together = BeamSearch.Decode(model, Tiny.Batch(sources), 20, width: 3, best: 3);
        for (int b = 0; b < sources.Length; b++)
        {
            var alone = BeamSearch.Decode(model, Tiny.Batch(sources[b]), 20, width: 3, best: 3)[0];
            Assert.Equal(alone.Select(hypothesis => string.Join(" ", hypothesis.Tokens)), together[b].Select(hypothesis => string.Join(" ", hypothesis.Tokens)));
            Assert.All(alone.Zip(together[b]), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-5));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_best_are_sorted_and_distinct(int seed)
    {
        var best = BeamSearch.Decode(Tiny.Model(seed), Tiny.Batch([5, 6, 7]), 12, width: 4, best: 4)[0];
        Assert.Equal(4, best.Count);
        Assert.Equal(best.OrderByDescending(hypothesis => hypothesis.Score), best);
        Assert.Equal(4, best.Select(hypothesis => string.Join(" ", hypothesis.Tokens)).Distinct().Count());
        Assert.All(best, hypothesis => Assert.Equal(hypothesis.LogProbability / BeamSearch.LengthPenalty(hypothesis.Tokens.Count + 1, 0.6), hypothesis.Score, 1e-12));
        Assert.Equal(best[0].Tokens, BeamSearch.Decode(Tiny.Model(seed), Tiny.Batch([5, 6, 7]), 12, width: 4)[0][0].Tokens);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_search_tree_is_a_tree_and_holds_what_was_found(int seed)
    {
        var tree = new List<SearchNode>();
        var best = BeamSearch.Decode(Tiny.Model(seed, vocabulary: 6), Tiny.Batch([3, 4, 5]), 8, width: 3, best: 3, tree: tree)[0];
        var byId = tree.ToDictionary(node => node.Id);
        foreach (SearchNode node in tree.Where(node => node.Parent != 0))
        {
            SearchNode parent = byId[node.Parent];
            Assert.Equal(SearchFate.Continued, parent.Fate);
            Assert.Equal(parent.Length + 1, node.Length);
            Assert.True(node.LogProbability < parent.LogProbability);
        }

        Assert.All(tree.Where(node => node.Parent == 0), node => Assert.True(node is { Length: 1, LogProbability: < 0 }));
        Assert.All(tree.Where(node => node.Fate == SearchFate.Ended), node => Assert.Equal(Vocabulary.End, node.Token));
        Assert.DoesNotContain(tree, node => node is { Fate: SearchFate.Continued, Token: Vocabulary.End });
        Assert.All(tree.GroupBy(node => node.Length), step => Assert.InRange(step.Count(node => node.Fate != SearchFate.Pruned), 1, 3));

        string Path(SearchNode node) => node.Parent == 0 ? $"{node.Token}" : $"{Path(byId[node.Parent])} {node.Token}";
        string[] paths = [.. tree.Where(node => node.Fate != SearchFate.Pruned).Select(Path)];
        Assert.All(best, hypothesis => Assert.Contains(string.Join(" ", hypothesis.Ended ? hypothesis.Tokens.Append(Vocabulary.End) : hypothesis.Tokens), paths));
    }

    [Fact]
    public void What_cannot_be_searched_is_named()
    {
        Transformer model = Tiny.Model(seed: 1);
        TokenBatch one = Tiny.Batch([3, 4]), two = Tiny.Batch([3], [4]);
        Assert.Equal("width", Assert.Throws<ArgumentOutOfRangeException>(() => BeamSearch.Decode(model, one, 5, width: 0)).ParamName);
        Assert.Equal("best", Assert.Throws<ArgumentOutOfRangeException>(() => BeamSearch.Decode(model, one, 5, width: 2, best: 3)).ParamName);
        Assert.Equal("best", Assert.Throws<ArgumentOutOfRangeException>(() => BeamSearch.Decode(model, one, 5, best: 0)).ParamName);
        Assert.Equal("longest", Assert.Throws<ArgumentOutOfRangeException>(() => BeamSearch.Decode(model, one, 0)).ParamName);
        Assert.Equal("alpha", Assert.Throws<ArgumentOutOfRangeException>(() => BeamSearch.Decode(model, one, 5, alpha: -1)).ParamName);
        Assert.Equal("alpha", Assert.Throws<ArgumentOutOfRangeException>(() => BeamSearch.Decode(model, one, 5, alpha: double.NaN)).ParamName);
        Assert.Contains("of one source, but there are 2", Assert.Throws<ArgumentException>(
            () => BeamSearch.Decode(model, two, 5, tree: [])).Message, StringComparison.Ordinal);
        Assert.Throws<OperationCanceledException>(() => BeamSearch.Decode(model, one, 5, token: new CancellationToken(canceled: true)));

        model.Decoder[1].FeedForward.Outer.Bias!.Data[0] = float.NaN;
        Assert.Contains("NaN", Assert.Throws<InvalidOperationException>(() => BeamSearch.Decode(model, one, 5)).Message, StringComparison.Ordinal);
    }
}
