namespace TransformersFromScratch;

/// <summary>A trained GPT together with its tokenizer: text in, more text out. One file holds all of it.</summary>
public sealed class LanguageModel
{
    /// <summary>Joins a model and a tokenizer.</summary>
    /// <param name="model">The GPT; its vocabulary is the tokenizer's.</param>
    /// <param name="tokens">The tokenizer.</param>
    /// <param name="end">
    /// The token that ends a text, such as the end of the line after a name; null if none does.
    /// </param>
    /// <exception cref="ArgumentException">The vocabularies differ in size, or the end is no token.</exception>
    public LanguageModel(Gpt model, ITokenizer tokens, int? end = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        ModelFormat.RequireSameVocabulary(model.Config.Vocabulary, tokens.Count);

        if (end < 0 || end >= tokens.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(end), end, $"The token that ends a text is one of 0 to {tokens.Count - 1}.");
        }

        (Model, Tokens, End) = (model, tokens, end);
    }

    /// <summary>The model.</summary>
    public Gpt Model { get; }

    /// <summary>The tokenizer.</summary>
    public ITokenizer Tokens { get; }

    /// <summary>The token that ends a text; null if none does.</summary>
    public int? End { get; }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or holds something else; the message says what.
    /// </exception>
    public static LanguageModel Load(string path) => LanguageModelFile.Load(path);

    /// <summary>The ids of a text.</summary>
    public int[] Encode(string text) => Tokens.Encode(text);

    /// <summary>The text of ids.</summary>
    public string Decode(IEnumerable<int> ids) => Tokens.Decode(ids);

    /// <summary>Goes on with a text, and gives each piece of it as soon as it is written.</summary>
    /// <param name="prompt">
    /// What the text begins with, one token at least. Of a long one the model reads the end alone, as much as its
    /// context holds.
    /// </param>
    /// <param name="longest">How many tokens to write at most.</param>
    /// <param name="sampling">How to draw; null for greedy decoding, which always takes the likeliest.</param>
    /// <param name="random">Where the draws come from; greedy decoding needs none.</param>
    /// <param name="token">Stops between two tokens.</param>
    /// <returns>
    /// What comes after the prompt, piece by piece. A character whose bytes are spread over several tokens comes when
    /// it is whole.
    /// </returns>
    /// <exception cref="ArgumentException">The prompt has no token, or sampling has no random numbers.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IEnumerable<string> Complete(
        string prompt, int longest = 200, SamplingOptions? sampling = null, Random? random = null,
        CancellationToken token = default)
    {
        int[] ids = Encode(prompt);
        int[] read = ids[Math.Max(0, ids.Length - Model.Config.Context)..];
        return TextStream.Of(Tokens, Generation.Stream(Model, read, longest, sampling, random, End, token: token));
    }

    /// <summary>
    /// Writes model and tokenizer into one safetensors file; an interruption leaves the old one as it was.
    /// </summary>
    /// <param name="path">Ending in .safetensors.</param>
    /// <param name="half">Float16, in half the space; float32 otherwise.</param>
    public void Save(string path, bool half = true) => LanguageModelFile.Save(path, this, half);
}
