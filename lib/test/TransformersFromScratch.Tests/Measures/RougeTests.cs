using System.Text.Json;
using CsCheck;

namespace TransformersFromScratch.Tests.Measures;

public sealed class RougeTests
{
    private static readonly Gen<string> s_sentences = Gen.Int[0, 6].Array[0, 12].Select(
        words => string.Join(' ', words.Select(word => "the cat sat on a mat dog".Split(' ')[word])));

    [Fact]
    public void A_case_worked_by_hand()
    {
        // Shared: the, cat, mat, and "on"; "the" twice in both. Pairs: "the cat", "on the", "the mat".
        const string Output = "The cat lay on the mat.", Reference = "the cat sat on the mat";
        AssertScore(5, 6, 6, Rouge.One(Output, Reference));
        AssertScore(3, 5, 5, Rouge.Two(Output, Reference));
        AssertScore(5, 6, 6, Rouge.L(Output, Reference));
        AssertScore(5, 6, 6, Rouge.Lsum(Output, Reference));
    }

    [Fact]
    public void Precision_counts_the_output_and_recall_the_reference()
    {
        RougeScore score = Rouge.One("a library for maps", "library");
        Assert.Equal((25.0, 100.0, 40.0), (score.Precision, score.Recall, score.F1));
        score = Rouge.One("the the the", "the cat"); // clipped: "the" is in the reference once
        Assert.Equal((100.0 / 3, 50.0), (score.Precision, score.Recall));
    }

    [Theory]
    [InlineData("police killed the gunman", "police kill the gunman", 3)] // the examples of Lin 2004, section 3.1
    [InlineData("the gunman kill police", "police killed the gunman", 2)]
    [InlineData("gunman the killed police", "police killed the gunman", 1)]
    public void The_longest_row_is_that_of_the_paper(string output, string reference, int shared) =>
        AssertScore(shared, 4, 4, Rouge.L(output, reference));

    [Fact]
    public void Lsum_unites_the_rows_of_all_sentences_as_in_the_paper()
    {
        // Lin 2004, section 3.2: w1 w2 and w1 w3 w5 of the reference w1 w2 w3 w4 w5 are four words of it.
        RougeScore score = Rouge.Lsum("w1 w3 w8 w9 w5\nw1 w2 w6 w7 w8", "w1 w2 w3 w4 w5");
        AssertScore(4, 10, 5, score);
        AssertScore(3, 10, 5, Rouge.L("w1 w3 w8 w9 w5\nw1 w2 w6 w7 w8", "w1 w2 w3 w4 w5"));
    }

    [Fact]
    public void Lsum_counts_no_word_more_often_than_the_output_has_it() =>
        AssertScore(1, 1, 2, Rouge.Lsum("cat", "cat\ncat"));

    [Fact]
    public void Words_are_small_letters_and_digits_and_everything_else_parts_them()
    {
        Assert.Equal(["an", "x11", "front", "end", "caf", "s"], Rouge.Words("An X11 front-end: café's"));
        // Words of three letters stay.
        Assert.Equal(["packag", "the", "was"], Rouge.Words("Packages the was", stem: true));
        Assert.Equal(0, Rouge.One("packages", "package").F1);
        Assert.Equal(100, Rouge.One("packages", "package", stem: true).F1);
    }

    [Fact]
    public void Nothing_shares_nothing()
    {
        Assert.Equal(default, Rouge.Of("", "a word"));
        Assert.Equal(default, Rouge.Of("", ""));
        Assert.Equal(0, Rouge.Two("word", "word").F1); // one word has no pair
    }

    [Fact]
    public void What_must_hold_for_all_texts() => Gen.Select(s_sentences, s_sentences).Sample((output, reference) =>
    {
        RougeScores scores = Rouge.Of(output, reference), back = Rouge.Of(reference, output);
        Assert.All(
            new[] { scores.One, scores.Two, scores.L, scores.Lsum }, score => Assert.InRange(score, 0, 100.0001));
        Assert.Equal(scores.One, back.One, 9);
        Assert.Equal(scores.Two, back.Two, 9);
        Assert.Equal(scores.L, back.L, 9);
        Assert.Equal(scores.L, scores.Lsum, 9); // one sentence each
        Assert.True(scores.L <= scores.One + 1e-9 && scores.Two <= scores.One + 1e-9);
        string mixed = string.Join(' ', output.Split(' ').Reverse());
        Assert.Equal(scores.One, Rouge.Of(mixed, reference).One, 9); // the order of words is nothing to ROUGE-1
        Assert.Equal(output.Split(' ').Length > 1 ? 100 : 0, Rouge.Two(output, output).F1);
        Assert.Equal(output.Length > 0 ? 100 : 0, Rouge.L(output, output).F1);
    });

    [Fact]
    public void A_word_more_that_the_reference_has_never_makes_it_worse() =>
        Gen.Select(s_sentences, s_sentences).Sample((output, reference) =>
        Assert.All(reference.Split(' ').Where(word => word.Length > 0), word =>
            Assert.True(Rouge.One($"{output} {word}", reference).Recall >= Rouge.One(output, reference).Recall)));

    [Fact]
    public void A_test_set_has_the_mean_of_its_sentences_and_an_interval()
    {
        IReadOnlyList<RougeScores> scores = Rouge.Sentences(["a b", "x"], ["a b", "y"]);
        Assert.Equal(new RougeScores(50, 50, 50, 50), Rouge.Mean(scores));
        ConfidenceInterval interval = Bootstrap.Interval(
            scores, drawn => Rouge.Mean([.. drawn]).L, new SeededRandom(1));
        Assert.Equal((50, 0, 100), (interval.Value, interval.Low, interval.High));
        Assert.Throws<ArgumentException>(() => Rouge.Sentences([], []));
        Assert.Equal("50.0 / 50.0 / 50.0 / 50.0", Rouge.Mean(scores).ToString());
    }

    [Theory]
    [InlineData("caresses caress|ponies poni|cats cat|feed feed|agreed agre|plastered plaster|motoring motor|sing " +
        "sing|conflated conflat|sized size")]
    [InlineData("hopping hop|falling fall|hissing hiss|filing file|happy happi|sky sky|relational relat|rational " +
        "ration|digitizer digit|vietnamization vietnam")]
    [InlineData("operator oper|decisiveness decis|sensibiliti sensibl|triplicate triplic|electrical electr|goodness " +
        "good|adoption adopt|replacement replac")]
    [InlineData("adjustable adjust|homologous homolog|bowdlerize bowdler|probate probat|rate rate|cease " +
        "ceas|controll control|roll roll|is is|by by")]
    public void Stems_are_those_of_Porters_paper(string words) => Assert.All(words.Split('|'), pair =>
        Assert.Equal(pair.Split(' ')[1], PorterStemmer.Stem(pair.Split(' ')[0])));

    [Fact]
    public void Stems_are_those_of_Snowball()
    {
        JsonElement stems = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Measures", "porter.json"))).RootElement
                .GetProperty("stems");
        Assert.Equal(600, stems.EnumerateObject().Count());
        Assert.All(
            stems.EnumerateObject(), word => Assert.Equal(word.Value.GetString(), PorterStemmer.Stem(word.Name)));
    }

    private static void AssertScore(int shared, int output, int reference, RougeScore score)
    {
        Assert.Equal(100.0 * shared / output, score.Precision, 9);
        Assert.Equal(100.0 * shared / reference, score.Recall, 9);
        Assert.Equal(200.0 * shared / (output + reference), score.F1, 9);
    }
}
