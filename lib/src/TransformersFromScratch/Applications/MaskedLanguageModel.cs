namespace TransformersFromScratch;

/// <summary>
/// A BERT together with its tokenizer: a text with blanks in, the words that may stand there out. One file holds all
/// of it.
/// </summary>
public sealed class MaskedLanguageModel
{
    /// <summary>How a blank is written in a text.</summary>
    public const string Blank = "___";

    /// <summary>Joins a model and a tokenizer.</summary>
    /// <param name="model">The BERT; its vocabulary is the tokenizer's.</param>
    /// <param name="tokens">The tokenizer.</param>
    /// <exception cref="ArgumentException">The vocabularies differ in size.</exception>
    public MaskedLanguageModel(Bert model, WordPiece tokens)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        ModelFormat.RequireSameVocabulary(model.Config.Vocabulary, tokens.Count);

        (Model, Tokens) = (model, tokens);
    }

    /// <summary>The model.</summary>
    public Bert Model { get; }

    /// <summary>The tokenizer.</summary>
    public WordPiece Tokens { get; }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or holds something else; the message says what.
    /// </exception>
    public static MaskedLanguageModel Load(string path) => MaskedLanguageModelFile.Load(path);

    /// <summary>The ids of a text between [CLS] and [SEP], as BERT reads it.</summary>
    /// <param name="text">Each ___ in it becomes [MASK].</param>
    /// <returns>No more than the model has positions for; what is too long loses its end.</returns>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Tokens.Sentence(text.Replace(Blank, "[MASK]", StringComparison.Ordinal), Model.Config.Positions);
    }

    /// <summary>What may stand in each blank of a text.</summary>
    /// <param name="text">With one ___ or more.</param>
    /// <param name="best">How many candidates for each blank.</param>
    /// <returns>For each blank, in order, the likeliest pieces and their probabilities.</returns>
    /// <exception cref="ArgumentException">There is no blank in what the model reads of the text.</exception>
    public IReadOnlyList<IReadOnlyList<(string Piece, double Probability)>> Fill(string text, int best = 5)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(best);
        int[] ids = Encode(text);
        int[] places = [.. Enumerable.Range(0, ids.Length).Where(i => ids[i] == Tokens.Mask)];
        if (places.Length == 0)
        {
            throw new ArgumentException(
                $"There is no blank in '{Excerpt.Of(text)}': write {Blank} where a word is missing" +
                (text.Contains(Blank, StringComparison.Ordinal)
                    ? $", among the first {Model.Config.Positions} tokens, for the model reads no more." : "."),
                nameof(text));
        }

        using var quiet = Tape.NoGradient();
        Tensor logits = Model.MaskedLogits(Model.Encode(new TokenBatch(ids, 1, ids.Length)), places);
        Tensor chances = Op.Softmax(logits);
        return [.. chances.Data.Chunk(Tokens.Count).Select(row => row.Index()
            .OrderByDescending(piece => piece.Item).ThenBy(piece => piece.Index).Take(best)
            .Select(piece => (Tokens.TokenText(piece.Index), (double)piece.Item)).ToArray())];
    }

    /// <summary>
    /// Writes model and tokenizer into one safetensors file; an interruption leaves the old one as it was.
    /// </summary>
    /// <param name="path">Ending in .safetensors.</param>
    /// <param name="half">Float16, in half the space; float32 otherwise.</param>
    public void Save(string path, bool half = true) => MaskedLanguageModelFile.Save(path, this, half);
}
