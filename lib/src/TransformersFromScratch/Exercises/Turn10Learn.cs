using static TransformersFromScratch.Merging;
using Learning = ((string[] Tokens, int Count)[] Corpus, int Merges);
using Pair = (string Left, string Right);

namespace TransformersFromScratch;

/// <summary>
/// Chapter 10, learning: count the pairs, join the most frequent one, again and again (Sennrich et al. 2016, section
/// 3.2, algorithm 1). Of pairs that count alike, the one whose left token is older, then whose right token is.
/// </summary>
internal static class Turn10Learn
{
    public static Question<Learning, List<Pair>> Question { get; } = new(LearnInputs)
    {
        Right = x => Library(x.Corpus, x.Merges),
        Say = x => string.Join(", ", x.Corpus.Select(word => $"{string.Concat(word.Tokens)} × {word.Count}")) +
            $" and {x.Merges} merge{(x.Merges == 1 ? "" : "s")}",
        Slips =
        [
            (_ => [], "No merges come out so far."),
            (x => Learn(x, count: (pairs, _) => pairs), "You count each word once. A word that occurs 6 times has " +
                "each of its pairs 6 times."),
            (x => Learn(x, anew: false), "You count once and take the first pairs of that list. Every merge changes " +
                "the counts: count again after each."),
            (x => Learn(x, best: (counts, _) => counts.MinBy(pair => pair.Value).Key), "You take the rarest pair. " +
                "Take the most frequent one."),
            (x => Learn(x, tie: Tie.Younger), "Of pairs that count alike you take the youngest. Take the one whose " +
                "left token is the oldest, then the one whose right token is."),
            (x => Learn(x, tie: Tie.RightFirst), "Of pairs that count alike you look at the right token first. Look " +
                "at the left one first."),
            (x => Learn(x, tie: Tie.Spelling), "Of pairs that count alike you take the first of the alphabet. Take " +
                "the one whose left token is older: a letter is older than all that was joined."),
            (x => Learn(x, apply: (tokens, pair) => tokens), "The words stay as they were: the same pair wins again " +
                "and again. Join it in every word before you count again."),
            (x => Learn(x, most: x.Merges + 1), "One merge too many."),
            (x => Learn(x, most: Math.Max(0, x.Merges - 1)), "One merge too few."),
            (x => Learn(x, most: 1), "Only one merge is learned. Go on until there are as many as asked for."),
            (x => Learn(x, apply: JoinFirst), "Each pair is joined in one place of a word only. Join it wherever it " +
                "stands."),
            (x => Learn(x, least: 2), "You stop when no pair counts more than once. Go on as long as there is a " +
                "pair."),
        ],
        Symptoms =
        [
            ((x, y) => y.Count > x.Merges, "There are more merges than asked for."),
            ((x, y) => y.Distinct().Count() < y.Count, "A pair is learned twice. Once joined everywhere it is gone: " +
                "are the words changed before you count again?"),
        ],
    };

    private enum Tie { Older, Younger, RightFirst, Spelling }

    /// <summary>The rule as it is.</summary>
    public static List<Pair> Library((string[] Tokens, int Count)[] corpus, int merges) => Learn((corpus, merges));

    /// <summary>How many tokens a corpus has.</summary>
    public static int Length(IEnumerable<(string[] Tokens, int Count)> corpus) =>
        corpus.Sum(word => word.Count * word.Tokens.Length);

    private static List<Pair> Learn(
        Learning x, Func<int, int, int>? count = null, bool anew = true,
        Func<Dictionary<Pair, int>, List<string>, Pair>? best = null, Tie tie = Tie.Older,
        Func<string[], Pair, string[]>? apply = null, int? most = null, int least = 1)
    {
        (string[] Tokens, int Count)[] corpus = x.Corpus;
        var born = corpus.SelectMany(word => word.Tokens).Distinct().Order(StringComparer.Ordinal).ToList();
        var learned = new List<Pair>();
        Dictionary<Pair, int> counts = Counted(corpus, count);
        while (learned.Count < (most ?? x.Merges) && counts.Values.DefaultIfEmpty().Max() >= least)
        {
            Pair pair = best?.Invoke(counts, born) ?? Best(counts, born, tie);
            learned.Add(pair);
            born.Add(pair.Left + pair.Right);
            corpus = [.. corpus.Select(word => ((apply ?? Join)(word.Tokens, pair), word.Count))];
            if (anew) { counts = Counted(corpus, count); } else { counts.Remove(pair); }
        }

        return learned;
    }

    private static Dictionary<Pair, int> Counted(
        IEnumerable<(string[] Tokens, int Count)> corpus, Func<int, int, int>? count)
    {
        var counts = new Dictionary<Pair, int>();
        foreach (var (tokens, times) in corpus)
        {
            foreach (Pair pair in tokens.Zip(tokens.Skip(1)))
                counts[pair] = counts.GetValueOrDefault(pair) + (count?.Invoke(1, times) ?? times);
        }

        return counts;
    }

    private static Pair Best(Dictionary<Pair, int> counts, List<string> born, Tie tie)
    {
        int most = counts.Values.Max();
        var alike = counts.Where(pair => pair.Value == most).Select(pair => pair.Key);
        int Left(Pair pair) => born.IndexOf(pair.Left);
        int Right(Pair pair) => born.IndexOf(pair.Right);
        return (tie switch
        {
            Tie.Younger => alike.OrderByDescending(Left).ThenByDescending(Right),
            Tie.RightFirst => alike.OrderBy(Right).ThenBy(Left),
            Tie.Spelling => alike.OrderBy(pair => pair.Left, StringComparer.Ordinal)
                .ThenBy(pair => pair.Right, StringComparer.Ordinal),
            _ => alike.OrderBy(Left).ThenBy(Right),
        }).First();
    }

    private static IEnumerable<Learning> LearnInputs()
    {
        yield return ([(Letters("low"), 5), (Letters("lower"), 2), (Letters("newest"), 6), (Letters("widest"), 3)], 7);
        yield return ([(Letters("ab"), 2)], 3);
        yield return ([(Letters("aaaa"), 1)], 2);
        yield return ([(Letters("a"), 4)], 2);
        yield return ([], 1);
        foreach (var input in Samples.Random(random => (Enumerable.Range(0, random.Next(1, 6)).Select(_ =>
            (Enumerable.Range(0, random.Next(1, 9)).Select(_ => "abcd"[random.Next(4)].ToString()).ToArray(),
                random.Next(1, 6))).ToArray(), random.Next(0, 7)))) { yield return input; }
    }
}
