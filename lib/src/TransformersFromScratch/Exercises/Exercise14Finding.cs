namespace TransformersFromScratch;

/// <summary>Chapter 14, the exercises in which something is to be found out.</summary>
internal static class Exercise14Finding
{
    public static Question<(int[] Input, int[] Target, int[] Sentinels), int[]> Restore { get; } = new(RestoreInputs)
    {
        Right = x => SpanCorruption.Restore(x.Input, x.Target, x.Sentinels),
        Say = x =>
            $"the input {Values.Say(x.Input)}, the target {Values.Say(x.Target)} and the sentinels " +
            $"{Values.Say(x.Sentinels)}",
        Slips =
        [
            (x => x.Input, "The input comes back unchanged."),
            (x => x.Target, "That is the target. Put what it says where its sentinels stand in the input."),
            (x => [.. x.Input.Where(id => !x.Sentinels.Contains(id))],
                "The sentinels are gone, but what they stand for has not come in their place."),
            (x => [.. x.Input, .. x.Target],
                "You put the target behind the input. Each span belongs where its sentinel stands."),
            (x => [.. x.Input.Where(id => !x.Sentinels.Contains(id)),
                .. x.Target.Where(id => !x.Sentinels.Contains(id))],
                "The missing tokens all stand at the end. Each span belongs where its sentinel stands."),
            (x => [.. x.Input.SelectMany(id => x.Sentinels.Contains(id) ? SpanOf(x, id).Prepend(id) : [id])],
                "The sentinels still stand in the text. They are no part of it."),
            (x => [.. x.Input.SelectMany(id => x.Sentinels.Contains(id) ? SpanOf(x, id).Take(1) : [id])],
                "You take one token per sentinel. A span may be longer: it runs to the next sentinel."),
            (x => [.. x.Input.SelectMany(id => x.Sentinels.Contains(id)
                ? x.Target.SkipWhile(other => other != id).Skip(1).Where(other => !x.Sentinels.Contains(other))
                : [id])],
                "You take all that follows a sentinel in the target. A span ends at the next sentinel."),
            (x => [.. x.Input.SelectMany(id => x.Sentinels.Contains(id) ? SpanOf(x, id).Reverse() : [id])],
                "The tokens of a span have come in backwards."),
        ],
        Symptoms = [((x, y) => y.Any(x.Sentinels.Contains), "There is a sentinel left in the text.")],
    };

    public static Question<(int[] Written, int N), int[]> Forbidden { get; } = new(ForbiddenInputs)
    {
        Right = x => Following(x.Written, x.N),
        Say = x => $"the tokens {Values.Say(x.Written)} and n = {x.N}",
        Slips =
        [
            (_ => [], "Nothing is forbidden so far."),
            (x => Sorted(x.Written),
                "You forbid every token that has been written. Only those are forbidden with which n tokens would " +
                "come a second time."),
            (x => Following(x.Written, x.N + 1),
                "You compare n tokens before the new one. It is the last of the n, so n - 1 tokens stand before it."),
            (x => Following(x.Written, Math.Max(1, x.N - 1)),
                "You compare too few: n - 1 tokens stand before the new one."),
            (x => x.Written.Length == 0 ? [] : Following(x.Written[..^1], x.N),
                "The last token is left out. What has just been written counts."),
            (x => [.. Following(x.Written, x.N).Take(1)],
                "You stop at the first match. The same tokens may have been followed by different ones."),
            (x => [.. Places(x.Written, x.N).Select(at => x.Written[at])],
                "The right tokens, but not each once and in ascending order."),
            (x => Sorted(Places(x.Written, x.N)), "These are places. Return the tokens that stand there."),
            (Anywhere,
                "You ask whether the n - 1 tokens have been written in any order. They have to stand in the same " +
                "order."),
        ],
        Symptoms = [((x, y) => y.Any(token => !x.Written.Contains(token)),
            "What has never been written cannot come a second time.")],
    };

    private static IEnumerable<int> SpanOf((int[] Input, int[] Target, int[] Sentinels) x, int sentinel) =>
        x.Target.SkipWhile(id => id != sentinel).Skip(1).TakeWhile(id => !x.Sentinels.Contains(id));

    private static IEnumerable<(int[], int[], int[])> RestoreInputs()
    {
        yield return ([7, 90, 8, 9, 91], [90, 1, 2, 91, 3, 92], [90, 91, 92]);
        foreach (var input in Samples.Random(random =>
        {
            int first = random.Next(100, 900);
            int[] sentinels = [.. Enumerable.Range(first, 6)];
            var (read, write) = SpanCorruption.Corrupt(
                [.. Enumerable.Range(0, random.Next(8, 24)).Select(_ => random.Next(1, 60))], sentinels, random,
                    rate: 0.4, mean: 2);
            return (read, write, sentinels);
        })) { yield return input; }
    }

    /// <summary>The places of what followed whenever the last n - 1 tokens stood somewhere before.</summary>
    private static int[] Places(int[] written, int n) => written.Length < n - 1 ? [] :
        [.. Enumerable.Range(n - 1, Math.Max(0, written.Length - n + 1))
            .Where(at => written.AsSpan(at - n + 1, n - 1).SequenceEqual(written.AsSpan(written.Length - n + 1)))];

    private static int[] Following(int[] written, int n) => Sorted(Repetition.Forbidden(written, n));

    private static int[] Sorted(IEnumerable<int> tokens) => [.. tokens.Distinct().Order()];

    private static int[] Anywhere((int[] Written, int N) x)
    {
        int[] last = [.. x.Written.TakeLast(x.N - 1).Order()];
        return x.Written.Length < x.N - 1 ? []
            : Sorted(Enumerable.Range(x.N - 1, Math.Max(0, x.Written.Length - x.N + 1))
            .Where(at => x.Written[(at - x.N + 1)..at].Order().SequenceEqual(last)).Select(at => x.Written[at]));
    }

    private static IEnumerable<(int[], int)> ForbiddenInputs()
    {
        yield return ([1, 2, 3, 1, 2], 3);
        yield return ([5, 5, 5], 2);
        yield return ([4, 7, 4, 9, 4], 2);
        yield return ([], 2);
        yield return ([3], 3);
        foreach (var input in Samples.Random(random =>
            (Enumerable.Range(0, random.Next(2, 16)).Select(_ => random.Next(1, 4)).ToArray(), random.Next(1, 4)),
                count: 300)) { yield return input; }
    }
}
