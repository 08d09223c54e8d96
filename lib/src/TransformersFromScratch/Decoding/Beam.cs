namespace TransformersFromScratch;

/// <summary>The <see cref="BeamSearch"/> for one source: the W best beginnings, and what has ended.</summary>
/// <param name="options">How.</param>
/// <param name="ends">The tokens that end a target.</param>
/// <param name="longest">How many tokens a target may have at most.</param>
/// <param name="prompt">What stands before the target; nothing for a translation.</param>
/// <param name="tree">If given, every hypothesis that was looked at closely is added to it.</param>
internal sealed class Beam(
    BeamOptions options, int[] ends, int longest, IReadOnlyList<int> prompt, ICollection<SearchNode>? tree)
{
    private readonly List<Hypothesis> _ended = [];
    private readonly int _kept = options.Style == BeamStyle.Paper ? options.Best : options.Width;
    private List<Beginning> _beam = [new([], 0, 0, 0)];
    private int _nodes;

    public bool Over { get; private set; }

    /// <summary>
    /// What each row reads next; rows without a hypothesis (at the start there is one only) read the first one's again,
    /// for nothing.
    /// </summary>
    /// <param name="start">What is read before anything has been written.</param>
    public IEnumerable<int> LastTokens(int start) =>
        Rows(beginning => beginning.Tokens is [.., var last] ? last : start);

    /// <summary>Which row each row goes on from.</summary>
    public IEnumerable<int> Parents => Rows(beginning => beginning.Row);

    /// <summary>One step: every beginning is continued with every token, and the best stay.</summary>
    /// <param name="logits">[rows, vocabulary]; the beginnings' rows stand side by side.</param>
    /// <param name="firstRow">The row of the first.</param>
    public void Continue(Tensor logits, int firstRow)
    {
        var next = new List<Beginning>();
        int rank = 0, place = _beam[0].Tokens.Length;
        foreach (var (row, token, logProbability) in Candidates(logits, firstRow))
        {
            Beginning parent = _beam[row];
            bool first = rank++ < options.Width, end = Array.IndexOf(ends, token) >= 0;
            bool ended = first && end, stays = !end && next.Count < options.Width
                && (first || options.Style == BeamStyle.Published);
            int node = tree is null ? 0 : ++_nodes;
            tree?.Add(new SearchNode(node, parent.Node, place + 1, token, logProbability,
                ended ? SearchFate.Ended : stays ? SearchFate.Continued : SearchFate.Pruned));
            if (ended)
            {
                End(parent.Tokens, logProbability, place + 1, ended: true);
            }
            else if (stays && place + 1 == longest)
            {
                // It is cut off. The paper's penalty counts an end all the same, and a full beam takes no more.
                bool paper = options.Style == BeamStyle.Paper;
                if (paper || first)
                {
                    End([.. parent.Tokens, token], logProbability, longest + (paper ? 1 : 0), ended: false);
                }
            }
            else if (stays)
            {
                next.Add(new Beginning([.. parent.Tokens, token], logProbability, row, node));
            }
        }

        _beam = next;
        Over = _beam.Count == 0 || (_ended.Count == _kept
            && ((options.Style == BeamStyle.Published && options.EarlyStopping) || _ended[^1].Score >= BestToCome()));
    }

    public IReadOnlyList<Hypothesis> Result() => [.. _ended.Take(options.Best)];

    /// <summary>
    /// The score that the best beginning may still reach. A log-probability can only fall, and no penalty of the paper
    /// divides by more than that of the greatest length. The other style takes the length as it is.
    /// </summary>
    private double BestToCome() => _beam[0].LogProbability
        / options.Penalty(options.Style == BeamStyle.Paper ? longest + 1 : _beam[0].Tokens.Length);

    /// <summary>The likeliest continuations of each beginning, the best of all first.</summary>
    private List<(int Row, int Token, double LogProbability)> Candidates(Tensor logits, int firstRow)
    {
        int vocabulary = logits.Shape[1], most = options.Candidates(ends.Length);
        int[] tokens = new int[Math.Min(most, vocabulary)];
        double[] logProbabilities = new double[tokens.Length];
        var candidates = new List<(int Row, int Token, double LogProbability)>();
        for (int row = 0; row < _beam.Count; row++)
        {
            double sum = _beam[row].LogProbability;
            if (options.Rules.Forced(_beam[row].Tokens.Length, longest) is { } forced)
            {
                candidates.Add((row, forced, sum));
                continue;
            }

            TopTokens.Find(
                logits.Span.Slice((firstRow + row) * vocabulary, vocabulary), tokens, logProbabilities,
                options.Rules.Forbidden(prompt, _beam[row].Tokens, ends));
            candidates.AddRange(
                tokens.Select((token, i) => (row, token, LogProbability: sum + logProbabilities[i]))
                .Where(candidate => !double.IsNegativeInfinity(candidate.LogProbability)));
        }

        candidates.Sort(
            (x, y) => y.LogProbability != x.LogProbability ? y.LogProbability.CompareTo(x.LogProbability)
            : x.Row != y.Row ? x.Row.CompareTo(y.Row) : x.Token.CompareTo(y.Token));
        return options.Style == BeamStyle.Paper ? candidates : [.. candidates.Take(most)];
    }

    private void End(int[] tokens, double logProbability, int length, bool ended)
    {
        double score = logProbability / options.Penalty(length);
        int place = _ended.FindIndex(other => other.Score < score);
        _ended.Insert(place < 0 ? _ended.Count : place, new Hypothesis(tokens, logProbability, score, ended));
        if (_ended.Count > _kept)
        {
            _ended.RemoveAt(_kept);
        }
    }

    private IEnumerable<int> Rows(Func<Beginning, int> of) =>
        Enumerable.Range(0, options.Width).Select(row => of(_beam[row < _beam.Count ? row : 0]));

    /// <summary>A hypothesis that has not ended.</summary>
    private sealed record Beginning(int[] Tokens, double LogProbability, int Row, int Node);
}
