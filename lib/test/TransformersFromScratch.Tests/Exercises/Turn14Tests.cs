namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn14Tests
{
    private static int Solved(int relative, bool both, int buckets, int distance)
    {
        int m = both ? buckets / 2 : buckets, exact = m / 2;
        int later = both && relative > 0 ? m : 0;
        int n = both ? Math.Abs(relative) : Math.Max(0, -relative);
        if (n < exact) { return later + n; }

        float share = MathF.Log((float)n / exact) / MathF.Log((float)distance / exact);
        return later + Math.Min(m - 1, exact + (int)(share * exact));
    }

    private static (int[] Source, int[] Target) SolvedSpans(int[] ids, (int Start, int Length)[] spans, int[] sentinels)
    {
        List<int> source = [], target = [];
        int at = 0;
        for (int i = 0; i < spans.Length; i++)
        {
            var (start, length) = spans[i];
            source.AddRange(ids[at..start]);
            source.Add(sentinels[i]);
            target.Add(sentinels[i]);
            target.AddRange(ids[start..(start + length)]);
            at = start + length;
        }

        source.AddRange(ids[at..]);
        target.Add(sentinels[spans.Length]);
        return ([.. source], [.. target]);
    }

    private static int SolvedLongest(string[] first, string[] second)
    {
        int[,] c = new int[first.Length + 1, second.Length + 1];
        for (int i = 1; i <= first.Length; i++)
        {
            for (int j = 1; j <= second.Length; j++)
            {
                c[i, j] = first[i - 1] == second[j - 1] ? c[i - 1, j - 1] + 1 : Math.Max(c[i - 1, j], c[i, j - 1]);
            }
        }

        return c[first.Length, second.Length];
    }

    [Fact]
    public void The_folded_solutions_are_used()
    {
        Func<int, bool, int, int, int> bucket = Solved;
        Func<int[], (int Start, int Length)[], int[], (int[] Input, int[] Target)> spans = SolvedSpans;
        Func<string[], string[], int> longest = SolvedLongest;
        Assert.Same(bucket, Turn14.Bucket(bucket));
        Assert.Same(spans, Turn14.Spans(spans));
        Assert.Same(longest, Turn14.Longest(longest));
    }

    [Fact]
    public void For_empty_or_wrong_ones_the_librarys_stand_in()
    {
        var bucket = Turn14.Bucket((_, _, _, _) => throw new NotImplementedException());
        Assert.All(Enumerable.Range(-300, 601),
            relative => Assert.Equal(Solved(relative, true, 32, 128), bucket(relative, true, 32, 128)));
        var spans = Turn14.Spans((ids, _, _) => (ids, ids));
        var (source, target) = spans([1, 2, 3, 4], [(1, 2)], [8, 9]);
        Assert.Equal([1, 8, 4], source);
        Assert.Equal([8, 2, 3, 9], target);
        Assert.Equal(3, Turn14.Longest((_, _) => -1)("a b c d".Split(' '), "b a c x d".Split(' ')));
    }

    [Fact]
    public void Slips_are_named()
    {
        static void Says<TIn, TOut>(string part, Question<TIn, TOut> question, Func<TIn, TOut> code) =>
            Assert.Contains(part, question.Judge(code).Words, StringComparison.Ordinal);

        Says("changed places", Turn14Bucket.Question, x => Solved(-x.Relative, x.Bidirectional, x.Buckets, x.Distance));
        Says("logarithm of the distance", Turn14Bucket.Question, x =>
            Math.Min((x.Bidirectional ? x.Buckets / 2 : x.Buckets) - 1, x.Bidirectional ? Math.Abs(x.Relative)
                : Math.Max(0, -x.Relative))
            + (x.Bidirectional && x.Relative > 0 ? x.Buckets / 2 : 0));
        Says("lacks its last sentinel", Turn14Spans.Question,
            x => SolvedSpans(x.Ids, x.Spans, x.Sentinels) is var (s, t) ? (s, t[..^1]) : default);
        Says("BART's task", Turn14Spans.Question, x => (SolvedSpans(x.Ids, x.Spans, x.Sentinels).Source, x.Ids));
        Says("without their order", Turn14Longest.Question, x =>
            x.First.GroupBy(word => word)
                .Sum(group => Math.Min(group.Count(), x.Second.Count(word => word == group.Key))));
        Says("no gaps", Turn14Longest.Question,
            x => Enumerable.Range(0, x.First.Length).SelectMany(i => Enumerable.Range(0, x.Second.Length)
            .Select(j => x.First[i..].Zip(x.Second[j..]).TakeWhile(pair => pair.First == pair.Second).Count())).Max());
    }
}
