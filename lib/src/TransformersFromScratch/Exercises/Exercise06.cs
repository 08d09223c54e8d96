using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 6. Each says what is right, or names the likely mistake.</summary>
public static class Exercise06
{
    /// <summary>Exercise 1: <c>dX = dY ⊙ (1 - Y ⊙ Y)</c>.</summary>
    public static string CheckTanh(Func<Matrix<float>, Matrix<float>, Matrix<float>> backward) => Exercise.Run(() =>
    {
        Matrix<float> x = Matrix<float>.Build.Dense(2, 3, [-1.5f, 0.3f, 0.7f, 2, -0.4f, 1.1f]), y = x.PointwiseTanh();
        Matrix<float> dY = Matrix<float>.Build.Dense(2, 3, [0.5f, -2, 3, 1.5f, -1, 0.8f]);
        Matrix<float> dX = backward(y.Clone(), dY.Clone());
        if ((dX.RowCount, dX.ColumnCount) != (2, 3))
        {
            return $"A gradient has the shape of what it belongs to: dX is 2×3 here, but yours is {Shapes.Of(dX)}.";
        }

        bool Is(Matrix<float> other) => Exercise.Near(dX, other);
        Matrix<float> slope = 1 - y.PointwisePower(2);
        return Exercise.FirstThatHolds(
            (Is(dY), "The gradient that arrives goes on unchanged: the slope is missing."),
            (Is(slope), "This is the slope alone. Multiply it, element by element, with the gradient dY that arrives."),
            (Is(dY.PointwiseMultiply(1 - y)), "The slope is 1 - y², not 1 - y."),
            (Is(dY.PointwiseMultiply(y.PointwiseMultiply(1 - y))), "That is the slope of the sigmoid, y (1 - y). The one of tanh is 1 - y²."),
            (Is(dY.PointwiseMultiply(1 - y.PointwiseTanh().PointwisePower(2))), "Y is tanh x already; you took the tanh once more."),
            (Is(dY + slope), "Slopes along a chain multiply; you added them."),
            (Is(dY.PointwiseMultiply(slope)), Exercise.Right));
    });

    /// <summary>Exercise 2: the nodes that lead to the last, each after all that were made from it.</summary>
    public static string CheckOrder(Func<int[][], int, int[]> backwardOrder) => Exercise.Run(() =>
    {
        // Node 3 is y, made from 0 (b) and 5 (c), both made from 4 (a), made from 1 (x) and 6 (w); c also needs x. 2 leads nowhere.
        int[][] inputs = [[4], [], [4], [0, 5], [1, 6], [4, 1], []];
        const int Last = 3;
        int[] needed = [0, 1, 3, 4, 5, 6], order = backwardOrder([.. inputs.Select(nodes => nodes.ToArray())], Last);
        int Place(int node) => Array.IndexOf(order, node);
        var edges = needed.SelectMany(user => inputs[user].Select(node => (User: user, Node: node))).ToList();
        var early = edges.FirstOrDefault(edge => Place(edge.Node) < Place(edge.User), (User: -1, Node: -1));
        string text = string.Join(", ", order);

        return Exercise.FirstThatHolds(
            (order.SequenceEqual([Last]), "Only the last node is there so far. The walk has to reach everything it was made from."),
            (order.Contains(2), "Node 2 is in your order, but nothing on the way to the last was made from it: no gradient comes there."),
            (Array.Exists(order, node => !needed.Contains(node)), $"Your order ({text}) has a node that the graph has not."),
            (order.Distinct().Count() < order.Length, $"A node stands twice in your order ({text}). It would pass on its gradient twice; remember which you have seen."),
            (order.Length < needed.Length, $"Node {needed.FirstOrDefault(node => !order.Contains(node))} is missing in your order ({text})."),
            (edges.TrueForAll(edge => Place(edge.Node) < Place(edge.User)), "This is the order of the forward pass: inputs first. Turn it round."),
            (early.User >= 0, $"Node {early.Node} comes before node {early.User}, which was made from it: it would pass on its gradient before the sum is complete."),
            (true, Exercise.Right));
    });

    /// <summary>Exercise 3: <c>dx = (dx̂ - x̂ · mean(dx̂ ⊙ x̂)) / r</c>.</summary>
    public static string CheckRmsNorm(Func<Vector<float>, Vector<float>, Vector<float>> backward) => Exercise.Run(() =>
    {
        Vector<float> x = Vector<float>.Build.Dense([1, -2, 3, 0.5f, -1]), dHat = Vector<float>.Build.Dense([0.5f, 1, -2, 3, 0.7f]);
        Vector<float> dx = backward(x.Clone(), dHat.Clone());
        if (dx.Count != x.Count)
        {
            return $"A gradient has the shape of what it belongs to: dx has {x.Count} numbers, but yours has {dx.Count}.";
        }

        float r = MathF.Sqrt(x * x / x.Count);
        Vector<float> hat = x / r;
        float stretch = dHat * hat / x.Count;
        bool Is(Vector<float> other) => Exercise.Near(dx.ToRowMatrix(), other.ToRowMatrix());
        return Exercise.FirstThatHolds(
            (Is(dHat), "The gradient that arrives goes on unchanged."),
            (Is(dHat / r), "This is the direct path alone. x_j also reaches every x̂_i through r."),
            (Is((dHat - (hat * stretch * x.Count)) / r), "You take the sum of dx̂ ⊙ x̂; r has a mean in it, so it is divided by d."),
            (Is((dHat + (hat * stretch)) / r), "The path through r has the wrong sign: a larger r makes x̂ smaller."),
            (Is((dHat - (x * (dHat * x / x.Count))) / r), "The second path has x where x̂ = x / r belongs."),
            (Is(dHat - (hat * stretch)), "The division by r is missing."),
            (Is((dHat - (dHat.Sum() / x.Count) - (hat * stretch)) / r), "That is the layer norm's: here no mean is taken away from x, so no shift is taken away from the gradient."),
            (Is((dHat - (hat * stretch)) * r), "You multiply by r where 1/r belongs."),
            (Is((dHat - (hat * stretch)) / r), Exercise.Right));
    });
}
