using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// A sentence as a trained translator reads it: its tokens, what each of them looks at, and what comes out.
/// </summary>
public sealed class Reading
{
    private const char Space = '␣'; // as BytePairEncoding.TokenText shows it
    private readonly string[] _pieces;

    private Reading(
        string sentence, string translation, string[] pieces, IReadOnlyList<IReadOnlyList<Matrix<float>>> attention)
    {
        (Sentence, Translation, _pieces, Attention) = (sentence, translation, pieces, attention);
        Tokens = [.. pieces.Select(Shown)];
    }

    /// <summary>
    /// The sentence as it was read. One without a mark at its end was given a full stop, as most sentences of the
    /// training had one.
    /// </summary>
    public string Sentence { get; }

    /// <summary>
    /// What the translator makes of it, by beam search (Vaswani et al. 2017, section 6.1: four hypotheses).
    /// </summary>
    public string Translation { get; }

    /// <summary>
    /// T tokens: a word, a part of a word or a mark. A part that continues a word begins with a dot in the middle, as
    /// in "Sav" and "·es".
    /// </summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>Self-attention of the encoder: [layer][head], each T×T, a row per looking token.</summary>
    public IReadOnlyList<IReadOnlyList<Matrix<float>>> Attention { get; }

    /// <summary>Reads and translates a sentence.</summary>
    /// <param name="translator">A trained one, such as data/en-fr.safetensors.</param>
    /// <param name="sentence">In the language that it reads.</param>
    /// <param name="translate">False to spare the time of the translation, which is empty then.</param>
    /// <exception cref="ArgumentException">The sentence is empty, or longer than any of the training.</exception>
    public static Reading Of(Translator translator, string sentence, bool translate = true)
    {
        ArgumentNullException.ThrowIfNull(translator);
        ArgumentNullException.ThrowIfNull(sentence);
        string ended = translator.WithFullStop(sentence);
        // Which refuses what is empty or too long.
        string translation = translate ? translator.Translate([ended], beam: 4)[0] : "";
        int[] ids = translator.Encode(translator.Normalise(ended));
        return new Reading(
            ended, translation, [.. ids.Select(translator.Tokens.TokenText)], translator.Model.Encode(ids).Attention);
    }

    /// <summary>The place, from 0, of the first token of a word or mark; upper and lower case are the same.</summary>
    /// <exception cref="ArgumentException">The sentence has no such word.</exception>
    public int PlaceOf(string word)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(word);
        for (int place = 0; place < _pieces.Length; place++)
        {
            if (!Continues(_pieces[place]) && Begins(string.Concat(_pieces.Skip(place)).TrimStart(Space), word))
            {
                return place;
            }
        }

        throw new ArgumentException(
            $"\"{Sentence}\" has no word '{word}'. Its tokens are: {string.Join(" ", Tokens)}.", nameof(word));
    }

    private static bool Begins(string text, string word) =>
        text.StartsWith(word, StringComparison.OrdinalIgnoreCase)
            && (text.Length == word.Length || !char.IsLetterOrDigit(text[word.Length]));

    private static bool Continues(string piece) => char.IsLetterOrDigit(piece[0]);

    private static string Shown(string piece) =>
        piece[0] == Space && piece.Length > 1 ? piece[1..] : Continues(piece) ? "·" + piece : piece;
}
