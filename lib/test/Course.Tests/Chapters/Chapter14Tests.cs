using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 14, with its solutions, against the library.</summary>
public class Chapter14Tests(Chapter14Tests.Cells cells) : IClassFixture<Chapter14Tests.Cells>
{
    [Fact]
    public void The_buckets_are_the_librarys() => Buckets(cells);

    [Fact]
    public void The_spans_are_taken_and_put_back_as_by_the_library() => Spans(cells);

    [Fact]
    public void The_measures_are_the_librarys() => Measures(cells);

    [Theory]
    [InlineData("cs-14buckt2", "later + n;", "n;")]
    [InlineData("cs-14buckt2", "(int)(share * exact)", "(int)(share * m)")]
    [InlineData("cs-14spans2", "at = start + length;", "at = start + 1;")]
    [InlineData("cs-14exer21", ".Skip(1)", "")]
    [InlineData("cs-14rouge2", "c[i - 1, j - 1] + 1", "c[i - 1, j] + 1")]
    [InlineData("cs-14rouge3", "Math.Min(group.Count(), theirs.Count(gram => gram == group.Key))",
        "theirs.Count(gram => gram == group.Key)")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Buckets, Spans, Measures);

    private static void Buckets(ChapterCode cells)
    {
        var bucket = cells.Get<Func<int, bool, int, int, int>>("Bucket");
        foreach (var (buckets, distance) in new[] { (32, 128), (8, 20), (64, 512) })
        {
            foreach (bool both in new[] { true, false })
            {
                Assert.All(Enumerable.Range(-600, 1201), relative =>
                    Assert.Equal(
                        RelativeBias.Bucket(relative, both, buckets, distance),
                        bucket(relative, both, buckets, distance)));
            }
        }
    }

    private static void Spans(ChapterCode cells)
    {
        var take = cells.Get<Func<int[], (int Start, int Length)[], int[], (int[] Source, int[] Target)>>("Spans");
        var restore = cells.Get<Func<int[], int[], int[], int[]>>("Restore");
        int[] sentinels = [100, 101, 102, 103, 104, 105, 106];
        for (int seed = 0; seed < 50; seed++)
        {
            int[] ids = [.. Enumerable.Range(0, 10 + seed).Select(i => i * 7 % 90)];
            var (input, target) = SpanCorruption.Corrupt(ids, sentinels, new SeededRandom(seed), 0.3, 2);

            // Where a mark stands in the input, its span begins; what the target says after that mark is the span.
            var spans = new List<(int Start, int Length)>();
            for (int i = 0, at = 0; i < input.Length; i++)
            {
                int mark = Array.IndexOf(sentinels, input[i]);
                int length = mark < 0 ? 1 : Array.IndexOf(target, sentinels[mark + 1]) - Array.IndexOf(
                    target, input[i]) - 1;
                if (mark >= 0) { spans.Add((at, length)); }
                at += length;
            }

            var mine = take(ids, [.. spans], sentinels);
            Assert.Equal(input, mine.Source);
            Assert.Equal(target, mine.Target);
            Assert.Equal(ids, SpanCorruption.Restore(input, target, sentinels));
            Assert.Equal(ids, restore(input, target, sentinels));
        }
    }

    private static void Measures(ChapterCode cells)
    {
        var rougeN = cells.Get<Func<string[], string[], int, double>>("RougeN");
        var rougeL = cells.Get<Func<string[], string[], double>>("RougeL");
        var random = new SeededRandom(14);
        string[] words = "a tool plays sound files of many kinds".Split(' ');
        string Draw() => string.Join(
            ' ', Enumerable.Range(0, random.Next(1, 9)).Select(_ => words[random.Next(words.Length)]));
        var pairs = Enumerable.Range(0, 300).Select(_ => (Draw(), Draw())).Append(("nothing in common", "a tool"));
        foreach (var (output, reference) in pairs)
        {
            string[] ours = [.. Rouge.Words(output)], theirs = [.. Rouge.Words(reference)];
            RougeScores library = Rouge.Of(output, reference);
            Close.Numbers(
                [library.One, library.Two, library.L],
                [rougeN(ours, theirs, 1), rougeN(ours, theirs, 2), rougeL(ours, theirs)], 1e-9);
        }
    }

    public sealed class Cells() : ChapterCode("14");
}
