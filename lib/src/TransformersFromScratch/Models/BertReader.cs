namespace TransformersFromScratch;

/// <summary>
/// A <see cref="Bert"/> that answers a question with a piece of the text it reads: every token has one score for being
/// the first of the answer and one for being the last (Devlin et al. 2018, section 4.2).
/// </summary>
public sealed class BertReader
{
    // What BERT's code adds to scores that must not be chosen; exp(-10000) is 0 in any float.
    private const float Never = -10_000;

    /// <summary>Fresh maps on a model that may have learned already.</summary>
    /// <param name="bert">The model below; it is not copied.</param>
    /// <param name="seed">The same seed gives the same maps.</param>
    public BertReader(Bert bert, int seed) : this(bert, new Random(seed))
    {
    }

    internal BertReader(Bert bert, Random random)
    {
        ArgumentNullException.ThrowIfNull(bert);
        Bert = bert;
        Start = new Linear(bert.Config.DModel, 1, random);
        End = new Linear(bert.Config.DModel, 1, random);
        bert.Start([.. Start.Parameters("start"), .. End.Parameters("end")], random);
    }

    /// <summary>The model below.</summary>
    public Bert Bert { get; }

    /// <summary>S of the paper: a vector whose product with a token's scores it as the first of the answer.</summary>
    public Linear Start { get; }

    /// <summary>E of the paper: the same for the last.</summary>
    public Linear End { get; }

    /// <summary>
    /// The scores of all tokens, before any softmax over a text. <see cref="Op.CrossEntropy"/> takes each of the two
    /// with B places as targets, counted within the text.
    /// </summary>
    /// <param name="tokens">B texts of T ids, question and story together.</param>
    /// <param name="types">B·T numbers, or null for all 0.</param>
    /// <param name="training">Where dropout draws from; null outside training.</param>
    /// <param name="maps">If given, each layer's attention weights [B, h, T, T] are added to it.</param>
    /// <returns>[B, T] each; padding has a score that is never chosen.</returns>
    public (Tensor Starts, Tensor Ends) Forward(
        TokenBatch tokens, int[]? types = null, Random? training = null, ICollection<Tensor>? maps = null)
    {
        Tensor hidden = Bert.Encode(tokens, types, training, maps);
        Tensor? never = tokens.Padding(Bert.Config.PaddingId) is { } padding
            ? new Tensor(Array.ConvertAll(padding, hide => hide ? Never : 0), tokens.Sentences, tokens.Length)
            : null;
        return (Scores(Start), Scores(End));

        Tensor Scores(Linear map)
        {
            Tensor scores = map.Forward(hidden).Reshape(tokens.Sentences, tokens.Length);
            return never is null ? scores : scores + never;
        }
    }

    /// <summary>
    /// The best piece of a text: the sum of its two scores is the largest. It ends where it begins, or later.
    /// </summary>
    /// <param name="starts">T scores of one text.</param>
    /// <param name="ends">T scores of the same text.</param>
    /// <param name="longest">How many tokens an answer may have at most.</param>
    /// <param name="first">The first place where an answer may begin: after the question, say.</param>
    /// <returns>
    /// The places of its first and its last token, and the sum of their scores; of equal ones the first.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The scores are not of the same text, or there is no place to begin at.
    /// </exception>
    public static (int Start, int End, float Score) Span(
        ReadOnlySpan<float> starts, ReadOnlySpan<float> ends, int longest = int.MaxValue, int first = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        if (starts.Length != ends.Length || first < 0 || first >= starts.Length)
        {
            throw new ArgumentException(
                $"An answer needs both scores of every token, and a place to begin at: {starts.Length} scores for " +
                $"the first token, {ends.Length} for the last, and it may begin at {first}.", nameof(ends));
        }

        (int Start, int End, float Score) best = (first, first, float.NegativeInfinity);
        for (int start = first; start < starts.Length; start++)
        {
            for (int end = start; end < ends.Length && end - start < longest; end++)
            {
                if (starts[start] + ends[end] > best.Score)
                {
                    best = (start, end, starts[start] + ends[end]);
                }
            }
        }

        return best;
    }

    /// <summary>Every learned tensor by name; those of the head for masked words are not among them.</summary>
    public IEnumerable<Parameter> Parameters() =>
    [
        .. Bert.BodyParameters("bert."), .. Start.Parameters("start"), .. End.Parameters("end"),
    ];
}
