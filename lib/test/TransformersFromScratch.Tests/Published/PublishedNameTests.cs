using System.Text.Json.Nodes;

namespace TransformersFromScratch.Tests.Published;

/// <summary>
/// Names in older files, shared tensors under any of their names, and what is said of a tensor that does not fit. The
/// files are made of the small ones.
/// </summary>
public sealed class PublishedNameTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("published").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The folder with other tensors, loaded without its tokenizer.</summary>
    private Pretrained Load(
        string name, Func<IEnumerable<Parameter>, IEnumerable<Parameter>> change, Action<JsonNode>? config = null)
    {
        string place = new PublishedFolder(name).Place;
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(place, "config.json")))!;
        config?.Invoke(json);
        File.WriteAllText(Path.Combine(_folder, "config.json"), json.ToJsonString());
        var tensors = SafeTensors.Load(Path.Combine(place, "model.safetensors")).Tensors;
        SafeTensors.Save(
            Path.Combine(_folder, "model.safetensors"),
            change(tensors.Select(one => new Parameter(one.Key, one.Value))));
        return Pretrained.Load(_folder, tokens: false);
    }

    private void AssertSame(
        string name, Func<IEnumerable<Parameter>, IEnumerable<Parameter>> change, Action<JsonNode>? config = null)
    {
        Parameter[] wanted = [.. PublishedVariantTests.Parameters(new PublishedFolder(name).Load())];
        Parameter[] got = [.. PublishedVariantTests.Parameters(Load(name, change, config))];
        Assert.Equal(wanted.Select(one => one.Name), got.Select(one => one.Name));
        Assert.All(wanted.Zip(got), pair => Assert.Equal(pair.First.Value.Data, pair.Second.Value.Data));
    }

    private string Refused(
        string name, Func<IEnumerable<Parameter>, IEnumerable<Parameter>> change, Action<JsonNode>? config = null) =>
        Assert.Throws<InvalidDataException>(() => Load(name, change, config)).Message;

    private static Func<IEnumerable<Parameter>, IEnumerable<Parameter>> Renamed(
        params (string Old, string New)[] names) =>
        all => all.Select(one => names.Aggregate(
            one, (named, change) => new Parameter(named.Name.Replace(change.Old, change.New), named.Value)));

    private static Func<IEnumerable<Parameter>, IEnumerable<Parameter>> With(params Parameter[] more) =>
        all => all.Concat(more);

    private static Func<IEnumerable<Parameter>, IEnumerable<Parameter>> Copied(string name, params string[] copies) =>
        all => all.Concat(copies.Select(copy => new Parameter(copy, all.Single(one => one.Name == name).Value)));

    [Fact]
    public void GPT_2_comes_without_its_prefix_and_with_masks()
    {
        AssertSame("gpt2", all => Renamed(("transformer.", ""))(all).Concat(
            [new("h.0.attn.bias", new Tensor(1, 1, 64, 64)), new("h.1.attn.masked_bias", new Tensor(1))]));
        AssertSame("gpt2", Copied("transformer.wte.weight", "lm_head.weight"));
        AssertSame("gpt2", Renamed(("transformer.wte.weight", "lm_head.weight")));
    }

    [Fact]
    public void An_output_that_is_not_the_embedding_is_a_map_of_its_own()
    {
        var own = new Tensor(400, 48);
        Gpt model = Load(
            "gpt2", With(new Parameter("lm_head.weight", own)), json => json["tie_word_embeddings"] = false).Gpt!;
        Assert.Equal(own.Data, model.Output!.Weight.Data);
        T5 t5 = (T5)Load("t5-v1_1", With(new Parameter("lm_head.weight", new Tensor(528, 48)))).EncoderDecoder!;
        Assert.NotNull(t5.Output);
        Assert.Contains("lm_head.weight", Refused(
            "gpt2", all => all, json => json["tie_word_embeddings"] = false), StringComparison.Ordinal);
    }

    [Fact]
    public void BERT_comes_with_gamma_and_beta_and_with_heads_that_nobody_reads()
    {
        AssertSame("bert", Renamed(("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")));
        AssertSame("bert", With(
            new("cls.seq_relationship.weight", new Tensor(2, 48)), new("cls.seq_relationship.bias", new Tensor(2)),
            new("bert.pooler.dense.weight", new Tensor(48, 48)), new("bert.pooler.dense.bias", new Tensor(48))));
        AssertSame("bert", Copied("bert.embeddings.word_embeddings.weight", "cls.predictions.decoder.weight"));
        AssertSame("bert", Copied("cls.predictions.bias", "cls.predictions.decoder.bias"));
        AssertSame("roberta", Copied("lm_head.bias", "lm_head.decoder.bias"));
        AssertSame(
            "roberta", Copied("roberta.embeddings.word_embeddings.weight", "lm_head.decoder.weight"));
    }

    [Fact]
    public void A_BERT_without_a_head_has_none()
    {
        Pretrained loaded = Load(
            "bert",
            all => Renamed(("bert.", ""))(all.Where(one => !one.Name.StartsWith("cls", StringComparison.Ordinal))),
            json => json["architectures"] = new JsonArray("BertModel"));
        Assert.False(loaded.HasMaskedHead);
        Parameter[] wanted = [.. new PublishedFolder("bert").Load().Bert!.BodyParameters()];
        Assert.All(
            wanted.Zip(loaded.Bert!.BodyParameters()),
            pair => Assert.Equal(pair.First.Value.Data, pair.Second.Value.Data));
    }

    /// <summary>No folder has such a head; so it is one that scores the tokens by two of their numbers.</summary>
    [Fact]
    public void A_BERT_with_a_head_for_answers_answers_with_the_piece_of_the_best_scores()
    {
        var weight = new Tensor(2, 48);
        (weight.Data[5], weight.Data[48 + 7]) = (1, 1);
        var bias = new Tensor([3, -2], 2);
        string place = new PublishedFolder("bert").Place;
        File.Copy(Path.Combine(place, "vocab.txt"), Path.Combine(_folder, "vocab.txt"));
        Load("bert", all => all.Where(one => !one.Name.StartsWith("cls", StringComparison.Ordinal))
            .Concat([new("qa_outputs.weight", weight), new("qa_outputs.bias", bias)]),
            json => json["architectures"] = new JsonArray("BertForQuestionAnswering"));
        Pretrained loaded = Pretrained.Load(_folder);
        const string Story = "select the red column and press the button", Question = "what is red?";
        var (ids, types) = loaded.Tokens!.Pair(Question, Story);
        float[] hidden = loaded.Bert!.Encode(new TokenBatch(ids, 1, ids.Length), types).Data;
        int first = Array.IndexOf(types, 1);
        var best = (
            from start in Enumerable.Range(first, ids.Length - 1 - first)
            from end in Enumerable.Range(start, ids.Length - 1 - start)
            where end - start < 30
            orderby hidden[(start * 48) + 5] + hidden[(end * 48) + 7] descending
            select (start, end)).First();
        Assert.Equal(loaded.Tokens.Decode(ids[best.start..(best.end + 1)]), loaded.Answer(Story, Question));
        Assert.Equal((3, -2), (loaded.Reader!.Start.Bias!.Data[0], loaded.Reader.End.Bias!.Data[0]));
        Assert.Equal(1, loaded.Reader.End.Weight.Data[7]);
    }

    [Fact]
    public void Encoder_and_decoder_come_with_their_embedding_under_any_of_its_names()
    {
        AssertSame("t5", With(new Parameter(
            "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight", new Tensor(32, 4))));
        AssertSame("t5", Copied(
            "shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight"));
        AssertSame("t5", Renamed(("shared.weight", "encoder.embed_tokens.weight")));
        AssertSame("bart", Copied(
            "model.shared.weight", "model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight",
            "lm_head.weight"));
        AssertSame("marian", Renamed(("model.shared.weight", "lm_head.weight")));
        AssertSame("marian", With(
            new("model.encoder.embed_positions.weight", new Tensor(64, 48)),
            new("model.decoder.embed_positions.weight", new Tensor(64, 48))));
        Assert.Contains("hold different numbers", Refused(
            "bart", With(new Parameter("lm_head.weight", new Tensor(400, 48)))), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_unexpected_or_misshapen_is_named()
    {
        string message = Refused("gpt2", all => all
            .Where(one => !one.Name.EndsWith("ln_1.bias", StringComparison.Ordinal))
            .Select(one => one.Name.EndsWith("h.0.ln_2.bias", StringComparison.Ordinal)
                ? new(one.Name, new Tensor(47))
                : one)
            .Append(new Parameter("transformer.h.7.ln_1.bias", new Tensor(48))));
        Assert.Contains("Missing (2): h.0.ln_1.bias; h.1.ln_1.bias.", message, StringComparison.Ordinal);
        Assert.Contains("transformer.h.0.ln_2.bias is [47], not [48]", message, StringComparison.Ordinal);
        Assert.Contains("Unexpected (1): transformer.h.7.ln_1.bias.", message, StringComparison.Ordinal);
        Assert.Contains("beside", Refused("bert", Copied(
            "bert.embeddings.LayerNorm.bias", "embeddings.LayerNorm.bias")), StringComparison.Ordinal);
        Assert.Contains("lm_head.layer_norm.weight", Refused(
            "roberta", all => all.Where(one => one.Name != "lm_head.layer_norm.weight")), StringComparison.Ordinal);
        Assert.Contains("NaN", Refused("llama", all => all.Select(one => one.Name != "model.norm.weight" ? one
            : new Parameter(one.Name, new Tensor([.. Enumerable.Repeat(float.NaN, 48)], 48)))),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpt2", "n_layer", 3, "Missing (12)")]
    [InlineData("gpt2", "n_head", 5, "5 heads")]
    [InlineData("gpt2", "n_embd", 0, "n_embd = 0")]
    [InlineData("gpt2", "n_embd", 1_000_000, "describes a model of")]
    [InlineData("gpt2", "vocab_size", 2_000_000_000, "vocab_size = 2000000000")]
    [InlineData("gpt2", "n_layer", "two", "n_layer = \"two\"")]
    [InlineData("gpt2", "scale_attn_weights", false, "scale_attn_weights = false")]
    [InlineData("gpt2", "activation_function", "mish", "activation_function = \"mish\"")]
    [InlineData("gpt2", "model_type", "mamba", "model_type = \"mamba\"")]
    [InlineData("llama", "attention_bias", true, "attention_bias = true")]
    [InlineData("llama", "head_dim", 7, "head is 7 wide")]
    [InlineData("llama", "num_key_value_heads", 3, "cannot share 3 heads")]
    [InlineData("llama", "hidden_act", "gelu", "hidden_act = \"gelu\"")]
    [InlineData("t5", "relative_attention_num_buckets", 31, "Buckets is 31")]
    [InlineData("t5", "feed_forward_proj", "gated-relu", "feed_forward_proj = \"gated-relu\"")]
    [InlineData("bart", "normalize_before", true, "normalize_before = true")]
    [InlineData("marian", "decoder_vocab_size", 99, "decoder_vocab_size = 99")]
    [InlineData("marian", "scale_embedding", false, "scale_embedding = false")]
    [InlineData("roberta", "pad_token_id", 70, "max_position_embeddings = 66")]
    [InlineData("bert", "position_embedding_type", "relative_key", "position_embedding_type = \"relative_key\"")]
    public void A_configuration_that_does_not_fit_is_refused_in_a_sentence(
        string name, string entry, object value, string says) => Assert.Contains(
        says, Refused(name, all => all, json => json[entry] = JsonValue.Create(value)), StringComparison.Ordinal);

    [Fact]
    public void Rotary_angles_that_are_stretched_are_refused_and_their_base_is_read_in_both_places()
    {
        Assert.Contains(
            "rope_type", Refused("llama", all => all, json => json["rope_parameters"]!["rope_type"] = "llama3"),
            StringComparison.Ordinal);
        foreach (Action<JsonNode> change in (Action<JsonNode>[])
            [json => json["rope_parameters"]!["rope_theta"] = 500_000,
            json => { json.AsObject().Remove("rope_parameters"); json["rope_theta"] = 500_000.0; }])
        {
            Assert.Equal(500_000, Load("llama", all => all, change).Gpt!.Config.RotaryBase);
        }
    }

    [Fact]
    public void A_folder_that_is_none_says_what_is_missing()
    {
        Assert.Contains("no config.json", Assert.Throws<FileNotFoundException>(() => Pretrained.Load(_folder)).Message,
            StringComparison.Ordinal);
        File.Copy(Path.Combine(new PublishedFolder("gpt2").Place, "config.json"), Path.Combine(_folder, "config.json"));
        File.WriteAllText(Path.Combine(_folder, "pytorch_model.bin"), "");
        Assert.Contains("pickle", Assert.Throws<FileNotFoundException>(() => Pretrained.Load(_folder)).Message,
            StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => Pretrained.Load(Path.Combine(_folder, "none")));
    }
}
