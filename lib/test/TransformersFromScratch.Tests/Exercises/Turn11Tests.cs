namespace TransformersFromScratch.Tests.Exercises;

/// <summary>
/// What is right is used, each slip is red in its own words, and the library's version stands in for what is not.
/// </summary>
public class Turn11Tests
{
    private static readonly string[][] s_outputs = [["the", "cat", "is", "on", "mats"]],
        s_references = [["the", "cat", "is", "on", "the", "mat"]];

    [Fact]
    public void Right_versions_are_used()
    {
        Func<string[][], string[][], double> bleu = (outputs, references) => Turn11Bleu.Library((outputs, references));
        Func<int[], int, List<int[]>> batches = (lengths, places) => [.. Turn11Batches.Library((lengths, places))];
        Func<float[][], float[]> average = Turn11Average.Library;
        Func<double[], double[][], int, (int, int)[]> step = (beams, next, width) =>
            Turn11BeamStep.Library((beams, next, width));
        Assert.Same(bleu, Turn11.Bleu(bleu));
        Assert.Same(batches, Turn11.Batches(batches));
        Assert.Same(average, Turn11.Average(average));
        Assert.Same(step, Turn11.BeamStep(step));
    }

    [Fact]
    public void For_stubs_the_librarys_stand_in()
    {
        double expected = Bleu.Sentence("the cat is on mats", "the cat is on the mat").Score;
        Assert.Equal(
            expected, Turn11.Bleu((_, _) => throw new NotImplementedException())(s_outputs, s_references), 1e-9);
        List<int[]> batches = Turn11.Batches((_, _) => throw new NotImplementedException())([5, 2, 9, 2, 4], 10);
        Assert.Equal<IEnumerable<int>>([[1, 3], [4, 0], [2]], batches);
        Assert.Equal([2f, 3], Turn11.Average(_ => throw new NotImplementedException())([[1, 4], [3, 2]]));
        Assert.Equal(
            [(1, 0), (0, 1)],
            Turn11.BeamStep((_, _, _) => throw new NotImplementedException())([-1, -0.5], [[-5, -1], [-1, -9]], 2));
    }

    [Fact]
    public void Slips_are_told()
    {
        Slips.AreTold(Turn11Bleu.Question);
        Slips.AreTold(Turn11Batches.Question);
        Slips.AreTold(Turn11Average.Question);
        Slips.AreTold(Turn11BeamStep.Question);
    }

    [Fact]
    public void What_the_code_gives_is_looked_at_where_no_slip_explains_it()
    {
        Slips.Says("between 0 and 100", Turn11Bleu.Question.Judge(x => Turn11Bleu.Library(x) + 77));
        Slips.Says("exactly one batch", Turn11Batches.Question.Judge(x => [[.. x.Lengths.Select(_ => 0)]]));
        Slips.Says("as many weights", Turn11Average.Question.Judge(x => [.. Turn11Average.Library(x), 7]));
        Slips.Says("kept twice", Turn11BeamStep.Question.Judge(
            x => [.. Turn11BeamStep.Library(x).Select(_ => (0, 0))]));
    }

    /// <summary>On a corpus where no p_n is 0 there is nothing to smooth, so it is the library's score.</summary>
    [Fact]
    public void BLEU_of_words_is_the_librarys()
    {
        string[] outputs = ["Click a filter (twice) to select it.", "The cells, 1,000.5 of them, are in a row."],
            references = ["Click a filter (once) to select it.", "The cells, 1,000.5 of them, stand in a row."];
        double words = Turn11Bleu.Library(([.. outputs.Select(Bleu.Words)], [.. references.Select(Bleu.Words)]));
        Assert.Equal(Bleu.Corpus(outputs, references).Score, words, 1e-9);
    }
}
