namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What the cells of chapter 10 build, against what the library ships. The functions are those of the cells.</summary>
public class Chapter10Tests
{
    // ---- the cells ----
    private sealed record Word(string[] Tokens, int Count);

    private static string[] Letters(string word) => [.. word.Select(letter => letter.ToString())];

    private static Dictionary<(string Left, string Right), int> CountPairs(IEnumerable<Word> corpus) =>
        corpus.SelectMany(word => word.Tokens
                .Zip(word.Tokens.Skip(1))
                .Select(pair => (pair, word.Count)))
            .GroupBy(counted => counted.pair, counted => counted.Count)
            .ToDictionary(group => group.Key, group => group.Sum());

    private static string[] Join(string[] tokens, (string Left, string Right) pair)
    {
        var joined = new List<string>();
        for (int i = 0; i < tokens.Length; i++)
        {
            bool here = i + 1 < tokens.Length && (tokens[i], tokens[i + 1]) == pair;
            joined.Add(here ? tokens[i] + tokens[++i] : tokens[i]);
        }

        return [.. joined];
    }

    private static List<(string Left, string Right)> Learn(Word[] corpus, int merges)
    {
        var learned = new List<(string, string)>();
        var born = corpus.SelectMany(word => word.Tokens).Distinct().Order(StringComparer.Ordinal).ToList();
        while (learned.Count < merges && CountPairs(corpus) is { Count: > 0 } counts)
        {
            var best = counts.OrderByDescending(pair => pair.Value)
                .ThenBy(pair => born.IndexOf(pair.Key.Left)).ThenBy(pair => born.IndexOf(pair.Key.Right))
                .First().Key;
            learned.Add(best);
            born.Add(best.Item1 + best.Item2);
            corpus = [.. corpus.Select(word => word with { Tokens = Join(word.Tokens, best) })];
        }

        return learned;
    }

    private static string[] Play(string word, IEnumerable<(string Left, string Right)> merges) => merges.Aggregate(Letters(word), Join);

    // ---- against the library ----
    private static readonly string[] s_words =
        [.. Corpus.Load("en-fr.test.tsv").SelectMany(pair => Words.Split(pair.Source)).Where(word => word.All(char.IsAsciiLetter))];

    [Fact]
    public void The_cells_learn_the_merges_of_the_library_and_cut_words_as_it_does()
    {
        Word[] corpus = [.. s_words.CountBy(word => word).Select(word => new Word(Letters(word.Key), word.Value))];
        List<(string Left, string Right)> learned = Learn(corpus, 60);
        BytePairEncoding library = BytePairEncoding.Train([string.Join('\n', s_words)], 60);
        Assert.Equal(learned, library.Merges.Select(pair => (library.TokenText(pair.Left), library.TokenText(pair.Right))));
        Assert.All(s_words.Distinct(), word => Assert.Equal(Play(word, learned), library.Encode(word).Select(library.TokenText)));
    }

    [Fact]
    public void A_merge_saves_as_many_tokens_as_its_pair_counts_and_the_next_no_more()
    {
        Word[] corpus = [.. s_words.Take(500).Select(word => new Word(Letters(word), 1))];
        int before = int.MaxValue;
        foreach (var pair in Learn(corpus, 40))
        {
            int count = CountPairs(corpus)[pair], length = corpus.Sum(word => word.Tokens.Length);
            corpus = [.. corpus.Select(word => word with { Tokens = Join(word.Tokens, pair) })];
            Assert.Equal(count, length - corpus.Sum(word => word.Tokens.Length));
            Assert.True(count <= before);
            before = count;
        }
    }
}
