using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// One sentence on its way through a trained model: every matrix that matters, from the tokens to the probabilities of
/// the next one. The page "Anatomy" of the site draws it.
/// </summary>
/// <remarks>
/// It goes through the model's own layers on matrices, one sentence, nothing masked but the future. Only what cannot be
/// computed from the rest is kept: scores, weights and mixed values follow from Q, K and V, and the residual stream
/// from what the sublayers add to it (<see cref="AnatomyAttention.Head"/>).
/// </remarks>
public sealed class Anatomy
{
    /// <summary>How many tokens a text may have: more rows than this are not legible as a figure.</summary>
    public const int MostTokens = 24;

    private const int MostWritten = 32, BestGuesses = 10;

    private Anatomy(
        string text, string written, IReadOnlyList<AnatomyStack> stacks,
        IReadOnlyList<IReadOnlyList<AnatomyGuess>> guesses, NormPlacement norm, Activation activation)
    {
        (Text, Written, Stacks, Guesses) = (text, written, stacks, guesses);
        (Norm, Activation) = (norm, activation);
    }

    /// <summary>How many tokens of the last stack were there before the model wrote any.</summary>
    public int Read { get; private init; } = 1;

    /// <summary>The words and signs of the text that the model has never seen; empty if nobody knows.</summary>
    public IReadOnlyList<string> Strange { get; private init; } = [];

    /// <summary>The text that was read.</summary>
    public string Text { get; }

    /// <summary>What the model wrote, by greedy decoding.</summary>
    public string Written { get; }

    /// <summary>
    /// Encoder and decoder of a translator; of a GPT the decoder alone, whose tokens are the text and what was written
    /// after it.
    /// </summary>
    public IReadOnlyList<AnatomyStack> Stacks { get; }

    /// <summary>For each token of the last stack, the ten likeliest to follow, the likeliest first.</summary>
    public IReadOnlyList<IReadOnlyList<AnatomyGuess>> Guesses { get; }

    /// <summary>Post in the paper: each sum goes through a norm. Pre: what a sublayer reads does.</summary>
    public NormPlacement Norm { get; }

    /// <summary>The bend of the feed-forward networks.</summary>
    public Activation Activation { get; }

    /// <summary>A translator reads a sentence, and writes its translation greedily.</summary>
    /// <param name="translator">A trained one, such as data/en-fr.safetensors.</param>
    /// <param name="sentence">
    /// In the language that it reads, of at most <see cref="MostTokens"/> tokens. Without a mark at its end it gets a
    /// full stop.
    /// </param>
    /// <exception cref="ArgumentException">The sentence is empty, or too long; the message says how long.</exception>
    public static Anatomy Of(Translator translator, string sentence)
    {
        ArgumentNullException.ThrowIfNull(translator);
        ArgumentNullException.ThrowIfNull(sentence);
        string text = translator.WithFullStop(sentence);
        EncodedText source = translator.Read(text);
        RequireLength(source.Ids.Count);
        Transformer model = translator.Model;
        int[] written = Greedy.Decode(
            model, EncodedText.Batch([source], model.Config.PaddingId),
            Math.Min(MostWritten, translator.MostTokens(source.Ids.Count)))[0];
        var encoder = Stack(
            "encoder", translator.Tokens, [.. source.Ids], model.Config, model.Embedding, model.Config.Norm,
            model.EncoderNorm, walk =>
            {
                foreach (EncoderLayer layer in model.Encoder) { walk.Through(layer, causal: false); }
            });
        var decoder = Stack(
            "decoder", translator.Tokens, [model.Config.StartId, .. written], model.Config, model.Embedding,
            model.Config.Norm, model.DecoderNorm, walk =>
            {
                foreach (DecoderLayer layer in model.Decoder) { walk.Through(layer, encoder.Output); }
            });
        return new Anatomy(
            text, translator.Decode(written), [encoder, decoder],
            GuessesOf(model.Logits(Rows(decoder.Output)), translator.Tokens, decoder.Tokens), model.Config.Norm,
            model.Config.Activation)
        {
            Strange = translator.Learned?.Strange(text) ?? [],
        };
    }

    /// <summary>A GPT reads the beginning of a text, and goes on with it greedily.</summary>
    /// <param name="model">A trained one, such as data/austen-gpt.safetensors.</param>
    /// <param name="prompt">At most <see cref="MostTokens"/> tokens.</param>
    /// <param name="write">How many tokens to write, at least 1.</param>
    /// <exception cref="ArgumentException">The prompt is empty, or too long; the message says by how much.</exception>
    public static Anatomy Of(LanguageModel model, string prompt, int write = 6)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(write);
        int[] ids = model.Encode(prompt);
        RequireLength(ids.Length);
        Gpt gpt = model.Model;
        GptConfig config = gpt.Config;
        int[] written =
            [.. Generation.Stream(gpt, ids, Math.Min(write, MostWritten), sampling: null, random: null, model.End)];
        int[] tokens = [.. ids, .. written];
        gpt.RequireContext(tokens.Length);
        bool isLearned = config.Positions == PositionKind.Learned;
        Matrix<float> embedded = gpt.Tokens.Forward(tokens), positions = isLearned
            ? gpt.Positions!.Forward([.. Enumerable.Range(0, tokens.Length)])
            : Matrix<float>.Build.Dense(tokens.Length, config.DModel);
        if (config.Positions == PositionKind.Sinusoidal)
        {
            embedded *= MathF.Sqrt(config.DModel);
            positions = PositionalEncoding.Sinusoidal(tokens.Length, config.DModel);
        }

        var walk = new AnatomyWalk(config.Norm, embedded + positions);
        foreach (EncoderLayer layer in gpt.Layers) { walk.Through(layer, causal: true); }

        var stack = new AnatomyStack(
            "decoder", Shown(model.Tokens, tokens), embedded, positions, walk.Layers, gpt.Norm,
            gpt.Norm?.Forward(walk.Stream) ?? walk.Stream);
        Tensor rows = Rows(stack.Output), logits = gpt.Output?.Forward(rows) ?? gpt.Tokens.Logits(rows);
        return new Anatomy(
            prompt, model.Decode(written), [stack], GuessesOf(logits, model.Tokens, stack.Tokens), config.Norm,
            config.Activation)
        {
            Read = ids.Length,
        };
    }

    /// <summary>All of it as JSON, for a page that draws it.</summary>
    /// <remarks><see cref="AnatomyJson"/> says how it is written.</remarks>
    public string ToJson() => AnatomyJson.Of(this);

    /// <summary>The text and what the model wrote.</summary>
    public override string ToString() => $"{Text} → {Written}";

    private static AnatomyStack Stack(
        string name, BytePairEncoding tokenizer, int[] tokens, TransformerConfig config, Embedding embedding,
        NormPlacement norm, LayerNorm? finalNorm, Action<AnatomyWalk> layers)
    {
        Matrix<float> embedded = embedding.Forward(tokens) * MathF.Sqrt(config.DModel);
        Matrix<float> positions = PositionalEncoding.Sinusoidal(
            tokens.Length, config.DModel, sinesFirst: config.SinesFirst);
        var walk = new AnatomyWalk(norm, embedded + positions);
        layers(walk);
        return new AnatomyStack(
            name, Shown(tokenizer, tokens), embedded, positions, walk.Layers, finalNorm,
            finalNorm?.Forward(walk.Stream) ?? walk.Stream);
    }

    private static AnatomyToken[] Shown(ITokenizer tokenizer, int[] ids) =>
        [.. ids.Select((id, place) => Shown(tokenizer, id, place == 0 ? null : ids[place - 1]))];

    /// <summary>
    /// A word without the space before it; what continues the word before with a dot, as in "Sav", "·es".
    /// </summary>
    private static AnatomyToken Shown(ITokenizer tokenizer, int id, int? before)
    {
        string piece = Piece(id);
        bool continues = char.IsLetterOrDigit(piece[0]) && before is { } last && char.IsLetterOrDigit(Piece(last)[^1]);
        return new AnatomyToken(id, piece is ['␣', _, ..] ? piece[1..] : continues ? "·" + piece : piece);

        string Piece(int id) => tokenizer.TokenText(id).Replace(@"\x0A", "⏎", StringComparison.Ordinal);
    }

    private static IReadOnlyList<AnatomyGuess>[] GuessesOf(
        Tensor logits, ITokenizer tokenizer, IReadOnlyList<AnatomyToken> after)
    {
        int vocabulary = logits.Shape[^1], count = Math.Min(BestGuesses, vocabulary);
        return [.. Enumerable.Range(0, logits.Length / vocabulary).Select(row =>
        {
            ReadOnlySpan<float> scores = logits.Span.Slice(row * vocabulary, vocabulary);
            int[] ids = new int[count];
            double[] logs = new double[count];
            TopTokens.Find(scores, ids, logs);
            var guesses = new AnatomyGuess[count];
            for (int i = 0; i < count; i++)
            {
                guesses[i] = new AnatomyGuess(
                    Shown(tokenizer, ids[i], after[row].Id), scores[ids[i]], Math.Exp(logs[i]));
            }

            return guesses;
        })];
    }

    /// <summary>A row per token, as the output's map reads it.</summary>
    private static Tensor Rows(Matrix<float> x) => new(x.ToRowMajorArray(), x.RowCount, x.ColumnCount);

    private static void RequireLength(int tokens)
    {
        if (tokens is 0 or > MostTokens)
        {
            throw new ArgumentException(tokens == 0
                ? "There is nothing to read: write a few words."
                : $"The text has {tokens} tokens, and the figure has room for {MostTokens}: leave some words out.");
        }
    }
}
