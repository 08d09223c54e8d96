using System.Text.Json.Nodes;
using static TransformersFromScratch.PublishedConfig;

namespace TransformersFromScratch;

/// <summary>
/// T5 1.0 and 1.1 as they are published (<c>T5ForConditionalGeneration</c>). The numbers for distances, which all
/// layers of a stack share, are stored with its first layer.
/// </summary>
internal static class T5Layout
{
    private static readonly string[] s_embedding =
        ["shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight"];

    public static T5 Load(PublishedJson config, IPublishedTensors file, WeightFormat weights)
    {
        T5Config shape = Config(config) with { TiedOutput = PublishedLayout.IsTied(config, file, true, s_embedding) };
        config.Refuse(
            shape.TiedOutput || !config.Bool("scale_decoder_outputs", false), "scale_decoder_outputs",
            "an output with a map of its own is not scaled here.");
        T5 model = PublishedLayout.Build(
            config, file, weights, shape.ParameterCount, () => new T5(shape, NoRandom.Instance));
        Names(model).Fill(file, model.Parameters(), weights);
        return model;
    }

    private static T5Config Config(PublishedJson config)
    {
        int layers = config.Int("num_layers", 0), padding = config.Int("pad_token_id", 0, missing: 0);
        string network = config.Text("feed_forward_proj") ?? "relu";
        return new T5Config
        {
            Vocabulary = config.Int("vocab_size"), DModel = config.Int("d_model"), Heads = config.Int("num_heads"),
            HeadWidth = config.Int("d_kv"), DFeedForward = config.Int("d_ff"), EncoderLayers = layers,
            DecoderLayers = config.Int("num_decoder_layers", 0, missing: layers),
            Buckets = config.Int("relative_attention_num_buckets", missing: 32),
            Distance = config.Int("relative_attention_max_distance", missing: 128),
            Activation = network switch
            {
                "gated-gelu" => Activation.GeGlu,
                "gated-silu" => Activation.SwiGlu,
                _ => PublishedLayout.Activation(config, "feed_forward_proj", "relu"),
            },
            ScaledOutput = config.Bool("scale_decoder_outputs", config.Bool("tie_word_embeddings", true)),
            Epsilon = (float)config.Number("layer_norm_epsilon", 1e-6), PaddingId = padding,
            StartId = config.Int("decoder_start_token_id", 0, missing: padding),
            EndId = config.Int("eos_token_id", 0, missing: 1), Dropout = 0,
        };
    }

    /// <summary>The config.json of a model.</summary>
    /// <exception cref="NotSupportedException">It has no padding.</exception>
    public static JsonObject Describe(T5 model, GenerationDefaults how)
    {
        T5Config shape = model.Config;
        bool gate = Activations.IsGate(shape.Activation);
        string function = shape.Activation switch
        {
            Activation.GeGlu => "gelu_new",
            Activation.SwiGlu => "silu",
            _ => PublishedConfig.Activation("T5", shape.Activation),
        };
        JsonObject config = Start("t5", "T5ForConditionalGeneration");
        config["vocab_size"] = shape.Vocabulary;
        config["d_model"] = shape.DModel;
        config["d_kv"] = shape.HeadWidth;
        config["d_ff"] = shape.DFeedForward;
        config["num_layers"] = shape.EncoderLayers;
        config["num_decoder_layers"] = shape.DecoderLayers;
        config["num_heads"] = shape.Heads;
        config["relative_attention_num_buckets"] = shape.Buckets;
        config["relative_attention_max_distance"] = shape.Distance;
        config["feed_forward_proj"] = !gate ? function : shape.Activation == Activation.GeGlu ? "gated-gelu"
            : "gated-silu";
        config["dense_act_fn"] = function;
        config["is_gated_act"] = gate;
        config["layer_norm_epsilon"] = Number(shape.Epsilon);
        config["dropout_rate"] = Number(shape.Dropout);
        config["tie_word_embeddings"] = shape.TiedOutput;
        // Programs from before this entry scale whenever the output is the embedding.
        config["scale_decoder_outputs"] = shape.TiedOutput && shape.ScaledOutput;
        config["is_encoder_decoder"] = true;
        config["decoder_start_token_id"] = shape.StartId;
        config["eos_token_id"] = shape.EndId;
        config["pad_token_id"] = Padding("T5", shape.PaddingId);
        if (how.Start is { } start) { config["bos_token_id"] = start; }

        return config;
    }

    /// <summary>The names of a model's tensors.</summary>
    public static NameTable Names(T5 model)
    {
        var names = new NameTable();
        names.AddWithHead(model.Embedding.Weight, model.Output, s_embedding);
        if (model.Encoder.Count > 0)
        {
            names.Add(model.EncoderBias.Table, "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight");
        }

        for (int i = 0; i < model.Encoder.Count; i++)
        {
            EncoderLayer layer = model.Encoder[i];
            Add(names, $"encoder.block.{i}.layer.0", "SelfAttention", layer.Attention, layer.AttentionNorm);
            Add(names, $"encoder.block.{i}.layer.1", layer.FeedForward, layer.FeedForwardNorm);
        }

        names.Add(model.EncoderNorm, "encoder.final_layer_norm");
        if (model.Decoder.Count > 0)
        {
            names.Add(model.DecoderBias.Table, "decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight");
        }

        for (int i = 0; i < model.Decoder.Count; i++)
        {
            DecoderLayer layer = model.Decoder[i];
            string at = $"decoder.block.{i}.layer";
            Add(names, $"{at}.0", "SelfAttention", layer.SelfAttention, layer.SelfAttentionNorm);
            Add(names, $"{at}.1", "EncDecAttention", layer.CrossAttention, layer.CrossAttentionNorm);
            Add(names, $"{at}.2", layer.FeedForward, layer.FeedForwardNorm);
        }

        names.Add(model.DecoderNorm, "decoder.final_layer_norm");
        names.Ignore("decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"); // Old; nobody reads it.
        return names;
    }

    private static void Add(NameTable names, string at, string kind, MultiHeadAttention attention, LayerNorm norm)
    {
        names.Add(attention, $"{at}.{kind}.q", $"{at}.{kind}.k", $"{at}.{kind}.v", $"{at}.{kind}.o");
        names.Add(norm, $"{at}.layer_norm");
    }

    private static void Add(NameTable names, string at, FeedForward network, LayerNorm norm)
    {
        names.Add(network.Inner, $"{at}.DenseReluDense.{(network.Gate is null ? "wi" : "wi_1")}");
        if (network.Gate is not null) { names.Add(network.Gate, $"{at}.DenseReluDense.wi_0"); }

        names.Add(network.Outer, $"{at}.DenseReluDense.wo");
        names.Add(norm, $"{at}.layer_norm");
    }
}
