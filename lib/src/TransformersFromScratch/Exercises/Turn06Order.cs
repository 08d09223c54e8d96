namespace TransformersFromScratch;

/// <summary>
/// Chapter 6, the walk back: there are many right orders, so an order is judged by what a backward pass would make
/// of it.
/// </summary>
internal static class Turn06Order
{
    /// <summary>Small graphs in random numbering, the first as in the chapter's text.</summary>
    public static Question<(int[][] Inputs, int Last), int[]> Question { get; } = new(Graphs)
    {
        Fault = FaultOf,
        Say = x => $"inputs = {{ {string.Join(", ", x.Inputs.Select(nodes => $"[{string.Join(", ", nodes)}]"))} }} " +
            $"and last = {x.Last}",
    };

    /// <summary>One right order: each node is put down after its inputs, and the list is turned round.</summary>
    public static List<object> Library(object last, Func<object, object[]> inputsOf)
    {
        var order = new List<object>();
        var seen = new HashSet<object>();
        void Visit(object node)
        {
            if (!seen.Add(node)) { return; }

            Array.ForEach(inputsOf(node), Visit);
            order.Add(node);
        }

        Visit(last);
        order.Reverse();
        return order;
    }

    private static string FaultOf((int[][] Inputs, int Last) x, int[] order)
    {
        var needed = new HashSet<int>();
        void Visit(int node)
        {
            if (needed.Add(node)) { Array.ForEach(x.Inputs[node], Visit); }
        }

        Visit(x.Last);
        int Place(int node) => Array.IndexOf(order, node);
        var edges = needed.SelectMany(user => x.Inputs[user].Select(node => (User: user, Node: node))).ToList();
        var early = edges.FirstOrDefault(edge => Place(edge.Node) < Place(edge.User), (User: -1, Node: -1));
        string text = $"[{string.Join(", ", order)}]", graph = $" (The graph: {Question.Say(x)}.)";

        return Array.Exists(order, node => node < 0 || node >= x.Inputs.Length)
            ? $"Your order {text} has a node that the graph has not.{graph}"
            : order.Length == 1 && needed.Count > 1
                && order[0] == x.Last ? "Only the last node is there so far. The walk has to reach everything it " +
                    "was made from."
            : Array.Exists(order, node => !needed.Contains(node))
            ? $"Node {Array.Find(order, node => !needed.Contains(node))} is in your order, but nothing on the way to " +
                $"the last was made from it: no gradient comes there.{graph}"
            : order.Distinct().Count() < order.Length
            ? $"A node stands twice in your order {text}. It would pass on its gradient twice; remember which you " +
                $"have seen.{graph}"
            : order.Length < needed.Count
            ? $"Node {needed.First(node => !order.Contains(node))} is missing in your order {text}.{graph}"
            : edges.Count > 0 && edges.TrueForAll(edge => Place(edge.Node) < Place(edge.User))
            ? "This is the order of the forward pass: inputs first. Turn it round."
            : early.User >= 0 ? $"Node {early.Node} comes before node {early.User}, which was made from it: it would " +
                $"pass on its gradient before the sum is complete.{graph}"
            : "";
    }

    private static IEnumerable<(int[][], int)> Graphs()
    {
        // Node 3 is y, made from 0 (b) and 5 (c), both made from 4 (a), made from 1 (x) and 6 (w); c also needs x. 2
        // leads nowhere.
        yield return ([[4], [], [4], [0, 5], [1, 6], [4, 1], []], 3);
        yield return ([[]], 0);             // a leaf alone
        yield return ([[1, 1], []], 0);     // y = x · x: the same input twice
        foreach (var graph in Samples.Random(Graph)) { yield return graph; }
    }

    /// <summary>Nodes made from earlier ones, then numbered at random; the last is any of them.</summary>
    private static (int[][], int) Graph(Random random)
    {
        int count = random.Next(2, 10);
        int[] name = [.. Enumerable.Range(0, count)];
        random.Shuffle(name);
        int[][] inputs = new int[count][];
        for (int i = 0; i < count; i++)
        {
            inputs[name[i]] = i == 0
                ? []
                : [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => name[random.Next(i)])];
        }

        return (inputs, name[random.Next(count / 2, count)]);
    }
}
