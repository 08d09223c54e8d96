namespace TransformersFromScratch;

/// <summary>
/// Goes on with a text, token by token, by greedy decoding or by sampling. A text that outgrows the model's context
/// slides: when it is full, the model forgets the older half and reads the rest anew.
/// </summary>
/// <remarks>
/// The whole rest has to be read, because its positions are others now; by halves, that is a second reading of each
/// token and no more.
/// </remarks>
public static class Generation
{
    /// <summary>Writes one text and hands over each token as soon as it is there.</summary>
    /// <param name="model">The model; nothing is recorded for gradients.</param>
    /// <param name="prompt">What the text begins with: 1 to <see cref="GptConfig.Context"/> tokens.</param>
    /// <param name="longest">How many tokens to write at most.</param>
    /// <param name="sampling">How to draw; null for greedy decoding, which always takes the likeliest.</param>
    /// <param name="random">
    /// Where the draws come from: the same seed, the same text. Greedy decoding needs none.
    /// </param>
    /// <param name="end">The token that ends a text; null if none does.</param>
    /// <param name="cached">
    /// False reads the whole text anew for every token: the same tokens, much later. It is what the cache is measured
    /// against.
    /// </param>
    /// <param name="token">Stops between two tokens.</param>
    /// <returns>
    /// The tokens after the prompt, without the end token. They are written while they are asked for.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The prompt is empty or longer than the context, or sampling has no random numbers.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model's logits are not all numbers.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IEnumerable<int> Stream(
        Gpt model, IReadOnlyList<int> prompt, int longest, SamplingOptions? sampling = null, Random? random = null,
        int? end = null, bool cached = true, CancellationToken token = default)
    {
        RequireWritable(model, [prompt], longest, sampling, random);
        return Written();

        IEnumerable<int> Written()
        {
            var reader = new Reader(model, [prompt], cached);
            for (int written = 0; written < longest; written++)
            {
                token.ThrowIfCancellationRequested();
                int next = Choose(reader.Logits().Span, sampling, random);
                if (next == end)
                {
                    yield break;
                }

                yield return next;
                reader.Append([next]);
            }
        }
    }

    /// <summary>Writes several texts at once, which is faster than one after another.</summary>
    /// <param name="model">The model; nothing is recorded for gradients.</param>
    /// <param name="prompts">
    /// What the texts begin with, of any lengths from 1 to <see cref="GptConfig.Context"/>.
    /// </param>
    /// <param name="longest">How many tokens to write at most for each.</param>
    /// <param name="sampling">How to draw; null for greedy decoding.</param>
    /// <param name="random">
    /// Where the seeds of the texts come from: text b is that of <see cref="Stream"/> with <c>new Random(seed)</c>,
    /// where seed is the b-th <c>random.Next()</c>. So no text depends on its company.
    /// </param>
    /// <param name="end">The token that ends a text; null if none does.</param>
    /// <param name="token">Stops between two tokens.</param>
    /// <returns>For each prompt the tokens after it, without the end token.</returns>
    /// <exception cref="ArgumentException">
    /// There is no prompt, one is empty or longer than the context, or sampling has no random numbers.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model's logits are not all numbers.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IReadOnlyList<int[]> Batch(
        Gpt model, IReadOnlyList<IReadOnlyList<int>> prompts, int longest, SamplingOptions? sampling = null,
        Random? random = null, int? end = null, CancellationToken token = default)
    {
        RequireWritable(model, prompts, longest, sampling, random);
        Random?[] own = [.. prompts.Select(_ => sampling is null ? null : new Random(random!.Next()))];
        List<int>[] written = [.. prompts.Select(_ => new List<int>())];
        int[] going = [.. Enumerable.Range(0, written.Length)];
        var reader = new Reader(model, prompts, cached: true);
        for (int t = 0; t < longest && going.Length > 0; t++)
        {
            token.ThrowIfCancellationRequested();
            Tensor logits = reader.Logits();
            int vocabulary = logits.Shape[1];
            int[] next = [.. going.Select((b, row) =>
                Choose(logits.Span.Slice(row * vocabulary, vocabulary), sampling, own[b]))];
            int[] left = [.. Enumerable.Range(0, going.Length).Where(row => next[row] != end)];
            if (left.Length < going.Length)
            {
                reader.Keep(left);
                (going, next) = ([.. left.Select(row => going[row])], [.. left.Select(row => next[row])]);
            }

            reader.Append(next);
            for (int row = 0; row < going.Length; row++)
            {
                written[going[row]].Add(next[row]);
            }
        }

        return [.. written.Select(ids => ids.ToArray())];
    }

    private static int Choose(ReadOnlySpan<float> logits, SamplingOptions? sampling, Random? random) =>
        sampling is null ? Greedy.Best(logits) : Sampling.Draw(Sampling.Probabilities(logits, sampling), random!);

    private static void RequireWritable(
        Gpt model, IReadOnlyList<IReadOnlyList<int>> prompts, int longest, SamplingOptions? sampling, Random? random)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        if (sampling is not null && random is null)
        {
            throw new ArgumentException(
                "Sampling needs random numbers: give a Random with a seed, and the same text comes again.",
                nameof(random));
        }

        if (prompts.Count == 0)
        {
            throw new ArgumentException("There is no prompt to go on from.", nameof(prompts));
        }

        for (int b = 0; b < prompts.Count; b++)
        {
            ArgumentNullException.ThrowIfNull(prompts[b]);
            if (prompts[b].Count == 0 || prompts[b].Count > model.Config.Context)
            {
                throw new ArgumentException(
                    $"Prompt {b + 1} has {prompts[b].Count} tokens, but this model goes on from 1 to " +
                    $"{model.Config.Context}, its context. " +
                    (prompts[b].Count == 0 ? "Begin with at least one token." : "Keep the last " +
                        $"{model.Config.Context}."),
                    nameof(prompts));
            }
        }
    }

    /// <summary>The texts so far, and the model that reads them.</summary>
    private sealed class Reader(Gpt model, IReadOnlyList<IReadOnlyList<int>> prompts, bool cached)
    {
        // As much of each text as the model looks at.
        private List<int>[] _texts = [.. prompts.Select(prompt => new List<int>(prompt))];

        private GptCache? _cache;

        /// <summary>[B, vocabulary]: logits for the token that comes next in each. Padding never does.</summary>
        public Tensor Logits()
        {
            Tensor logits = _cache is null ? Read() : _cache.Step([.. _texts.Select(text => text[^1])]);
            for (int b = 0; b < _texts.Length && model.Config.PaddingId is { } padding; b++)
            {
                logits.Span[(b * logits.Shape[1]) + padding] = float.NegativeInfinity;
            }

            return logits;
        }

        /// <summary>
        /// One more token in every text. A text that gets longer than the context loses its older half.
        /// </summary>
        public void Append(int[] tokens)
        {
            for (int b = 0; b < tokens.Length; b++)
            {
                List<int> text = _texts[b];
                text.Add(tokens[b]);
                if (text.Count > model.Config.Context)
                {
                    text.RemoveRange(0, text.Count - Math.Max(1, model.Config.Context / 2));
                    _cache = null;
                }
            }
        }

        /// <summary>All that the model looks at, anew.</summary>
        private Tensor Read()
        {
            // Which id fills up does not matter: the batch itself knows where its sentences begin.
            var texts = TokenBatch.Of(_texts, model.Config.PaddingId ?? 0, left: true);
            if (cached)
            {
                _cache = new GptCache(model);
                return _cache.Read(texts);
            }

            using var quiet = Tape.NoGradient();
            return GptCache.Last(model.Forward(texts));
        }

        /// <summary>Goes on with some of the texts only.</summary>
        public void Keep(int[] texts)
        {
            _texts = [.. texts.Select(b => _texts[b])];
            if (texts.Length > 0)
            {
                _cache?.SelectSentences(texts);
            }
        }
    }
}
