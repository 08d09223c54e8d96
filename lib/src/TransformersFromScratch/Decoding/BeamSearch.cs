namespace TransformersFromScratch;

/// <summary>
/// Looks for the target with the best score by following the W best beginnings at once. Greedy decoding takes the
/// likeliest token and can never take it back; a beam keeps the second thoughts as long as they are among the W best.
/// </summary>
/// <remarks>
/// At every step each of the hypotheses of a source is continued with every token, and of all these the W best stay.
/// Those of them that end are set aside with their final score, the others are continued. The search of a source is
/// over when no hypothesis that is still being written can overtake the last of those to be returned: its
/// log-probability can only fall, and no penalty divides by more than that of the greatest length.
/// </remarks>
public static class BeamSearch
{
    /// <summary>
    /// <c>((5 + length) / 6)^α</c> (Wu et al. 2016, equation 14). A log-probability is a sum of negative numbers, so
    /// longer targets have lower ones even when each of their tokens is as likely; dividing by a penalty that grows
    /// with the length makes up for it. α = 0 changes nothing.
    /// </summary>
    /// <param name="length">How many tokens, the end included.</param>
    /// <param name="alpha">α; 0.6 in the 2017 paper (section 6.1).</param>
    public static double LengthPenalty(int length, double alpha) => Math.Pow((5.0 + length) / 6, alpha);

    /// <summary>Translates a batch of sources.</summary>
    /// <param name="model">The model; nothing is recorded for gradients.</param>
    /// <param name="source">B sources.</param>
    /// <param name="longest">How many tokens a target may have at most, start and end not counted; the paper allows 50
    /// more than the source.</param>
    /// <param name="width">W; 4 in the paper. 1 is greedy decoding.</param>
    /// <param name="alpha">α of the <see cref="LengthPenalty"/>.</param>
    /// <param name="best">How many hypotheses to return for each source, at most W.</param>
    /// <param name="tree">For a single source: if given, every hypothesis that was looked at closely is added to
    /// it.</param>
    /// <param name="noRepeat">
    /// n: no hypothesis has the same n tokens in a row twice (Paulus et al. 2017, section 2.5); 0 forbids nothing.
    /// Log-probabilities stay the model's own.
    /// </param>
    /// <param name="token">Stops between two steps.</param>
    /// <returns>
    /// For each source its best hypotheses, the best first, no two alike. Fewer than asked for if there are no more
    /// that are possible at all: a token with a logit of -infinity is never written.
    /// </returns>
    /// <exception cref="ArgumentException">α is negative, NaN, or so large that the penalty overflows.</exception>
    /// <exception cref="InvalidOperationException">A logit of the model is NaN or +infinity, or all of a row are
    /// -infinity.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IReadOnlyList<IReadOnlyList<Hypothesis>> Decode(
        IEncoderDecoder model, TokenBatch source, int longest, int width = 4, double alpha = 0.6, int best = 1,
        ICollection<SearchNode>? tree = null, int noRepeat = 0, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegative(noRepeat);
        if (!(alpha >= 0) || !double.IsFinite(LengthPenalty(longest + 1, alpha)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(alpha), alpha, "The α of the length penalty is 0 or more, and small: 0.6 in the paper, 1 or 2 " +
                    "at most in use.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(best);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(best, width);
        if (tree is not null && source.Sentences != 1)
        {
            throw new ArgumentException(
                $"A search tree is drawn of one source, but there are {source.Sentences}.", nameof(tree));
        }

        var cache = new DecoderCache(model, source, width);
        List<Search> searches = [.. Enumerable.Range(0, source.Sentences).Select(_ =>
            new Search(model, width, alpha, best, longest, noRepeat, tree))];
        Search[] all = [.. searches];
        while (searches.Count > 0)
        {
            token.ThrowIfCancellationRequested();
            Tensor logits = cache.Step([.. searches.SelectMany(search => search.LastTokens)]);
            for (int b = 0; b < searches.Count; b++)
            {
                searches[b].Continue(logits, firstRow: b * width);
            }

            int[] going = [.. Enumerable.Range(0, searches.Count).Where(b => !searches[b].Over)];
            if (going.Length == 0)
            {
                break;
            }

            if (going.Length < searches.Count)
            {
                cache.SelectSentences(going);
                searches = [.. going.Select(b => searches[b])];
            }

            cache.SelectRows(
                [.. searches.SelectMany((search, b) => search.Parents.Select(parent => (b * width) + parent))]);
        }

        return [.. all.Select(search => search.Result())];
    }

    /// <summary>The search for one source.</summary>
    private sealed class Search(
        IEncoderDecoder model, int width, double alpha, int best, int longest, int noRepeat,
        ICollection<SearchNode>? tree)
    {
        private readonly List<Hypothesis> _ended = [];
        private List<Beginning> _beam = [new([], 0, 0, 0)];
        private int _nodes;

        public bool Over { get; private set; }

        /// <summary>
        /// What each row reads next; rows without a hypothesis (at the start there is one only) read the first one's
        /// again, for nothing.
        /// </summary>
        public IEnumerable<int> LastTokens =>
            Rows(beginning => beginning.Tokens is [.., var last] ? last : model.StartId);

        /// <summary>Which row each row goes on from.</summary>
        public IEnumerable<int> Parents => Rows(beginning => beginning.Row);

        public void Continue(Tensor logits, int firstRow)
        {
            int vocabulary = logits.Shape[1];
            int[] tokens = new int[Math.Min(width, vocabulary)];
            double[] logProbabilities = new double[tokens.Length];
            var candidates = new List<(int Row, int Token, double LogProbability)>();
            for (int row = 0; row < _beam.Count; row++)
            {
                TopTokens.Find(
                    logits.Span.Slice((firstRow + row) * vocabulary, vocabulary), tokens, logProbabilities,
                    Repetition.Forbidden(_beam[row].Tokens, noRepeat));
                candidates.AddRange(
                    tokens.Select(
                        (token, i) => (row, token, LogProbability: _beam[row].LogProbability + logProbabilities[i]))
                    .Where(candidate => !double.IsNegativeInfinity(candidate.LogProbability)));
            }

            candidates.Sort(
                (x, y) => y.LogProbability != x.LogProbability ? y.LogProbability.CompareTo(x.LogProbability)
                : x.Row != y.Row ? x.Row.CompareTo(y.Row) : x.Token.CompareTo(y.Token));
            var next = new List<Beginning>();
            int rank = 0;
            foreach (var (row, token, logProbability) in candidates)
            {
                Beginning parent = _beam[row];
                bool stays = rank++ < width, ends = stays && token == model.EndId;
                int node = tree is null ? 0 : ++_nodes;
                tree?.Add(new SearchNode(node, parent.Node, parent.Tokens.Length + 1, token, logProbability,
                    ends ? SearchFate.Ended : stays ? SearchFate.Continued : SearchFate.Pruned));
                if (ends)
                {
                    End(parent.Tokens, logProbability, ended: true);
                }
                else if (stays)
                {
                    next.Add(new Beginning([.. parent.Tokens, token], logProbability, row, node));
                }
            }

            _beam = next;
            if (_beam.Count == 0 || _beam[0].Tokens.Length == longest)
            {
                foreach (Beginning beginning in _beam)
                {
                    End(beginning.Tokens, beginning.LogProbability, ended: false);
                }

                Over = true;
                return;
            }

            double mostItCanReach = _beam[0].LogProbability / LengthPenalty(longest + 1, alpha);
            Over = _ended.Count == best && _ended[^1].Score >= mostItCanReach;
        }

        public IReadOnlyList<Hypothesis> Result() => _ended;

        private void End(int[] tokens, double logProbability, bool ended)
        {
            double score = logProbability / LengthPenalty(tokens.Length + 1, alpha);
            int place = _ended.FindIndex(other => other.Score < score);
            _ended.Insert(place < 0 ? _ended.Count : place, new Hypothesis(tokens, logProbability, score, ended));
            if (_ended.Count > best)
            {
                _ended.RemoveAt(best);
            }
        }

        private IEnumerable<int> Rows(Func<Beginning, int> of) =>
            Enumerable.Range(0, width).Select(row => of(_beam[row < _beam.Count ? row : 0]));

        /// <summary>A hypothesis that has not ended.</summary>
        private sealed record Beginning(int[] Tokens, double LogProbability, int Row, int Node);
    }
}
