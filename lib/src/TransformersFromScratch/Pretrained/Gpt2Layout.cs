using System.Text.Json.Nodes;
using static TransformersFromScratch.PublishedConfig;

namespace TransformersFromScratch;

/// <summary>
/// GPT-2 as it is published (<c>GPT2LMHeadModel</c>). Its maps are stored as the paper writes them, [in, out], and
/// those of queries, keys and values side by side.
/// </summary>
internal static class Gpt2Layout
{
    private const string Name = "GPT-2";

    public static Gpt Load(PublishedJson config, IPublishedTensors file, WeightFormat weights)
    {
        GptConfig shape = Config(config) with
        {
            TiedOutput = PublishedLayout.IsTied(config, file, true, "transformer.wte.weight", "wte.weight"),
        };
        Gpt model = PublishedLayout.Build(
            config, file, weights, shape.ParameterCount, () => new Gpt(shape, NoRandom.Instance));
        Names(model).Fill(file, model.Parameters(), weights);
        return model;
    }

    private static GptConfig Config(PublishedJson config)
    {
        config.Refuse(
            config.Bool("scale_attn_weights", true), "scale_attn_weights", "scores are divided by √d_k here.");
        config.Refuse(
            !config.Bool("scale_attn_by_inverse_layer_idx", false), "scale_attn_by_inverse_layer_idx",
            "scores are divided by √d_k alone here.");
        config.Refuse(
            !config.Bool("add_cross_attention", false), "add_cross_attention", "a Gpt has no encoder to attend to.");
        int width = config.Int("n_embd"), inner = config.OptionalInt("n_inner") ?? 4 * width;
        return new GptConfig
        {
            Vocabulary = config.Int("vocab_size"), Context = config.Int("n_positions"),
            Layers = config.Int("n_layer"), DModel = width, Heads = config.Int("n_head"), DFeedForward = inner,
            Activation = PublishedLayout.Activation(config, "activation_function", "gelu_new"),
            Epsilon = (float)config.Number("layer_norm_epsilon", 1e-5), Dropout = 0,
        };
    }

    /// <summary>The config.json of a model.</summary>
    /// <exception cref="NotSupportedException">The layout has no place for one of its options.</exception>
    public static JsonObject Describe(Gpt model, GenerationDefaults how)
    {
        GptConfig shape = model.Config;
        Require(shape.Positions == PositionKind.Learned, Name, $"Positions = {shape.Positions}", "it learns a vector " +
            "a position");
        Require(shape.Norm == NormPlacement.Pre, Name, $"Norm = {shape.Norm}", "its norms stand before the layers");
        Require(shape.NormKind == NormKind.Layer, Name, $"NormKind = {shape.NormKind}", "it has layer norms");
        Require(shape.Bias, Name, "Bias = false", "all its maps have a bias");
        Require(
            (shape.KeyValueHeads ?? shape.Heads) == shape.Heads, Name, $"KeyValueHeads = {shape.KeyValueHeads}",
            "each of its heads has keys and values of its own");
        Require(shape.Window is null, Name, $"Window = {shape.Window}", "every token sees all before it");
        Require(shape.Experts == 1, Name, $"Experts = {shape.Experts}", "a layer has one network");
        Require(
            (shape.HeadWidth ?? shape.DModel / shape.Heads) == shape.DModel / shape.Heads, Name,
            $"HeadWidth = {shape.HeadWidth}", "its heads share out d_model");
        JsonObject config = Start("gpt2", "GPT2LMHeadModel");
        config["vocab_size"] = shape.Vocabulary;
        config["n_positions"] = shape.Context;
        config["n_embd"] = shape.DModel;
        config["n_layer"] = shape.Layers;
        config["n_head"] = shape.Heads;
        config["n_inner"] = shape.DFeedForward == 4 * shape.DModel ? null : shape.DFeedForward;
        config["activation_function"] = Activation(Name, shape.Activation);
        config["layer_norm_epsilon"] = Number(shape.Epsilon);
        Set(config, Number(shape.Dropout), "embd_pdrop", "resid_pdrop");
        config["attn_pdrop"] = 0;
        config["add_cross_attention"] = false;
        config["scale_attn_weights"] = true;
        config["scale_attn_by_inverse_layer_idx"] = false;
        config["tie_word_embeddings"] = shape.TiedOutput;
        config["bos_token_id"] = how.Start ?? (how.Ends.Count > 0 ? how.Ends[0] : null);
        config["eos_token_id"] = Ids(how.Ends);
        config["pad_token_id"] = shape.PaddingId ?? how.Padding;
        return config;
    }

    /// <summary>The names of a model's tensors.</summary>
    public static NameTable Names(Gpt model)
    {
        var names = new NameTable("transformer.", "lm_head.");
        names.AddWithHead(model.Tokens.Weight, model.Output, "wte.weight");
        names.Add(model.Positions!.Weight, "wpe.weight");
        for (int i = 0; i < model.Layers.Count; i++)
        {
            EncoderLayer layer = model.Layers[i];
            names.Add(layer.AttentionNorm, $"h.{i}.ln_1");
            names.AddTransposed(
                $"h.{i}.attn.c_attn", layer.Attention.Query, layer.Attention.Key, layer.Attention.Value);
            names.AddTransposed($"h.{i}.attn.c_proj", layer.Attention.Output);
            names.Add(layer.FeedForwardNorm, $"h.{i}.ln_2");
            names.AddTransposed($"h.{i}.mlp.c_fc", layer.FeedForward.Inner);
            names.AddTransposed($"h.{i}.mlp.c_proj", layer.FeedForward.Outer);
        }

        names.Add(model.Norm!, "ln_f");
        names.Ignore("h.*.attn.bias", "h.*.attn.masked_bias"); // The causal mask, which is no weight.
        return names;
    }
}
