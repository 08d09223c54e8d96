namespace TransformersFromScratch;

/// <summary>
/// BART as it is published (<c>BartForConditionalGeneration</c>), the layout of the summarisers. The first two rows of
/// its positions belong to no place.
/// </summary>
internal static class BartLayout
{
    private const int NoPlaces = 2;

    public static Bart Load(PublishedJson config, PublishedTensors file)
    {
        BartConfig shape = Config(config) with { OutputBias = file.Find("final_logits_bias") is not null };
        Bart model = PublishedLayout.Build(
            config, file, shape.ParameterCount, () => new Bart(shape, NoRandom.Instance));
        var names = new NameTable("model.");
        StacksLayout.AddEmbedding(names, model.Embedding);
        names.AddWithout(NoPlaces, model.EncoderPositions.Weight, "encoder.embed_positions.weight");
        names.Add(model.EncoderEmbeddingNorm, "encoder.layernorm_embedding");
        names.AddWithout(NoPlaces, model.DecoderPositions.Weight, "decoder.embed_positions.weight");
        names.Add(model.DecoderEmbeddingNorm, "decoder.layernorm_embedding");
        StacksLayout.AddLayers(names, model.Encoder, model.Decoder);
        if (model.OutputBias is not null) { names.AddRow(model.OutputBias, "final_logits_bias"); }

        names.Fill(file);
        return model;
    }

    private static BartConfig Config(PublishedJson config)
    {
        config.Refuse(!config.Bool("normalize_before", false), "normalize_before", "BART's norms stand after.");
        config.Refuse(
            config.Bool("normalize_embedding", true), "normalize_embedding", "BART has a norm after the embedding.");
        config.Refuse(
            !config.Bool("add_final_layer_norm", false), "add_final_layer_norm", "BART's stacks end with a layer.");
        config.Refuse(
            !config.Bool("static_position_embeddings", false), "static_position_embeddings",
            "BART's positions are learned.");
        return new BartConfig
        {
            Vocabulary = config.Int("vocab_size"), DModel = config.Int("d_model"),
            Heads = config.Int("encoder_attention_heads"), DFeedForward = config.Int("encoder_ffn_dim"),
            EncoderLayers = config.Int("encoder_layers", 0), DecoderLayers = config.Int("decoder_layers", 0),
            DecoderHeads = config.Int("decoder_attention_heads"), DecoderDFeedForward = config.Int("decoder_ffn_dim"),
            Positions = config.Int("max_position_embeddings", missing: 1024),
            Activation = PublishedLayout.Activation(config, "activation_function", "gelu"),
            ScaledEmbedding = config.Bool("scale_embedding", false),
            PaddingId = config.Int("pad_token_id", 0, missing: 1),
            StartId = config.Int("decoder_start_token_id", 0, missing: 2),
            EndId = config.Int("eos_token_id", 0, missing: 2), Dropout = 0,
        };
    }
}
