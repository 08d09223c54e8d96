using System.Text.Json.Nodes;
using static TransformersFromScratch.PublishedConfig;

namespace TransformersFromScratch;

/// <summary>
/// BART as it is published (<c>BartForConditionalGeneration</c>), the layout of the summarisers; and mBART
/// (<c>MBartForConditionalGeneration</c>; Liu et al. 2020, section 2.2), whose norms stand before the layers, with one
/// more at the end of each stack. The first two rows of their positions belong to no place.
/// </summary>
internal static class BartLayout
{
    private const int NoPlaces = 2;

    public static Bart Load(
        PublishedJson config, IPublishedTensors file, bool multilingual, WeightFormat weights)
    {
        BartConfig shape = (multilingual ? Sizes(config) with { Norm = NormPlacement.Pre } : Config(config)) with
        {
            OutputBias = StacksLayout.HasOutputBias(file),
        };
        Bart model = PublishedLayout.Build(
            config, file, weights, shape.ParameterCount, () => new Bart(shape, NoRandom.Instance));
        Names(model).Fill(file, model.Parameters(), weights);
        return model;
    }

    /// <summary>Which of the two layouts a model has.</summary>
    public static string KindOf(BartConfig shape) => shape.Norm == NormPlacement.Pre ? "mbart" : "bart";

    /// <summary>The config.json of a model.</summary>
    /// <exception cref="NotSupportedException">The layout has no place for one of its options.</exception>
    public static JsonObject Describe(Bart model, GenerationDefaults how)
    {
        BartConfig shape = model.Config;
        bool multilingual = shape.Norm == NormPlacement.Pre;
        string name = multilingual ? "mBART" : "BART";
        JsonObject config = Start(
            KindOf(shape), multilingual ? "MBartForConditionalGeneration" : "BartForConditionalGeneration");
        config["vocab_size"] = shape.Vocabulary;
        StacksLayout.DescribeSizes(
            config, shape.DModel, (shape.EncoderLayers, shape.Heads, shape.DFeedForward),
            (shape.DecoderLayers, shape.DecoderHeads ?? shape.Heads, shape.DecoderDFeedForward ?? shape.DFeedForward));
        config["max_position_embeddings"] = shape.Positions;
        config["activation_function"] = Activation(name, shape.Activation);
        config["dropout"] = Number(shape.Dropout);
        Set(config, 0, "attention_dropout", "activation_dropout");
        Set(config, 0, "encoder_layerdrop", "decoder_layerdrop");
        config["init_std"] = Number(shape.Deviation);
        config["scale_embedding"] = shape.ScaledEmbedding;
        Set(config, true, "tie_word_embeddings", "is_encoder_decoder");
        StacksLayout.DescribeTokens(config, how, shape.StartId, shape.EndId, Padding(name, shape.PaddingId));
        return config;
    }

    /// <summary>The names of a model's tensors.</summary>
    public static NameTable Names(Bart model, bool writing = false)
    {
        NameTable names = StacksLayout.Start();
        StacksLayout.AddEmbedding(names, model.Embedding);
        names.AddWithout(NoPlaces, model.EncoderPositions.Weight, "encoder.embed_positions.weight");
        names.Add(model.EncoderEmbeddingNorm, "encoder.layernorm_embedding");
        names.AddWithout(NoPlaces, model.DecoderPositions.Weight, "decoder.embed_positions.weight");
        names.Add(model.DecoderEmbeddingNorm, "decoder.layernorm_embedding");
        StacksLayout.AddLayers(names, model.Encoder, model.Decoder);
        if (model.EncoderNorm is not null) { names.Add(model.EncoderNorm, "encoder.layer_norm"); }

        if (model.DecoderNorm is not null) { names.Add(model.DecoderNorm, "decoder.layer_norm"); }

        StacksLayout.AddOutputBias(names, model.OutputBias, model.Config.Vocabulary, writing);
        return names;
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
        return Sizes(config);
    }

    private static BartConfig Sizes(PublishedJson config) =>
        new()
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
