using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 5. Each says what is right, or names the likely mistake.</summary>
public static class Exercise05
{
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
    /// Exercise 1: the vocabularies at which every row of a table comes out right, and the two rows of the paper's
    /// table 3 that decide.
    /// </summary>
    /// <param name="fitting">
    /// Rows as the chapter has them to the smallest and the largest such vocabulary from 1 to 100,000; (0, 0) if there
    /// is none.
    /// </param>
    /// <param name="deciding">The names of the two rows without which the range would be wider.</param>
    public static string CheckFitting(
        Func<(string Name, int D, int Ff, int N, int DK, int Paper)[], (long Least, long Most)> fitting,
        string[] deciding)
    {
        Verdict function = Exercise05Table3.Fitting.Judge(fitting);
        return Exercise.Say("05.1", !function.IsRight ? function : new Verdict(Exercise05Table3.Fault(deciding)));
    }

    /// <summary>Exercise 2: the weight of the word in a post-norm layer that keeps a share of it.</summary>
    /// <param name="weightFor">The share that is to be left, 0 to 1, and the number of layers, to α.</param>
    public static string CheckWeight(Func<double, int, double> weightFor) =>
        Exercise.Run("05.2", Exercise05Weight.Question, x => weightFor(x.Share, x.Layers));

    /// <summary>Exercise 3: causal and padding at once.</summary>
    public static string CheckDecoderMask(Func<int[], Mask> decoderMask) =>
        Exercise.Run("05.3", s_decoderMask, ids => decoderMask(ids) is { } mask ? TableOf(mask) : null!);

    /// <summary>Exercise 4: which order a model notices, and from how many layers on it needs no positions.</summary>
    /// <param name="notices">
    /// A model (S ids and T ids to T×V logits), a source and an input to two answers: whether the scores for the next
    /// token depend on the order of the source, and on the order of the earlier tokens of the input.
    /// </param>
    /// <param name="layers">
    /// The least number of decoder layers with which a model of <see cref="WithoutPositions"/> notices the order of
    /// what it has written.
    /// </param>
    public static string CheckOrder(
        Func<Func<int[], int[], Matrix<float>>, int[], int[], (bool Source, bool Input)> notices, int layers)
    {
        Verdict instrument = Exercise05Order.Question.Judge(x => notices(x.Forward, x.Source, x.Input));
        return Exercise.Say("05.4", !instrument.IsRight ? instrument : new Verdict(Exercise05Order.Fault(layers)));
    }

    /// <summary>A fresh Transformer that adds no positions, neither in its encoder nor in its decoder.</summary>
    /// <param name="vocabulary">How many tokens it knows.</param>
    /// <param name="layers">Layers of the encoder, and as many of the decoder.</param>
    /// <returns>S ids and T ids to T×V logits.</returns>
    public static Func<int[], int[], Matrix<float>> WithoutPositions(int vocabulary, int layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        var model = new Transformer(
            new TransformerConfig
            {
                Vocabulary = vocabulary, DModel = 32, Heads = 4, DFeedForward = 64, EncoderLayers = layers,
                DecoderLayers = layers,
            }, seed: layers);
        return new Exercise05Order.Model(
            model, SourceHasPlaces: false, InputHasPlaces: false, Causal: true, [], []).Forward;
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
