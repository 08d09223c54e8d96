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
        var options = new BeamOptions
        {
            Width = width, Alpha = alpha, Best = best, Rules = new TokenRules { NoRepeat = noRepeat },
        };
        return Decode(model, source, longest, options, tree, token);
    }

    /// <summary>The same with all that can be chosen.</summary>
    /// <param name="model">The model; nothing is recorded for gradients.</param>
    /// <param name="source">B sources.</param>
    /// <param name="longest">How many tokens a target may have at most, the start not counted.</param>
    /// <param name="options">How.</param>
    /// <param name="tree">For a single source: if given, every hypothesis that was looked at closely is added to
    /// it.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <returns>For each source its best hypotheses, the best first, no two alike.</returns>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    /// <exception cref="InvalidOperationException">A logit of the model is NaN or +infinity, or all of a row are
    /// -infinity.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IReadOnlyList<IReadOnlyList<Hypothesis>> Decode(
        IEncoderDecoder model, TokenBatch source, int longest, BeamOptions options,
        ICollection<SearchNode>? tree = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        options.Check(longest);
        if (tree is not null && source.Sentences != 1)
        {
            throw new ArgumentException(
                $"A search tree is drawn of one source, but there are {source.Sentences}.", nameof(tree));
        }

        int width = options.Width;
        var cache = new DecoderCache(model, source, width);
        List<Beam> searches = [.. Enumerable.Range(0, source.Sentences).Select(_ =>
            new Beam(options, [model.EndId], longest, [], tree))];
        Beam[] all = [.. searches];
        while (searches.Count > 0)
        {
            token.ThrowIfCancellationRequested();
            Tensor logits = cache.Step([.. searches.SelectMany(search => search.LastTokens(model.StartId))]);
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

    /// <summary>Goes on with a text by beam search.</summary>
    /// <param name="model">The model; nothing is recorded for gradients.</param>
    /// <param name="prompt">What the text begins with, one token at least.</param>
    /// <param name="ends">The tokens that end a text; none if none does.</param>
    /// <param name="longest">How many tokens to write at most, the end included.</param>
    /// <param name="options">How.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <returns>What comes after the prompt: the best hypotheses, the best first, no two alike.</returns>
    /// <exception cref="ArgumentException">
    /// The prompt is empty, or longer with what is written than the model's learned positions; or an option is outside
    /// its range.
    /// </exception>
    /// <exception cref="InvalidOperationException">A logit of the model is NaN or +infinity.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IReadOnlyList<Hypothesis> Continue(
        Gpt model, IReadOnlyList<int> prompt, IReadOnlyList<int> ends, int longest, BeamOptions options,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(ends);
        ArgumentNullException.ThrowIfNull(options);
        options.Check(longest);
        ArgumentOutOfRangeException.ThrowIfZero(prompt.Count, nameof(prompt));
        model.RequireContext(prompt.Count + longest - 1);
        var cache = new GptCache(model);
        var search = new Beam(options, [.. ends], longest, prompt, tree: null);
        for (Tensor logits = cache.Read(new TokenBatch([.. prompt], 1, prompt.Count)); ;
            logits = cache.Step([.. search.LastTokens(prompt[^1])]))
        {
            token.ThrowIfCancellationRequested();
            search.Continue(logits, firstRow: 0);
            if (search.Over)
            {
                return search.Result();
            }

            cache.SelectSentences([.. search.Parents]); // The first time, one row becomes W.
        }
    }
}
