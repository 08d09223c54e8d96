using System.Text;
using System.Text.RegularExpressions;

namespace TransformersFromScratch.Tests.Published;

/// <summary>
/// The JSON of published folders, and the header of safetensors, with what is likeliest to do damage at every place:
/// nothing here is drawn, all of it is tried. <see cref="PublishedDamageTests"/> tries what nobody has thought of.
/// </summary>
public sealed partial class HostileJsonTests : IDisposable
{
    private static readonly byte[][] s_values =
    [
        .. new[]
        {
            "-1", "0", "2147483647", "2147483648", "9223372036854775807", "-9223372036854775808",
            "99999999999999999999999999", "1e999", "-0.5", "\"\\ud800\"", "\"\\u0000\"", "[[],[]]",
            new string('[', 2000) + new string(']', 2000), string.Concat(Enumerable.Repeat("{\"a\":", 100_000)),
        }.Select(Encoding.UTF8.GetBytes),
        [(byte)'"', 0xC0, 0x80, 0xFF, (byte)'"'], // No UTF-8.
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("hostile").FullName;

    public static TheoryData<string> Folders => PublishedFolder.With("config.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_entry_of_a_configuration_may_be_anything_or_there_twice(string name)
    {
        string path = Copy(name, "config.json");
        byte[] whole = File.ReadAllBytes(path);
        int refused = 0, tried = 0;
        foreach (var (changed, what) in Values(whole).Concat(Twice(whole)))
        {
            File.WriteAllBytes(path, changed);
            refused += Harm.IsRefused(() => Pretrained.Load(_folder, tokens: false), what) ? 1 : 0;
            tried++;
        }

        Assert.True(tried > 300 && refused > tried / 3, $"{refused} of {tried} were refused.");
    }

    [Theory]
    [InlineData("gpt2", "tokenizer.json")]
    [InlineData("bert", "tokenizer.json")]
    [InlineData("marian", "vocab.json")]
    [InlineData("gpt2", "config.json")]
    [InlineData("t5", "generation_config.json")]
    public void A_file_may_be_cut_off_anywhere(string name, string file)
    {
        string path = Copy(name, file);
        byte[] whole = File.ReadAllBytes(path);
        int step = Math.Max(1, whole.Length / 200);
        for (int length = 0; length < whole.TrimEnd("\n "u8).Length; length += step)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.True(Harm.IsRefused(() => Pretrained.Load(_folder), $"{length} bytes of {file}"));
        }
    }

    [Fact]
    public void Every_number_and_text_of_a_header_may_be_anything()
    {
        byte[] json = Encoding.UTF8.GetBytes(
            """
            {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
            "b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},"c":{"dtype":"I64","shape":[],
            "data_offsets":[32,40]},"d":{"dtype":"F16","shape":[0,7],"data_offsets":[40,40]}}
            """);
        string path = Path.Combine(_folder, "file.safetensors");
        int refused = 0, tried = 0;
        foreach (var (changed, what) in Values(json).Concat(Twice(json)).Prepend((json, "nothing")))
        {
            byte[] length = BitConverter.GetBytes((long)changed.Length);
            File.WriteAllBytes(path, [.. length, .. changed, .. new byte[40]]);
            refused += Harm.IsRefused(() => SafeTensors.Load(path), what) ? 1 : 0;
            Assert.Equal(what == "nothing", refused == 0);
            tried++;
        }

        Assert.InRange(tried, 250, 1000);
    }

    [Fact]
    public void A_header_may_be_of_any_length_and_its_file_end_anywhere()
    {
        string path = Path.Combine(_folder, "file.safetensors");
        SafeTensors.Save(path, new Linear(3, 2, new Random(1)).Parameters("l"));
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.True(Harm.IsRefused(() => SafeTensors.Load(path), $"{length} bytes"));
        }

        long right = BitConverter.ToInt64(whole);
        long[] lengths =
        [
            .. Enumerable.Range(0, whole.Length).Select(n => (long)n).Where(n => n != right), -1, long.MaxValue,
            long.MinValue, int.MaxValue, 1L << 31, 100_000_000, 100_000_001, 1L << 32, (1L << 32) + right,
        ];
        foreach (long length in lengths)
        {
            File.WriteAllBytes(path, [.. BitConverter.GetBytes(length), .. whole[8..]]);
            Assert.True(Harm.IsRefused(() => SafeTensors.Load(path), $"a header of {length} bytes"));
        }
    }

    /// <summary>Each value of some JSON, replaced by each of those above.</summary>
    private static IEnumerable<(byte[] Json, string What)> Values(byte[] json)
    {
        string text = Encoding.Latin1.GetString(json);
        foreach (Match match in Value().Matches(text))
        {
            foreach (byte[] value in s_values)
            {
                byte[] changed = [.. json[..match.Index], .. value, .. json[(match.Index + match.Length)..]];
                yield return (changed, $"{match.Value} at {match.Index} is {Encoding.Latin1.GetString(value)}");
            }
        }
    }

    /// <summary>Each name of some JSON once more, with 0 for a value.</summary>
    private static IEnumerable<(byte[] Json, string What)> Twice(byte[] json)
    {
        foreach (Match match in Name().Matches(Encoding.Latin1.GetString(json)))
        {
            byte[] again = Encoding.Latin1.GetBytes($"{match.Value}0,");
            yield return ([.. json[..match.Index], .. again, .. json[match.Index..]], $"{match.Value} twice");
        }
    }

    /// <summary>A folder of its own, but for the references; the path of one of its files.</summary>
    private string Copy(string name, string file)
    {
        foreach (string path in Directory.GetFiles(new PublishedFolder(name).Place))
        {
            if (!Path.GetFileName(path).StartsWith("reference", StringComparison.Ordinal))
            {
                File.Copy(path, Path.Combine(_folder, Path.GetFileName(path)));
            }
        }

        Pretrained.Load(_folder); // The first time, code is compiled.
        return Path.Combine(_folder, file);
    }

    [GeneratedRegex("""(?<=[:\[,]\s*)("[^"]*"(?!\s*:)|-?[0-9.e+-]+|true|false|null)""")]
    private static partial Regex Value();

    [GeneratedRegex("""(?<=[{,]\s*)"[^"]*"\s*:\s*""")]
    private static partial Regex Name();
}
