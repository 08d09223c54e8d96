using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace TransformersFromScratch.Tests.Text;

public class BytePairEncodingTests
{
    private const int FirstByte = 3;

    private static readonly Lazy<BytePairEncoding> s_manual = new(() => BytePairEncoding.Train(Manual(), 1000));

    [Fact]
    public void The_example_of_the_paper_gives_the_merges_of_the_paper()
    {
        // The corpus of Sennrich et al. 2016, section 3.2 (their algorithm 1), whose words end in a symbol of their
        // own; ours do not.
        string corpus = string.Join(
            '\n', Repeat("low", 5), Repeat("lower", 2), Repeat("newest", 6), Repeat("widest", 3));
        BytePairEncoding encoding = BytePairEncoding.Train([corpus], 7);
        Assert.Equal(["es", "est", "lo", "low", "ew", "new", "newest"], Merges(encoding));
        Assert.Equal(["low", "est"], encoding.Encode("lowest").Select(encoding.TokenText));
    }

    [Fact]
    public void Merges_are_those_of_a_count_from_scratch_before_each()
    {
        string text = string.Join(' ', Manual().Take(300));
        Assert.Equal(SlowMerges(text, 120), BytePairEncoding.Train([text], 120).Merges);
    }

    [Fact]
    public void Encoding_is_the_merges_applied_one_after_the_other()
    {
        BytePairEncoding encoding = s_manual.Value;
        foreach (string text in Manual().TakeLast(200).Append(new string('a', 100))
            .Append("abcabcabcabd".PadLeft(99, 'b')))
        {
            Assert.Equal(SlowEncode(encoding, text), encoding.Encode(text));
        }
    }

    [Fact]
    public void Equal_counts_go_to_the_lowest_ids_in_whatever_order_the_texts_come()
    {
        BytePairEncoding encoding = BytePairEncoding.Train(["zy zy", "ba ba"], 2);
        Assert.Equal(["ba", "zy"], Merges(encoding).Select(text => text.TrimStart('␣')));
        Assert.Equal(encoding.Merges, BytePairEncoding.Train(["ba ba", "zy zy"], 2).Merges);
    }

    [Fact]
    public void The_first_merges_are_those_of_a_shorter_training()
    {
        BytePairEncoding shorter = s_manual.Value.Take(200);
        Assert.Equal(BytePairEncoding.Train(Manual(), 200).Merges, shorter.Merges);
        Assert.All(shorter.Encode("Click a filter to select it"), id => Assert.True(id < shorter.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => shorter.Take(201));
    }

    [Fact]
    public void Ids_are_special_tokens_then_bytes_then_merges()
    {
        BytePairEncoding encoding = BytePairEncoding.Train(["aa aa"], 10, ["<sep>"]);
        Assert.Equal(["<pad>", "<s>", "</s>", "<sep>"], encoding.SpecialTokens);
        // Only aa occurs twice; ␣aa does not.
        Assert.Equal((4, 260, 261), (encoding.FirstByte, encoding.FirstMerge, encoding.Count));
        Assert.Equal("aa", encoding.TokenText(260));
    }

    [Fact]
    public void No_token_is_spelled_twice_and_none_reaches_over_a_words_border()
    {
        BytePairEncoding encoding = s_manual.Value;
        string[] spellings = [.. Enumerable.Range(0, encoding.Count).Select(encoding.Spelling)];
        Assert.Equal(encoding.Count, spellings.Distinct().Count());
        Assert.Equal(1000, encoding.Merges.Count);
        Assert.All(Merges(encoding), text => Assert.DoesNotContain("␣", text[1..], StringComparison.Ordinal));
    }

    [Fact]
    public void Text_of_a_special_token_is_text()
    {
        Assert.DoesNotContain(BytePairEncoding.Start, s_manual.Value.Encode("<s>"));
        Assert.Equal("<s>", s_manual.Value.Decode(s_manual.Value.Encode("<s>")));
        Assert.Equal(
            "a", s_manual.Value.Decode(
                [BytePairEncoding.Start, .. s_manual.Value.Encode("a"), BytePairEncoding.End,
                    BytePairEncoding.Padding]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("\uD800")]
    [InlineData("\uDC00\uD800")]
    [InlineData("\uD83D\uDE00\uD83D")]
    [InlineData("  two  words, 3\r\n\tand\u00A0more \u2028 ")]
    [InlineData("Œuvre, naïve; 数字 ٣٤ e\u0301 👩‍👩‍👧")]
    [InlineData("\uFFFD\uFEFF\uFFFF")]
    public void What_is_encoded_comes_back(string text) => AssertComesBack(s_manual.Value, text);

    [Fact]
    public void Every_string_comes_back()
    {
        var random = new SeededRandom(1);
        foreach (BytePairEncoding encoding in new[] { s_manual.Value, BytePairEncoding.Train(["a"], 0) })
        {
            for (int i = 0; i < 3000; i++)
            {
                AssertComesBack(encoding, RandomText(random));
            }
        }

        AssertComesBack(
            s_manual.Value, string.Concat(Enumerable.Range(0, char.MaxValue + 1).Select(unit => (char)unit)));
    }

    [Fact]
    public void Every_token_decodes_alone_and_shows_something()
    {
        BytePairEncoding encoding = s_manual.Value;
        Assert.All(Enumerable.Range(0, encoding.Count), id => Assert.NotEqual("", encoding.TokenText(id)));
        Assert.Equal(
            ("<pad>", "␣", "a", "\\x00", "\\xC3"),
            (encoding.TokenText(0), Byte(' '), Byte('a'), Byte('\0'), Byte('\u00C3')));
        Assert.Equal("\uFFFD", encoding.Decode([FirstByte + 0xC3]));
        Assert.Equal("é", encoding.Decode([FirstByte + 0xC3, FirstByte + 0xA9]));

        string Byte(char value) => encoding.TokenText(FirstByte + value);
    }

    [Fact]
    public void A_word_of_a_million_letters_is_no_trap()
    {
        var random = new SeededRandom(2);
        AssertComesBack(
            s_manual.Value, string.Concat(Enumerable.Range(0, 1_000_000).Select(_ => (char)random.Next('a', 'z'))));
        AssertComesBack(s_manual.Value, new string(' ', 1_000_000));
        AssertComesBack(BytePairEncoding.Train([new string('a', 100_000)], 30), new string('a', 99_999));
    }

    [Fact]
    public void Merges_that_are_passed_over_change_the_pieces_but_not_the_text()
    {
        BytePairEncoding encoding = s_manual.Value;
        var random = new SeededRandom(5);
        foreach (string text in Enumerable.Range(0, 500).Select(_ => RandomText(random)).Concat(Manual().Take(500)))
        {
            Assert.Equal(encoding.Encode(text), encoding.Encode(text, 0, random));
            Assert.All(
                encoding.Encode(text, 1, random),
                id => Assert.InRange(id, encoding.FirstByte, encoding.FirstMerge - 1));
            Assert.True(
                string.Equals(text, encoding.Decode(encoding.Encode(text, 0.3f, random)), StringComparison.Ordinal),
                text);
        }

        string sentence = Manual().First(text => text.Length > 100);
        Assert.Equal(
            encoding.Encode(sentence, 0.1f, new SeededRandom(6)), encoding.Encode(sentence, 0.1f, new SeededRandom(6)));
        int[] lengths =
            [.. new[] { 0, 0.1f, 0.3f, 0.6f, 1 }.Select(
                dropout => Manual().Take(200).Sum(text => encoding.Encode(text, dropout, random).Length))];
        Assert.Equal(lengths.Order(), lengths);
        Assert.Equal(lengths.Distinct(), lengths);
    }

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    public void Merges_are_passed_over_as_often_as_the_paper_says(float dropout)
    {
        // One merge, ab, and two places for it. Provilkov et al. 2020, algorithm 1: neither is made with probability
        // p², one alone with (1 - p²)·p.
        BytePairEncoding encoding = BytePairEncoding.Train(["abab abab"], 1);
        Assert.Equal(2, encoding.Encode("abab").Length);
        var random = new SeededRandom(7);
        const int Times = 20_000;
        var counts = Enumerable.Range(0, Times).CountBy(_ => encoding.Encode("abab", dropout, random).Length)
            .ToDictionary();
        double none = dropout * dropout, one = (1 - none) * dropout;
        AssertNear(none, counts[4], Times);
        AssertNear(one, counts[3], Times);
        AssertNear(1 - none - one, counts[2], Times);
    }

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    public void A_place_that_was_passed_over_is_offered_once_when_its_neighbours_are_joined(float dropout)
    {
        // bc, cd, b + cd (which no training learns, but a file may hold). Only if bc is passed over and cd is made does
        // bcd come up, and is passed over with probability p like any other.
        const int FirstByte = 3, FirstMerge = FirstByte + 256, Times = 20_000;
        var encoding = new BytePairEncoding(
            ["<pad>", "<s>", "</s>"],
            [(FirstByte + 'b', FirstByte + 'c'), (FirstByte + 'c', FirstByte + 'd'),
                (FirstByte + 'b', FirstMerge + 1)]);
        var random = new SeededRandom(7);
        int whole = Enumerable.Range(0, Times).Count(_ => encoding.Encode("bcd", dropout, random) is [FirstMerge + 2]);
        AssertNear(dropout * (1 - dropout) * (1 - dropout), whole, Times);
    }

    private static void AssertNear(double probability, int count, int times)
    {
        double deviation = Math.Sqrt(times * probability * (1 - probability));
        Assert.InRange(count, (times * probability) - (5 * deviation), (times * probability) + (5 * deviation));
    }

    [Fact]
    public void Many_threads_may_encode_at_once()
    {
        BytePairEncoding encoding = BytePairEncoding.Train(Manual(), 300);
        string[] texts = [.. Manual().Take(2000)];
        int[][] together = new int[texts.Length][];
        Parallel.For(0, texts.Length, i => together[i] = encoding.Encode(texts[i]));
        Assert.Equal(texts, together.Select(encoding.Decode));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        Assert.Contains(
            "no text", Assert.Throws<ArgumentException>(() => BytePairEncoding.Train(["", ""], 5)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "null", Assert.Throws<ArgumentException>(() => BytePairEncoding.Train(["a", null!], 5)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => BytePairEncoding.Train(["a"], -1));
        foreach (float dropout in new[] { -0.1f, 1.1f, float.NaN })
        {
            Assert.Contains(
                "0 to 1", Assert.Throws<ArgumentOutOfRangeException>(
                    () => s_manual.Value.Encode("a", dropout, new SeededRandom(1))).Message, StringComparison.Ordinal);
        }

        Assert.Contains(
            "<s> is there twice", Assert.Throws<ArgumentException>(
                () => BytePairEncoding.Train(["a"], 1, ["<s>"])).Message, StringComparison.Ordinal);
        foreach (string name in new[] { "", "a b", "\n", null! })
        {
            Assert.Contains(
                "cannot name", Assert.Throws<ArgumentException>(() => BytePairEncoding.Train(["a"], 1, [name])).Message,
                StringComparison.Ordinal);
        }

        Assert.Contains(
            "0 to 1258", Assert.Throws<ArgumentOutOfRangeException>(() => s_manual.Value.Decode([1259])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_manual.Value.TokenText(-1));
        Assert.Throws<OperationCanceledException>(
            () => BytePairEncoding.Train(Manual(), 1000, null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void The_pieces_are_the_text_and_those_of_the_pattern()
    {
        Assert.Equal(
            ["two", " ", " words", ",", " 3", "\r\n\t", "and", "\u00A0", "more", " \n"],
            Pieces.Split("two  words, 3\r\n\tand\u00A0more \n"));
        var random = new SeededRandom(3);
        foreach (string text in Enumerable.Range(0, 3000).Select(_ => RandomText(random)).Concat(Manual().Take(500)))
        {
            Assert.Equal(text, string.Concat(Pieces.Split(text)));
            Assert.Equal(Regex.Matches(text, Pieces.Pattern).Select(match => match.Value), Pieces.Split(text));
        }
    }

    [Fact]
    public void Microsofts_tokenizer_with_the_same_merges_gives_the_same_ids()
    {
        BytePairEncoding ours = s_manual.Value;
        AssertSameIds(ours, new BpeOptions(Vocabulary(ours))
        {
            Merges = ours.Merges.Select(pair => $"{ours.Spelling(pair.Left)} {ours.Spelling(pair.Right)}"),
            PreTokenizer = new RegexPreTokenizer(new Regex(Pieces.Pattern), specialTokens: null),
            ByteLevel = true,
        });
    }

    [Fact]
    public void Microsofts_tokenizer_reads_the_file()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            BytePairEncoding ours = s_manual.Value;
            string merges = Path.Combine(folder, "merges.txt"), vocabulary = Path.Combine(folder, "vocab.json");
            ours.Save(merges);
            File.WriteAllText(vocabulary, JsonSerializer.Serialize(new Dictionary<string, int>(Vocabulary(ours))));
            AssertSameIds(ours, new BpeOptions(vocabulary, merges)
            {
                PreTokenizer = new RegexPreTokenizer(new Regex(Pieces.Pattern), specialTokens: null),
                ByteLevel = true,
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<KeyValuePair<string, int>> Vocabulary(BytePairEncoding encoding) =>
        Enumerable.Range(0, encoding.Count).Select(id => KeyValuePair.Create(encoding.Spelling(id), id));

    private static void AssertSameIds(BytePairEncoding ours, BpeOptions options)
    {
        var theirs = BpeTokenizer.Create(options);
        string[] more =
            ["", " ", "  two  words, 3\r\n\tand\u00A0more ", "Œuvre, naïve; 数字 ٣٤ 👩‍👩‍👧", new string('a', 300)];
        foreach (string text in Manual().TakeLast(3000).Concat(more))
        {
            Assert.Equal(theirs.EncodeToIds(text), ours.Encode(text));
        }
    }

    /// <summary>Both sides of shipped English–French pairs.</summary>
    private static IEnumerable<string> Manual() =>
        Corpus.Load("en-fr.train.tsv").Take(5000).SelectMany(pair => new[] { pair.Source, pair.Target });

    private static string RandomText(SeededRandom random)
    {
        // All code units, or few of them so that words and pairs of surrogates come about.
        string few = " \n\0ab1é,.\uD83D\uDE00\u0301\u00A0";
        bool all = random.Next(2) == 0;
        return string.Concat(Enumerable.Range(0, random.Next(60))
            .Select(_ => all ? (char)random.Next(char.MaxValue + 1) : few[random.Next(few.Length)]));
    }

    private static void AssertComesBack(BytePairEncoding encoding, string text)
    {
        int[] ids = encoding.Encode(text);
        Assert.True(
            string.Equals(text, encoding.Decode(ids), StringComparison.Ordinal),
            string.Join(' ', text.Take(100).Select(unit => $"{(int)unit:X4}")));
        Assert.True(ids.All(id => id >= encoding.FirstByte && id < encoding.Count));
    }

    private static string Repeat(string word, int times) => string.Join('\n', Enumerable.Repeat(word, times));

    private static IEnumerable<string> Merges(BytePairEncoding encoding) =>
        Enumerable.Range(encoding.FirstMerge, encoding.Merges.Count).Select(encoding.TokenText);

    /// <summary>The algorithm without any haste: all pairs counted anew before every merge.</summary>
    private static List<(int, int)> SlowMerges(string text, int count)
    {
        List<List<int>> words =
            [.. Pieces.Split(text).Select(
                piece => Encoding.UTF8.GetBytes(piece).Select(value => FirstByte + value).ToList())];
        var merges = new List<(int, int)>();
        var spelled = Enumerable.Range(0, 256)
            .ToDictionary(value => FirstByte + value, value => ((char)value).ToString());
        while (merges.Count < count)
        {
            var (best, _) = words.SelectMany(word => word.Zip(word.Skip(1))).CountBy(pair => pair)
                .Where(pair => !spelled.ContainsValue(spelled[pair.Key.First] + spelled[pair.Key.Second]))
                .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First();
            int merged = FirstByte + 256 + merges.Count;
            spelled[merged] = spelled[best.First] + spelled[best.Second];
            merges.Add(best);
            words.ForEach(word => JoinAll(word, best, merged));
        }

        return merges;
    }

    private static IEnumerable<int> SlowEncode(BytePairEncoding encoding, string text)
    {
        foreach (string piece in Pieces.Split(text))
        {
            List<int> ids = [.. Encoding.UTF8.GetBytes(piece).Select(value => encoding.FirstByte + value)];
            for (int i = 0; i < encoding.Merges.Count; i++)
            {
                JoinAll(ids, encoding.Merges[i], encoding.FirstMerge + i);
            }

            foreach (int id in ids)
            {
                yield return id;
            }
        }
    }

    private static void JoinAll(List<int> ids, (int, int) pair, int merged)
    {
        for (int i = 0; i + 1 < ids.Count; i++)
        {
            if ((ids[i], ids[i + 1]) == pair)
            {
                ids[i] = merged;
                ids.RemoveAt(i + 1);
            }
        }
    }
}
