using CsCheck;

namespace TransformersFromScratch.Tests.Published;

/// <summary>
/// ONNX files, and assemblies that carry one, that somebody has damaged: each is read, or refused in one short line,
/// within a second and 100 MB.
/// </summary>
public sealed class OnnxDamageTests : IDisposable
{
    private static readonly BertConfig s_shape = new()
    {
        Vocabulary = 20, DModel = 8, Heads = 2, DFeedForward = 12, Layers = 2, Positions = 6, Dropout = 0,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("onnx").FullName;

    private string File => Path.Combine(_folder, "model.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_whole_file_is_read_as_it_was_written()
    {
        var model = new Bert(s_shape, seed: 3);
        System.IO.File.WriteAllBytes(File, OnnxBytes.Of(model));
        using OnnxReader file = OnnxReader.Open(File);
        Assert.Equal((13UL, "pytorch"), (file.Opset, file.Producer));
        Assert.Equal(12, file.Weights.Count(weight => weight.Name != weight.StoredName));
        Bert read = OnnxBertWeights.Load(file, heads: 2);
        Assert.Equal(s_shape.DFeedForward, read.Config.DFeedForward);
        var tokens = new TokenBatch([1, 2, 3, 4, 5, 0], 2, 3);
        Assert.Equal(model.Encode(tokens).Data, read.Encode(tokens).Data);
    }

    [Fact]
    public void A_damaged_one_is_read_or_refused_in_a_line() => AssertClear(
        OnnxBytes.Of(new Bert(s_shape, seed: 3)), times: 3000, () =>
        {
            using OnnxReader file = OnnxReader.Open(File);
            OnnxBertWeights.Load(file, heads: 2);
        });

    [Fact]
    public void So_is_an_assembly_that_should_carry_a_resource() => AssertClear(
        System.IO.File.ReadAllBytes(typeof(CsCheck.Gen).Assembly.Location), times: 500,
        () => PackedResource.Find(File, ".resources"));

    [Fact]
    public void A_tensor_that_is_missing_is_named()
    {
        // The name of a bias, as long as before: its matrix loses its name, too.
        byte[] bytes = OnnxBytes.Of(new Bert(s_shape, seed: 3));
        byte[] name = "encoder.layer.1.output.dense.bias"u8.ToArray();
        int at = bytes.AsSpan().IndexOf(name);
        bytes[at] = (byte)'E';
        System.IO.File.WriteAllBytes(File, bytes);
        using OnnxReader file = OnnxReader.Open(File);
        string message = Assert.Throws<InvalidDataException>(() => OnnxBertWeights.Load(file, heads: 2)).Message;
        Assert.Contains("encoder.layer.1.output.dense.bias", message);
        Assert.Contains("Missing", message);
        Assert.Contains("Unexpected", message);
    }

    private void AssertClear(byte[] whole, int times, Action read)
    {
        int refused = 0;
        System.IO.File.WriteAllBytes(File, whole);
        Record.Exception(read); // The first time, code is compiled.
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, int.MaxValue - 1]).Sample(
            (how, seed) =>
            {
                System.IO.File.WriteAllBytes(File, Mutated(whole, how, new Random(seed)));
                refused += Harm.IsRefused(read, $"{how}, {seed}") ? 1 : 0;
            },
            iter: times, threads: 1);
        Assert.InRange(refused, times / 10, times);
    }

    private static byte[] Mutated(byte[] whole, int how, Random random)
    {
        byte[] bytes = [.. whole];
        switch (how)
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                for (int n = random.Next(1, 6); n > 0; n--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                return bytes;
            case 2: // Lengths and keys lie before what they are of: a large one.
                int at = random.Next(bytes.Length - 10);
                bytes.AsSpan(at, random.Next(1, 10)).Fill(0xFF);
                return bytes;
            default:
                int from = random.Next(bytes.Length), to = random.Next(from, Math.Min(bytes.Length, from + 100));
                return [.. bytes[..to], .. bytes[from..]];
        }
    }
}
