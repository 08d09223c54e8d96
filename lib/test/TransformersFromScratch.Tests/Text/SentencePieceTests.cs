using CsCheck;
using Microsoft.ML.Tokenizers;

namespace TransformersFromScratch.Tests.Text;

/// <summary>
/// The unigram tokenizer against another one, and by hand; the published cases are tested with their models.
/// </summary>
public class SentencePieceTests
{
    private static readonly string s_path = Path.Combine(AppContext.BaseDirectory, "Published", "t5", "spiece.model");

    // Letters that it knows, marks, blanks of all kinds, ligatures, accents of their own, and what no piece has.
    private static readonly string[] s_parts =
    [
        "a", "e", "the", "Click", " filter", "select", "é", "e\u0301", " ", "  ", "\u00a0", "\t", "\n", "ﬁ", "½", "Å",
        "．", "!", "?", "“", "…", "日本", "😀", "1", "23", "\u200b", "ß", "ﾊﾞ", "x", "</s>", "▁a",
    ];

    private static readonly Gen<string> s_texts =
        Gen.Int[0, s_parts.Length - 1].Select(i => s_parts[i]).Array[0, 12].Select(string.Concat);

    /// <summary>On Marian's model: the other one cannot read T5's, which has no token for a beginning.</summary>
    [Fact]
    public void It_cuts_texts_as_another_tokenizer_does()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Published", "marian", "source.spm");
        using FileStream file = File.OpenRead(path);
        var other = SentencePieceTokenizer.Create(file, addBeginningOfSentence: false, addEndOfSentence: false);
        var ours = SentencePiece.Load(path);
        s_texts.Sample(
            text => Assert.Equal(Joined([.. other.EncodeToIds(text)], ours.Unknown), ours.Encode(text)), iter: 5000,
            threads: 1);
    }

    /// <summary>
    /// The other one has an unknown token for each character; SentencePiece itself, and the published cases, one for
    /// neighbours.
    /// </summary>
    private static IEnumerable<int> Joined(int[] ids, int unknown) =>
        ids.Where((id, i) => i == 0 || id != unknown || ids[i - 1] != unknown);

    [Fact]
    public void No_other_way_to_cut_a_text_is_likelier()
    {
        var pieces = SentencePieceFile.Read(s_path).Pieces.Where(piece => piece.Kind == PieceKind.Normal)
            .ToDictionary(piece => piece.Text, piece => (double)piece.Score);
        var ours = SentencePiece.Load(s_path);
        foreach (string word in (string[])["filter", "select", "selection", "the", "tetete", "column"])
        {
            string text = "▁" + word;
            double got = ours.Encode(word).Sum(id => pieces[ours.TokenText(id)]);
            Assert.Equal(AllWays(text, pieces).Max(), got, 1e-4);
        }
    }

    /// <summary>The sums of all ways to cut a text.</summary>
    private static IEnumerable<double> AllWays(string text, Dictionary<string, double> pieces) => text.Length == 0 ? [0]
        : Enumerable.Range(1, text.Length).Where(length => pieces.ContainsKey(text[..length]))
            .SelectMany(length => AllWays(text[length..], pieces).Select(rest => rest + pieces[text[..length]]));

    [Fact]
    public void Ids_that_there_are_not_are_refused()
    {
        var ours = SentencePiece.Load(s_path);
        Assert.Throws<ArgumentOutOfRangeException>(() => ours.TokenText(ours.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => ours.Decode([-1]));
        Assert.Equal("Click a filter", ours.Decode(ours.Encode("  Click  a filter ")));
    }
}
