namespace TransformersFromScratch;

/// <summary>A trained Transformer together with its tokenizer: a sentence in, its translation out. One file holds all
/// of it.</summary>
public sealed class Translator : TextToText
{
    private const int Beyond = 50; // "the maximum output length during inference [is] input length + 50" (section 6.1)

    internal const string Format = "TransformersFromScratch translator 1";

    private static readonly TextToTextFile s_file = new(
        Format, "translator", "en-fr.safetensors and en-de.safetensors",
        "train en-fr");

    /// <summary>Joins a model and a tokenizer.</summary>
    /// <param name="model">The Transformer; its vocabulary is the tokenizer's.</param>
    /// <param name="tokens">The tokenizer, one for both languages (section 5.1).</param>
    /// <param name="longest">How many tokens the longest source had in training. Places beyond it are places the model
    /// has never seen.</param>
    /// <exception cref="ArgumentException">The vocabularies differ in size.</exception>
    public Translator(Transformer model, BytePairEncoding tokens, int longest)
        : base(model, model?.Config.Vocabulary ?? 0, tokens, longest) => Model = model!;

    /// <summary>The model.</summary>
    public Transformer Model { get; }

    /// <inheritdoc/>
    internal override string Source => "sentence";

    /// <inheritdoc/>
    internal override string Verb => "translate";

    /// <inheritdoc/>
    internal override int MostTokens(int source) => source + Beyond;

    /// <summary>The sentence with a full stop, if no mark ends it: most sentences of the training had one.</summary>
    internal string WithFullStop(string sentence) =>
        Normalise(sentence.Trim()) is { Length: > 0 } text && char.IsLetterOrDigit(text[^1])
            ? text + "."
            : sentence.Trim();

    /// <summary>Translates sentences, each on its own, by greedy decoding.</summary>
    /// <param name="sentences">None empty, none of more than <see cref="TextToText.Longest"/> tokens.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <exception cref="ArgumentException">A sentence is empty or too long; the message says which and how long it may
    /// be.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<string> Translate(IReadOnlyList<string> sentences, CancellationToken token = default) =>
        Greedily(sentences, token);

    /// <summary>Translates sentences, each on its own, by beam search.</summary>
    /// <param name="sentences">None empty, none of more than <see cref="TextToText.Longest"/> tokens.</param>
    /// <param name="beam">How many hypotheses are followed at once; 4 in the paper (section 6.1).</param>
    /// <param name="lengthPenalty">α of <see cref="BeamSearch.LengthPenalty"/>; <see cref="TextToText.LengthPenalty"/>
    /// if null.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <exception cref="ArgumentException">A sentence is empty or too long; the message says which and how long it may
    /// be.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<string> Translate(IReadOnlyList<string> sentences, int beam, double? lengthPenalty = null,
        CancellationToken token = default) =>
        ByBeam(sentences, beam, lengthPenalty, token);

    /// <summary>Writes model and tokenizer into one safetensors file; an interruption leaves the old one as it
    /// was.</summary>
    /// <param name="path">Ending in .safetensors.</param>
    /// <param name="half">Float16, in half the space; float32 otherwise.</param>
    public void Save(string path, bool half = true) => s_file.Save(path, this, Model.Config, Model.Parameters(), half);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds something else; the message says
    /// what.</exception>
    public static Translator Load(string path) => s_file.Load<TransformerConfig, Translator>(
        path,
        config => config.ParameterCount(),
        (config, tokens, longest) =>
        {
            var translator = new Translator(new Transformer(config, seed: 0), tokens, longest);
            return (translator, translator.Model.Parameters());
        });
}
