namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What the cells of chapter 14 write, against what the library ships. The functions are those of the
/// cells.</summary>
public class Chapter14Tests
{
    private static readonly Func<string[], string[], int> s_longest =
        Turn14.Longest((_, _) => throw new NotImplementedException());

    // ---- the cells ----
    private static double F1(int common, int output, int reference) => common == 0 ? 0
        : 200.0 * common / (output + reference);

    private static string[] Grams(string[] words, int n) =>
        [.. Enumerable.Range(0, Math.Max(0, words.Length - n + 1)).Select(i => string.Join(' ', words[i..(i + n)]))];

    private static double RougeN(string[] output, string[] reference, int n)
    {
        string[] ours = Grams(output, n), theirs = Grams(reference, n);
        int common = ours.GroupBy(gram => gram)
            .Sum(group => Math.Min(group.Count(), theirs.Count(gram => gram == group.Key)));
        return F1(common, ours.Length, theirs.Length);
    }

    private static double RougeL(string[] output, string[] reference) =>
        F1(s_longest(output, reference), output.Length, reference.Length);

    // ---- against the library ----
    [Theory]
    [InlineData("the small tool plays sounds", 60, 0, 60)]
    [InlineData("sounds plays tool small the", 60, 0, 20)]
    [InlineData("tool that plays many sounds", 100, 100, 100)]
    [InlineData("nothing in common", 0, 0, 0)]
    public void The_cases_by_hand(string output, double one, double two, double l)
    {
        const string Reference = "tool that plays many sounds";
        string[] ours = [.. Rouge.Words(output)], theirs = [.. Rouge.Words(Reference)];
        Assert.Equal([one, two, l],
            new[] { RougeN(ours, theirs, 1), RougeN(ours, theirs, 2),
            RougeL(ours, theirs) }.Select(x => Math.Round(x, 9)));
        RougeScores library = Rouge.Of(output, Reference);
        Assert.Equal([one, two, l, l],
            new[] { library.One, library.Two, library.L, library.Lsum }.Select(x => Math.Round(x, 9)));
    }

    [Fact]
    public void On_random_texts_the_cells_measures_are_the_librarys()
    {
        var random = new SeededRandom(14);
        string[] words = "a tool plays sound files of many kinds".Split(' ');
        for (int i = 0; i < 300; i++)
        {
            string output = Draw(), reference = Draw();
            string[] ours = [.. Rouge.Words(output)], theirs = [.. Rouge.Words(reference)];
            RougeScores library = Rouge.Of(output, reference);
            Assert.Equal(library.One, RougeN(ours, theirs, 1), 1e-9);
            Assert.Equal(library.Two, RougeN(ours, theirs, 2), 1e-9);
            Assert.Equal(library.L, RougeL(ours, theirs), 1e-9);
        }

        string Draw() =>
            string.Join(' ', Enumerable.Range(0, random.Next(1, 9)).Select(_ => words[random.Next(words.Length)]));
    }

    [Fact]
    public void The_worked_bucket_is_right()
    {
        Assert.Equal(10, RelativeBias.Bucket(-20, true, 32, 128));
        Assert.Equal(26, RelativeBias.Bucket(20, true, 32, 128));
    }

    [Fact]
    public void A_head_adds_the_same_when_the_text_moves()
    {
        var bias = new RelativeBias(heads: 1, bidirectional: true, 16, 40, dModel: 16, new Random(1))
            .Matrices(24, 24)[0];
        Assert.All(Enumerable.Range(0, 23 * 23),
            i => Assert.Equal(bias[i / 23, i % 23], bias[(i / 23) + 1, (i % 23) + 1]));
        Assert.NotEqual(bias[0, 1], bias[1, 0]);
    }
}
