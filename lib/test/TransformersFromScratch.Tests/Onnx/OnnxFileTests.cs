using Microsoft.ML.OnnxRuntime;
using TransformersFromScratch.Tests.Models;

namespace TransformersFromScratch.Tests.Onnx;

/// <summary>What stands in the files: names, axes, weights; and what is refused.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onnx-file-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static GptConfig SmallGpt => new()
    {
        Vocabulary = SmallModels.Vocabulary, DModel = 16, Heads = 2, Layers = 2, Context = 12, Dropout = 0,
    };

    [Fact]
    public void Inputs_and_outputs_have_the_names_and_axes_of_Hugging_Faces_exporter()
    {
        using var gpt = new OnnxRun(OnnxFile.Of(new Gpt(SmallGpt, seed: 1)));
        string[] cache = ["0.key", "0.value", "1.key", "1.value"];
        Assert.Equal(
            ["input_ids", "attention_mask", .. cache.Select(name => $"past_key_values.{name}")], gpt.Inputs);
        Assert.Equal(["logits", .. cache.Select(name => $"present.{name}")], gpt.Outputs);
        NodeMetadata key = gpt.Session.InputMetadata["past_key_values.1.key"];
        Assert.Equal(["batch_size", "", "past_sequence_length", ""], key.SymbolicDimensions);
        Assert.Equal([-1, 2, -1, 8], key.Dimensions);
        Assert.Equal(
            ["batch_size", "past_sequence_length + sequence_length"],
            gpt.Session.InputMetadata["attention_mask"].SymbolicDimensions);

        OnnxFile[] files = [.. OnnxFile.Of(SmallModels.Build("transformer"))];
        Assert.Equal(
            ["encoder_model.onnx", "decoder_model.onnx", "decoder_with_past_model.onnx"],
            files.Select(file => file.Name));
        using OnnxRun encoder = new(files[0]), decoder = new(files[1]), further = new(files[2]);
        string[] own = [.. Cache("decoder.key", "decoder.value")];
        string[] all = [.. Cache("decoder.key", "decoder.value", "encoder.key", "encoder.value")];
        Assert.Equal(["input_ids", "attention_mask"], encoder.Inputs);
        Assert.Equal(["last_hidden_state"], encoder.Outputs);
        Assert.Equal(["input_ids", "encoder_attention_mask", "encoder_hidden_states"], decoder.Inputs);
        Assert.Equal(["logits", .. all.Select(name => $"present.{name}")], decoder.Outputs, Set);
        Assert.Equal(
            ["input_ids", "encoder_attention_mask", .. all.Select(name => $"past_key_values.{name}")], further.Inputs,
            Set);
        Assert.Equal(["logits", .. own.Select(name => $"present.{name}")], further.Outputs, Set);

        static IEnumerable<string> Cache(params string[] names) =>
            Enumerable.Range(0, 2).SelectMany(i => names.Select(name => $"{i}.{name}"));

        static bool Set(IEnumerable<string> want, IEnumerable<string> got) =>
            want.Order(StringComparer.Ordinal).SequenceEqual(got.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_operations_are_those_of_opset_17_and_the_same_model_gives_the_same_bytes()
    {
        OnnxFile file = OnnxFile.Of(new Gpt(SmallGpt, seed: 1));
        file.Save(Path.Combine(_folder, "a"));
        file.Save(Path.Combine(_folder, "b"));
        byte[] bytes = File.ReadAllBytes(Path.Combine(_folder, "a"));
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(_folder, "b")));
        var model = new ProtocolBuffer(bytes);
        List<(int Field, ulong Number)> fields = [];
        while (model.Read())
        {
            fields.Add((model.Field, model.Number));
            if (model.Field != 8) { continue; }

            var operations = new ProtocolBuffer(model.Bytes);
            Assert.True(operations.Read() && operations.Field == 1 && operations.Bytes.IsEmpty);
            Assert.True(operations.Read() && operations is { Field: 2, Number: 17 });
        }

        Assert.Equal([1, 2, 8, 7], fields.Select(field => field.Field));
        Assert.Equal(8UL, fields[0].Number);
    }

    [Fact]
    public void Halves_take_half_the_space_and_change_nothing_where_the_weights_are_halves()
    {
        var model = new Transformer(
            new TransformerConfig
            {
                Vocabulary = 300, DModel = 64, Heads = 4, DFeedForward = 128, EncoderLayers = 2, DecoderLayers = 1,
            },
            seed: 1);
        foreach (float[] data in model.Parameters().Select(parameter => parameter.Value.Data))
        {
            foreach (ref float number in data.AsSpan()) { number = (float)(Half)number; }
        }

        OnnxFile whole = OnnxFile.Of(model)[0], half = OnnxFile.Of(model, new OnnxOptions { Half = true })[0];
        whole.Save(Path.Combine(_folder, "whole"));
        half.Save(Path.Combine(_folder, "half"));
        long numbers = model.Parameters().Where(parameter => !parameter.Name.StartsWith(
            "decoder", StringComparison.Ordinal)).Sum(parameter => (long)parameter.Value.Length);
        long saved = Size("whole") - Size("half");
        Assert.InRange(saved, 1.9 * numbers, 2 * numbers); // Each weight has a node more, which makes it float32.
        TokenBatch tokens = TokenBatch.Of(SmallModels.Sentences(1, 5, 3), model.Config.PaddingId);
        (string, Array)[] inputs =
            [("input_ids", Array.Of(tokens)), ("attention_mask", Array.MaskOf(tokens, model.Config.PaddingId))];
        using OnnxRun first = new(whole), second = new(half);
        Assert.Equal(
            first.Run(inputs)["last_hidden_state"].Numbers, second.Run(inputs)["last_hidden_state"].Numbers);

        long Size(string name) => new FileInfo(Path.Combine(_folder, name)).Length;
    }

    [Fact]
    public void A_weight_beyond_float16_is_named()
    {
        var model = new Gpt(SmallGpt, seed: 1);
        model.Layers[1].FeedForward.Inner.Weight.Span[3] = 70_000;
        var problem = Assert.Throws<NotSupportedException>(
            () => OnnxFile.Of(model, new OnnxOptions { Half = true }));
        Assert.Contains("'layers.1.feed_forward.inner.weight' holds 70000, which float16 cannot", problem.Message);
    }

    [Fact]
    public void What_has_no_operation_is_refused_in_a_sentence()
    {
        Refused("3 experts", () => OnnxFile.Of(new Gpt(SmallGpt with { Experts = 3 }, seed: 1)));
        Refused("no layers", () => OnnxFile.Of(new Bart(SmallModels.SmallBart with { DecoderLayers = 0 }, seed: 1)));
        Refused("distances up to 2000000", () => OnnxFile.Of(
            new T5(SmallModels.SmallT5 with { Distance = 2_000_000 }, seed: 1)));

        static void Refused(string why, Func<object> export) =>
            Assert.Contains(why, Assert.Throws<NotSupportedException>(export).Message);
    }

    [Fact]
    public void A_file_of_more_than_2_GB_is_refused_before_it_is_written()
    {
        var graph = new OnnxGraph("large", [], half: false);
        graph.Store(new OnnxTensor("weight", OnnxType.Float, [1 << 30], 4L << 30, _ => Assert.Fail("It is written.")));
        using var file = new MemoryStream();
        var problem = Assert.Throws<NotSupportedException>(() => graph.WriteTo(file));
        Assert.Contains("'large' would take 4.3 GB, and an ONNX file holds 2 GB at most", problem.Message);
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public void Numbers_of_any_size_come_back_from_a_protocol_buffer()
    {
        long[] numbers = [0, 1, 127, 128, 300, 1L << 35, long.MaxValue, -1, long.MinValue];
        var message = new ProtocolMessage();
        foreach (long number in numbers) { message.Number(5, number); }

        message.Single(3, -0.5f).Text(2_000, "é");
        using var bytes = new MemoryStream();
        message.WriteTo(bytes);
        var read = new ProtocolBuffer(bytes.ToArray());
        foreach (long number in numbers)
        {
            Assert.True(read.Read());
            Assert.Equal((5, number), (read.Field, (long)read.Number));
        }

        Assert.True(read.Read() && read is { Field: 3, Single: -0.5f });
        Assert.True(read.Read() && read.Field == 2_000 && read.Bytes.SequenceEqual("é"u8));
        Assert.False(read.Read());
    }
}
