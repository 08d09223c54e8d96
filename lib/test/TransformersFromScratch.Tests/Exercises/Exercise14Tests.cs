namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise14Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Novelty()
    {
        static (string, string)[] Pairs(string[] words) => [.. words.Zip(words.Skip(1))];

        static double Share(string[] text, string[] summary)
        {
            var known = text.Zip(text.Skip(1)).ToHashSet();
            var pairs = summary.Zip(summary.Skip(1)).ToList();
            return pairs.Count == 0 ? 0 : pairs.Count(pair => !known.Contains(pair)) / (double)pairs.Count;
        }

        AssertSays("✓", Exercise14.CheckNovelty(Share));
        AssertSays("✎", Exercise14.CheckNovelty((_, _) => throw new NotImplementedException()));
        AssertSays("0 so far", Exercise14.CheckNovelty((_, _) => 0));
        AssertSays("that do stand",
            Exercise14.CheckNovelty((text, summary) => summary.Length < 2 ? 0 : 1 - Share(text, summary)));
        AssertSays("Look for the summary's", Exercise14.CheckNovelty((text, summary) => Share(summary, text)));
        AssertSays("single words",
            Exercise14.CheckNovelty((text, summary) =>
            summary.Count(word => !text.Contains(word)) / (double)summary.Length));
        AssertSays("side by side", Exercise14.CheckNovelty((text, summary) => summary.Length < 2 ? 0
            : Pairs(summary)
                .Count(pair => !(text.Contains(pair.Item1) && text.Contains(pair.Item2))) / (summary.Length - 1.0)));
        AssertSays("0 divided by 0", Exercise14.CheckNovelty((text, summary) =>
            Pairs(summary).Count(pair => !Pairs(text).Contains(pair)) / (double)Pairs(summary).Length));
    }

    [Fact]
    public void Restore()
    {
        static int[] Right(int[] source, int[] target, int[] sentinels) =>
            [.. source.SelectMany(id => !sentinels.Contains(id) ? [id]
            : target.SkipWhile(other => other != id).Skip(1).TakeWhile(other => !sentinels.Contains(other)))];

        AssertSays("✓", Exercise14.CheckRestore(Right));
        AssertSays("✎", Exercise14.CheckRestore((_, _, _) => throw new NotImplementedException()));
        AssertSays("unchanged", Exercise14.CheckRestore((source, _, _) => source));
        AssertSays("That is the target", Exercise14.CheckRestore((_, target, _) => target));
        AssertSays("gone",
            Exercise14.CheckRestore((source, _, sentinels) => [.. source.Where(id => !sentinels.Contains(id))]));
        AssertSays("behind the input", Exercise14.CheckRestore((source, target, _) => [.. source, .. target]));
        AssertSays("still stand",
            Exercise14.CheckRestore((source, target, sentinels) =>
            [.. source.SelectMany(id => !sentinels.Contains(id) ? [id]
            : target.SkipWhile(other => other != id).Skip(1).TakeWhile(other => !sentinels.Contains(other))
                .Prepend(id))]));
    }

    [Fact]
    public void Forbidden()
    {
        static int[] Right(int[] written, int n) => written.Length < n ? [] :
            [.. Enumerable.Range(n - 1, written.Length - n + 1)
                .Where(i => written[(i - n + 1)..i].SequenceEqual(written[^(n - 1)..])).Select(i => written[i])
                    .Distinct().Order()];

        AssertSays("✓", Exercise14.CheckForbidden(Right));
        AssertSays("✎", Exercise14.CheckForbidden((_, _) => throw new NotImplementedException()));
        AssertSays("Nothing is forbidden", Exercise14.CheckForbidden((_, _) => []));
        AssertSays("every token that has been written",
            Exercise14.CheckForbidden((written, _) => [.. written.Distinct().Order()]));
        AssertSays("n tokens before the new one", Exercise14.CheckForbidden((written, n) => Right(written, n + 1)));
        AssertSays("first match", Exercise14.CheckForbidden((written, n) => [.. Right(written, n).Take(1)]));
    }
}
