using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 10, with its three solutions, against the library.</summary>
public class Chapter10Tests(Chapter10Tests.Cells cells) : IClassFixture<Chapter10Tests.Cells>
{
    [Fact]
    public void The_merges_are_the_librarys_and_words_are_cut_as_by_it() => Merges(cells);

    [Fact]
    public void A_merge_saves_as_many_tokens_as_its_pair_counts_and_the_next_no_more()
    {
        var savings = cells.Get<Func<string[], List<(int Counted, int Saved)>>>("""
            (string[] words) =>
            {
                (string[] Tokens, int Count)[] corpus = [.. words.Select(word => (Letters(word), 1))];
                var all = new List<(int, int)>();
                foreach (var pair in Learn(corpus, 40))
                {
                    int counted = CountPairs(corpus)[pair], before = corpus.Sum(word => word.Tokens.Length);
                    corpus = [.. corpus.Select(word => (Join(word.Tokens, pair), word.Count))];
                    all.Add((counted, before - corpus.Sum(word => word.Tokens.Length)));
                }
                return all;
            }
            """)([.. WordsOf("en-fr.test.tsv").Take(500)]);
        Assert.All(savings, one => Assert.Equal(one.Counted, one.Saved));
        Assert.Equal(savings.Select(one => one.Saved).OrderDescending(), savings.Select(one => one.Saved));
    }

    [Theory]
    [InlineData("cs-1a6f66e3", "one => one.Pair, one => one.Count", "one => one.Pair, one => 1")]
    [InlineData("cs-4bda40ba", "tokens[i] + tokens[++i]", "tokens[i] + tokens[i + 1]")]
    [InlineData("cs-fcf6bd29", "counts.OrderByDescending(pair => pair.Value)", "counts.OrderBy(pair => pair.Value)")]
    [InlineData("cs-fcf6bd29", ".ThenBy(pair => born.IndexOf(pair.Key.Left))",
        ".ThenByDescending(pair => born.IndexOf(pair.Key.Left))")]
    [InlineData("cs-10encod0", "foreach (var pair in merges)", "foreach (var pair in merges.Reverse())")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Merges);

    /// <summary>The words of letters alone, as the cells know no pieces of words and no bytes.</summary>
    private static string[] WordsOf(string file) =>
        [.. SentencePair.Load(Path.Combine(Repository.Find().Data, file)).SelectMany(pair => Words.Split(pair.Source))
            .Where(word => word.All(char.IsAsciiLetter))];

    private static void Merges(ChapterCode cells)
    {
        var learn = cells.Get<Func<(string Word, int Count)[], int, List<(string Left, string Right)>>>(
            "((string Word, int Count)[] corpus, int merges) => Learn([.. corpus.Select(one => " +
            "(Letters(one.Word), one.Count))], merges)");
        var cut = cells.Get<Func<string, IReadOnlyList<(string Left, string Right)>, string[]>>("Encode");
        foreach (var (words,
            merges) in new (string[], int)[] { (["low", "low", "lower", "newest", "newest", "widest"], 7),
                (WordsOf("en-fr.test.tsv"), 60), (["aaaaaaa", "aaaaaaa", "aaab", "aaab"], 3) })
        {
            List<(string Left, string Right)> learned = learn(
                [.. words.CountBy(word => word).Select(word => (word.Key, word.Value))], merges);
            BytePairEncoding library = BytePairEncoding.Train([string.Join('\n', words)], merges);
            Assert.Equal(
                library.Merges.Select(pair => (library.TokenText(pair.Left), library.TokenText(pair.Right))), learned);
            Assert.All(
                words.Distinct(), word => Assert.Equal(
                    library.Encode(word).Select(library.TokenText), cut(word, learned)));
        }
    }

    public sealed class Cells() : ChapterCode("10");
}
