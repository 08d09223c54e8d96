using MathNet.Numerics.LinearAlgebra;
using Attended = (
    MathNet.Numerics.LinearAlgebra.Matrix<float> Output, MathNet.Numerics.LinearAlgebra.Matrix<float> Weights);
using Attending = (
    MathNet.Numerics.LinearAlgebra.Matrix<float> Q, MathNet.Numerics.LinearAlgebra.Matrix<float> K,
    MathNet.Numerics.LinearAlgebra.Matrix<float> V);

namespace TransformersFromScratch;

/// <summary>
/// Chapter 1's "Your turn": each checks what the reader wrote, says in one line what is right or which slip it is, and
/// returns the version to use: the reader's once it is right, the library's until then. None of them throws.
/// </summary>
public static class Turn01
{
    internal static Question<Matrix<float>, Matrix<float>> ForSoftmax { get; } = new(SoftmaxInputs)
    {
        Right = TransformersFromScratch.Softmax.Rows,
        Slips =
        [
            (s => s, "The scores come back unchanged."),
            (s => s.PointwiseExp(), "These are the powers e^s. Divide each by the sum of its row."),
            (Scores.Stable(divide: false), "These are the powers e^(s - max). Divide each by the sum of its row."),
            (Scores.PerRow(row => row / row.Sum()), "You divide each score by the sum of its row. The power e^s " +
                "comes first: a score may be negative, a weight may not."),
            (Scores.PerRow(row => row.PointwiseExp() / row.PointwiseExp().Sum()), Overflow),
            (Scores.InDouble, Overflow),
            (s => TransformersFromScratch.Softmax.Rows(s.Transpose()).Transpose(),
                "Your columns sum to 1. A row belongs to one query, so it is each row that must sum to 1."),
            (Scores.Whole, "Your softmax goes over the whole matrix: all its weights together sum to 1. Each row " +
                "must sum to 1 by itself."),
            (Scores.Shifted(s => s.Enumerate().Max()),
                "You take the maximum of the whole matrix away. A row far below it then has only powers of 0, and " +
                "0/0 is NaN. Each row needs its own maximum."),
            (Scores.MaxOfPowers, "Take the maximum away from the scores, before the power e^s, not after it."),
            (Scores.PerRow(row => (row - row.Max()).PointwiseExp() / row.PointwiseExp().Sum()),
                "The powers above the line have the maximum taken away, the sum below it has not. Both need it, so " +
                "that it cancels."),
            (Scores.PerRow(row => row.Map(value => value == row.Max() ? 1f : 0f)),
                "You give the whole weight to the largest score. The softmax is soft: the others keep a share."),
        ],
        Symptoms =
        [
            (Scores.HasNaN, "There is a NaN. Either infinity is divided by infinity, after a power that no float can " +
                "hold (such as e^300), or 0 by 0, in a row whose powers are all 0. Take the maximum of each row away " +
                "from that row first: it cancels."),
            (Scores.RowsDoNotSumToOne, "A row does not sum to 1."),
        ],
    };

    internal static Question<Attending, Attended> ForAttention { get; } = new(AttentionInputs)
    {
        Right = x => By(x, (s, dK) => s / MathF.Sqrt(dK)),
        Say = x => $"Q {Shapes.Of(x.Q)}, K {Shapes.Of(x.K)}, V {Shapes.Of(x.V)}",
        Slips =
        [
            (x => By(x, (s, _) => s), "The scaling is missing: divide the scores by the square root of d_k."),
            (x => By(x, (s, dK) => s / dK), "You divide by d_k. Its square root is what keeps the scores' " +
                "spread at 1."),
            (x => By(x, (s, dK) => s * MathF.Sqrt(dK)), "You multiply by the square root of d_k. Divide, so that " +
                "many dimensions do not make large scores."),
            (x => By(x, (s, _) => s / MathF.Sqrt(2)), "You divide by √2, the root of the example's d_k. Take the " +
                "number of columns of K, d_k, which differs from call to call."),
            (x => By(x, (s, _) => s / MathF.Sqrt(x.V.ColumnCount)), "You scale by the width of V. It is the terms of " +
                "q·k that add up: take the width of K (or Q), d_k."),
            (x => By(x, (s, _) => s / MathF.Sqrt(x.K.RowCount)), "You scale by the number of keys. It is the terms " +
                "of q·k that add up: take the number of columns of K, d_k."),
            (x => By(x, (s, _) => s / MathF.Sqrt(x.Q.RowCount)), "You scale by the number of queries. It is the " +
                "terms of q·k that add up: take the number of columns of Q, d_k."),
            (x => WithWeights(x, Scores.Columns(Scaled(x))), "Your softmax goes down the columns. Each query, a row, " +
                "shares out its own attention: each row of the weights must sum to 1."),
            (x => WithWeights(x, Scores.Whole(Scaled(x))), "Your softmax goes over the whole matrix. Each row of the " +
                "weights must sum to 1."),
            (x => WithWeights(x, Scaled(x)), "The softmax is missing: these are the scaled scores themselves."),
            (x => WithWeights(x, x.Q * x.K.Transpose()), "Softmax and scaling are missing: these are the raw scores."),
            (x => By(x, (s, _) => s) is var raw ? WithWeights(x, raw.Weights / MathF.Sqrt(x.K.ColumnCount)) : default,
                "You scale the weights, after the softmax. Scale the scores before it: the weights must sum to 1."),
            (x => By(x, (s, dK) => s / MathF.Sqrt(dK)) is var right
                ? (right.Output / MathF.Sqrt(x.K.ColumnCount), right.Weights)
                : default,
                "The weights are right, but the output is scaled once more. Scaling belongs to the scores alone."),
            (x => By((x.K, x.Q, x.V), (s, dK) => s / MathF.Sqrt(dK)), "Queries and keys have changed places: row t " +
                "of the scores belongs to query t. Write Q · Kᵀ, not K · Qᵀ."),
            (x => TransformersFromScratch.Softmax.Rows(Scaled(x)) is var weights ? (x.V * weights, weights) : default,
                "V stands before the weights. Write weights · V: a row of weights mixes the rows of V."),
            (x => TransformersFromScratch.Softmax.Rows(Scaled(x)) is var weights
                ? (weights.Transpose() * x.V, weights)
                : default,
                "You mix with the weights transposed. Row t of the weights mixes the rows of V for query t: " +
                "weights · V."),
            (x => TransformersFromScratch.Softmax.Rows(x.Q * x.K / MathF.Sqrt(x.K.ColumnCount)) is var weights
                ? (weights * x.V, weights)
                : default,
                "K is not transposed. Q is T×d_k and K is S×d_k, so Q · K does not fit (and where it happens to fit, " +
                "it compares the wrong numbers). Q · Kᵀ is T×S: every query with every key."),
            (x => By(x, (s, dK) => s / MathF.Sqrt(dK)) is var right
                ? (right.Weights, right.Output)
                : default, "Output and weights have changed places: return (output, weights)."),
            (x => By((x.Q, x.K, x.K), (s, dK) => s / MathF.Sqrt(dK)), "You mix the keys. What a query takes home are " +
                "the values, V."),
            (x => By(x, (s, dK) => s / MathF.Sqrt(dK)) is var right
                ? (right.Output, Scaled(x))
                : default, "The output is right, but what you return as weights are the scores. Return the weights " +
                    "after the softmax."),
        ],
        Symptoms =
        [
            ((x, y) => y.Output is null || y.Weights is null, "The output or the weights are null."),
            ((x, y) => Scores.HasNaN(x.Q, y.Weights)
                || Scores.HasNaN(x.Q, y.Output), "There is a NaN. Use the softmax that you have: it takes the " +
                    "maximum of each row away, so that a large score does no harm."),
            ((x, y) => (y.Weights.RowCount, y.Weights.ColumnCount) != (x.Q.RowCount, x.K.RowCount),
                "The weights must be T×S: a row for each query, a column for each key."),
            ((x, y) => (y.Output.RowCount, y.Output.ColumnCount) != (x.Q.RowCount, x.V.ColumnCount),
                "The output must be T×d_v: for each query, a mixture of the rows of V."),
            ((x, y) => Scores.RowsDoNotSumToOne(x.Q, y.Weights), "A row of the weights does not sum to 1."),
        ],
    };

    internal static Question<Matrix<float>, Matrix<float>> ForCausal { get; } = new(CausalInputs)
    {
        Right = s => Hidden(s, (query, key) => key > query),
        Tolerance = 0,
        Slips =
        [
            (s => s, "The scores come back unchanged: the future is not hidden yet."),
            (s => Hidden(s, (query, key) => key >= query), "You hide the word itself too. A word may look at itself " +
                "and at all before it: only keys after the query are hidden (>, not ≥)."),
            (s => Hidden(s, (query, key) => key > query + 1), "A query still sees the very next word. Hidden is " +
                "every key after the query: key > query."),
            (s => Hidden(s, (query, key) => key < query), "You hide the past, and the future is seen: query and key " +
                "have changed places. Rows are queries, columns are keys."),
            (s => Hidden(s, (query, key) => key <= query), "It is turned round: what should be seen is hidden. " +
                "Hidden is what comes after the query."),
            (s => Hidden(s, (query, key) => key != query), "Only the word itself is left. A word may also look at " +
                "all the words before it."),
            (s => Hidden(s, (query, key) => key > query, 0), "You write zeros. A score of 0 is no small score: e^0 = " +
                "1, so the future keeps its weight. Only -∞ hides, because e^-∞ = 0."),
            (s => Hidden(s, (query, key) => key > query, float.NaN), "You write NaN. One NaN in a row makes the " +
                "whole row NaN. Write float.NegativeInfinity."),
            (s => Hidden(s, (query, key) => key > query, float.PositiveInfinity), "You write +∞: the future would " +
                "get all the weight. Write float.NegativeInfinity."),
            (s => Hidden(s, (query, key) => key > query, 1), "You write ones. The mask is a matter of the scores: " +
                "what is hidden becomes -∞."),
            (s => s.PointwiseMultiply(
                s.MapIndexed((query, key, _) => key > query ? float.NegativeInfinity : 1, Zeros.Include)),
                "You multiply by -∞. A negative score then becomes +∞, and 0 becomes NaN. Put -∞ in the place " +
                "of the score."),
            (s => s.MapIndexed((query, key, _) => key > query ? float.NegativeInfinity : 0, Zeros.Include),
                "That is the mask alone. Where a key may be seen, its score stays as it is."),
            (s => TransformersFromScratch.Softmax.Rows(Hidden(s, (query, key) => key > query)), "You took the " +
                "softmax as well. Return the scores: the softmax comes after the mask."),
        ],
        Symptoms =
        [
            ((s, y) => y.RowCount == s.RowCount && y.ColumnCount == s.ColumnCount && IsLargeNegative(s, y),
                "You hide with a large negative number, such as -1e9. That works only while no score is as low: here " +
                "some are, and the future would win. float.NegativeInfinity always works, because e^-∞ is exactly 0."),
            ((s, y) => y.RowCount == s.RowCount && y.ColumnCount == s.ColumnCount
                && Places(s).Any(p => p.Key <= p.Query && y[p.Query, p.Key] != s[p.Query, p.Key]),
                "A score that may be seen has changed. Only keys after the query are touched."),
        ],
    };

    /// <summary>Your softmax of every row of a T×S matrix of scores: positive weights, each row summing to 1.</summary>
    /// <param name="yours">T×S scores to T×S weights; a score may be large, or -infinity (not a whole row of
    /// it).</param>
    /// <returns>Yours if it is right, else <see cref="TransformersFromScratch.Softmax.Rows"/>.</returns>
    public static Func<Matrix<float>, Matrix<float>> Softmax(Func<Matrix<float>, Matrix<float>> yours) =>
        YourTurn.Take(
            "01.Softmax", "The softmax", yours, TransformersFromScratch.Softmax.Rows, ForSoftmax, code => code);

    /// <summary>Your <c>softmax(Q Kᵀ / √d_k) V</c> (Vaswani et al. 2017, equation 1), without a mask.</summary>
    /// <param name="yours">Q (T×d_k), K (S×d_k) and V (S×d_v) to the output (T×d_v) and the weights (T×S).</param>
    /// <returns>Yours if it is right, else <see cref="TransformersFromScratch.Attention.ScaledDotProduct"/>.</returns>
    public static Func<Matrix<float>, Matrix<float>, Matrix<float>, Attended> Attention(
        Func<Matrix<float>, Matrix<float>, Matrix<float>, Attended> yours) =>
        YourTurn.Take("01.Attention", "Attention", yours, Library, ForAttention, code => x => code(x.Q, x.K, x.V));

    /// <summary>
    /// Your causal mask: the scores of a sentence with itself, with -infinity wherever the key stands after the query.
    /// </summary>
    /// <param name="yours">T×T scores to T×T scores. A large negative number such as -1e9 is not accepted in the place
    /// of -infinity.</param>
    /// <returns>Yours if it is right, else what <see cref="Mask.Causal"/> makes of the scores.</returns>
    public static Func<Matrix<float>, Matrix<float>> Causal(Func<Matrix<float>, Matrix<float>> yours) =>
        YourTurn.Take(
            "01.Causal", "The causal mask", yours, scores => Mask.Causal(scores.RowCount).Apply(scores), ForCausal,
            code => code);

    private const string Overflow = "A large score overflows: e^300 is more than a float can hold (e^1000 more than " +
        "a double), and infinity divided by infinity is NaN. " +
        "Take the maximum of each row away before the power: it cancels in the fraction.";

    private static (Matrix<float> Output, Matrix<float> Weights) Library(
        Matrix<float> q, Matrix<float> k, Matrix<float> v)
    {
        AttentionResult result = TransformersFromScratch.Attention.ScaledDotProduct(q, k, v);
        return (result.Output, result.Weights);
    }

    private static IEnumerable<Matrix<float>> SoftmaxInputs()
    {
        const float masked = float.NegativeInfinity;
        yield return Samples.Of(new[,] { { 0f, 1, 2 }, { 3, 1, -1 } });
        foreach (Matrix<float> scores in Samples.OfShapes(
            (random, rows, columns) => Samples.Matrix(random, rows, columns, random.Next(4) == 0 ? 80 : 4)))
        {
            yield return scores;
        }

        yield return Samples.Of(new[,] { { 300f, 200, 100 }, { 1, 2, 3 } });
        yield return Samples.Of(new[,] { { 1000f, 999, 0 }, { -1000, -1001, -2000 } });
        yield return Samples.Of(new[,] { { 5f, masked, 2 }, { masked, masked, -3 } });
        yield return Samples.Of(new[,] { { 7f, 7, 7, 7 } });
    }

    private static IEnumerable<(Matrix<float>, Matrix<float>, Matrix<float>)> AttentionInputs()
    {
        yield return Of(new Random(1), 2, 3, 4, 5);
        yield return Of(new Random(1), 3, 3, 3, 3);
        foreach (var x in Samples.OfShapes((random, t, s) => Of(random, t, s, random.Next(1, 9), random.Next(1, 9))))
        {
            yield return x;
        }

        yield return Of(new Random(2), 3, 4, 16, 2, scale: 100); // scores of several hundred
        static (Matrix<float>, Matrix<float>, Matrix<float>) Of(
            Random random, int t, int s, int dK, int dV, float scale = 2) =>
            (Samples.Matrix(random, t, dK, scale), Samples.Matrix(random, s, dK, scale), Samples.Matrix(random, s, dV));
    }

    private static IEnumerable<Matrix<float>> CausalInputs() =>
        Samples.Random(
            random => random.Next(1, 9) is var t && random.Next(8) == 0
                ? Samples.Matrix(random, t, t, 1e30f)
                : Samples.Matrix(random, t, t))
            .Prepend(Samples.Of(new[,] { { 1f, 2 }, { 3, 4 } })).Append(Samples.Matrix(new Random(3), 4, 4, 0))
            .Append(Samples.Matrix(new Random(3), 1, 1));

    private static Matrix<float> Scaled((Matrix<float> Q, Matrix<float> K, Matrix<float> V) x) =>
        x.Q * x.K.Transpose() / MathF.Sqrt(x.K.ColumnCount);

    private static (Matrix<float> Output, Matrix<float> Weights) By(
        (Matrix<float> Q, Matrix<float> K, Matrix<float> V) x, Func<Matrix<float>, int, Matrix<float>> scale) =>
        WithWeights(x, TransformersFromScratch.Softmax.Rows(scale(x.Q * x.K.Transpose(), x.K.ColumnCount)));

    private static (Matrix<float> Output, Matrix<float> Weights) WithWeights(
        (Matrix<float> Q, Matrix<float> K, Matrix<float> V) x, Matrix<float> weights) => (weights * x.V, weights);

    private static Matrix<float> Hidden(
        Matrix<float> scores, Func<int, int, bool> hides, float with = float.NegativeInfinity) =>
        scores.MapIndexed((query, key, score) => hides(query, key) ? with : score, Zeros.Include);

    private static IEnumerable<(int Query, int Key)> Places(Matrix<float> scores) =>
        Enumerable.Range(0, scores.RowCount)
            .SelectMany(query => Enumerable.Range(0, scores.ColumnCount).Select(key => (query, key)));

    /// <summary>The future holds finite numbers that lie far below all usual scores; the past is untouched.</summary>
    private static bool IsLargeNegative(Matrix<float> scores, Matrix<float> yours) => scores.RowCount > 1 &&
        Places(scores)
            .All(
                p => p.Key > p.Query ? float.IsFinite(yours[p.Query, p.Key])
                    && yours[p.Query, p.Key] <= -1000 : yours[p.Query, p.Key] == scores[p.Query, p.Key]);
}
