using static TransformersFromScratch.OnnxNames;

namespace TransformersFromScratch;

/// <summary>A <see cref="Bert"/> as a graph, with one of its heads or with none.</summary>
internal static class OnnxBert
{
    private const float Never = -10_000; // As in BertReader: what padding gets as a score.

    /// <summary>The head for masked words: logits, [B, T, vocabulary].</summary>
    public static OnnxGraph MaskedWords(Bert model, OnnxOptions options)
    {
        var graph = new OnnxGraph("model", model.Parameters(), options.Half);
        OnnxValue x = Encode(graph, model).Hidden;
        graph.Part = "masked";
        x = OnnxLayers.Activate(graph, model.Config.Activation, OnnxLayers.Linear(graph, model.Transform, x));
        x = OnnxLayers.Norm(graph, model.TransformNorm, x);
        x = OnnxLayers.Linear(graph, model.Tokens.Weight, model.OutputBias, x);
        graph.Output(Logits, x, Batch, Length, $"{model.Config.Vocabulary}");
        return graph;
    }

    /// <summary>No head: last_hidden_state, [B, T, d_model].</summary>
    public static OnnxGraph Body(Bert model, OnnxOptions options)
    {
        var graph = new OnnxGraph("model", model.BodyParameters(), options.Half);
        OnnxValue hidden = Encode(graph, model).Hidden;
        graph.Output("last_hidden_state", hidden, Batch, Length, $"{model.Config.DModel}");
        return graph;
    }

    /// <summary>The head for classes: logits, [B, classes].</summary>
    public static OnnxGraph Classes(BertClassifier model, OnnxOptions options)
    {
        var graph = new OnnxGraph("model", model.Parameters(), options.Half);
        var (hidden, mask, places) = Encode(graph, model.Bert);
        graph.Part = "pooler";
        OnnxValue pooled = model.Pooling == Pooling.First
            ? graph.RowOfEach(hidden, places.First)
            : Mean(graph, hidden, mask);
        pooled = graph.Tanh(OnnxLayers.Linear(graph, model.Pooler, pooled));
        graph.Output(Logits, OnnxLayers.Linear(graph, model.Output, pooled), Batch, $"{model.Classes}");
        return graph;
    }

    /// <summary>The head for answers: start_logits and end_logits, [B, T] each.</summary>
    public static OnnxGraph Answers(BertReader model, OnnxOptions options)
    {
        var graph = new OnnxGraph("model", model.Parameters(), options.Half);
        var (hidden, mask, _) = Encode(graph, model.Bert);
        graph.Part = "answers";
        OnnxValue seen = graph.Cast(mask, OnnxType.Float);
        OnnxValue never = graph.Multiply(graph.Subtract(graph.Number(1), seen), graph.Number(Never));
        foreach (var (name, map) in ((string, Linear)[])[("start_logits", model.Start), ("end_logits", model.End)])
        {
            OnnxValue scores = graph.Reshape(OnnxLayers.Linear(graph, map, hidden), 0, -1);
            graph.Output(name, graph.Add(scores, never), Batch, Length);
        }

        return graph;
    }

    private static (OnnxValue Hidden, OnnxValue Mask, OnnxPlaces Places) Encode(OnnxGraph graph, Bert model)
    {
        OnnxValue ids = Tokens(graph), mask = graph.Input(AttentionMask, OnnxType.Int64, Batch, Length);
        var places = new OnnxPlaces(graph, ids, mask);
        OnnxValue x = Embed(graph, model, ids, places);
        OnnxValue? added = model.Distances is null ? null : places.Added(model.Distances);
        var sight = new OnnxSight(places.Seen(causal: false), added);
        for (int i = 0; i < model.Layers.Count; i++)
        {
            graph.Part = $"layers.{i}";
            EncoderLayer layer = model.Layers[i];
            x = OnnxLayers.Layer(graph, layer, x, y => OnnxLayers.Attend(
                graph, layer.Attention, y, OnnxLayers.Remember(graph, layer.Attention, y), sight).Output);
        }

        return (model.Norm is null ? x : OnnxLayers.Norm(graph, model.Norm, x), mask, places);
    }

    /// <summary>The norm of the sum of the vectors of token, kind and position.</summary>
    private static OnnxValue Embed(OnnxGraph graph, Bert model, OnnxValue ids, OnnxPlaces places)
    {
        // A model that knows one kind of text, as RoBERTa does, asks for none; its vector is that of kind 0.
        OnnxValue types = model.Config.TokenTypes == 1
            ? graph.Whole(0)
            : graph.Input(Types, OnnxType.Int64, Batch, Length);
        graph.Part = "embedding";
        OnnxValue x = graph.Add(
            graph.Gather(graph.Weight(model.Tokens.Weight), ids),
            graph.Gather(graph.Weight(model.Types.Weight), types));
        if (model.Positions is { } positions)
        {
            x = graph.Add(x, graph.Gather(graph.Weight(positions.Weight), places.Positions()));
        }

        return OnnxLayers.Norm(graph, model.EmbeddingNorm, x);
    }

    /// <summary>The mean of the rows that are no padding.</summary>
    private static OnnxValue Mean(OnnxGraph graph, OnnxValue hidden, OnnxValue mask)
    {
        OnnxValue seen = graph.Unsqueeze(graph.Cast(mask, OnnxType.Float), 2);
        return graph.Divide(graph.Sum(graph.Multiply(hidden, seen), 1), graph.Sum(seen, 1));
    }
}
