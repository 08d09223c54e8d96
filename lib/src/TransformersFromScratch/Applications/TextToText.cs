namespace TransformersFromScratch;

/// <summary>
/// A trained encoder–decoder together with its tokenizer: text in, text out. What the text is, a translation or a
/// summary, is a matter of what it has learned from.
/// </summary>
public abstract class TextToText
{
    internal const double PaperPenalty = 0.6; // Vaswani et al. 2017, section 6.1

    private readonly IEncoderDecoder _network;

    /// <summary>Joins a model and a tokenizer.</summary>
    /// <param name="network">The model.</param>
    /// <param name="vocabulary">How many tokens it knows; they are the tokenizer's.</param>
    /// <param name="tokens">The tokenizer, one for what is read and what is written.</param>
    /// <param name="longest">How many tokens the longest source had in training. Places beyond it are places the model
    /// has never seen.</param>
    /// <exception cref="ArgumentException">The vocabularies differ in size.</exception>
    private protected TextToText(IEncoderDecoder network, int vocabulary, BytePairEncoding tokens, int longest)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        // It may come from a file, and places are computed for it.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(longest, 1 << 20);
        ModelFormat.RequireSameVocabulary(vocabulary, tokens.Count);
        (_network, Tokens, Longest) = (network, tokens, longest);
    }

    /// <summary>The tokenizer.</summary>
    public BytePairEncoding Tokens { get; }

    /// <summary>How many tokens a source may have.</summary>
    public int Longest { get; }

    /// <summary>α of its beam search where the caller names none: what did best on the validation pairs, or the 2017
    /// paper's 0.6 if nobody has tried.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or no number.</exception>
    public double LengthPenalty
    {
        get;
        set => field = double.IsFinite(value) && value >= 0 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "α is a number from 0 on.");
    } = PaperPenalty;

    /// <summary>What it knows of the texts it learned to read; null if nobody has said, and then every text is taken as
    /// it comes.</summary>
    public LearnedText? Learned { get; set; }

    /// <summary>The model.</summary>
    internal IEncoderDecoder Network => _network;

    /// <summary>Rounds the weights for inference: less memory, and faster where memory is the limit.</summary>
    /// <inheritdoc cref="CompactModels.Compact(IEnumerable{Parameter}, WeightFormat)"/>
    public void Compact(WeightFormat format) => _network.Compact(format);

    /// <summary>What a source is called in messages: sentence, text.</summary>
    internal abstract string Source { get; }

    /// <summary>What is done with it: translate, summarise.</summary>
    internal abstract string Verb { get; }

    /// <summary>The ids of a text. A space is put before it, so that a word is the same token at the beginning of a
    /// text and within.</summary>
    public int[] Encode(string text) => Encode(Tokens, text);

    /// <summary>The text as it is read: in the characters that the model knows, as far as it is known what they
    /// are.</summary>
    public string Normalise(string text) => Learned?.Normalise(text) ?? text;

    /// <summary>The text as the model reads it: normalised and encoded, once for whoever needs its ids
    /// more than once.</summary>
    public EncodedText Read(string text)
    {
        string normal = Normalise(text);
        return new EncodedText(text, string.IsNullOrWhiteSpace(normal) ? [] : Encode(normal), Longest);
    }

    /// <summary>The text of ids, without that space.</summary>
    public string Decode(IEnumerable<int> ids) => Tokens.Decode(ids) is var text && text.StartsWith(' ') ? text[1..]
        : text;

    internal static int[] Encode(BytePairEncoding tokens, string text) => tokens.Encode(" " + text);

    internal static int[] Encode(BytePairEncoding tokens, string text, float dropout, Random random) =>
        tokens.Encode(" " + text, dropout, random);

    /// <summary>The best targets of each text that a beam search finds, the best first; <see cref="Decode"/> makes text
    /// of one.</summary>
    /// <param name="texts">None empty, none of more than <see cref="Longest"/> tokens.</param>
    /// <param name="best">How many for each text, at most <paramref name="beam"/>.</param>
    /// <param name="beam">How many hypotheses are followed at once; 4 in the 2017 paper (section 6.1).</param>
    /// <param name="lengthPenalty">α of <see cref="BeamSearch.LengthPenalty"/>; <see cref="LengthPenalty"/> if
    /// null.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <param name="noRepeat">No n tokens come twice in the same order in a target; 0 allows it.</param>
    /// <exception cref="ArgumentException">A text is empty or too long; the message says which and how long it may
    /// be.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<IReadOnlyList<Hypothesis>> NBest(
        IReadOnlyList<string> texts, int best, int beam = 4, double? lengthPenalty = null,
            CancellationToken token = default, int noRepeat = 0) =>
        NBest(ReadAll(texts), best, beam, lengthPenalty, token, noRepeat);

    /// <summary>The same for texts as <see cref="Read"/> gives them: none blank, none too long.</summary>
    /// <exception cref="ArgumentException">A text is blank or too long.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<IReadOnlyList<Hypothesis>> NBest(
        IReadOnlyList<EncodedText> texts, int best, int beam = 4, double? lengthPenalty = null,
        CancellationToken token = default, int noRepeat = 0) =>
        InBatches(texts, (batch, longest) => BeamSearch.Decode(
            _network, batch, longest, beam, lengthPenalty ?? LengthPenalty, best, noRepeat: noRepeat, token: token));

    /// <summary>How long a target of a source of so many tokens may become.</summary>
    internal abstract int MostTokens(int source);

    /// <summary>Greedy decoding of texts, each on its own.</summary>
    private protected IReadOnlyList<string> Greedily(IReadOnlyList<string> texts, CancellationToken token,
        int noRepeat = 0) => InBatches(
        ReadAll(texts),
        (batch, longest) => Greedy.Decode(_network, batch, longest, noRepeat, token).Select(Decode));

    /// <summary>The best that a beam search finds for each text.</summary>
    private protected IReadOnlyList<string> ByBeam(
        IReadOnlyList<string> texts, int beam, double? lengthPenalty, CancellationToken token, int noRepeat = 0) =>
        [.. NBest(texts, 1, beam, lengthPenalty, token, noRepeat).Select(hypotheses => Decode(hypotheses[0].Tokens))];

    /// <summary>Texts of the same length share a batch: there is no padding, and no target depends on its
    /// company.</summary>
    private T[] InBatches<T>(IReadOnlyList<EncodedText> texts, Func<TokenBatch, int, IEnumerable<T>> decode)
    {
        ArgumentNullException.ThrowIfNull(texts);
        for (int i = 0; i < texts.Count; i++) { Require(texts[i], i + 1); }

        var targets = new T[texts.Count];
        foreach (int[] batch in Enumerable.Range(0, texts.Count).GroupBy(i => texts[i].Ids.Count)
            .OrderBy(group => group.Key).SelectMany(group => group.Chunk(64)))
        {
            var results = decode(
                EncodedText.Batch(batch.Select(i => texts[i]), _network.PaddingId),
                MostTokens(texts[batch[0]].Ids.Count));
            foreach (var (i, target) in batch.Zip(results))
            {
                targets[i] = target;
            }
        }

        return targets;
    }

    private EncodedText[] ReadAll(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return [.. texts.Select(Read)];
    }

    private void Require(EncodedText text, int number)
    {
        string name = char.ToUpperInvariant(Source[0]) + Source[1..];
        if (text.IsBlank)
        {
            throw new ArgumentException($"{name} {number} is empty: there is nothing to {Verb}.", nameof(text));
        }

        if (text.IsTooLong)
        {
            throw new ArgumentException(
                $"{name} {number} has {text.Ids.Count} tokens, but the longest of the training had {Longest}: cut it " +
                $"into {Source}s of about {text.CharactersOfAPart} characters at most.", nameof(text));
        }
    }
}
