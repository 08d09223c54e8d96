namespace TransformersFromScratch;

/// <summary>
/// Llama as it is published (<c>LlamaForCausalLM</c>; Touvron et al. 2023, section 2.2): norms that leave the mean
/// alone, rotary positions whose pairs stand in two halves, a gate, heads that share keys and values, and no biases.
/// </summary>
internal static class LlamaLayout
{
    public static Gpt Load(PublishedJson config, PublishedTensors file)
    {
        GptConfig shape = Config(config) with
        {
            TiedOutput = PublishedLayout.IsTied(
                config, file, false, "model.embed_tokens.weight", "embed_tokens.weight"),
        };
        Gpt model = PublishedLayout.Build(
            config, file, shape.ParameterCount, () => new Gpt(shape, NoRandom.Instance));
        Names(model).Fill(file);
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

    private static NameTable Names(Gpt model)
    {
        var names = new NameTable("model.");
        if (model.Output is null)
        {
            names.Add(model.Tokens.Weight, "embed_tokens.weight", "lm_head.weight");
        }
        else
        {
            names.Add(model.Tokens.Weight, "embed_tokens.weight");
            names.Add(model.Output, "lm_head");
        }

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
