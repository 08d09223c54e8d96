using System.Text.Json.Nodes;
using static TransformersFromScratch.PublishedConfig;

namespace TransformersFromScratch;

/// <summary>
/// Marian as it is published (<c>MarianMTModel</c>), the layout of the OPUS translators: the 2017 Transformer with
/// swish in the place of ReLU, a number a token that is added to its score, and the sines of a position before its
/// cosines.
/// </summary>
internal static class MarianLayout
{
    private const string Name = "Marian";
    private const int MostPositions = 4096; // For how many the sines are computed there.

    public static Transformer Load(PublishedJson config, IPublishedTensors file, WeightFormat weights)
    {
        TransformerConfig shape = Config(config) with { OutputBias = StacksLayout.HasOutputBias(file) };
        Transformer model = PublishedLayout.Build(
            config, file, weights, shape.ParameterCount, () => new Transformer(shape, NoRandom.Instance));
        Names(model).Fill(file, model.Parameters(), weights);
        return model;
    }

    /// <summary>The config.json of a model whose sines stand first (<see cref="SineOrder"/>).</summary>
    /// <exception cref="NotSupportedException">The layout has no place for one of its options.</exception>
    public static JsonObject Describe(Transformer model, GenerationDefaults how)
    {
        TransformerConfig shape = model.Config;
        Require(shape.SinesFirst, Name, "SinesFirst = false", "its sines stand before its cosines");
        Require(shape.Norm == NormPlacement.Post, Name, $"Norm = {shape.Norm}", "its norms stand after the layers");
        JsonObject config = Start("marian", "MarianMTModel");
        Set(config, shape.Vocabulary, "vocab_size", "decoder_vocab_size");
        StacksLayout.DescribeSizes(
            config, shape.DModel, (shape.EncoderLayers, shape.Heads, shape.DFeedForward),
            (shape.DecoderLayers, shape.DecoderHeads ?? shape.Heads, shape.DecoderDFeedForward ?? shape.DFeedForward));
        config["activation_function"] = shape.Activation == TransformersFromScratch.Activation.Silu
            ? "swish" // As all published ones call it.
            : Activation(Name, shape.Activation);
        config["dropout"] = Number(shape.Dropout);
        Set(config, 0, "attention_dropout", "activation_dropout");
        Set(config, 0, "encoder_layerdrop", "decoder_layerdrop");
        config["max_position_embeddings"] = MostPositions;
        Set(config, true, "scale_embedding", "static_position_embeddings");
        Set(config, false, "normalize_before", "normalize_embedding", "add_final_layer_norm");
        Set(config, true, "share_encoder_decoder_embeddings", "tie_word_embeddings");
        config["is_encoder_decoder"] = true;
        StacksLayout.DescribeTokens(config, how, shape.StartId, shape.EndId, Padding(Name, shape.PaddingId));
        return config;
    }

    /// <summary>The names of a model's tensors.</summary>
    public static NameTable Names(Transformer model, bool writing = false)
    {
        NameTable names = StacksLayout.Start();
        StacksLayout.AddEmbedding(names, model.Embedding);
        StacksLayout.AddLayers(names, model.Encoder, model.Decoder);
        StacksLayout.AddOutputBias(names, model.OutputBias, model.Config.Vocabulary, writing);

        // The sines and cosines, which are computed here.
        names.Ignore("encoder.embed_positions.weight", "decoder.embed_positions.weight");
        return names;
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
