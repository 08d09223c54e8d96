using MathNet.Numerics.LinearAlgebra;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>
/// The attention weights of a model by layer and head, with the tokens they lie between: what the views of attention
/// show.
/// </summary>
internal sealed class HeadWeights
{
    /// <summary>How many weights a view may hold, so that it stays below 300 kB: a weight is two bytes.</summary>
    private const int Most = 90_000;

    /// <exception cref="ArgumentException">There is nothing to show or too much, shapes differ, tokens do not fit, or a
    /// weight is not from 0 to 1.</exception>
    public HeadWeights(
        IReadOnlyList<IReadOnlyList<Matrix<float>>> layers, IReadOnlyList<string> queries, IReadOnlyList<string> keys)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        if (layers.Count == 0 || layers.Any(
            heads => heads is null || heads.Count == 0 || heads.Count != layers[0].Count))
            throw new ArgumentException(
                "Give at least one layer, and each layer the same number of heads, at least one.", nameof(layers));
        for (int l = 0; l < layers.Count; l++)
        {
            for (int h = 0; h < layers[l].Count; h++)
                CheckMap(layers[l][h], queries, keys, $"layers[{l}][{h}]");
        }

        if ((long)layers.Count * layers[0].Count * queries.Count * keys.Count is > Most and var count)
        {
            throw new ArgumentException(
                $"{layers.Count} layers × {layers[0].Count} heads × {queries.Count} × {keys.Count} tokens are " +
                $"{count} weights; a view holds {Most}. " +
                "Give fewer layers or a shorter sentence.", nameof(layers));
        }

        (Layers, Queries, Keys) = (layers, [.. queries], [.. keys]);
    }

    public IReadOnlyList<IReadOnlyList<Matrix<float>>> Layers { get; }

    public int Heads => Layers[0].Count;

    public string[] Queries { get; }

    public string[] Keys { get; }

    /// <summary>All weights, layer by layer, head by head and row by row, two bytes each: 65,535 is 1.</summary>
    public string Packed => Convert.ToBase64String([.. Layers.SelectMany(heads => heads)
        .SelectMany(map => map.EnumerateRows().SelectMany(row => row))
        .SelectMany(weight => BitConverter.GetBytes((ushort)Math.Round(Math.Clamp(weight, 0, 1) * ushort.MaxValue)))]);

    /// <summary>"layer 2, head 3", of which the reader counts from 1.</summary>
    public static string Name(int layer, int head) => $"layer {layer + 1}, head {head + 1}";

    /// <summary>Where each of the first queries looks most.</summary>
    public string Strongest(int layer, int head)
    {
        const int most = 8;
        Matrix<float> map = Layers[layer][head];
        string shown = string.Join(
            ", ", Queries.Take(most)
                .Select(
                    (query, i) => $"{query} → {Keys[map.Row(i).MaximumIndex()]} {Number(map.Row(i).Maximum(), 2)}"));
        return Queries.Length > most ? shown + ", …" : shown;
    }

    /// <summary>
    /// The head whose queries look most at one place, and the one whose queries look most widely: the mean of the
    /// largest weight of each row.
    /// </summary>
    public string Sharpest()
    {
        (int Layer, int Head, double Peak)[] heads =
            [.. Layers.SelectMany(
                (maps, l) => maps.Select(
                    (map, h) => (l, h, map.EnumerateRows().Average(row => (double)row.Maximum()))))];
        var (layer, head, high) = heads.MaxBy(one => one.Peak);
        var (wideLayer, wideHead, low) = heads.MinBy(one => one.Peak);
        return heads.Length == 1 ? $"The largest weight of a query is {Number(high, 2)} on average."
            : $"The largest weight of a query is {Number(high, 2)} on average in {Name(layer, head)}, which is the " +
                $"sharpest, and {Number(low, 2)} in {Name(wideLayer, wideHead)}, the widest.";
    }

    private static void CheckMap(
        Matrix<float> map, IReadOnlyList<string> queries, IReadOnlyList<string> keys, string name)
    {
        ArgumentNullException.ThrowIfNull(map, name);
        Check.Labels(map, queries, nameof(queries), "rows", m => m.RowCount);
        Check.Labels(map, keys, nameof(keys), "columns", m => m.ColumnCount);
        foreach ((int row, int column, float weight) in map.EnumerateIndexed(Zeros.Include))
        {
            if (!(weight >= -1e-4f && weight <= 1.0001f))
            {
                throw new ArgumentException(
                    $"{name} has {Number(weight)} in row {row}, column {column}, but a weight is from 0 to 1. Give " +
                    "the weights, after the softmax, and not the scores.", name);
            }
        }
    }
}
