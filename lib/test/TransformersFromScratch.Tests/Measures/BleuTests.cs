namespace TransformersFromScratch.Tests.Measures;

public class BleuTests
{
    // Papineni et al. 2002, section 2.1, example 1; in lower case and without full stops, as the paper counts.
    private static readonly string[] s_references =
    [
        "it is a guide to action that ensures that the military will forever heed party commands",
        "it is the guiding principle which guarantees the military forces always being under the command of the party",
        "it is the practical guide for the army always to heed the directions of the party",
    ];

    [Fact]
    public void Example_1_of_the_paper()
    {
        BleuCounts first = Bleu.Sentence(
            "it is a guide to action which ensures that the military always obeys the commands of the party",
            s_references).Counts;
        BleuCounts second = Bleu.Sentence(
            "it is to insure the troops forever hearing the activity guidebook that party direct", s_references).Counts;
        Assert.Equal((17, 18), (first.Matches[0], first.Totals[0]));
        Assert.Equal((10, 17), (first.Matches[1], first.Totals[1]));
        Assert.Equal((8, 14), (second.Matches[0], second.Totals[0]));
        Assert.Equal((1, 13), (second.Matches[1], second.Totals[1]));
    }

    [Fact]
    public void Example_2_of_the_paper_clips_seven_the_to_two()
    {
        BleuCounts counts = Bleu.Sentence(
            "the the the the the the the", "the cat is on the mat", "there is a cat on the mat").Counts;
        Assert.Equal((2, 7), (counts.Matches[0], counts.Totals[0]));
        Assert.Equal((0, 6), (counts.Matches[1], counts.Totals[1]));
    }

    [Fact]
    public void Example_3_of_the_paper_a_short_output_pays_by_the_brevity_penalty()
    {
        BleuScore score = Bleu.Sentence("of the", s_references);
        Assert.Equal([100.0, 100.0, 0, 0], score.Precisions);
        Assert.Equal(Math.Exp(1 - 16.0 / 2), score.BrevityPenalty, 1e-12); // Their lengths are 16, 18 and 16.
    }

    [Fact]
    public void A_case_worked_by_hand()
    {
        // Words 3/4, pairs 1/3 (the cat), triples 0/2 → ½/2, runs of four 0/1 → ¼/1; c = 4, r = 5.
        BleuScore score = Bleu.Corpus(["the cat mat sat"], ["the cat sat over there"]);
        Assert.Equal([75.0, 100 / 3.0, 25, 25], score.Precisions, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(Math.Exp(-0.25) * 100 * Math.Pow(0.75 / 3 * 0.25 * 0.25, 0.25), score.Score, 1e-12);
    }

    [Fact]
    public void The_corpus_score_is_not_the_mean_of_the_sentences()
    {
        string[] outputs = ["a b c d", "e f g h i j k l"], references = ["a b c x", "e f g h i j k l"];
        double mean = outputs.Zip(references, (output, reference) => Bleu.Sentence(output, reference).Score).Average();
        Assert.True(Math.Abs(Bleu.Corpus(outputs, references).Score - mean) > 1);
        Assert.Equal(Bleu.Corpus(outputs, references).Score, Bleu.Of(Bleu.Sentences(outputs, references)).Score);
        Assert.Equal(0, Bleu.Of([]).Score);
    }

    [Fact]
    public void Arguments_that_do_not_belong_together_are_named()
    {
        Assert.Contains("2 outputs", Error(() => Bleu.Corpus(["a", "b"], ["a"])), StringComparison.Ordinal);
        Assert.Contains("no outputs", Error(() => Bleu.Corpus([], new string[0])), StringComparison.Ordinal);
        Assert.Contains(
            "Sentence 1", Error(() => Bleu.Corpus(["a", "b"], (string[][])[["a"], []])), StringComparison.Ordinal);
        Assert.Contains("Sentence 0", Error(() => ChrF.Corpus([null!], ["a"])), StringComparison.Ordinal);
        Assert.Contains("Sentence 0", Error(() => Bleu.Sentence("a")), StringComparison.Ordinal);

        static string Error(Action call) => Assert.Throws<ArgumentException>(call).Message;
    }
}
