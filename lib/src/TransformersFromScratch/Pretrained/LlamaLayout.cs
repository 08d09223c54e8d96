using System.Text.Json.Nodes;
using static TransformersFromScratch.PublishedConfig;

namespace TransformersFromScratch;

/// <summary>
/// Llama as it is published (<c>LlamaForCausalLM</c>; Touvron et al. 2023, section 2.2): norms that leave the mean
/// alone, rotary positions whose pairs stand in two halves, a gate, heads that share keys and values, and no biases.
/// </summary>
internal static class LlamaLayout
{
    private const string Name = "Llama";

    public static Gpt Load(PublishedJson config, IPublishedTensors file, WeightFormat weights)
    {
        GptConfig shape = Config(config) with
        {
            TiedOutput = PublishedLayout.IsTied(
                config, file, false, "model.embed_tokens.weight", "embed_tokens.weight"),
        };
        Gpt model = PublishedLayout.Build(
            config, file, weights, shape.ParameterCount, () => new Gpt(shape, NoRandom.Instance));
        Names(model).Fill(file, model.Parameters(), weights);
        return model;
    }

    private static GptConfig Config(PublishedJson config)
    {
        config.Refuse(!config.Bool("attention_bias", false), "attention_bias", "Llama's maps have no biases here.");
        config.Refuse(!config.Bool("mlp_bias", false), "mlp_bias", "Llama's maps have no biases here.");
        config.Refuse(
            (config.Text("hidden_act") ?? "silu") is "silu" or "swish", "hidden_act", "Llama's gate is silu.");
        int width = config.Int("hidden_size"), heads = config.Int("num_attention_heads");
        return new GptConfig
        {
            Vocabulary = config.Int("vocab_size"), Context = config.Int("max_position_embeddings", missing: 2048),
            Layers = config.Int("num_hidden_layers"), DModel = width, Heads = heads,
            KeyValueHeads = config.OptionalInt("num_key_value_heads"),
            HeadWidth = config.OptionalInt("head_dim"), DFeedForward = config.Int("intermediate_size"),
            Positions = PositionKind.Rotary, RotaryBase = RotaryBase(config), RotaryHalves = true,
            Activation = Activation.SwiGlu, NormKind = NormKind.RootMeanSquare, Bias = false,
            Epsilon = (float)config.Number("rms_norm_eps", 1e-6), Dropout = 0,
        };
    }

    /// <summary>
    /// The base of the angles; old files have it beside the others, newer ones in an object of its own.
    /// </summary>
    private static double RotaryBase(PublishedJson config)
    {
        foreach (string name in (string[])["rope_parameters", "rope_scaling"])
        {
            if (config.Object(name) is { } rope)
            {
                string kind = rope.Text("rope_type") ?? rope.Text("type") ?? "default";
                config.Refuse(kind == "default", name, "angles are not stretched here; rope_type has to be default.");
            }
        }

        return config.Object("rope_parameters") is { } parameters && parameters.Has("rope_theta")
            ? parameters.Number("rope_theta")
            : config.Number("rope_theta", Rotary.Base);
    }

    /// <summary>Whether a model is nearer to this layout than to GPT-2's.</summary>
    public static bool IsOf(GptConfig shape) => shape.Positions == PositionKind.Rotary;

    /// <summary>The config.json of a model.</summary>
    /// <exception cref="NotSupportedException">The layout has no place for one of its options.</exception>
    public static JsonObject Describe(Gpt model, GenerationDefaults how)
    {
        GptConfig shape = model.Config;
        Require(
            shape.RotaryHalves, Name, "RotaryHalves = false",
            "the columns that are turned together stand in two halves of a head");
        Require(shape.Norm == NormPlacement.Pre, Name, $"Norm = {shape.Norm}", "its norms stand before the layers");
        Require(
            shape.NormKind == NormKind.RootMeanSquare, Name, $"NormKind = {shape.NormKind}",
            "its norms leave the mean alone");
        Require(!shape.Bias, Name, "Bias = true", "its maps have no biases");
        Require(
            shape.Activation == Activation.SwiGlu, Name, $"Activation = {shape.Activation}",
            "its networks have a SwiGlu gate");
        Require(shape.Window is null, Name, $"Window = {shape.Window}", "every token sees all before it");
        Require(shape.Experts == 1, Name, $"Experts = {shape.Experts}", "a layer has one network");
        JsonObject config = Start("llama", "LlamaForCausalLM");
        config["vocab_size"] = shape.Vocabulary;
        config["max_position_embeddings"] = shape.Context;
        config["hidden_size"] = shape.DModel;
        config["intermediate_size"] = shape.DFeedForward;
        config["num_hidden_layers"] = shape.Layers;
        config["num_attention_heads"] = shape.Heads;
        config["num_key_value_heads"] = shape.KeyValueHeads ?? shape.Heads;
        config["head_dim"] = shape.HeadWidth ?? shape.DModel / shape.Heads;
        config["hidden_act"] = "silu";
        config["rms_norm_eps"] = Number(shape.Epsilon);
        config["rope_parameters"] = new JsonObject
        {
            ["rope_theta"] = shape.RotaryBase, ["rope_type"] = "default",
        };
        config["rope_theta"] = shape.RotaryBase; // Where programs from before 2026 look for it.
        Set(config, false, "attention_bias", "mlp_bias");
        config["attention_dropout"] = 0;
        config["tie_word_embeddings"] = shape.TiedOutput;
        config["bos_token_id"] = how.Start;
        config["eos_token_id"] = Ids(how.Ends);
        config["pad_token_id"] = shape.PaddingId ?? how.Padding;
        return config;
    }

    /// <summary>The names of a model's tensors.</summary>
    public static NameTable Names(Gpt model)
    {
        var names = new NameTable("model.", "lm_head.");
        names.AddWithHead(model.Tokens.Weight, model.Output, "embed_tokens.weight");
        for (int i = 0; i < model.Layers.Count; i++)
        {
            EncoderLayer layer = model.Layers[i];
            string at = $"layers.{i}";
            names.Add(layer.AttentionNorm, $"{at}.input_layernorm");
            names.Add(
                layer.Attention, $"{at}.self_attn.q_proj", $"{at}.self_attn.k_proj", $"{at}.self_attn.v_proj",
                $"{at}.self_attn.o_proj");
            names.Add(layer.FeedForwardNorm, $"{at}.post_attention_layernorm");
            names.Add(layer.FeedForward.Gate!, $"{at}.mlp.gate_proj");
            names.Add(layer.FeedForward.Inner, $"{at}.mlp.up_proj");
            names.Add(layer.FeedForward.Outer, $"{at}.mlp.down_proj");
        }

        names.Add(model.Norm!, "norm");
        names.Ignore("layers.*.self_attn.rotary_emb.inv_freq"); // The angles, which are computed here.
        return names;
    }
}
