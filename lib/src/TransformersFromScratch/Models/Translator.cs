using System.Globalization;
using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>A trained Transformer together with its tokenizer: text in, text out. One file holds all of it.</summary>
public sealed class Translator
{
    private const string Format = "TransformersFromScratch translator 1";
    private const double PaperPenalty = 0.6; // section 6.1
    private const int Beyond = 50; // "the maximum output length during inference [is] input length + 50" (section 6.1)

    /// <summary>Joins a model and a tokenizer.</summary>
    /// <param name="model">The Transformer; its vocabulary is the tokenizer's.</param>
    /// <param name="tokens">The tokenizer, one for both languages (section 5.1).</param>
    /// <param name="longest">How many tokens the longest source had in training. Places beyond it are places the model has never seen.</param>
    /// <exception cref="ArgumentException">The vocabularies differ in size.</exception>
    public Translator(Transformer model, BytePairEncoding tokens, int longest)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(longest, 1 << 20); // It may come from a file, and places are computed for it.
        if (model.Config.Vocabulary != tokens.Count)
        {
            throw new ArgumentException(
                $"The model knows {model.Config.Vocabulary} tokens, but the tokenizer has {tokens.Count}. They have to be from the same training.", nameof(tokens));
        }

        (Model, Tokens, Longest) = (model, tokens, longest);
    }

    /// <summary>The model.</summary>
    public Transformer Model { get; }

    /// <summary>The tokenizer.</summary>
    public BytePairEncoding Tokens { get; }

    /// <summary>How many tokens a source may have.</summary>
    public int Longest { get; }

    /// <summary>α of its beam search where the caller names none: what did best on the validation pages, or the paper's 0.6 if nobody has tried.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or no number.</exception>
    public double LengthPenalty
    {
        get;
        set => field = double.IsFinite(value) && value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "α is a number from 0 on.");
    } = PaperPenalty;

    /// <summary>What it knows of the sentences it learned to read; null if nobody has said, and then every sentence is taken as it comes.</summary>
    public LearnedText? Learned { get; set; }

    /// <summary>
    /// The ids of a sentence. A space is put before it, so that a word is the same token at the beginning of a sentence and within.
    /// </summary>
    public int[] Encode(string sentence) => Encode(Tokens, sentence);

    /// <summary>The sentence as it is read for a translation: in the characters that the model knows, as far as it is known what they are.</summary>
    public string Normalise(string sentence) => Learned?.Normalise(sentence) ?? sentence;

    /// <summary>The sentence of ids, without that space.</summary>
    public string Decode(IEnumerable<int> ids) => Tokens.Decode(ids) is var text && text.StartsWith(' ') ? text[1..] : text;

    internal static int[] Encode(BytePairEncoding tokens, string sentence) => tokens.Encode(" " + sentence);

    internal static int[] Encode(BytePairEncoding tokens, string sentence, float dropout, Random random) => tokens.Encode(" " + sentence, dropout, random);

    /// <summary>Translates sentences, each on its own, by greedy decoding.</summary>
    /// <param name="sentences">None empty, none of more than <see cref="Longest"/> tokens.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <exception cref="ArgumentException">A sentence is empty or too long; the message says which and how long it may be.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<string> Translate(IReadOnlyList<string> sentences, CancellationToken token = default) => InBatches(
        sentences,
        (batch, longest) => Greedy.Decode(Model, batch, Vocabulary.Start, Vocabulary.End, longest, token).Select(Decode));

    /// <summary>Translates sentences, each on its own, by beam search.</summary>
    /// <param name="sentences">None empty, none of more than <see cref="Longest"/> tokens.</param>
    /// <param name="beam">How many hypotheses are followed at once; 4 in the paper (section 6.1).</param>
    /// <param name="lengthPenalty">α of <see cref="BeamSearch.LengthPenalty"/>; <see cref="LengthPenalty"/> if null.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <exception cref="ArgumentException">A sentence is empty or too long; the message says which and how long it may be.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<string> Translate(IReadOnlyList<string> sentences, int beam, double? lengthPenalty = null, CancellationToken token = default) =>
        [.. NBest(sentences, 1, beam, lengthPenalty, token).Select(hypotheses => Decode(hypotheses[0].Tokens))];

    /// <summary>The best translations of each sentence that a beam search finds, the best first; <see cref="Decode"/> makes text of one.</summary>
    /// <param name="sentences">None empty, none of more than <see cref="Longest"/> tokens.</param>
    /// <param name="best">How many for each sentence, at most <paramref name="beam"/>.</param>
    /// <param name="beam">How many hypotheses are followed at once; 4 in the paper (section 6.1).</param>
    /// <param name="lengthPenalty">α of <see cref="BeamSearch.LengthPenalty"/>; <see cref="LengthPenalty"/> if null.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <exception cref="ArgumentException">A sentence is empty or too long; the message says which and how long it may be.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<IReadOnlyList<Hypothesis>> NBest(
        IReadOnlyList<string> sentences, int best, int beam = 4, double? lengthPenalty = null, CancellationToken token = default) =>
        InBatches(sentences, (batch, longest) => BeamSearch.Decode(Model, batch, longest, beam, lengthPenalty ?? LengthPenalty, best, token: token));

    /// <summary>Sentences of the same length share a batch: there is no padding, and no translation depends on its company.</summary>
    private T[] InBatches<T>(IReadOnlyList<string> sentences, Func<TokenBatch, int, IEnumerable<T>> decode)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        int[][] sources = [.. sentences.Select(Source)];
        var translations = new T[sentences.Count];
        foreach (int[] batch in Enumerable.Range(0, sources.Length).GroupBy(i => sources[i].Length).OrderBy(group => group.Key).SelectMany(group => group.Chunk(64)))
        {
            var results = decode(TokenBatch.Of([.. batch.Select(i => sources[i])], Vocabulary.Padding), sources[batch[0]].Length + Beyond);
            foreach (var (i, translation) in batch.Zip(results))
            {
                translations[i] = translation;
            }
        }

        return translations;
    }

    /// <summary>Writes model and tokenizer into one safetensors file; an interruption leaves the old one as it was.</summary>
    /// <param name="path">Ending in .safetensors.</param>
    /// <param name="half">Float16, in half the space; float32 otherwise.</param>
    public void Save(string path, bool half = true)
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["config"] = JsonSerializer.Serialize(Model.Config),
            ["tokens"] = BytePairFile.Write(Tokens),
            ["longest"] = Longest.ToString(CultureInfo.InvariantCulture),
            ["length_penalty"] = LengthPenalty.ToString("R", CultureInfo.InvariantCulture),
        };
        if (Learned is not null)
        {
            metadata["learned_text"] = Learned.Write();
        }

        SafeTensors.Save(path, Model.Parameters(), metadata, half);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds something else; the message says what.</exception>
    public static Translator Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no translator {path} (looked in {Path.GetFullPath(path)}). The course ships en-fr.safetensors and en-de.safetensors in data/; " +
                "to make one: dotnet run --project lib/src/Course -- train en-fr", path);
        }

        SafeTensors file = SafeTensors.Load(path);
        if (file.Metadata.GetValueOrDefault("format") != Format)
        {
            throw new InvalidDataException($"'{path}' holds tensors but no translator of this course. Those are made by: dotnet run --project lib/src/Course -- train");
        }

        try
        {
            TransformerConfig config = JsonSerializer.Deserialize<TransformerConfig>(file.Metadata["config"])
                ?? throw new InvalidDataException("its configuration is null");
            BytePairEncoding tokens = BytePairFile.Read(path, file.Metadata["tokens"].TrimEnd('\n').Split('\n'));

            // Before anything is built by the numbers of the header: do they fit what is in the file?
            if (config.ParameterCount() != file.Tensors.Values.Sum(tensor => (long)tensor.Length))
            {
                throw new InvalidDataException(
                    $"its configuration has {config.ParameterCount()} parameters, but its tensors {file.Tensors.Values.Sum(tensor => (long)tensor.Length)}");
            }

            var model = new Transformer(config, seed: 0);
            file.CopyWeightsTo(model.Parameters());
            return new Translator(model, tokens, int.Parse(file.Metadata["longest"], NumberStyles.None, CultureInfo.InvariantCulture))
            {
                // The two that older files have not.
                LengthPenalty = file.Metadata.TryGetValue("length_penalty", out string? alpha)
                    ? double.Parse(alpha, NumberStyles.Float, CultureInfo.InvariantCulture) : PaperPenalty,
                Learned = file.Metadata.TryGetValue("learned_text", out string? learned) ? LearnedText.Read(learned) : null,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or OverflowException or ArgumentException or InvalidDataException)
        {
            throw new InvalidDataException($"The translator '{Excerpt.OfPath(path)}' is damaged: {Excerpt.Of(e.Message, most: 500)}", e);
        }
    }

    private int[] Source(string sentence, int index)
    {
        if (string.IsNullOrWhiteSpace(Normalise(sentence)))
        {
            throw new ArgumentException($"Sentence {index + 1} is empty: there is nothing to translate.", nameof(sentence));
        }

        int[] ids = Encode(Normalise(sentence));
        return ids.Length <= Longest ? ids : throw new ArgumentException(
            $"Sentence {index + 1} has {ids.Length} tokens, but the longest of the training had {Longest}: cut it into sentences of about " +
            $"{Longest * sentence.Length / ids.Length} characters at most.", nameof(sentence));
    }
}
