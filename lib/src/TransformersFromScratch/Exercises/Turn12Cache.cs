using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 12, a step of cached attention: each row has to be the row of a causal attention that reads all at once.
/// </summary>
internal static class Turn12Cache
{
    public static Question<Input, Matrix<float>> Question { get; } = new(Inputs)
    {
        Right = input => Attention.ScaledDotProduct(input.Q, input.K, input.V, Mask.Causal(input.Q.RowCount)).Output,
        Say = input => $"{input.Q.RowCount} tokens, d_k {input.Q.ColumnCount}, d_v {input.V.ColumnCount}",
        Slips =
        [
            (By((_, _, _, _, v) => v), "Each token takes home its own value and nothing else. It looks at all tokens " +
                "so far: is its key added to the list that you are given, and its value to the other? What is not " +
                "added is gone at the next token."),
            (By((keys, values, q, k, v) =>
                { Vector<float> y = keys.Count == 0 ? v : Mix(keys, values, q); Add(keys, values, k, v); return y; }),
                    Late),
            (By((keys, values, q, k, v) =>
                { Vector<float> y = keys.Count == 0 ? v * 0 : Mix(keys, values, q); Add(keys, values, k, v); return y;
                }), Late),
            (By((keys, values, q, k, v) =>
                { Vector<float> y = Mix(keys, values, q); Add(keys, values, k, v); return y; }), Late),
            (By((keys, values, q, k, v) => { Add(keys, values, k, v); return Mix(keys, values, q, scale: false); }),
                "The scaling is missing: divide the scores by the root of d_k, the length of a key."),
            (By((keys, values, q, k, v) => { Add(keys, values, q, v); return Mix(keys, values, q); }),
                "You keep the query in the place of the key. Queries are not kept: nobody looks for them later."),
            (By((keys, values, q, k, v) => { Add(keys, values, k, v); return Mix(keys, values, k); }),
                "You compare the key with the keys. It is the query that looks."),
            (By((keys, values, q, k, v) =>
            {
                Add(keys, values, k, v);
                return Blend(values, [.. keys.Select(key => q * key / MathF.Sqrt(key.Count))]);
            }),
                "The softmax is missing: the scores become shares that sum to 1."),
            (By((keys, values, q, k, v) =>
            {
                Add(keys, values, k, v);
                return Blend(values, [.. keys.Select(_ => 1f / keys.Count)]);
            }),
                "That is the plain average of the values. The shares come from the query and the keys."),
            (By((keys, values, q, k, v) => { Add(keys, values, k, k); return Mix(keys, values, q); }),
                "You keep the key twice. The second list is of values."),
            (By((keys, values, q, k, v) => { keys.Insert(0, k); values.Add(v); return Mix(keys, values, q); }),
                "Keys and values stand in different orders: the key of a token and its value need the same place."),
        ],
        Symptoms =
        [
            ((input, y) => y.RowCount == input.Q.RowCount && y.ColumnCount == input.V.ColumnCount
                && (y.Row(0) - input.V.Row(0)).AbsoluteMaximum() > 1e-3,
                "The first token has only itself to look at, so it must take home its own value."),
        ],
    };

    private const string Late = "The newest token does not see itself: add its key and its value to the lists before " +
        "its query looks.";

    /// <summary>The step as it is.</summary>
    public static Vector<float> Library(
        List<Vector<float>> keys, List<Vector<float>> values, Vector<float> q, Vector<float> k, Vector<float> v)
    {
        Add(keys, values, k, v);
        return Mix(keys, values, q);
    }

    private static void Add(List<Vector<float>> keys, List<Vector<float>> values, Vector<float> k, Vector<float> v)
    {
        keys.Add(k);
        values.Add(v);
    }

    private static Vector<float> Mix(
        List<Vector<float>> keys, List<Vector<float>> values, Vector<float> q, bool scale = true)
    {
        Matrix<float> query = scale ? q.ToRowMatrix() : (q * MathF.Sqrt(q.Count)).ToRowMatrix();
        return Attention.ScaledDotProduct(
            query, Matrix<float>.Build.DenseOfRowVectors(keys), Matrix<float>.Build.DenseOfRowVectors(values)).Output
                .Row(0);
    }

    private static Vector<float> Blend(List<Vector<float>> values, float[] shares) =>
        values.Zip(shares, (value, share) => value * share).Aggregate((sum, next) => sum + next);

    private static Func<Input, Matrix<float>> By(
        Func<
            List<Vector<float>>, List<Vector<float>>,
            Vector<float>, Vector<float>, Vector<float>, Vector<float>> code) =>
        input => input.Run(code);

    private static IEnumerable<Input> Inputs()
    {
        yield return Of(new Random(1), 3, 2, 2);
        yield return Of(new Random(2), 1, 4, 3);
        foreach (Input input in Samples.Random(
            random => Of(random, random.Next(1, 9), random.Next(1, 9), random.Next(1, 9)), count: 100))
        {
            yield return input;
        }

        static Input Of(Random random, int tokens, int dK, int dV) =>
            new(Samples.Matrix(random, tokens, dK), Samples.Matrix(random, tokens, dK),
                Samples.Matrix(random, tokens, dV));
    }

    /// <summary>A text of T tokens, given one at a time.</summary>
    internal sealed record Input(Matrix<float> Q, Matrix<float> K, Matrix<float> V) : IInput
    {
        public object Data => (Q, K, V);

        /// <summary>T×d_v: what the code gave for each token in turn.</summary>
        public Matrix<float> Run(
            Func<
                List<Vector<float>>, List<Vector<float>>,
                Vector<float>, Vector<float>, Vector<float>, Vector<float>> code)
        {
            List<Vector<float>> keys = [], values = [];
            return Matrix<float>.Build.DenseOfRowVectors([.. Enumerable.Range(0, Q.RowCount)
                .Select(
                    t => code(keys, values, Q.Row(t), K.Row(t), V.Row(t))
                        ?? throw new Hint("Your code returns null."))]);
        }
    }
}
