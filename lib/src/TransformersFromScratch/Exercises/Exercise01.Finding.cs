using System.Collections.Concurrent;
using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Shuffling = (
    System.Func<MathNet.Numerics.LinearAlgebra.Matrix<float>, MathNet.Numerics.LinearAlgebra.Matrix<float>> Attend,
    MathNet.Numerics.LinearAlgebra.Matrix<float> X, int[] Order);

namespace TransformersFromScratch;

// Exercises 3 to 5: the reader builds something or finds something out.
public static partial class Exercise01
{
    private const int Keys = 16;
    private static readonly Lazy<Matrix<float>> s_normal = new(() => Matrix<float>.Build.Random(20_000, Keys, 2017));
    private static readonly ConcurrentDictionary<double, double> s_meanLargestAt = new();

    // Of two words, one says little about the slip.
    private static readonly Question<int, (Matrix<float> Queries, Matrix<float> Keys)> s_lookBack = new(
        () => Enumerable.Range(3, 62).Append(2))
    {
        Fault = LookBackFault,
        Say = length => $"{length} words",
    };

    // 16 to 1024.
    private static readonly Question<int, double> s_meanLargest = new(
        () => Enumerable.Range(0, 64).Select(i => (int)(16 * Math.Pow(2, i / 10.5))))
    {
        Right = dK => MeanLargest(dK),
        Tolerance = 0.1, // it is measured on random numbers, perhaps few of them
        Say = dK => $"d_k = {dK}",
        Slips =
        [
            (_ => MeanLargest(1.0), "Your scores are divided by √d_k, so the width does not matter. This head " +
                "forgets the scaling."),
            (_ => 1.0 / Keys, "That is the average of all weights, which is always 1/16. Take the largest of each " +
                "row first, then their average."),
            (_ => 1.0, "That is nearly 1 at every width. Is it the largest weight of all rows together? Take the " +
                "largest of each row, then the average of these. Or are the scores multiplied by √d_k twice?"),
            // Of 16 normal numbers, 1.766 on average.
            (dK => 1.766 * Math.Sqrt(
                dK), "That is the largest score: take the softmax of each row before you look for the largest."),
            (dK => 1 - MeanLargest(dK), "You return the share that the others have. Asked is the largest " +
                "weight itself."),
        ],
        Symptoms =
        [
            ((_, share) => share is > 1.0001 or < 0, "A weight lies between 0 and 1. Did the scores go through " +
                "the softmax?"),
            ((dK, share) => Math.Abs(share - MeanLargest(dK)) > 0.03, "Has each query 16 keys? RandomScores draws " +
                "as many as the settings say."),
        ],
    };

    private static readonly Question<Shuffling, double> s_order = new(OrderInputs)
    {
        Right = x => Largest(x.Attend(Shuffled(x.X, x.Order)) - Shuffled(x.Attend(x.X), x.Order)),
        Say = x => $"{x.X.RowCount} words in the order {string.Join(", ", x.Order)}",
        Slips =
        [
            (_ => 0, "Your experiment says 0 whatever happens: it compares something with itself. An experiment must " +
                "be able to come out the other way."),
            (x => Largest(x.Attend(Shuffled(x.X, x.Order)) - x.Attend(x.X)),
                "You compare outputs that stand in different orders. Shuffle the output of the unshuffled words too, " +
                "before you compare."),
            (x => Largest(x.Attend(Shuffled(x.X, x.Order)) - Shuffled(x.Attend(x.X), Inverse(x.Order))),
                "One of the two is shuffled by the order, the other back by its inverse. Use the same order for both."),
            (x => Largest(x.Attend(Shuffled(x.X, Inverse(x.Order))) - Shuffled(x.Attend(x.X), x.Order)),
                "One of the two is shuffled by the order, the other back by its inverse. Use the same order for both."),
            (x => Largest(x.Attend(Shuffled(x.X, Inverse(x.Order))) - Shuffled(x.Attend(x.X), Inverse(x.Order))),
                "You shuffle the other way round: you put word i at place order[i]. Row i of the shuffled matrix is " +
                "row order[i]."),
            (x => (x.Attend(Shuffled(x.X, x.Order)) - Shuffled(x.Attend(x.X), x.Order)).Enumerate().Max(),
                "A difference may be negative. Take the absolute value of each before the largest."),
            (x => (x.Attend(Shuffled(x.X, x.Order)) - Shuffled(x.Attend(x.X), x.Order)).Enumerate().Average(Math.Abs),
                "That is the average difference. Return the largest: one word that changes must not be lost among " +
                "many that do not."),
            (x => (x.Attend(Shuffled(x.X, x.Order)) - Shuffled(x.Attend(x.X), x.Order)).FrobeniusNorm(),
                "That is the length of all differences together. Return the largest single one."),
            (x => Largest(x.X - Shuffled(x.X, x.Order)), "You compare the words themselves. Asked is what attention " +
                "makes of them."),
        ],
    };

    /// <summary>
    /// Exercise 3: queries and keys with which every word from the second on gives 99 % of its weight to the word
    /// before it.
    /// </summary>
    /// <param name="lookBack">Queries and keys, each length × d_k, for a number of words from 2 on.</param>
    public static string CheckLookBack(Func<int, (Matrix<float> Queries, Matrix<float> Keys)> lookBack) =>
        Exercise.Run("01.3", s_lookBack, lookBack);

    /// <summary>
    /// Exercise 4: the widths at which an unscaled head gives 90 % and 99 % of its weight to one of 16 random keys, on
    /// average.
    /// </summary>
    /// <param name="meanLargest">The experiment: for d_k, the average of the largest weight over many random
    /// queries.</param>
    /// <param name="for90">The width found for 90 %, to within a factor of two.</param>
    /// <param name="for99">The width found for 99 %, to within a factor of two.</param>
    public static string CheckTooWide(Func<int, double> meanLargest, double for90, double for99)
    {
        Verdict experiment = s_meanLargest.Judge(meanLargest);
        return Exercise.Say("01.4", !experiment.IsRight ? experiment
            : new Verdict(WidthFault(for90, 0.90) is { Length: > 0 } first ? first : WidthFault(for99, 0.99)));
    }

    /// <summary>Exercise 5: an experiment that decides whether an attention knows the order of the words.</summary>
    /// <param name="difference">Given an attention (X to output), X and an order: how far "shuffle, attend" lies from
    /// "attend, shuffle".</param>
    public static string CheckOrder(
        Func<Func<Matrix<float>, Matrix<float>>, Matrix<float>, int[], double> difference) =>
        Exercise.Run("01.5", s_order, x => difference(x.Attend, x.X, x.Order));

    private static string LookBackFault(int length, (Matrix<float> Queries, Matrix<float> Keys) yours)
    {
        if (yours.Queries is null || yours.Keys is null)
        {
            return $"For {length} words the queries or the keys are null.";
        }

        if (yours.Queries.RowCount != length || yours.Keys.RowCount != length)
        {
            return $"{length} words need {length} queries and {length} keys, a row each, but yours are " +
                $"{Shapes.Of(yours.Queries)} and {Shapes.Of(yours.Keys)}.";
        }

        if (yours.Queries.ColumnCount != yours.Keys.ColumnCount)
        {
            return $"A query and a key need the same width d_k, but for {length} words yours are " +
                $"{Shapes.Of(yours.Queries)} and {Shapes.Of(yours.Keys)}.";
        }

        if (yours.Queries.Enumerate().Concat(yours.Keys.Enumerate()).Any(number => !float.IsFinite(number)))
        {
            return $"For {length} words there is a NaN or an infinite number among your queries or keys. A large " +
                "finite number is enough.";
        }

        Matrix<float> weights = Attention.ScaledDotProduct(yours.Queries, yours.Keys, yours.Keys).Weights;
        int[] favourites = [.. Enumerable.Range(1, length - 1).Select(word => weights.Row(word).MaximumIndex() - word)];
        int weakest = Enumerable.Range(1, length - 1).MinBy(word => weights[word, word - 1]);
        float share = weights[weakest, weakest - 1];
        return share >= 0.99f ? ""
            : weights.Enumerate().Max() - weights.Enumerate()
                .Min() < 1e-4f ? $"For {length} words everybody looks at everybody alike. Keys must differ from " +
                    "place to place, and queries must ask for one of them."
            : Array.TrueForAll(favourites, step => step == -1)
            ? $"The direction is right: every word looks most at the word before it. But of {length} words, word " +
                $"{weakest} (counted from 0) " +
                $"gives it only {Percent(share)}. Longer queries decide more; and remember the division by the " +
                "root of d_k."
            : Array.TrueForAll(favourites, step => step == 0)
            ? "Every word looks at itself. Its query must ask for the key of the place before."
            : favourites[..^1] is { Length: > 0 } inner
                && Array.TrueForAll(inner, step => step == 1)
                    ? "The words look at the word after them. Query and key have changed places, or the step has the " +
                        "wrong sign."
            : $"Of {length} words, word {weakest} (counted from 0) gives the word before it {Percent(share)}; it " +
                $"looks most at word {weights.Row(weakest).MaximumIndex()}.";
    }

    private static string WidthFault(double width, double share)
    {
        if (!(width >= 1 && width <= 1e7))
        {
            return $"For {Percent(share)} your width is {Values.Say(width)}. A width is a number from 1 on; try 16, " +
                "64, 256 and go on from there.";
        }

        // What is missing falls with the root of the width.
        double missing = 1 - MeanLargest(width), ratio = missing / (1 - share);
        string now = $"At a width of {Values.Say(width)} the largest weight is {Percent(1 - missing)} on average, " +
            $"and {Percent(share)} is asked.";
        return ratio > Math.Sqrt(2.2) ? $"{now} Go wider." : ratio < 1 / Math.Sqrt(2.2)
            ? $"{now} A narrower head does it."
            : "";
    }

    /// <summary>
    /// The largest of 16 weights, on average over many queries: unscaled scores have the standard deviation √d_k.
    /// </summary>
    private static double MeanLargest(double dK) => s_meanLargestAt.GetOrAdd(
        dK, width => Softmax.Rows(s_normal.Value * (float)Math.Sqrt(width)).EnumerateRows()
            .Average(row => (double)row.Maximum()));

    private static IEnumerable<(Func<Matrix<float>, Matrix<float>>, Matrix<float>, int[])> OrderInputs()
    {
        static Matrix<float> Plain(Matrix<float> x) => Attention.ScaledDotProduct(x, x, x).Output;
        static Matrix<float> Causal(Matrix<float> x) =>
            Attention.ScaledDotProduct(x, x, x, Mask.Causal(x.RowCount)).Output;
        static Matrix<float> Placed(Matrix<float> x) =>
            Plain(x.MapIndexed((word, _, number) => number + word, Zeros.Include));
        Func<Matrix<float>, Matrix<float>>[] kinds = [Plain, Causal, Placed];
        yield return (Plain, Samples.Of(new[,] { { 1f, 0 }, { 0, 2 }, { 1, -1 } }), [1, 2, 0]);
        yield return (Causal, Samples.Of(new[,] { { 1f, 0 }, { 0, 2 }, { 1, -1 } }), [1, 2, 0]);
        foreach (var input in Samples.Random(random =>
        {
            int[] order = [.. Enumerable.Range(0, random.Next(3, 8))];
            random.Shuffle(order);
            return (kinds[random.Next(3)], Samples.Matrix(random, order.Length, random.Next(2, 6)), order);
        })) { yield return input; }
    }

    private static Matrix<float> Shuffled(Matrix<float> x, int[] order) =>
        Matrix<float>.Build.DenseOfRowVectors(order.Select(x.Row));

    private static int[] Inverse(int[] order) =>
        [.. Enumerable.Range(0, order.Length).Select(place => Array.IndexOf(order, place))];

    private static double Largest(Matrix<float> difference) => difference.Enumerate().Max(Math.Abs);

    private static string Percent(double share) =>
        (100 * share).ToString(share > 0.985 ? "F1" : "F0", CultureInfo.InvariantCulture) + " %";
}
