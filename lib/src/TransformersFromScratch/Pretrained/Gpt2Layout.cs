namespace TransformersFromScratch;

/// <summary>
/// GPT-2 as it is published (<c>GPT2LMHeadModel</c>). Its maps are stored as the paper writes them, [in, out], and
/// those of queries, keys and values side by side.
/// </summary>
internal static class Gpt2Layout
{
    public static Gpt Load(PublishedJson config, PublishedTensors file)
    {
        GptConfig shape = Config(config) with
        {
            TiedOutput = PublishedLayout.IsTied(config, file, true, "transformer.wte.weight", "wte.weight"),
        };
        Gpt model = PublishedLayout.Build(
            config, file, shape.ParameterCount, () => new Gpt(shape, NoRandom.Instance));
        Names(model).Fill(file);
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

    private static NameTable Names(Gpt model)
    {
        var names = new NameTable("transformer.");
        if (model.Output is null)
        {
            names.Add(model.Tokens.Weight, "wte.weight", "lm_head.weight");
        }
        else
        {
            names.Add(model.Tokens.Weight, "wte.weight");
            names.Add(model.Output, "lm_head");
        }

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
