using MathNet.Numerics.LinearAlgebra;
using Answer = (
    MathNet.Numerics.LinearAlgebra.Matrix<float> Output,
    System.Collections.Generic.IReadOnlyList<MathNet.Numerics.LinearAlgebra.Matrix<float>> Weights);
using Asked = (
    MathNet.Numerics.LinearAlgebra.Matrix<float> X, MathNet.Numerics.LinearAlgebra.Matrix<float> Memory,
    MathNet.Numerics.LinearAlgebra.Matrix<float>[] W, int Heads);

namespace TransformersFromScratch;

/// <summary>Chapter 3, multi-head attention from wide matrices.</summary>
internal static class Turn03MultiHead
{
    public static Question<Asked, Answer> Question { get; } = new(Inputs)
    {
        Right = Right,
        Say = x => $"x {Shapes.Of(x.X)}, memory {Shapes.Of(x.Memory)}, {x.Heads} heads",
        Tolerance = 1e-3,
        Slips =
        [
            (x => (Merged(x, Heads(x)), Weights(Heads(x))), "W^O is missing: the merged heads are multiplied by it."),
            (x => Attended(x with { Heads = 1 }), "There is one wide head. Split queries, keys and values into h " +
                "pieces first."),
            (x => Attended(x with { Memory = x.X }), "Keys and values come from x. They come from the memory; only " +
                "the queries come from x."),
            (x => Attended(x with { X = x.Memory, Memory = x.X }), "x and memory have changed places: x asks, the " +
                "memory is asked."),
            (x => By(x, value: x.X), "The values come from x. Keys and values both come from the memory."),
            (x => By(x, key: x.X), "The keys come from x. Keys and values both come from the memory."),
            (x => Attended(x with { W = [x.W[1], x.W[0], x.W[2], x.W[3]] }), "W^Q and W^K have changed places."),
            (x => Attended(x with { W = [x.W[0], x.W[2], x.W[1], x.W[3]] }), "W^K and W^V have changed places."),
            (x => Attended(x with { W = [x.W[0], x.W[0], x.W[2], x.W[3]] }), "The keys are made with W^Q. They have " +
                "a matrix of their own, W^K: W[1]."),
            (x => Attended(x with { W = [x.W[0], x.W[1], x.W[1], x.W[3]] }), "The values are made with W^K. They " +
                "have a matrix of their own, W^V: W[2]."),
            (x => Attended(x with { W = [x.W[0] * MathF.Sqrt(x.W[0].ColumnCount / x.Heads), x.W[1], x.W[2], x.W[3]] }),
                "The scaling is missing: each head divides its scores by the root of its own d_k. " +
                "Attention.ScaledDotProduct does that."),
            (x => Attended(x with { W = [x.W[0] / MathF.Sqrt(x.Heads), x.W[1], x.W[2], x.W[3]] }),
                "You divide the scores by the root of d. A head is d_k = d/h wide, so that is the number to take."),
            (x => Attended(x, heads => [.. heads.Select(_ => heads[0])]), "All heads give what head 1 gives. Head i " +
                "has the i-th piece of queries, keys and values."),
            (x => Attended(x, heads => [.. heads.Reverse()]), "The heads are merged in the wrong order."),
            (x => (Merged(x, Heads(x)) * x.W[3].Transpose(), Weights(Heads(x))), "W^O is transposed: the merged " +
                "heads stand on its left."),
            (x => (Right(x).Output / x.Heads, Weights(Heads(x))), "You divide by the number of heads. Nothing is " +
                "averaged here."),
            (x => (Right(x).Output, [.. Weights(Heads(x)).Reverse()]), "The output is right, but the weights of the " +
                "heads are in the wrong order."),
            (x => (Right(x).Output, [Weights(Heads(x))[0]]), "The output is right, but there are the weights of one " +
                "head only. Return those of all, a matrix per head."),
        ],
        Symptoms =
        [
            ((_, y) => y.Output is null || y.Weights is null, "The output or the weights are null."),
            ((x, y) => y.Weights.Count != x.Heads, "There must be a matrix of weights per head."),
            ((x, y) => (y.Output.RowCount, y.Output.ColumnCount) != (x.X.RowCount, x.X.ColumnCount),
                "The output must be T×d, as x is."),
        ],
    };

    /// <summary>The library's, on wide matrices.</summary>
    public static Answer Library(Matrix<float> x, Matrix<float> memory, Matrix<float>[] w, int heads) =>
        Right((x, memory, w, heads));

    private static Answer Right(Asked x) => Attended(x);

    private static Answer Attended(Asked x, Func<AttentionResult[], AttentionResult[]>? change = null)
    {
        AttentionResult[] heads = Heads(x);
        return (Merged(x, change?.Invoke(heads) ?? heads) * x.W[3], Weights(change?.Invoke(heads) ?? heads));
    }

    private static Answer By(Asked x, Matrix<float>? key = null, Matrix<float>? value = null) =>
        Heads(x, key, value) is var heads ? (Merged(x, heads) * x.W[3], Weights(heads)) : default;

    private static AttentionResult[] Heads(Asked x, Matrix<float>? key = null, Matrix<float>? value = null)
    {
        var q = MultiHeadAttention.Split(x.X * x.W[0], x.Heads);
        var k = MultiHeadAttention.Split((key ?? x.Memory) * x.W[1], x.Heads);
        var v = MultiHeadAttention.Split((value ?? x.Memory) * x.W[2], x.Heads);
        return [.. Enumerable.Range(0, x.Heads).Select(i => Attention.ScaledDotProduct(q[i], k[i], v[i]))];
    }

    private static Matrix<float> Merged(Asked x, AttentionResult[] heads) =>
        MultiHeadAttention.Merge([.. heads.Select(head => head.Output)]);

    private static Matrix<float>[] Weights(AttentionResult[] heads) => [.. heads.Select(head => head.Weights)];

    private static IEnumerable<Asked> Inputs()
    {
        static Asked Of(Random random, int words, int memory, int heads, int width) => (
            Samples.Matrix(random, words, heads * width), Samples.Matrix(random, memory, heads * width),
            [.. Enumerable.Range(0, 4).Select(_ => Samples.Matrix(random, heads * width, heads * width, 1))], heads);
        return Samples.Random(
            random => Of(random, random.Next(1, 6), random.Next(1, 6), random.Next(1, 5), random.Next(1, 5)), 100)
            .Prepend(Of(new Random(1), 3, 4, 2, 3)).Prepend(Of(new Random(2), 2, 3, 3, 2));
    }
}
