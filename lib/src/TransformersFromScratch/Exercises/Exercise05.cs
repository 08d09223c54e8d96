namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 5. Each says what is right, or names the likely mistake.</summary>
public static class Exercise05
{
    private static readonly Question<int[], (int[] Input, int[] Wanted)> s_shiftRight = new(() =>
        Samples.Random(random => Ids(random, random.Next(0, 9))).Prepend([7, 8, 9]))
    {
        Right = t => ([1, .. t], [.. t, 2]),
        Say = t => $"the translation {Values.Say(t)}",
        Slips =
        [
            (t => (t, t), "Both are the translation itself: at each place the decoder reads the very token it " +
                "should say."),
            (t => ([1, .. t], t), "The end token is missing: the model would never learn to stop."),
            (t => (t, [.. t, 2]), "The start token is missing: at the first place the decoder would already read the " +
                "first word."),
            (t => ([1, .. t, 2], [1, .. t, 2]), Alone), (t => ([1, .. t, 2], [.. t, 2]), Alone),
            (t => ([1, .. t], [1, .. t, 2]), Alone), (t => ([1, .. t, 2], t), Alone),
            (t => ([.. t, 2], [1, .. t]), "You shifted the wrong one: it is the input that moves to the right."),
            (t => ([1, .. t], [1, .. t]), "Both begin with the start token: at each place the decoder reads the very " +
                "token it should say. The wanted output begins with the first word."),
            (t => ([.. t, 2], [.. t, 2]), "Both end with the end token: at each place the decoder reads the very " +
                "token it should say. The input begins with the start token."),
            (t => ([2, .. t], [.. t, 1]), "Start and end have changed places: <s> is 1, </s> is 2."),
            (t => ([1, .. t.SkipLast(1)], t), "You kept the length and lost a token: both are one longer than the " +
                "translation."),
            (t => ([0, .. t], [.. t, 0]), "The start token is 1 and the end token is 2; 0 is padding."),
        ],
        Symptoms =
        [
            ((_, y) => y.Input is null || y.Wanted is null, "One of the two is null."),
            ((_, y) => y.Input.Length != y.Wanted.Length, "Every place that is read needs its answer: both must have " +
                "the same length, one more than the translation."),
        ],
    };

    private static readonly Question<(long V, long D, long Ff, long N), long> s_parameters = new(() =>
        Samples.Random(
            random =>
                ((long)random.Next(10, 1000), (long)random.Next(1, 64), (long)random.Next(1, 256), (long)random.Next(
                    1, 9))).Prepend((37_000, 512, 2048, 6)).Prepend((100, 16, 64, 2)))
    {
        Right = x => Formula(x),
        Say = x => $"a vocabulary of {x.V}, d = {x.D}, d_ff = {x.Ff} and {x.N} layers",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => Formula(x, embeddings: 3), "You counted the embedding three times. It is one matrix, used " +
                "three times."),
            (x => Formula(x, embeddings: 2), "You counted the embedding twice. It is one matrix for source, target " +
                "and output."),
            (x => Formula(x, embeddings: 0), "The embedding is missing: vocabulary times d."),
            (x => Formula(x, bias: 0), "The biases are missing: every linear map adds one number per output."),
            (x => Formula(x, cross: 0), "The decoder has a second attention, over the memory: cross-attention " +
                "is missing."),
            (x => Formula(x, cross: 0, decoderNorms: 2), "The decoder has a second attention, over the memory: " +
                "cross-attention and its norm are missing."),
            (x => Formula(x, encoderNorms: 0, decoderNorms: 0), "The layer norms are missing: a gain and a bias of d " +
                "numbers each."),
            (x => Formula(x, decoderNorms: 2), "A decoder layer has three norms, one for each of its three " +
                "sublayers. You counted two."),
            (x => Formula(x) + (2 * x.D), "One norm too many. A last norm above a stack belongs to pre-norm; this " +
                "is post-norm."),
            (x => Formula(x) + (4 * x.D), "Two norms too many. A last norm above each stack belongs to pre-norm; " +
                "this is post-norm."),
            (x => Formula(x) + x.V, "You gave the output a bias for each word. The embedding E is used as it is, " +
                "without one."),
            (x => (x.V * x.D) + ((Formula(x) - (x.V * x.D)) / x.N), "You counted one layer of each stack. There are " +
                "N in the encoder and N in the decoder."),
            (x => Formula(x, ffBias: 0), "The feed-forward network has biases too: d_ff numbers inside, d at its end."),
            (x => Formula(x, maps: 3), "An attention has four maps. W^O is missing."),
            (x => Formula(x) - (2 * x.N * ((x.D * x.Ff) + x.D)), "The feed-forward network has a second map, back " +
                "from d_ff to d."),
        ],
    };

    private static readonly Question<int[], bool[,]> s_decoderMask = new(
        () => Samples.Random(Padded).Prepend([1, 7, 8, 0, 0]).Append([1]))
    {
        Right = ids => Table(ids, (query, key) => key > query || ids[key] == 0),
        Say = ids => $"the target {Values.Say(ids)}",
        Slips =
        [
            (ids => Table(ids, (_, _) => false), "Nothing is hidden yet: not the future, not the padding."),
            (ids => Table(ids, (_, key) => ids[key] == 0), "The future is not hidden: place 0 sees place 2."),
            (ids => Table(ids, (query, key) => key > query), "Padding is not hidden: place 4 sees the padding " +
                "at place 3."),
            (ids => Table(ids, (query, key) => key > query && ids[key] == 0), "You hide only what is both in the " +
                "future and padding. Either hides: write |."),
            (ids => Table(ids, (query, key) => key > query || ids[key] == 0 || ids[query] == 0),
                "You hide the rows of padding. It is the keys that must not be seen, the columns: a padding query " +
                "may see the real words before it, and a row that is all hidden is not needed here."),
            (ids => Table(ids, (query, key) => key < query || ids[key] == 0), "Your causal mask is turned round: it " +
                "hides the past and shows the future."),
            (ids => Table(ids, (query, key) => key >= query || ids[key] == 0), "Too much is hidden: a real word must " +
                "see itself and the real words before it."),
            (ids => Table(ids, (query, key) => key <= query && ids[key] != 0), "It is turned round: you hide what " +
                "may be seen."),
            (ids => Table(ids, (query, key) => (key > query || ids[key] == 0) && key != query), "The padding at a " +
                "query's own place is seen: padding is hidden from all, from itself too."),
            (ids => Table(ids, (query, key) => key > query || key >= 3), "The padding is where the ids are 0. You " +
                "hide fixed places."),
        ],
        Symptoms =
        [
            ((ids, y) => (y.GetLength(0), y.GetLength(1)) != (ids.Length, ids.Length), "The mask must be T×T for a " +
                "target of T places: for [1, 7, 8, 0, 0] it is 5×5."),
            ((ids, y) => Places(ids)
                .Any(p => p.Key > p.Query && !y[p.Query, p.Key]), "Part of the future is not hidden."),
            ((ids, y) => Places(ids)
                .Any(p => ids[p.Key] == 0 && !y[p.Query, p.Key]), "Some padding is not hidden: it is wherever " +
                    "the id is 0."),
            ((ids, y) => Places(ids)
                .Any(p => p.Key <= p.Query && ids[p.Key] != 0 && y[p.Query, p.Key]), "Too much is hidden: a real " +
                    "word must see itself and the real words before it."),
        ],
    };

    private const string Alone = "Start belongs to the input alone, end to the wanted output alone.";

    /// <summary>Exercise 1: <c>[start, …translation]</c> and <c>[…translation, end]</c>.</summary>
    public static string CheckShiftRight(Func<int[], (int[] Input, int[] Wanted)> shiftRight) =>
        Exercise.Run("05.1", s_shiftRight, shiftRight);

    /// <summary>Exercise 2: the formula of <see cref="TransformerConfig.ParameterCount"/>.</summary>
    public static string CheckParameters(Func<long, long, long, long, long> count) =>
        Exercise.Run("05.2", s_parameters, x => count(x.V, x.D, x.Ff, x.N));

    /// <summary>Exercise 3: causal and padding at once.</summary>
    public static string CheckDecoderMask(Func<int[], Mask> decoderMask) =>
        Exercise.Run("05.3", s_decoderMask, ids => decoderMask(ids) is { } mask ? TableOf(mask) : null!);

    private static long Formula(
        (long V, long D, long Ff, long N) x, long embeddings = 1, long bias = 1, long ffBias = 1, long cross = 1,
        long encoderNorms = 2, long decoderNorms = 3, long maps = 4)
    {
        var (v, d, ff, n) = x;
        long attention = maps * ((d * d) + (bias * d)), network = (2 * d * ff) + (bias * ffBias * (ff + d)),
            norm = 2 * d;
        return (embeddings * v * d) + (n * (attention + network + (encoderNorms * norm)))
            + (n * (((1 + cross) * attention) + network + (decoderNorms * norm)));
    }

    private static int[] Ids(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(3, 99))];

    private static int[] Padded(Random random) => [1, .. Ids(random, random.Next(0, 6)), .. new int[random.Next(0, 4)]];

    private static bool[,] TableOf(Mask mask)
    {
        bool[,] table = new bool[mask.Queries, mask.Keys];
        foreach (var (query, key) in from query in Enumerable.Range(0, mask.Queries)
                                     from key in Enumerable.Range(0, mask.Keys)
                                     select (query, key))
        {
            table[query, key] = mask.Hides(query, key);
        }

        return table;
    }

    private static bool[,] Table(int[] ids, Func<int, int, bool> hides) =>
        TableOf(Mask.Where(ids.Length, ids.Length, hides));

    private static IEnumerable<(int Query, int Key)> Places(int[] ids) =>
        from query in Enumerable.Range(0, ids.Length) from key in Enumerable.Range(0, ids.Length) select (query, key);
}
