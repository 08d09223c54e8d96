using System.Text.Json.Nodes;

namespace TransformersFromScratch;

/// <summary>
/// What BART and Marian have in common: one embedding, and the names in the layers of the two stacks.
/// </summary>
internal static class StacksLayout
{
    private const string OutputBias = "final_logits_bias";

    public static NameTable Start() => new("model.", "lm_head.", OutputBias);

    public static bool HasOutputBias(IPublishedTensors file) => file.Find(OutputBias) is not null;

    /// <summary>
    /// The number a token that is added to its score. Every published file has it: a model without it writes zeros.
    /// </summary>
    public static void AddOutputBias(NameTable names, Tensor? bias, int vocabulary, bool writing)
    {
        if (bias is not null)
        {
            names.AddRow(bias, OutputBias);
        }
        else if (writing)
        {
            names.AddZeros(OutputBias, 1, vocabulary);
        }
    }

    public static void AddEmbedding(NameTable names, Embedding embedding) => names.Add(
        embedding.Weight, "shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight",
        "lm_head.weight");

    public static void AddLayers(
        NameTable names, IReadOnlyList<EncoderLayer> encoder, IReadOnlyList<DecoderLayer> decoder)
    {
        for (int i = 0; i < encoder.Count; i++)
        {
            Add(names, $"encoder.layers.{i}.self_attn", encoder[i].Attention, encoder[i].AttentionNorm);
            Add(names, $"encoder.layers.{i}", encoder[i].FeedForward, encoder[i].FeedForwardNorm);
        }

        for (int i = 0; i < decoder.Count; i++)
        {
            DecoderLayer layer = decoder[i];
            Add(names, $"decoder.layers.{i}.self_attn", layer.SelfAttention, layer.SelfAttentionNorm);
            Add(names, $"decoder.layers.{i}.encoder_attn", layer.CrossAttention, layer.CrossAttentionNorm);
            Add(names, $"decoder.layers.{i}", layer.FeedForward, layer.FeedForwardNorm);
        }
    }

    /// <summary>The sizes in config.json.</summary>
    public static void DescribeSizes(
        JsonObject config, int width, (int Layers, int Heads, int Inner) encoder,
        (int Layers, int Heads, int Inner) decoder)
    {
        config["d_model"] = width;
        foreach (var (stack, (layers, heads, inner)) in new[] { ("encoder", encoder), ("decoder", decoder) })
        {
            config[$"{stack}_layers"] = layers;
            config[$"{stack}_attention_heads"] = heads;
            config[$"{stack}_ffn_dim"] = inner;
        }
    }

    /// <summary>The special tokens in config.json.</summary>
    public static void DescribeTokens(JsonObject config, GenerationDefaults how, int start, int end, int padding)
    {
        config["bos_token_id"] = how.Start ?? start;
        config["decoder_start_token_id"] = start;
        config["eos_token_id"] = end;
        config["forced_eos_token_id"] = how.Beam.Rules.Last;
        config["pad_token_id"] = padding;
    }

    private static void Add(NameTable names, string at, MultiHeadAttention attention, LayerNorm norm)
    {
        names.Add(attention, $"{at}.q_proj", $"{at}.k_proj", $"{at}.v_proj", $"{at}.out_proj");
        names.Add(norm, $"{at}_layer_norm");
    }

    private static void Add(NameTable names, string at, FeedForward network, LayerNorm norm)
    {
        names.Add(network.Inner, $"{at}.fc1");
        names.Add(network.Outer, $"{at}.fc2");
        names.Add(norm, $"{at}.final_layer_norm");
    }
}
