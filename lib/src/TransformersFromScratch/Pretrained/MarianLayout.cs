namespace TransformersFromScratch;

/// <summary>
/// Marian as it is published (<c>MarianMTModel</c>), the layout of the OPUS translators: the 2017 Transformer with
/// swish in the place of ReLU, a number a token that is added to its score, and the sines of a position before its
/// cosines.
/// </summary>
internal static class MarianLayout
{
    public static Transformer Load(PublishedJson config, PublishedTensors file)
    {
        TransformerConfig shape = Config(config) with { OutputBias = file.Find("final_logits_bias") is not null };
        Transformer model = PublishedLayout.Build(
            config, file, shape.ParameterCount, () => new Transformer(shape, NoRandom.Instance));
        var names = new NameTable("model.");
        StacksLayout.AddEmbedding(names, model.Embedding);
        StacksLayout.AddLayers(names, model.Encoder, model.Decoder);
        if (model.OutputBias is not null) { names.AddRow(model.OutputBias, "final_logits_bias"); }

        // The sines and cosines, which are computed here.
        names.Ignore("encoder.embed_positions.weight", "decoder.embed_positions.weight");
        names.Fill(file);
        return model;
    }

    private static TransformerConfig Config(PublishedJson config)
    {
        int vocabulary = config.Int("vocab_size");
        config.Refuse(
            config.Int("decoder_vocab_size", missing: vocabulary) == vocabulary, "decoder_vocab_size",
            $"source and target share {vocabulary} tokens here.");
        config.Refuse(
            config.Bool("share_encoder_decoder_embeddings", true), "share_encoder_decoder_embeddings",
            "source and target share an embedding here.");
        config.Refuse(
            config.Bool("scale_embedding", false), "scale_embedding", "the 2017 embedding is multiplied by √d_model.");
        config.Refuse(
            config.Bool("static_position_embeddings", true), "static_position_embeddings",
            "positions are sines and cosines here.");
        config.Refuse(
            !config.Bool("normalize_embedding", false), "normalize_embedding", "no norm follows the embedding.");
        config.Refuse(!config.Bool("normalize_before", false), "normalize_before", "Marian's norms stand after.");
        config.Refuse(
            !config.Bool("add_final_layer_norm", false), "add_final_layer_norm", "Marian's stacks end with a layer.");
        int padding = config.Int("pad_token_id", 0);
        return new TransformerConfig
        {
            Vocabulary = vocabulary, DModel = config.Int("d_model"), Heads = config.Int("encoder_attention_heads"),
            DFeedForward = config.Int("encoder_ffn_dim"), EncoderLayers = config.Int("encoder_layers", 0),
            DecoderLayers = config.Int("decoder_layers", 0),
            DecoderHeads = config.Int("decoder_attention_heads"), DecoderDFeedForward = config.Int("decoder_ffn_dim"),
            Activation = PublishedLayout.Activation(config, "activation_function", "gelu"), SinesFirst = true,
            PaddingId = padding, StartId = config.Int("decoder_start_token_id", 0, missing: padding),
            EndId = config.Int("eos_token_id", 0, missing: 0), Dropout = 0,
        };
    }
}
