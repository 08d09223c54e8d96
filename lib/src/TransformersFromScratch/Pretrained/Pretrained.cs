using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// A model as it is published, in the layers of this course, with its tokenizer: one that others have trained is read
/// from its folder, and one that this course has trained becomes such a folder. A folder as Hugging Face writes it
/// holds three kinds of files: <c>config.json</c> with the numbers that a model is built by,
/// <c>model.safetensors</c> with its weights (or several files and an index), and the files of the tokenizer.
/// </summary>
/// <remarks>
/// <para>What can be read: GPT-2 and Llama (a <see cref="TransformersFromScratch.Gpt"/>), BERT and RoBERTa (a
/// <see cref="TransformersFromScratch.Bert"/>), T5 1.0 and 1.1, BART and mBART, and Marian, the layout of the OPUS
/// translators (a <see cref="Transformer"/> of 2017). Each has a file of its own here, a table of which published
/// tensor goes where. What the layers have no option for is refused in a sentence.</para>
/// <para>The way back is <see cref="Of(Translator)"/> and its like, and <see cref="Save"/>.</para>
/// <para>Weights of float32, float16 and bfloat16 become float32, or what is asked for. Every tensor that is missing,
/// that has another shape, or that the table does not know is named, and then nothing is loaded.</para>
/// </remarks>
/// <example><code>
/// var gpt2 = Pretrained.Load("/data/gpt2");
/// Console.WriteLine(string.Concat(gpt2.Complete("It is a truth universally", longest: 20)));
///
/// var translator = Pretrained.Load("/data/opus-mt-en-fr");
/// Console.WriteLine(translator.Write("Click a filter to select it.")[0]);
/// </code></example>
public sealed partial class Pretrained
{
    private const string ConfigName = "config.json";

    private Pretrained(string architecture) => Architecture = architecture;

    /// <summary>What config.json calls it: gpt2, llama, bert, roberta, t5, bart, mbart or marian.</summary>
    public string Architecture { get; }

    /// <summary>The model, if it is a GPT-2 or a Llama.</summary>
    public Gpt? Gpt { get; private init; }

    /// <summary>The model, if it is a BERT or a RoBERTa.</summary>
    public Bert? Bert { get; private init; }

    /// <summary>
    /// Whether the folder has a head for masked words; without one, that of <see cref="Bert"/> is all 0.
    /// </summary>
    public bool HasMaskedHead { get; private init; }

    /// <summary>The head for classes above <see cref="Bert"/>, if there is one.</summary>
    public BertClassifier? Classifier { get; private init; }

    /// <summary>The head for answers above <see cref="Bert"/>, if there is one.</summary>
    public BertReader? Reader { get; private init; }

    /// <summary>The model, if it is a T5, a BART or a Marian.</summary>
    public IEncoderDecoder? EncoderDecoder { get; private init; }

    /// <summary>Its tokenizer; null if the folder has no files of one.</summary>
    public PublishedTokenizer? Tokens { get; private set; }

    /// <summary>How it is meant to write.</summary>
    public GenerationDefaults Generation { get; private init; } = new();

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">Where config.json is, model.safetensors, and the files of the tokenizer.</param>
    /// <param name="tokens">False leaves the tokenizer where it is.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message says which.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is damaged, or describes a model that there is not here; the message says what.
    /// </exception>
    public static Pretrained Load(string folder, bool tokens = true) => Load(folder, WeightFormat.Float32, tokens);

    /// <summary>
    /// Reads a folder to write with it, its weights in fewer bits (<see cref="CompactWeight"/>): less memory, and
    /// faster where memory is the limit. The weights are rounded while they are read.
    /// </summary>
    /// <param name="folder">Where config.json is, model.safetensors, and the files of the tokenizer.</param>
    /// <param name="weights">
    /// How they are kept. Those of a float16 file are kept exactly as float16, of a bfloat16 file as bfloat16.
    /// </param>
    /// <param name="tokens">False leaves the tokenizer where it is.</param>
    /// <inheritdoc cref="Load(string, bool)" path="/exception"/>
    public static Pretrained Load(string folder, WeightFormat weights, bool tokens = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(folder, ConfigName);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"There is no folder {Excerpt.OfPath(folder)} (looked in {Excerpt.OfPath(Path.GetFullPath(folder))}).");
        }

        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"The folder {Excerpt.OfPath(folder)} has no {ConfigName}. A published model is a folder with " +
                $"{ConfigName}, model.safetensors and the files of its tokenizer.");
        }

        var config = PublishedJson.Read(path);
        string kind = config.RequiredText("model_type");
        // The tokenizer first: what is left over from reading it is gone before the weights come.
        PublishedTokenizer? tokenizer = tokens ? PublishedTokenizers.Load(folder, kind, config) : null;
        Pretrained loaded;
        using (var file = PublishedTensors.Open(folder))
        {
            loaded = Load(kind, config, file, weights);
        }

        return new Pretrained(kind)
        {
            Gpt = loaded.Gpt, Bert = loaded.Bert, HasMaskedHead = loaded.HasMaskedHead, Classifier = loaded.Classifier,
            Reader = loaded.Reader, EncoderDecoder = loaded.EncoderDecoder,
            Tokens = tokenizer,
            _tokenizerFiles = tokens ? PublishedTokenizers.FilesOf(folder) : [],
            Generation = GenerationDefaults.Read(
                config, PublishedJson.ReadIfThere(Path.Combine(folder, "generation_config.json")),
                loaded.EncoderDecoder is not null),
        };
    }

    /// <summary>Writes: goes on with a prompt, or turns a source into a target.</summary>
    /// <param name="input">The ids of the prompt, or of the source.</param>
    /// <param name="longest">How many tokens to write at most, the end included; null for what the folder says, or
    /// 50.</param>
    /// <param name="options">How; null for what the folder says.</param>
    /// <param name="token">Stops between two tokens.</param>
    /// <returns>The best hypotheses, the best first: what comes after the prompt, without the end.</returns>
    /// <exception cref="InvalidOperationException">It is a model that reads and does not write.</exception>
    /// <exception cref="ArgumentException">The input is empty or too long.</exception>
    public IReadOnlyList<Hypothesis> Generate(
        IReadOnlyList<int> input, int? longest = null, BeamOptions? options = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        options ??= Generation.Beam;
        int most = longest ?? Math.Min(Generation.Longest ?? 50, Room(input.Count));
        return Gpt is not null ? BeamSearch.Continue(Gpt, input, Generation.Ends, most, options, token)
            : EncoderDecoder is not null ? BeamSearch.Decode(
                EncoderDecoder, TokenBatch.Of([input], EncoderDecoder.PaddingId), most, options, token: token)[0]
            : throw new InvalidOperationException(
                $"A {Architecture} reads and does not write. Ask its Bert, or its Classifier.");
    }

    /// <summary>Goes on with a text, and gives each piece of it as soon as it is written.</summary>
    /// <param name="prompt">What the text begins with, one token at least; of a long one the end is read.</param>
    /// <param name="longest">How many tokens to write at most.</param>
    /// <param name="sampling">How to draw; null for greedy decoding, which always takes the likeliest.</param>
    /// <param name="random">Where the draws come from; greedy decoding needs none.</param>
    /// <param name="token">Stops between two tokens.</param>
    /// <returns>What comes after the prompt, piece by piece.</returns>
    /// <exception cref="InvalidOperationException">It is no GPT-2 and no Llama, or has no tokenizer.</exception>
    /// <exception cref="ArgumentException">The prompt has no token, or sampling has no random numbers.</exception>
    public IEnumerable<string> Complete(
        string prompt, int longest = 50, SamplingOptions? sampling = null, Random? random = null,
        CancellationToken token = default)
    {
        Gpt model = Gpt ?? throw Other("goes on with a text", "GPT-2 and Llama do");
        int[] ids = RequireTokens().Sentence(prompt);
        int[] read = ids[Math.Max(0, ids.Length - model.Config.Context)..];
        int? end = Generation.Ends.Count > 0 ? Generation.Ends[0] : null;
        return Pieces(RequireTokens(), TransformersFromScratch.Generation.Stream(
            model, read, longest, sampling, random, end, token: token));
    }

    /// <summary>The texts of tokens. One that ends within a character waits for the next, or for three more.</summary>
    private static IEnumerable<string> Pieces(PublishedTokenizer tokens, IEnumerable<int> ids)
    {
        var waiting = new List<int>();
        foreach (int id in ids)
        {
            waiting.Add(id);
            string text = tokens.Decode(waiting);
            if (waiting.Count < 4 && text.EndsWith('\uFFFD'))
            {
                continue;
            }

            waiting.Clear();
            yield return text;
        }

        if (waiting.Count > 0) { yield return tokens.Decode(waiting); }
    }

    /// <summary>Turns a text into another: a translation, a summary, whatever it has learned.</summary>
    /// <param name="text">The source. T5 wants its task before it, such as "translate English to French: ".</param>
    /// <param name="longest">How many tokens to write at most; null for what the folder says, or 50.</param>
    /// <param name="options">How; null for what the folder says.</param>
    /// <param name="token">Stops between two tokens.</param>
    /// <returns>The best targets, the best first.</returns>
    /// <exception cref="InvalidOperationException">It is no T5, BART or Marian, or has no tokenizer.</exception>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    public IReadOnlyList<string> Write(
        string text, int? longest = null, BeamOptions? options = null, CancellationToken token = default)
    {
        _ = EncoderDecoder ?? throw Other("turns a text into another", "T5, BART and Marian do");
        PublishedTokenizer tokens = RequireTokens();
        return [.. Generate(tokens.Sentence(text), longest, options, token)
            .Select(hypothesis => tokens.Decode(hypothesis.Tokens))];
    }

    /// <summary>Answers a question with a piece of a text (Devlin et al. 2018, section 4.2).</summary>
    /// <param name="text">Where the answer is.</param>
    /// <param name="question">The question.</param>
    /// <param name="longest">How many tokens the answer may have at most; 30 in BERT's code.</param>
    /// <returns>The piece as the tokenizer writes it: without capitals, if the model has none.</returns>
    /// <exception cref="InvalidOperationException">It has no head for answers, or no tokenizer.</exception>
    /// <exception cref="ArgumentException">The text is empty, or too long with its question.</exception>
    public string Answer(string text, string question, int longest = 30)
    {
        BertReader reader = Reader ?? throw Other("answers", "a BERT that was trained for it does");
        PublishedTokenizer tokens = RequireTokens();
        var (ids, types) = tokens.Pair(question, text);
        int first = ids.Length - tokens.Encode(text).Length - 1; // An end follows the text.
        using var quiet = Tape.NoGradient();
        var (starts, ends) = reader.Forward(new TokenBatch(ids, 1, ids.Length), types);
        var (start, end, _) = BertReader.Span(starts.Span[..^1], ends.Span[..^1], longest, first);
        return tokens.Decode(ids[start..(end + 1)]);
    }

    /// <summary>What each head of the decoder reads of the source while a target is written.</summary>
    /// <param name="source">The ids of the source.</param>
    /// <param name="target">The ids of the target, without start and end.</param>
    /// <returns>[layer][head], a row a token that is written, the end among them; a column a token of the
    /// source.</returns>
    /// <exception cref="InvalidOperationException">It is no T5, BART or Marian.</exception>
    public IReadOnlyList<IReadOnlyList<Matrix<float>>> CrossAttention(
        IReadOnlyList<int> source, IReadOnlyList<int> target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        IEncoderDecoder model = EncoderDecoder ?? throw Other("reads a source", "T5, BART and Marian do");
        using var quiet = Tape.NoGradient();
        var read = new TokenBatch([.. source], 1, source.Count);
        var maps = new List<Tensor>();
        model.Decode(
            new TokenBatch([model.StartId, .. target], 1, target.Count + 1), model.Encode(read), read, crossMaps: maps);
        return [.. maps.Select(layer => HeadMaps.Of(layer))];
    }

    private InvalidOperationException Other(string what, string who) =>
        new($"A {Architecture} is no model that {what}; {who}.");

    private PublishedTokenizer RequireTokens() => Tokens ?? throw new InvalidOperationException(
        "The folder has no tokenizer. Download its tokenizer.json, vocab.txt, spiece.model or source.spm, too.");

    /// <summary>How many tokens there is room for.</summary>
    private int Room(int input) =>
        Gpt is { Positions: not null } gpt ? Math.Max(1, gpt.Config.Context - input + 1)
        : EncoderDecoder is Bart bart ? bart.Config.Positions
        : int.MaxValue;

    private static Pretrained Load(
        string kind, PublishedJson config, IPublishedTensors file, WeightFormat weights)
    {
        switch (kind)
        {
            case "gpt2":
                return new Pretrained(kind) { Gpt = Gpt2Layout.Load(config, file, weights) };
            case "llama":
                return new Pretrained(kind) { Gpt = LlamaLayout.Load(config, file, weights) };
            case "bert" or "roberta":
                var (bert, classifier, reader, masked) = BertLayout.Load(
                    config, file, roberta: kind == "roberta", weights);
                return new Pretrained(kind)
                {
                    Bert = bert, Classifier = classifier, Reader = reader, HasMaskedHead = masked,
                };
            case "t5":
                return new Pretrained(kind) { EncoderDecoder = T5Layout.Load(config, file, weights) };
            case "bart" or "mbart":
                return new Pretrained(kind)
                {
                    EncoderDecoder = BartLayout.Load(config, file, multilingual: kind == "mbart", weights),
                };
            case "marian":
                return new Pretrained(kind) { EncoderDecoder = MarianLayout.Load(config, file, weights) };
            default:
                config.Refuse(
                    false, "model_type", "what can be read is gpt2, llama, bert, roberta, t5, bart, mbart and marian.");
                throw new InvalidOperationException("Refuse has thrown.");
        }
    }
}
