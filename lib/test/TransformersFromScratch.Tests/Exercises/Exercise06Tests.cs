using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, each likely mistake gets its own diagnosis, and nothing throws.</summary>
public class Exercise06Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Tanh()
    {
        AssertSays("✓", Exercise06.CheckTanh((y, dY) => dY.PointwiseMultiply(1 - y.PointwisePower(2))));
        AssertSays("slope is missing", Exercise06.CheckTanh((_, dY) => dY));
        AssertSays("slope alone", Exercise06.CheckTanh((y, _) => 1 - y.PointwisePower(2)));
        AssertSays("not 1 - y", Exercise06.CheckTanh((y, dY) => dY.PointwiseMultiply(1 - y)));
        AssertSays("sigmoid", Exercise06.CheckTanh((y, dY) => dY.PointwiseMultiply(y - y.PointwisePower(2))));
        AssertSays(
            "once more", Exercise06.CheckTanh(
                (y, dY) => dY.PointwiseMultiply(1 - y.PointwiseTanh().PointwisePower(2))));
        AssertSays("you added", Exercise06.CheckTanh((y, dY) => dY + 1 - y.PointwisePower(2)));
        AssertSays("the answer is 3×2, but should be 2×3", Exercise06.CheckTanh((_, dY) => dY.Transpose()));
        AssertSays("threw", Exercise06.CheckTanh((y, dY) => y * dY));
        AssertSays("✗", Exercise06.CheckTanh((_, _) => null!));
        AssertSays("For Y and dY", Exercise06.CheckTanh((_, dY) => dY * 7));
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
        AssertSays("✓", Exercise06.CheckOrder((inputs, last) =>
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
        AssertSays("forward pass", Exercise06.CheckOrder((inputs, last) => [.. Order(inputs, last)]));
        AssertSays("Only the last", Exercise06.CheckOrder((_, last) => [last]));
        AssertSays(
            "no gradient comes there",
            Exercise06.CheckOrder(
                (inputs, last) =>
                    [.. Enumerable.Reverse(Order(inputs, last)),
                        .. Enumerable.Range(0, inputs.Length).Except(Order(inputs, last))]));
        AssertSays(
            "is missing", Exercise06.CheckOrder(
                (inputs, last) => [.. Enumerable.Reverse(Order(inputs, last)).Take(5)]));
        AssertSays(
            "has not", Exercise06.CheckOrder((inputs, last) => [.. Enumerable.Reverse(Order(inputs, last)), 99]));
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

        static IEnumerable<int> Paths(int[][] inputs, int node) =>
            inputs[node].SelectMany(input => Paths(inputs, input)).Prepend(node);
        AssertSays("twice", Exercise06.CheckOrder((inputs, last) => [.. Paths(inputs, last)]));
    }

    [Fact]
    public void Rms_norm()
    {
        static string Check(Func<Vector<float>, Vector<float>, float, float, Vector<float>> backward) =>
            Exercise06.CheckRmsNorm((x, dHat) =>
        {
            float r = MathF.Sqrt(x * x / x.Count);
            return backward(x / r, dHat, r, dHat * x / r / x.Count);
        });

        AssertSays("✓", Check((hat, dHat, r, stretch) => (dHat - (hat * stretch)) / r));
        AssertSays("unchanged", Check((_, dHat, _, _) => dHat));
        AssertSays("direct path", Check((_, dHat, r, _) => dHat / r));
        AssertSays("divided by d", Check((hat, dHat, r, stretch) => (dHat - (hat * stretch * hat.Count)) / r));
        AssertSays("wrong sign", Check((hat, dHat, r, stretch) => (dHat + (hat * stretch)) / r));
        AssertSays("x where", Check((hat, dHat, r, stretch) => (dHat - (hat * r * stretch * r)) / r));
        AssertSays("division by r", Check((hat, dHat, _, stretch) => dHat - (hat * stretch)));
        AssertSays(
            "layer norm's", Check((hat, dHat, r, stretch) => (dHat - (dHat.Sum() / hat.Count) - (hat * stretch)) / r));
        AssertSays("where 1/r", Check((hat, dHat, r, stretch) => (dHat - (hat * stretch)) * r));
        AssertSays("as many numbers as x", Exercise06.CheckRmsNorm((x, _) => Vector<float>.Build.Dense(x.Count + 1)));
        AssertSays("threw", Exercise06.CheckRmsNorm((x, dHat) => x + dHat.SubVector(0, 2)));
    }

    [Fact]
    public void The_solution_to_rms_norm_is_the_librarys()
    {
        AssertSays("✓", Exercise06.CheckRmsNorm((values, upstream) =>
        {
            int count = values.Count;
            var x = new Tensor(values.ToArray(), 1, count) { RequiresGradient = true };
            var ones = new Tensor([.. Enumerable.Repeat(1f, count)], count);
            Op.Sum(Op.Multiply(Op.RmsNorm(x, ones), new Tensor(upstream.ToArray(), 1, count))).Backward();
            return Vector<float>.Build.Dense(x.Gradient!.Data);
        }));
    }
}
