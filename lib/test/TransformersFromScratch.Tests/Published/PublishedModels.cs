namespace TransformersFromScratch.Tests.Published;

/// <summary>The names under which the tensors of a model are published, one line a tensor or a group of them.</summary>
internal static class PublishedModels
{
    public static Bert Bert(PublishedFolder from)
    {
        var model = new Bert(
            new BertConfig
            {
                Vocabulary = from.Int("vocab_size"), DModel = from.Int("hidden_size"),
                Heads = from.Int("num_attention_heads"),
                DFeedForward = from.Int("intermediate_size"), Layers = from.Int("num_hidden_layers"),
                Positions = from.Int("max_position_embeddings"), TokenTypes = from.Int("type_vocab_size"),
                Epsilon = from.Float("layer_norm_eps"), PaddingId = from.Int("pad_token_id"), Dropout = 0,
            },
            seed: 1);
        from.Load("bert.embeddings.word_embeddings.weight", model.Tokens.Weight);
        from.Load("bert.embeddings.position_embeddings.weight", model.Positions!.Weight);
        from.Load("bert.embeddings.token_type_embeddings.weight", model.Types.Weight);
        from.Load("bert.embeddings.LayerNorm", model.EmbeddingNorm);
        for (int i = 0; i < model.Layers.Count; i++)
        {
            EncoderLayer layer = model.Layers[i];
            string name = $"bert.encoder.layer.{i}";
            from.Load($"{name}.attention", layer.Attention, "self.query", "self.key", "self.value", "output.dense");
            from.Load($"{name}.attention.output.LayerNorm", layer.AttentionNorm);
            from.Load($"{name}.intermediate.dense", layer.FeedForward.Inner);
            from.Load($"{name}.output.dense", layer.FeedForward.Outer);
            from.Load($"{name}.output.LayerNorm", layer.FeedForwardNorm);
        }

        return model;
    }

    public static void LoadMaskedHead(PublishedFolder from, Bert model)
    {
        from.Load("cls.predictions.transform.dense", model.Transform);
        from.Load("cls.predictions.transform.LayerNorm", model.TransformNorm);
        from.Load("cls.predictions.bias", model.OutputBias);
    }

    public static T5 T5(PublishedFolder from)
    {
        bool gated = from.Config.GetProperty("is_gated_act").GetBoolean();
        var model = new T5(
            new T5Config
            {
                Vocabulary = from.Int("vocab_size"), DModel = from.Int("d_model"), Heads = from.Int("num_heads"),
                HeadWidth = from.Int("d_kv"), DFeedForward = from.Int("d_ff"), EncoderLayers = from.Int("num_layers"),
                DecoderLayers = from.Int("num_decoder_layers"), Buckets = from.Int("relative_attention_num_buckets"),
                Distance = from.Int("relative_attention_max_distance"), Epsilon = from.Float("layer_norm_epsilon"),
                Activation = gated ? Activation.GeGlu : Activation.Relu,
                TiedOutput = from.Config.GetProperty("tie_word_embeddings").GetBoolean(),
                ScaledOutput = from.Config.GetProperty("scale_decoder_outputs").GetBoolean(),
                PaddingId = from.Int("pad_token_id"), StartId = from.Int("decoder_start_token_id"),
                EndId = from.Int("eos_token_id"), Dropout = 0,
            },
            seed: 1);
        from.Load("shared.weight", model.Embedding.Weight);
        from.Load("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", model.EncoderBias.Table);
        from.Load("decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", model.DecoderBias.Table);
        for (int i = 0; i < model.Encoder.Count; i++)
        {
            EncoderLayer layer = model.Encoder[i];
            Attention($"encoder.block.{i}.layer.0", "SelfAttention", layer.Attention, layer.AttentionNorm);
            Network($"encoder.block.{i}.layer.1", layer.FeedForward, layer.FeedForwardNorm);
        }

        from.Load("encoder.final_layer_norm", model.EncoderNorm);
        for (int i = 0; i < model.Decoder.Count; i++)
        {
            DecoderLayer layer = model.Decoder[i];
            Attention($"decoder.block.{i}.layer.0", "SelfAttention", layer.SelfAttention, layer.SelfAttentionNorm);
            Attention($"decoder.block.{i}.layer.1", "EncDecAttention", layer.CrossAttention, layer.CrossAttentionNorm);
            Network($"decoder.block.{i}.layer.2", layer.FeedForward, layer.FeedForwardNorm);
        }

        from.Load("decoder.final_layer_norm", model.DecoderNorm);
        return model;

        void Attention(string name, string kind, MultiHeadAttention attention, LayerNorm norm)
        {
            from.Load($"{name}.{kind}", attention, "q", "k", "v", "o");
            from.Load($"{name}.layer_norm", norm);
        }

        void Network(string name, FeedForward network, LayerNorm norm)
        {
            from.Load($"{name}.DenseReluDense.{(gated ? "wi_1" : "wi")}", network.Inner);
            if (gated) { from.Load($"{name}.DenseReluDense.wi_0", network.Gate!); }

            from.Load($"{name}.DenseReluDense.wo", network.Outer);
            from.Load($"{name}.layer_norm", norm);
        }
    }

    public static Bart Bart(PublishedFolder from)
    {
        var model = new Bart(
            new BartConfig
            {
                Vocabulary = from.Int("vocab_size"), DModel = from.Int("d_model"),
                Heads = from.Int("encoder_attention_heads"),
                DFeedForward = from.Int("encoder_ffn_dim"), EncoderLayers = from.Int("encoder_layers"),
                DecoderLayers = from.Int("decoder_layers"), Positions = from.Int("max_position_embeddings"),
                PaddingId = from.Int("pad_token_id"), StartId = from.Int("decoder_start_token_id"),
                EndId = from.Int("eos_token_id"), Dropout = 0,
            },
            seed: 1);
        const int NoPlaces = 2; // The first two rows of its positions are of no place.
        from.Load("model.shared.weight", model.Embedding.Weight);
        from.Load("model.encoder.embed_positions.weight", model.EncoderPositions.Weight, NoPlaces);
        from.Load("model.encoder.layernorm_embedding", model.EncoderEmbeddingNorm);
        from.Load("model.decoder.embed_positions.weight", model.DecoderPositions.Weight, NoPlaces);
        from.Load("model.decoder.layernorm_embedding", model.DecoderEmbeddingNorm);
        for (int i = 0; i < model.Encoder.Count; i++)
        {
            EncoderLayer layer = model.Encoder[i];
            Attention($"model.encoder.layers.{i}.self_attn", layer.Attention, layer.AttentionNorm);
            Network($"model.encoder.layers.{i}", layer.FeedForward, layer.FeedForwardNorm);
        }

        for (int i = 0; i < model.Decoder.Count; i++)
        {
            DecoderLayer layer = model.Decoder[i];
            Attention($"model.decoder.layers.{i}.self_attn", layer.SelfAttention, layer.SelfAttentionNorm);
            Attention($"model.decoder.layers.{i}.encoder_attn", layer.CrossAttention, layer.CrossAttentionNorm);
            Network($"model.decoder.layers.{i}", layer.FeedForward, layer.FeedForwardNorm);
        }

        return model;

        void Attention(string name, MultiHeadAttention attention, LayerNorm norm)
        {
            from.Load(name, attention, "q_proj", "k_proj", "v_proj", "out_proj");
            from.Load($"{name}_layer_norm", norm);
        }

        void Network(string name, FeedForward network, LayerNorm norm)
        {
            from.Load($"{name}.fc1", network.Inner);
            from.Load($"{name}.fc2", network.Outer);
            from.Load($"{name}.final_layer_norm", norm);
        }
    }
}
