using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace TransformersFromScratch.Tests.Published;

/// <summary>
/// Folders of which somebody has damaged a file, or made it to do damage: each is read, or refused in one short line,
/// within a second and 100 MB.
/// </summary>
public sealed partial class PublishedDamageTests : IDisposable
{
    private const string Text = "  It's a truth, naïve café <s> <extra_id_0> [MASK] 日本語 \u200b ﬁ 😀 x\t1234 </s>";

    private static readonly string[] s_texts =
    [
        "0", "1", "-1", "9", "99", "2147483648", "18446744073709551616", "1e308", "0.5", "NaN", "null", "true", "[]",
        "{}", "[[[[[[[[[[]]]]]]]]]]", "\"\"", "\"\\u001b[2J\"", "\"\\ud800\"", "\"../../etc/passwd\"", "I64", "F64",
        "BF16", "",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("damaged").FullName;

    public static TheoryData<string> Folders => PublishedFolder.With("config.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_with_a_damaged_file_is_read_or_refused_in_a_line(string name) =>
        AssertClear(new PublishedFolder(name).Place, times: 400);

    [Fact]
    public void So_is_one_of_several_files_and_an_index() =>
        AssertClear(Path.Combine(new PublishedFolder("marian").Place, "variants", "sharded"), times: 400);

    private void AssertClear(string place, int times)
    {
        foreach (string path in Directory.GetFiles(place).Where(path => !IsReference(path)))
        {
            File.Copy(path, Path.Combine(_folder, Path.GetFileName(path)));
        }

        string[] files = [.. Directory.GetFiles(_folder).Order(StringComparer.Ordinal)];
        byte[][] whole = [.. files.Select(File.ReadAllBytes)];
        Pretrained.Load(_folder); // The first time, code is compiled.
        int refused = 0;
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, 5], Gen.Int[0, int.MaxValue - 1]).Sample(
            (which, how, seed) =>
            {
                File.WriteAllBytes(files[which], Mutated(whole[which], how, new Random(seed)));
                refused += Harm.IsRefused(Read, $"{Path.GetFileName(files[which])}, {how}, {seed}") ? 1 : 0;
                File.WriteAllBytes(files[which], whole[which]);
            },
            iter: times, threads: 1);
        Assert.InRange(refused, times / 10, times);
    }

    private void Read()
    {
        Pretrained model = Pretrained.Load(_folder);
        int[] ids = model.Tokens?.Sentence(Text) ?? [];
        _ = model.Tokens?.Decode(ids, special: true);
        _ = ids.Select(id => model.Tokens!.TokenText(id)).ToArray();
    }

    private static byte[] Mutated(byte[] whole, int how, Random random)
    {
        byte[] bytes = [.. whole];
        int head = Math.Min(bytes.Length, 4000);
        switch (how)
        {
            case 0: // Cut off, or longer.
                return random.Next(2) == 0
                    ? bytes[..random.Next(bytes.Length)]
                    : [.. bytes, .. new byte[random.Next(1, 9)]];
            case 1: // Some bytes of its beginning, where lengths and names are.
                for (int n = random.Next(1, 4); n > 0; n--) { bytes[random.Next(head)] = (byte)random.Next(256); }
                return bytes;
            case 2: // A bit anywhere.
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 3: // A piece that is there twice.
                int from = random.Next(head), to = random.Next(from, Math.Min(bytes.Length, from + 100));
                return [.. bytes[..to], .. bytes[from..]];
            default: // A number or a text becomes another.
                return Replaced(bytes, random);
        }
    }

    private static byte[] Replaced(byte[] bytes, Random random)
    {
        string text = Encoding.Latin1.GetString(bytes);
        MatchCollection matches = Fields().Matches(text[..Math.Min(text.Length, 200_000)]);
        if (matches.Count == 0)
        {
            return bytes;
        }

        Match match = matches[random.Next(matches.Count)];
        return
        [
            .. bytes[..match.Index], .. Encoding.UTF8.GetBytes(s_texts[random.Next(s_texts.Length)]),
            .. bytes[(match.Index + match.Length)..],
        ];
    }

    private static bool IsReference(string path) => Path.GetFileName(path) is { } name
        && (name.StartsWith("reference", StringComparison.Ordinal) || name.Contains(".cases.", StringComparison.Ordinal)
            || name.Contains(".pairs.", StringComparison.Ordinal) || name == "buckets.json");

    [GeneratedRegex("[0-9.]+|\"[^\"]*\"|true|false|null|[A-Za-z_.]+")]
    private static partial Regex Fields();
}
