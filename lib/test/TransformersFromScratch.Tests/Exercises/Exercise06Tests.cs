using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, each likely mistake gets its own diagnosis, and nothing throws.</summary>
public class Exercise06Tests
{
    private static void AssertSays(string part, string answer) => Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Tanh()
    {
        AssertSays("✓", Exercise06.CheckTanh((y, dY) => dY.PointwiseMultiply(1 - y.PointwisePower(2))));
        AssertSays("slope is missing", Exercise06.CheckTanh((_, dY) => dY));
        AssertSays("slope alone", Exercise06.CheckTanh((y, _) => 1 - y.PointwisePower(2)));
        AssertSays("not 1 - y", Exercise06.CheckTanh((y, dY) => dY.PointwiseMultiply(1 - y)));
        AssertSays("sigmoid", Exercise06.CheckTanh((y, dY) => dY.PointwiseMultiply(y - y.PointwisePower(2))));
        AssertSays("once more", Exercise06.CheckTanh((y, dY) => dY.PointwiseMultiply(1 - y.PointwiseTanh().PointwisePower(2))));
        AssertSays("you added", Exercise06.CheckTanh((y, dY) => dY + 1 - y.PointwisePower(2)));
        AssertSays("3×2", Exercise06.CheckTanh((_, dY) => dY.Transpose()));
        AssertSays("threw", Exercise06.CheckTanh((y, dY) => y * dY));
        AssertSays("✗", Exercise06.CheckTanh((_, _) => null!));
        AssertSays("pencil", Exercise06.CheckTanh((_, dY) => dY * 7));
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
        AssertSays("✓", Exercise06.CheckOrder((inputs, last) => [.. Enumerable.Reverse(Order(inputs, last))]));
        AssertSays("✓", Exercise06.CheckOrder((_, _) => [3, 0, 5, 4, 6, 1]));
        AssertSays("forward pass", Exercise06.CheckOrder((inputs, last) => [.. Order(inputs, last)]));
        AssertSays("Only the last", Exercise06.CheckOrder((_, last) => [last]));
        AssertSays("no gradient comes there", Exercise06.CheckOrder((_, _) => [3, 0, 5, 2, 4, 1, 6]));
        AssertSays("is missing", Exercise06.CheckOrder((_, _) => [3, 0, 5, 4, 1]));
        AssertSays("has not", Exercise06.CheckOrder((_, _) => [3, 0, 5, 4, 1, 6, 9]));
        AssertSays("threw", Exercise06.CheckOrder((inputs, _) => inputs[99]));
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

        AssertSays("before the sum is complete", Exercise06.CheckOrder((inputs, last) =>
        {
            var met = new List<int>();
            Meet(inputs, last, met);
            return [.. met];
        }));

        static IEnumerable<int> Paths(int[][] inputs, int node) => inputs[node].SelectMany(input => Paths(inputs, input)).Prepend(node);
        AssertSays("twice", Exercise06.CheckOrder((inputs, last) => [.. Paths(inputs, last)]));
    }

    [Fact]
    public void Rms_norm()
    {
        static string Check(Func<Vector<float>, Vector<float>, float, float, Vector<float>> backward) => Exercise06.CheckRmsNorm((x, dHat) =>
        {
            float r = MathF.Sqrt(x * x / x.Count);
            return backward(x / r, dHat, r, dHat * x / r / x.Count);
        });

        AssertSays("✓", Check((hat, dHat, r, stretch) => (dHat - (hat * stretch)) / r));
        AssertSays("unchanged", Check((_, dHat, _, _) => dHat));
        AssertSays("direct path", Check((_, dHat, r, _) => dHat / r));
        AssertSays("divided by d", Check((hat, dHat, r, stretch) => (dHat - (hat * stretch * 5)) / r));
        AssertSays("wrong sign", Check((hat, dHat, r, stretch) => (dHat + (hat * stretch)) / r));
        AssertSays("x where", Check((hat, dHat, r, stretch) => (dHat - (hat * r * stretch * r)) / r));
        AssertSays("division by r", Check((hat, dHat, _, stretch) => dHat - (hat * stretch)));
        AssertSays("layer norm's", Check((hat, dHat, r, stretch) => (dHat - (dHat.Sum() / 5) - (hat * stretch)) / r));
        AssertSays("where 1/r", Check((hat, dHat, r, stretch) => (dHat - (hat * stretch)) * r));
        AssertSays("5 numbers", Exercise06.CheckRmsNorm((x, _) => x.SubVector(0, 2)));
        AssertSays("threw", Exercise06.CheckRmsNorm((x, dHat) => x + dHat.SubVector(0, 2)));
    }

    [Fact]
    public void The_solution_to_rms_norm_is_the_librarys()
    {
        var x = new Tensor([1, -2, 3, 0.5f, -1], 1, 5) { RequiresGradient = true };
        float[] upstream = [0.5f, 1, -2, 3, 0.7f];
        Op.Sum(Op.Multiply(Op.RmsNorm(x, new Tensor([1, 1, 1, 1, 1], 5)), new Tensor(upstream, 1, 5))).Backward();
        AssertSays("✓", Exercise06.CheckRmsNorm((_, _) => Vector<float>.Build.Dense(x.Gradient!.Data)));
    }
}
