using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace TransformersFromScratch.Tests.Published;

/// <summary>Weights that are rounded while a folder is read.</summary>
public sealed class PublishedCompactTests : IDisposable
{
    private static readonly WeightFormat[] s_formats =
        [WeightFormat.Float16, WeightFormat.BFloat16, WeightFormat.Int8];

    private readonly string _folder = Directory.CreateTempSubdirectory("compact").FullName;

    public static TheoryData<string, WeightFormat> Folders =>
        [.. from row in PublishedFolder.With("config.json") from format in s_formats select (row.Data, format)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Folders))]
    public void They_are_those_that_are_rounded_afterwards(string name, WeightFormat format)
    {
        string place = new PublishedFolder(name).Place;
        Pretrained read = Pretrained.Load(place, format), rounded = Pretrained.Load(place);
        rounded.Compact(format);
        int compact = 0;
        foreach (var (mine, other) in Parameters(read).Zip(Parameters(rounded)))
        {
            Assert.Equal(other.Name, mine.Name);
            Assert.Equal(other.Value.Compacted is null, mine.Value.Compacted is null);
            if (mine.Value.Compacted is not { } weight)
            {
                Assert.Equal(other.Value.Data, mine.Value.Data);
                continue;
            }

            Assert.True(weight.Stored.SequenceEqual(other.Value.Compacted!.Stored), mine.Name);
            Assert.True(weight.Scales.SequenceEqual(other.Value.Compacted!.Scales), mine.Name);
            compact++;
        }

        Assert.InRange(compact, 3, 1000);
    }

    [Theory]
    [InlineData("float16", WeightFormat.Float16)]
    [InlineData("bfloat16", WeightFormat.BFloat16)]
    public void A_file_of_halves_keeps_its_bits(string variant, WeightFormat format)
    {
        string place = Path.Combine(new PublishedFolder("gpt2").Place, "variants", variant);
        Gpt model = Pretrained.Load(place, format, tokens: false).Gpt!;
        byte[] file = File.ReadAllBytes(Path.Combine(place, "model.safetensors"));
        int header = (int)BitConverter.ToInt64(file);
        JsonNode entries = JsonNode.Parse(file.AsSpan(8, header))!;

        // The embedding lies as it is; the map inside the first network lies as [in, out].
        Assert.Equal(Bits("transformer.wte.weight"), BitsOf(model.Tokens.Weight));
        ushort[] stored = Bits("transformer.h.0.mlp.c_fc.weight");
        Linear map = model.Layers[0].FeedForward.Inner;
        Assert.Equal(
            Enumerable.Range(0, stored.Length).Select(i => stored[(i % map.Inputs * map.Outputs) + (i / map.Inputs)]),
            BitsOf(map.Weight));

        ushort[] Bits(string name)
        {
            JsonNode places = entries[name]!["data_offsets"]!;
            int start = 8 + header + (int)places[0]!, end = 8 + header + (int)places[1]!;
            return MemoryMarshal.Cast<byte, ushort>(file.AsSpan(start, end - start)).ToArray();
        }

        static ushort[] BitsOf(Tensor weight) =>
            MemoryMarshal.Cast<byte, ushort>(weight.Compacted!.Stored).ToArray();
    }

    [Fact]
    public void A_number_too_large_for_the_format_is_refused_with_its_place()
    {
        var model = new Gpt(
            new GptConfig { Vocabulary = 20, Context = 8, Layers = 1, DModel = 8, Heads = 2, DFeedForward = 16 },
            seed: 1);
        model.Layers[0].FeedForward.Inner.Weight.Data[(3 * 8) + 5] = 1e6f;
        Pretrained.Of(model).Save(_folder);
        Assert.NotNull(Pretrained.Load(_folder, WeightFormat.BFloat16).Gpt);
        string message = Assert.Throws<InvalidDataException>(
            () => Pretrained.Load(_folder, WeightFormat.Float16)).Message;
        Assert.Contains("h.0.mlp.c_fc.weight", message);
        Assert.Contains("row 3, column 5", message);
        Assert.Contains("more than Float16 can hold", message);
    }

    /// <summary>64 MB as float32, of which no byte is ever there.</summary>
    [Fact]
    public void A_weight_that_nobody_has_touched_takes_no_float32_memory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var weight = new Tensor(4000, 4000) { RequiresGradient = true };
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
        weight.Compact(WeightFormat.Int8);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 16_000_000, 16_100_000);
        Assert.Equal(0, weight.Compacted!.Widened().Data.Max());
    }

    /// <summary>What one thread writes into zeros that it was the first to ask for, all others see.</summary>
    [Fact]
    public void Threads_that_ask_for_zeros_at_once_get_the_same()
    {
        for (int trial = 0; trial < 200; trial++)
        {
            var tensor = new Tensor(64);
            Parallel.For(0, 64, i => tensor.Data[i] = i);
            Assert.Equal(Enumerable.Range(0, 64).Select(i => (float)i), tensor.Data);
        }
    }

    private static IEnumerable<Parameter> Parameters(Pretrained model) =>
    [
        .. model.Gpt?.Parameters() ?? [], .. model.Bert?.Parameters() ?? [], .. model.Classifier?.Parameters() ?? [],
        .. model.Reader?.Parameters() ?? [], .. model.EncoderDecoder?.Parameters() ?? [],
    ];
}
