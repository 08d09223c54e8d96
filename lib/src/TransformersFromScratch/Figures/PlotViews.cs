using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

// Attention seen as lines between tokens, and all heads of a model at once.
public static partial class Plot
{
    /// <summary>
    /// Attention as lines from each query token, on the left, to the key tokens on the right: the stronger a line, the
    /// larger the weight. The token under the pointer, the finger or the keyboard's focus shows its own lines alone,
    /// and their weights. The layer and the head can be selected. After BertViz's head view (Vig 2019, "A Multiscale
    /// Visualization of Attention in the Transformer Model").
    /// </summary>
    /// <param name="layers">The weights by layer and head: each T×S, queries × keys, from 0 to 1.</param>
    /// <param name="queries">T tokens.</param>
    /// <param name="keys">S tokens.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="layer">The layer that shows first, counted from 0.</param>
    /// <param name="head">The head that shows first, counted from 0.</param>
    /// <exception cref="ArgumentException">Shapes differ, tokens do not fit, or a weight is not from 0 to
    /// 1.</exception>
    public static Figure HeadView(
        IReadOnlyList<IReadOnlyList<Matrix<float>>> layers,
        IReadOnlyList<string> queries,
        IReadOnlyList<string> keys,
        string title = "",
        int layer = 0,
        int head = 0)
    {
        ArgumentNullException.ThrowIfNull(title);
        var weights = new HeadWeights(layers, queries, keys);
        if (layer < 0 || layer >= layers.Count || head < 0 || head >= weights.Heads)
            throw new ArgumentException(
                $"There is no layer {layer} with a head {head}: count both from 0, {layers.Count} layers and " +
                $"{weights.Heads} heads.", nameof(layer));
        string which = layers.Count * weights.Heads == 1
            ? ""
            : $" in {HeadWeights.Name(layer, head)} (of {layers.Count} × {weights.Heads}, to be selected)";
        return new Figure(
            new HeadViewDrawing(weights, layer, head), title,
            $"Attention of {queries.Count} query tokens to {keys.Count} key tokens{which}, where each looks most: " +
            $"{weights.Strongest(layer, head)}.", "", "");
    }

    /// <summary>The same for one matrix of weights, with nothing to select.</summary>
    /// <param name="weights">The weights, T×S, queries × keys, from 0 to 1.</param>
    /// <param name="queries">T tokens.</param>
    /// <param name="keys">S tokens.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <exception cref="ArgumentException">Tokens do not fit, or a weight is not from 0 to 1.</exception>
    public static Figure HeadView(
        Matrix<float> weights, IReadOnlyList<string> queries, IReadOnlyList<string> keys, string title = "") =>
        HeadView([[weights]], queries, keys, title);

    /// <summary>
    /// All heads of all layers at once: a grid of small maps, a row per layer and a column per head. A click, a tap or
    /// Enter enlarges a map; Escape leads back. After BertViz's model view (Vig 2019).
    /// </summary>
    /// <param name="layers">The weights by layer and head: each T×S, queries × keys, from 0 to 1.</param>
    /// <param name="queries">T tokens.</param>
    /// <param name="keys">S tokens.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <exception cref="ArgumentException">Shapes differ, tokens do not fit, or a weight is not from 0 to
    /// 1.</exception>
    public static Figure ModelView(
        IReadOnlyList<IReadOnlyList<Matrix<float>>> layers,
        IReadOnlyList<string> queries,
        IReadOnlyList<string> keys,
        string title = "")
    {
        ArgumentNullException.ThrowIfNull(title);
        var weights = new HeadWeights(layers, queries, keys);
        return new Figure(
            new ModelViewDrawing(weights), title,
            $"Attention maps of {layers.Count} layers × {weights.Heads} heads, each of {queries.Count} query tokens " +
            $"to {keys.Count} key tokens. {weights.Sharpest()}", "", "");
    }
}
