namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 14. Each says what is right, or names the likely mistake.</summary>
public static class Exercise14
{
    private static readonly Question<(string[] Text, string[] Summary), double> s_novelty = new(NoveltyInputs)
    {
        Right = x => Share(x.Summary, x.Text),
        Say = x => $"the text '{string.Join(' ', x.Text)}' and the summary '{string.Join(' ', x.Summary)}'",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => x.Summary.Length < 2 ? 0 : 1 - Share(x.Summary, x.Text),
                "That is the share of the pairs that do stand in the text. Asked are those that do not."),
            (x => Share(x.Text, x.Summary),
                "You look for the text's pairs in the summary. Look for the summary's pairs in the text."),
            (x => x.Summary.Length == 0 ? 0
                : x.Summary.Count(word => !x.Text.Contains(word)) / (double)x.Summary.Length,
                "You count single words. Two known words may form a pair that the text has not: count pairs of " +
                "neighbours."),
            (x => Pairs(x.Summary).Count(pair => !Pairs(x.Text).Contains(pair)),
                "That is a number of pairs. Divide it by how many pairs the summary has."),
            (x => x.Summary.Length < 2 ? 0
                : Pairs(x.Summary).Count(pair => !Pairs(x.Text).Contains(pair)) / (double)x.Summary.Length,
                "You divide by the number of words. A summary of n words has n - 1 pairs."),
            (x => x.Summary.Length < 2 ? 0
                : Pairs(x.Summary)
                .Count(pair =>
                !(x.Text.Contains(pair.Item1) && x.Text.Contains(pair.Item2))) / (x.Summary.Length - 1.0),
                "You ask whether both words stand in the text somewhere. They have to stand side by side."),
            (x => x.Summary.Length < 2 ? 1 : Share(x.Summary, x.Text),
                "A summary of fewer than two words has no pair, so nothing in it is new: return 0."),
        ],
        Symptoms = [((_, y) => y is < 0 or > 1, "A share is between 0 and 1."), ((_, y) => double.IsNaN(y),
            "0 divided by 0: a summary of one word has no pair.")],
    };

    /// <summary>Exercise 1: the share of a summary's pairs of neighbouring words that do not stand in the
    /// text.</summary>
    /// <param name="novelty">The words of the text and of the summary; gives a share, 0 if there is no pair.</param>
    public static string CheckNovelty(Func<string[], string[], double> novelty) =>
        Exercise.Run("14.1", s_novelty, x => novelty(x.Text, x.Summary));

    /// <summary>Exercise 2: the text that T5 must have seen, from its input and its target.</summary>
    /// <param name="restore">The input, the target and the sentinels; gives the ids of the text.</param>
    public static string CheckRestore(Func<int[], int[], int[], int[]> restore) =>
        Exercise.Run("14.2", Exercise14Finding.Restore, x => restore(x.Input, x.Target, x.Sentinels));

    /// <summary>Exercise 3: the tokens that must not come next if no n tokens are to come twice.</summary>
    /// <param name="forbidden">What has been written, and n; gives the tokens, each once, in ascending order.</param>
    public static string CheckForbidden(Func<int[], int, int[]> forbidden) =>
        Exercise.Run("14.3", Exercise14Finding.Forbidden, x => forbidden(x.Written, x.N));

    private static (string, string)[] Pairs(string[] words) => [.. words.Zip(words.Skip(1))];

    private static double Share(string[] of, string[] within) =>
        of.Length < 2 ? 0 : Pairs(of).Count(pair => !Pairs(within).Contains(pair)) / (of.Length - 1.0);

    private static IEnumerable<(string[], string[])> NoveltyInputs()
    {
        yield return ("a small tool that plays sound files".Split(' '), "small sound tool".Split(' '));
        yield return ("plays sound files".Split(' '), ["plays"]);
        foreach (var input in Samples.Random(random =>
            (Words(random, random.Next(2, 12)), Words(random, random.Next(1, 7))))) { yield return input; }

        static string[] Words(Random random, int count) =>
            [.. Enumerable.Range(0, count).Select(_ => "a tool to play files fast".Split(' ')[random.Next(6)])];
    }
}
