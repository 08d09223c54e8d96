namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn14Tests
{
    [Fact]
    public void Right_versions_are_used()
    {
        Func<int, bool, int, int, int> bucket = RelativeBias.Bucket;
        Func<int[], (int Start, int Length)[], int[], (int[] Input, int[] Target)> spans = Turn14Spans.Library;
        Func<string[], string[], int> longest = Turn14Longest.Library;
        Assert.Same(bucket, Turn14.Bucket(bucket));
        Assert.Same(spans, Turn14.Spans(spans));
        Assert.Same(longest, Turn14.Longest(longest));
    }

    [Fact]
    public void For_empty_or_wrong_ones_the_librarys_stand_in()
    {
        var bucket = Turn14.Bucket((_, _, _, _) => throw new NotImplementedException());
        Assert.All(Enumerable.Range(-300, 601),
            relative => Assert.Equal(RelativeBias.Bucket(relative, true, 32, 128), bucket(relative, true, 32, 128)));
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

        Says(
            "changed places", Turn14Bucket.Question,
            x => RelativeBias.Bucket(-x.Relative, x.Bidirectional, x.Buckets, x.Distance));
        Says("logarithm of the distance", Turn14Bucket.Question, x =>
            Math.Min((x.Bidirectional ? x.Buckets / 2 : x.Buckets) - 1, x.Bidirectional ? Math.Abs(x.Relative)
                : Math.Max(0, -x.Relative))
            + (x.Bidirectional && x.Relative > 0 ? x.Buckets / 2 : 0));
        Says("lacks its last sentinel", Turn14Spans.Question,
            x => Turn14Spans.Library(x.Ids, x.Spans, x.Sentinels) is var (s, t) ? (s, t[..^1]) : default);
        Says("BART's task", Turn14Spans.Question, x => (Turn14Spans.Library(x.Ids, x.Spans, x.Sentinels).Input, x.Ids));
        Says("without their order", Turn14Longest.Question, x =>
            x.First.GroupBy(word => word)
                .Sum(group => Math.Min(group.Count(), x.Second.Count(word => word == group.Key))));
        Says("no gaps", Turn14Longest.Question,
            x => Enumerable.Range(0, x.First.Length).SelectMany(i => Enumerable.Range(0, x.Second.Length)
            .Select(j => x.First[i..].Zip(x.Second[j..]).TakeWhile(pair => pair.First == pair.Second).Count())).Max());
    }
}
