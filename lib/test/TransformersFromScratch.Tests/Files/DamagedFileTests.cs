using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace TransformersFromScratch.Tests.Files;

/// <summary>
/// Model files and checkpoints that somebody has damaged, or made to do damage: each is read, or refused in one short
/// line.
/// </summary>
public sealed partial class DamagedFileTests : IDisposable
{
    private static readonly TransformerConfig s_config = new()
    {
        DModel = 8, Heads = 2, DFeedForward = 8, EncoderLayers = 1, DecoderLayers = 1, Dropout = 0,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("damaged").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Path => System.IO.Path.Combine(_folder, "file.safetensors");

    private string Model()
    {
        var tokens = BytePairEncoding.Train([" the cat sees the dog"], merges: 4);
        new Translator(
            new Transformer(s_config with { Vocabulary = tokens.Count }, seed: 1), tokens, longest: 20).Save(Path);
        return Path;
    }

    [Theory]
    [InlineData("\"Activation\":0", "\"Activation\":9", "Activation is 9")]
    [InlineData("\"Activation\":0", "\"Activation\":99", "Activation is 99")]
    [InlineData("\"Activation\":0", "\"Activation\":-1", "Activation is -1")]
    [InlineData("\"Norm\":0", "\"Norm\":7", "Norm is 7")]
    [InlineData("\"Heads\":2", "\"Heads\":3", "3 heads")]
    [InlineData("\"Heads\":2", "\"Heads\":0", "Heads is 0")]
    [InlineData("\"DModel\":8", "\"DModel\":0", "DModel is 0")]
    [InlineData("\"DModel\":8", "\"DModel\":-8", "DModel is -8")]
    [InlineData("\"EncoderLayers\":1", "\"EncoderLayers\":-1", "EncoderLayers is -1")]
    [InlineData("\"EncoderLayers\":1", "\"EncoderLayers\":2000000000", "EncoderLayers is 2000000000")]
    [InlineData("\"DFeedForward\":8", "\"DFeedForward\":2147483647", "DFeedForward is 2147483647")]
    [InlineData("\"EncoderLayers\":1", "\"EncoderLayers\":4096", "parameters")]
    [InlineData("\"PaddingId\":0", "\"PaddingId\":100000", "PaddingId is 100000")]
    [InlineData("\"Vocabulary\":262", "\"Vocabulary\":300", "parameters")]
    [InlineData("\"Dropout\":0", "\"Dropout\":2", "dropout of 2")]
    public void A_configuration_that_no_model_has_is_refused_before_anything_is_built(
        string old, string changed, string says)
    {
        SafeTensors file = SafeTensors.Load(Model());
        var metadata = new Dictionary<string, string>(file.Metadata)
        { ["config"] = file.Metadata["config"].Replace(old, changed, StringComparison.Ordinal) };
        Assert.NotEqual(file.Metadata["config"], metadata["config"]);
        SafeTensors.Save(Path, file.Tensors.Select(tensor => new Parameter(tensor.Key, tensor.Value)), metadata);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<InvalidDataException>(() => Translator.Load(Path)).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void A_number_of_parameters_beyond_2_to_the_64_is_no_number_of_parameters()
    {
        // 4 · (d² + d) and the like, taken modulo 2⁶⁴, once came to what a small file holds.
        var huge =
            s_config with
            {
                Vocabulary = 1,
                DModel = int.MaxValue,
                DFeedForward = int.MaxValue,
                EncoderLayers = int.MaxValue,
                DecoderLayers = int.MaxValue,
                Heads = 1
            };
        Assert.Contains(
            "DModel", Assert.Throws<ArgumentException>(() => huge.ParameterCount()).Message, StringComparison.Ordinal);
        var largest =
            s_config with
            {
                Vocabulary = 1 << 24,
                DModel = 1 << 20,
                DFeedForward = 1 << 20,
                EncoderLayers = 1 << 12,
                DecoderLayers = 1 << 12,
                Heads = 1
            };
        Assert.InRange(largest.ParameterCount(), 1L << 55, 1L << 60);
    }

    [Fact]
    public void A_model_file_with_bytes_changed_cut_off_or_replaced_is_read_or_refused_in_a_line() =>
        Mutate(File.ReadAllBytes(Model()), seed: 1, times: 1500, () => Translator.Load(Path));

    [Fact]
    public void A_checkpoint_with_bytes_changed_cut_off_or_replaced_is_gone_on_from_or_refused_in_a_line()
    {
        var model = new Linear(3, 2, new Random(1));
        var average = new WeightAverage(2);
        Trainer New() => new(
            new Adam(model.Parameters("l"), 1e-3),
            _ => BatchLoss.CrossEntropy(model.Forward(new Tensor([1, 2, 3, 4, 5, 6], 2, 3)), [0, 1]),
            new TrainingOptions
            {
                Steps = 6, Average = average, AverageAt = _ => true,
                Notes = () => new Dictionary<string, string> { ["who"] = "us" }
            });
        Trainer trainer = New();
        trainer.Run();
        trainer.Save(Path);
        Mutate(File.ReadAllBytes(Path), seed: 2, times: 2000, () => New().Resume(Path));
    }

    private void Mutate(byte[] whole, int seed, int times, Action load)
    {
        var random = new SeededRandom(seed);
        int refused = 0, header = (int)BinaryPrimitives.ReadInt64LittleEndian(whole);
        for (int i = 0; i < times; i++)
        {
            File.WriteAllBytes(Path, Mutated(whole, header, random));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                load();
            }
            catch (InvalidDataException e)
            {
                refused++;
                Assert.InRange(e.Message.Length, 20, 1500);
                Assert.DoesNotContain(e.Message, char.IsControl);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
        }

        Assert.InRange(refused, times / 4, times);
    }

    private static byte[] Mutated(byte[] whole, int header, SeededRandom random)
    {
        byte[] bytes = [.. whole];
        switch (random.Next(6))
        {
            case 0: // Cut off, or longer.
                return random.Next(2) == 0
                    ? bytes[..random.Next(bytes.Length)]
                    : [.. bytes, .. new byte[random.Next(1, 9)]];
            case 1: // The length of the header.
                bytes[random.Next(8)] = (byte)random.Next(256);
                return bytes;
            case 2: // Any byte of the header, some of them.
                for (int n = random.Next(1, 4); n > 0; n--) { bytes[8 + random.Next(header)] = (byte)random.Next(256); }
                return bytes;
            case 3: // A bit among the numbers.
                bytes[random.Next(8 + header, bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            default: // A number of the header becomes another, or a text does; its length is put right.
                string text = Encoding.UTF8.GetString(bytes, 8, header);
                MatchCollection matches = Fields().Matches(text);
                Match match = matches[random.Next(matches.Count)];
                string[] others =
                    ["0", "1", "-1", "9", "99", "2147483648", "18446744073709551616", "1e308", "NaN", "null", "[]",
                        "{}", "\\u001b[2J", "F64", "I64", "\\ud800", ""];
                text = text[..match.Index] + others[random.Next(others.Length)] + text[(match.Index + match.Length)..];
                byte[] changed = Encoding.UTF8.GetBytes(text), length = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(length, changed.Length);
                return [.. length, .. changed, .. bytes[(8 + header)..]];
        }
    }

    [GeneratedRegex("[0-9]+|(?<=\")[A-Za-z_.]+(?=\")|true|false|Infinity")]
    private static partial Regex Fields();
}
