using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 5. Each says what is right, or names the likely mistake.</summary>
public static partial class Exercise05
{
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

    /// <summary>
    /// Exercise 1: the formula of <see cref="TransformerConfig.ParameterCount"/>, and with it the vocabularies at which
    /// eight rows of the paper's table 3 come out right, rounded to whole millions.
    /// </summary>
    /// <param name="count">Vocabulary, d, d_ff and N to the number of parameters.</param>
    /// <param name="least">The smallest such vocabulary, to within 100.</param>
    /// <param name="most">The largest, to within 100.</param>
    public static string CheckVocabulary(Func<long, long, long, long, long> count, long least, long most)
    {
        Verdict formula = s_parameters.Judge(x => count(x.V, x.D, x.Ff, x.N));
        return Exercise.Say(
            "05.1", !formula.IsRight ? formula : new Verdict(Exercise05Table3.Fault(least, most)));
    }

    /// <summary>Exercise 3: causal and padding at once.</summary>
    public static string CheckDecoderMask(Func<int[], Mask> decoderMask) =>
        Exercise.Run("05.3", s_decoderMask, ids => decoderMask(ids) is { } mask ? TableOf(mask) : null!);

    /// <summary>Exercise 4: an encoder's layers under the mask of a prefix model (Raffel et al. 2020, 3.2.1).</summary>
    /// <param name="forward">
    /// A model, whose encoder is used alone, T ids and the length of the prefix to T×V logits.
    /// </param>
    public static string CheckPrefix(Func<Transformer, int[], int, Matrix<float>> forward) =>
        Exercise.Run("05.4", Exercise05Prefix.Question, x => forward(x.Model, x.Ids, x.Prefix));

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
