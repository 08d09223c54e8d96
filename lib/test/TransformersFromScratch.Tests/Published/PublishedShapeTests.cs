using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransformersFromScratch.Tests.Published;

/// <summary>
/// The names, shapes and counts of five models that everybody uses, without their weights. Each is made here with all
/// its names but narrow, and loaded.
/// </summary>
public sealed class PublishedShapeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shapes").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Models => ["gpt2", "bert-base-uncased", "t5-small", "opus-mt", "bart-base"];

    /// <summary>Its config.json, as far as it matters here; then the widths that become others, and which.</summary>
    private static (JsonObject Config, (int Wide, int Narrow)[] Widths) Of(string model) => model switch
    {
        "gpt2" => (
            new()
            {
                ["model_type"] = "gpt2", ["vocab_size"] = 50257, ["n_positions"] = 1024, ["n_embd"] = 768,
                ["n_layer"] = 12, ["n_head"] = 12,
            }, [(50257, 50), (1024, 20), (768, 24), (2304, 72), (3072, 96)]),
        "bert-base-uncased" => (
            new()
            {
                ["model_type"] = "bert", ["architectures"] = new JsonArray("BertForMaskedLM"), ["vocab_size"] = 30522,
                ["hidden_size"] = 768, ["num_hidden_layers"] = 12, ["num_attention_heads"] = 12,
                ["intermediate_size"] = 3072, ["max_position_embeddings"] = 512,
            }, [(30522, 50), (512, 20), (768, 24), (3072, 96)]),
        "t5-small" => (
            new()
            {
                ["model_type"] = "t5", ["vocab_size"] = 32128, ["d_model"] = 512, ["d_kv"] = 64, ["d_ff"] = 2048,
                ["num_layers"] = 6, ["num_heads"] = 8, ["relative_attention_num_buckets"] = 32,
            }, [(32128, 50), (512, 24), (64, 3), (2048, 96)]),
        "opus-mt" => (
            new()
            {
                ["model_type"] = "marian", ["vocab_size"] = 59514, ["d_model"] = 512, ["encoder_layers"] = 6,
                ["decoder_layers"] = 6, ["encoder_attention_heads"] = 8, ["decoder_attention_heads"] = 8,
                ["encoder_ffn_dim"] = 2048, ["decoder_ffn_dim"] = 2048, ["scale_embedding"] = true,
                ["activation_function"] = "swish", ["pad_token_id"] = 49,
            }, [(59514, 50), (512, 24), (2048, 96)]),
        _ => (
            new()
            {
                ["model_type"] = "bart", ["vocab_size"] = 50265, ["d_model"] = 768, ["encoder_layers"] = 6,
                ["decoder_layers"] = 6, ["encoder_attention_heads"] = 12, ["decoder_attention_heads"] = 12,
                ["encoder_ffn_dim"] = 3072, ["decoder_ffn_dim"] = 3072, ["max_position_embeddings"] = 1024,
            }, [(50265, 50), (1024, 18), (1026, 20), (768, 24), (3072, 96)]),
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void All_its_names_have_their_places(string model)
    {
        var (config, widths) = Of(model);
        JsonElement published = PublishedFolder.Read(
            Path.Combine(AppContext.BaseDirectory, "Published", "published-shapes.json")).GetProperty(model);
        Parameter[] tensors = [.. published.GetProperty("state").EnumerateObject().Select(one => new Parameter(
            one.Name, new Tensor([.. one.Value.EnumerateArray().Select(axis => Narrow(axis.GetInt32()))])))];
        SafeTensors.Save(Path.Combine(_folder, "model.safetensors"), tensors);
        foreach (var (name, value) in config.ToArray())
        {
            // Counts are no widths: 8 heads stay 8.
            if (value!.GetValueKind() == JsonValueKind.Number && !name.EndsWith("heads", StringComparison.Ordinal)
                && !name.EndsWith("head", StringComparison.Ordinal))
            {
                config[name] = Narrow(value.GetValue<int>());
            }
        }

        File.WriteAllText(Path.Combine(_folder, "config.json"), config.ToJsonString());
        Pretrained loaded = Pretrained.Load(_folder);
        Assert.Equal(Of(model).Config["model_type"]!.GetValue<string>(), loaded.Architecture);

        int Narrow(int width) => widths.FirstOrDefault(pair => pair.Wide == width) is { Narrow: > 0 } pair
            ? pair.Narrow : width;
    }

    [Fact]
    public void The_formulas_count_as_many_numbers_as_are_published()
    {
        JsonElement published = PublishedFolder.Read(
            Path.Combine(AppContext.BaseDirectory, "Published", "published-shapes.json"));
        long Of(string model) => published.GetProperty(model).GetProperty("parameters").GetInt64();
        Assert.Equal(Of("gpt2"), new GptConfig().ParameterCount());
        Assert.Equal(Of("bert-base-uncased"), new BertConfig
        {
            Vocabulary = 30522, DModel = 768, Heads = 12, DFeedForward = 3072, Layers = 12, Positions = 512,
        }.ParameterCount());
        Assert.Equal(Of("t5-small"), new T5Config
        {
            Vocabulary = 32128, DModel = 512, Heads = 8, HeadWidth = 64, DFeedForward = 2048, EncoderLayers = 6,
            DecoderLayers = 6,
        }.ParameterCount());
        int sines = 2 * 512 * 512; // The published count has those of source and target, which are computed here.
        Assert.Equal(Of("opus-mt"), sines + new TransformerConfig
        {
            Vocabulary = 59514, DModel = 512, Heads = 8, DFeedForward = 2048, EncoderLayers = 6, DecoderLayers = 6,
        }.ParameterCount());
        int noPlaces = 2 * 2 * 768; // Two rows of the positions of each stack belong to nothing.
        Assert.Equal(Of("bart-base"), noPlaces + new BartConfig
        {
            Vocabulary = 50265, DModel = 768, Heads = 12, DFeedForward = 3072, EncoderLayers = 6, DecoderLayers = 6,
            Positions = 1024,
        }.ParameterCount());
    }
}
