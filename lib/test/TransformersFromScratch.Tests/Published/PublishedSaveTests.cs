using System.Buffers.Binary;
using System.Text.Json;

namespace TransformersFromScratch.Tests.Published;

/// <summary>Every folder, loaded and saved: the folder that comes is the one that was.</summary>
public sealed class PublishedSaveTests : IDisposable
{
    // What no layer depends on, or what this library computes for itself.
    private static readonly string[] s_free =
    [
        "transformers_version", "use_cache", "initializer_range", "initializer_factor", "init_std", "is_decoder",
        "classifier_dropout", "pretraining_tp", "reorder_and_upcast_attn", "summary_activation",
        "summary_first_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj", "_from_model_config",
        "output_attentions", "output_hidden_states",
    ];

    private readonly string _folder = Path.Combine(
        Directory.CreateTempSubdirectory("published-save-").FullName, "saved");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    public static TheoryData<string> Folders => PublishedFolder.With("model.safetensors");

    public static TheoryData<string> Tokenizers => PublishedFolder.With("tokenizer.cases.json");

    [Theory]
    [MemberData(nameof(Folders))]
    public void Names_shapes_types_and_numbers_of_the_tensors_are_the_published_ones(string name)
    {
        var from = new PublishedFolder(name);
        from.Load().Save(_folder);
        var wanted = Tensors(from.Place);
        var got = Tensors(_folder);
        Assert.Equal(wanted.Keys.Order(StringComparer.Ordinal), got.Keys.Order(StringComparer.Ordinal));
        Assert.All(wanted, tensor =>
        {
            var (type, shape, bytes) = got[tensor.Key];
            Assert.Equal((tensor.Value.Type, tensor.Value.Shape), (type, shape));
            int free = FreeRows(tensor.Key, from) * 4 * from.Config.GetProperty(Width(from)).GetInt32();
            Assert.True(bytes.AsSpan(free).SequenceEqual(tensor.Value.Bytes.AsSpan(free)), tensor.Key);
        });
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Configurations_are_the_published_ones(string name)
    {
        var from = new PublishedFolder(name);
        from.Load().Save(_folder);
        AssertEntries(from.Place, "config.json", name switch
        {
            "marian" => ["max_position_embeddings"], // Sines are computed, as many as are needed.
            "bart" => ["id2label", "label2id"],      // Of a head that it has not.
            _ => [],
        });
        if (File.Exists(Path.Combine(from.Place, "generation_config.json")))
        {
            AssertEntries(from.Place, "generation_config.json", []);
        }
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Loaded_again_it_has_the_same_weights_and_logits_to_the_last_bit(string name)
    {
        var from = new PublishedFolder(name);
        Pretrained before = from.Load();
        before.Save(_folder);
        var after = Pretrained.Load(_folder);
        Assert.Equal(before.Architecture, after.Architecture);
        Assert.Equal(before.HasMaskedHead, after.HasMaskedHead);
        AssertSame(PublishedVariantTests.Parameters(before), PublishedVariantTests.Parameters(after));
        TokenBatch tokens = from.Tokens("input_ids");
        Assert.Equal(Logits(before, tokens), Logits(after, tokens));
    }

    [Theory]
    [MemberData(nameof(Tokenizers))]
    public void The_tokenizer_is_the_published_one(string name)
    {
        var from = new PublishedFolder(name);
        Pretrained before = from.Load();
        before.Save(_folder);
        var after = Pretrained.Load(_folder);
        Assert.All(
            PublishedFolder.Read(Path.Combine(from.Place, "tokenizer.cases.json")).EnumerateArray(), wanted =>
            {
                string text = wanted.GetProperty("text").GetString()!;
                Assert.Equal(before.Tokens!.Sentence(text), after.Tokens!.Sentence(text));
            });
    }

    internal static void AssertSame(IEnumerable<Parameter> before, IEnumerable<Parameter> after)
    {
        Parameter[] wanted = [.. before], got = [.. after];
        Assert.Equal(wanted.Select(one => one.Name), got.Select(one => one.Name));
        Assert.All(wanted.Zip(got), pair => Assert.Equal(Bits(pair.First.Value), Bits(pair.Second.Value)));
    }

    internal static int[] Bits(Tensor tensor) => Array.ConvertAll(tensor.Data, BitConverter.SingleToInt32Bits);

    /// <summary>All that a model says of some tokens, as bits.</summary>
    internal static int[] Logits(Pretrained model, TokenBatch tokens)
    {
        using var quiet = Tape.NoGradient();
        return Bits(
            model.Gpt is { } gpt ? gpt.Forward(tokens)
            : model.Classifier is { } classifier ? classifier.Forward(tokens)
            : model.Reader is { } reader ? reader.Forward(tokens).Starts + reader.Forward(tokens).Ends
            : model.Bert is { } bert ? bert.MaskedLogits(bert.Encode(tokens), [0, 1, tokens.Length - 1])
            : Logits(model.EncoderDecoder!, tokens));
    }

    internal static Tensor Logits(IEncoderDecoder model, TokenBatch tokens)
    {
        using var quiet = Tape.NoGradient();
        return model.Logits(model.Decode(tokens, model.Encode(tokens), tokens));
    }

    /// <summary>The tensors of a safetensors file, read here by its header and not by the library.</summary>
    internal static Dictionary<string, (string Type, string Shape, byte[] Bytes)> Tensors(string folder)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
        int header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using var json = JsonDocument.Parse(file.AsMemory(8, header - 8));
        Assert.Equal("pt", json.RootElement.GetProperty("__metadata__").GetProperty("format").GetString());
        return json.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__").ToDictionary(
            entry => entry.Name,
            entry =>
            {
                JsonElement place = entry.Value.GetProperty("data_offsets");
                return (
                    entry.Value.GetProperty("dtype").GetString()!,
                    string.Join(' ', entry.Value.GetProperty("shape").EnumerateArray()),
                    file[(header + place[0].GetInt32())..(header + place[1].GetInt32())]);
            });
    }

    /// <summary>Rows of positions that belong to no place: nothing reads them, and zeros are written.</summary>
    private static int FreeRows(string tensor, PublishedFolder from) =>
        tensor.Contains("embed_positions", StringComparison.Ordinal) ? 2
        : tensor.Contains("position_embeddings", StringComparison.Ordinal)
            && from.Config.GetProperty("model_type").GetString() == "roberta"
            ? from.Config.GetProperty("pad_token_id").GetInt32() + 1
            : 0;

    private static string Width(PublishedFolder from) => Array.Find(
        ["d_model", "hidden_size", "n_embd"], name => from.Config.TryGetProperty(name, out _))!;

    /// <summary>Every entry of the published file that is no null has the same value in the saved one.</summary>
    private void AssertEntries(string place, string file, string[] free)
    {
        JsonElement wanted = PublishedFolder.Read(Path.Combine(place, file));
        JsonElement got = PublishedFolder.Read(Path.Combine(_folder, file));
        int compared = 0;
        foreach (JsonProperty entry in wanted.EnumerateObject().Where(entry => !s_free.Contains(entry.Name)
            && !free.Contains(entry.Name) && entry.Value.ValueKind != JsonValueKind.Null))
        {
            Assert.True(got.TryGetProperty(entry.Name, out JsonElement value), $"{file} lacks {entry.Name}.");
            Assert.True(
                entry.Value.ValueKind == JsonValueKind.Number
                    ? entry.Value.GetDouble() == value.GetDouble()
                    : JsonElement.DeepEquals(entry.Value, value),
                $"{file}: {entry.Name} is {value}, not {entry.Value}.");
            compared++;
        }

        Assert.True(compared > 1);
    }
}
