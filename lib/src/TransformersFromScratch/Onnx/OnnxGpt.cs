using static TransformersFromScratch.OnnxNames;

namespace TransformersFromScratch;

/// <summary>
/// A <see cref="Gpt"/> as a graph. It reads tokens and a cache of those before, and gives logits and the cache for the
/// next time; with a cache of length 0 it begins.
/// </summary>
internal static class OnnxGpt
{
    public static OnnxGraph Graph(Gpt model, OnnxOptions options)
    {
        GptConfig shape = model.Config;
        var graph = new OnnxGraph("model", model.Parameters(), options.Half);
        OnnxValue ids = Tokens(graph), mask = graph.Input(AttentionMask, OnnxType.Int64, Batch, All);
        OnnxMemory[] past = [.. model.Layers.Select((layer, i) =>
            Cached(graph, layer.Attention, $"past_key_values.{i}", Past))];
        var places = new OnnxPlaces(graph, ids, mask, past[0].Keys);
        OnnxValue x = Embed(graph, model, ids, places);
        OnnxSight sight = Sight(model, places);
        var present = new List<OnnxMemory>();
        for (int i = 0; i < past.Length; i++)
        {
            graph.Part = $"layers.{i}";
            EncoderLayer layer = model.Layers[i];
            OnnxMemory before = past[i];
            x = OnnxLayers.Layer(graph, layer, x, y =>
            {
                present.Add(Append(graph, before, OnnxLayers.Remember(graph, layer.Attention, y, sight.Rotation)));
                return OnnxLayers.Attend(graph, layer.Attention, y, present[^1], sight).Output;
            });
        }

        graph.Part = "output";
        x = model.Norm is null ? x : OnnxLayers.Norm(graph, model.Norm, x);
        OnnxValue logits = OnnxLayers.Linear(graph, model.Output?.Weight ?? model.Tokens.Weight, null, x);
        graph.Output(Logits, logits, Batch, Length, $"{shape.Vocabulary}");
        foreach (var (i, memory) in present.Index())
        {
            Present(graph, model.Layers[i].Attention, $"present.{i}", memory, All);
        }

        return graph;
    }

    /// <summary>Keys and values, and those that come after.</summary>
    internal static OnnxMemory Append(OnnxGraph graph, OnnxMemory before, OnnxMemory next) => new(
        graph.Concat(2, before.Keys, next.Keys), graph.Concat(2, before.Values, next.Values));

    private static OnnxValue Embed(OnnxGraph graph, Gpt model, OnnxValue ids, OnnxPlaces places)
    {
        graph.Part = "embedding";
        int width = model.Config.DModel;
        OnnxValue x = graph.Gather(graph.Weight(model.Tokens.Weight), ids);
        return model.Config.Positions switch
        {
            PositionKind.Learned => graph.Add(
                x, graph.Gather(graph.Weight(model.Positions!.Weight), places.Positions())),
            PositionKind.Sinusoidal => graph.Add(
                graph.Multiply(x, graph.Number(MathF.Sqrt(width))), places.Sinusoids(width, sinesFirst: false)),
            _ => x,
        };
    }

    private static OnnxSight Sight(Gpt model, OnnxPlaces places)
    {
        MultiHeadAttention attention = model.Layers[0].Attention;
        return new OnnxSight(
            places.Seen(causal: true, model.Config.Window),
            model.Config.Positions == PositionKind.Alibi ? places.Added(Alibi.Slopes(attention.Heads)) : null,
            model.Config.Positions == PositionKind.Rotary
                ? places.Rotation(attention.HeadWidth, attention.Options)
                : null);
    }
}
