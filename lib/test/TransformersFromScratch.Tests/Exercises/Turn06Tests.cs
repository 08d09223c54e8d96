using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>
/// What is right is used, and the library's version stands in for what is not. (QuestionTests tries every slip.)
/// </summary>
public class Turn06Tests
{
    private static void AssertSays(string part, Verdict verdict)
    {
        Assert.False(verdict.IsRight);
        Assert.Contains(part, verdict.Words, StringComparison.Ordinal);
    }

    private static void AssertRight(Verdict verdict) => Assert.True(verdict.IsRight, verdict.Words);

    private static Verdict Judge(Func<int[][], int, int[]> order) =>
        Turn06Order.Question.Judge(x => order(x.Inputs, x.Last));

    private static Matrix<float> Random(int rows, int columns, int seed) =>
        Matrix<float>.Build.Random(rows, columns, seed);

    [Fact]
    public void Right_versions_are_used()
    {
        Func<object, Func<object, object[]>, List<object>> order = Turn06Order.Library;
        Func<Matrix<float>, Matrix<float>, Matrix<float>, (Matrix<float>, Matrix<float>)> linear =
            (x, w, dY) => (dY * w.Transpose(), x.Transpose() * dY);
        Func<Matrix<float>, Matrix<float>, Matrix<float>> softmax = Turn06Softmax.Library;
        Assert.Same(order, Turn06.Order(order));
        Assert.Same(linear, Turn06.Linear(linear));
        Assert.Same(softmax, Turn06.Softmax(softmax));
        var attention = Turn06.Attention((q, k, v, a, dO) =>
        {
            Matrix<float> dZ = Turn06Softmax.Library(a, dO * v.Transpose()) / MathF.Sqrt(q.ColumnCount);
            return (dZ * k, dZ.Transpose() * q, a.Transpose() * dO);
        });
        Assert.NotSame(attention, Turn06.Attention((_, _, _, _, _) => throw new NotImplementedException()));
    }

    /// <summary>What stands in is what the library's tape does.</summary>
    [Fact]
    public void For_stubs_the_librarys_stand_in()
    {
        Matrix<float> q = Random(3, 4, 1), k = Random(5, 4, 2), v = Random(5, 2, 3), r = Random(3, 2, 4);
        Tensor Of(Matrix<float> m, int sentences) =>
            new(m.ToRowMajorArray(), sentences, m.RowCount, m.ColumnCount) { RequiresGradient = true };
        Tensor[] tensors = [Of(q, 1), Of(k, 1), Of(v, 1)];
        Op.Sum(Op.Multiply(
            Op.Attention(tensors[0], tensors[1], tensors[2], heads: 1).Output, Of(r, 1))).Backward();
        Matrix<float> weights = Softmax.Rows(q * k.Transpose() / 2);
        var attention = Turn06.Attention((_, _, _, _, _) => throw new NotImplementedException());
        var (dQ, dK, dV) = attention(q, k, v, weights, r);
        foreach (var (mine, tensor) in new[] { (dQ, tensors[0]), (dK, tensors[1]), (dV, tensors[2]) })
            Assert.All(
                mine.ToRowMajorArray().Zip(tensor.Gradient!.Data),
                pair => Assert.Equal(pair.Second, pair.First, 1e-4));
        Assert.Equal(
            [3, 2, 1], Turn06.Order((_, _) => throw new NotImplementedException())(
                3, node => (int)node is > 1 and var n ? [n - 1] : []).Cast<int>());
    }

    private static List<int> Order(int[][] inputs, int last)
    {
        var order = new List<int>();
        void Visit(int node)
        {
            if (order.Contains(node)) { return; }
            foreach (int input in inputs[node]) { Visit(input); }
            order.Add(node);
        }

        Visit(last);
        return order;
    }

    [Fact]
    public void Order_of_the_walk()
    {
        AssertRight(Judge((inputs, last) => [.. Enumerable.Reverse(Order(inputs, last))]));
        AssertRight(Judge((inputs, last) =>
        {
            // Another right order: ready nodes one by one, those with a large number first.
            var needed = Order(inputs, last);
            var order = new List<int>();
            while (needed.Count > order.Count)
            {
                order.Add(
                    needed.Where(
                        node => !order.Contains(node)
                            && needed.TrueForAll(user => order.Contains(user) || !inputs[user].Contains(node))).Max());
            }

            return [.. order];
        }));
        AssertSays("forward pass", Judge((inputs, last) => [.. Order(inputs, last)]));
        AssertSays("Only the last", Judge((_, last) => [last]));
        AssertSays(
            "no gradient comes there",
            Judge(
                (inputs, last) =>
                    [.. Enumerable.Reverse(Order(inputs, last)),
                        .. Enumerable.Range(0, inputs.Length).Except(Order(inputs, last))]));
        AssertSays(
            "is missing", Judge(
                (inputs, last) => [.. Enumerable.Reverse(Order(inputs, last)).Take(5)]));
        AssertSays(
            "has not", Judge((inputs, last) => [.. Enumerable.Reverse(Order(inputs, last)), 99]));
        AssertSays("threw", Judge((inputs, _) => inputs[99]));
    }

    [Fact]
    public void A_walk_that_does_not_wait()
    {
        // Depth first from the end, each node when it is first met: the diamond's bug.
        static void Meet(int[][] inputs, int node, List<int> met)
        {
            met.Add(node);
            foreach (int input in inputs[node].Where(input => !met.Contains(input))) { Meet(inputs, input, met); }
        }

        AssertSays("before the sum is complete", Judge((inputs, last) =>
        {
            var met = new List<int>();
            Meet(inputs, last, met);
            return [.. met];
        }));

        static IEnumerable<int> Paths(int[][] inputs, int node) =>
            inputs[node].SelectMany(input => Paths(inputs, input)).Prepend(node);
        AssertSays("twice", Judge((inputs, last) => [.. Paths(inputs, last)]));
    }
}
