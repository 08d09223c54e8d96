namespace TransformersFromScratch.Tests.Published;

/// <summary>The same weights in float16, in bfloat16, and in several files.</summary>
public class PublishedVariantTests
{
    public static TheoryData<string, string> Variants
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string name in PublishedFolder.With("variants"))
            {
                string variants = Path.Combine(new PublishedFolder(name).Place, "variants");
                foreach (string folder in Directory.GetDirectories(variants))
                {
                    all.Add(name, Path.GetFileName(folder));
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_variant_has_the_weights_of_the_whole_rounded_as_its_type_says(string name, string variant)
    {
        var from = new PublishedFolder(name);
        string folder = Path.Combine(from.Place, "variants", variant);
        Parameter[] whole = [.. Parameters(from.Load())];
        Parameter[] rounded = [.. Parameters(Pretrained.Load(folder, tokens: false))];
        Assert.Equal(whole.Select(one => one.Name), rounded.Select(one => one.Name));
        string type = PublishedFolder.Read(Path.Combine(folder, "config.json")).GetProperty("dtype").GetString()!;
        int changed = 0;
        foreach (var (one, other) in whole.Zip(rounded))
        {
            float[] wanted = Array.ConvertAll(one.Value.Data, number => Rounded(number, type));
            Assert.Equal(wanted, other.Value.Data);
            changed += wanted.Zip(one.Value.Data).Count(pair => pair.First != pair.Second);
        }

        Assert.Equal(type != "float32", changed > 0);
    }

    internal static IEnumerable<Parameter> Parameters(Pretrained model) =>
        model.Gpt?.Parameters() ?? model.Classifier?.Parameters() ?? model.Bert?.Parameters()
        ?? model.EncoderDecoder!.Parameters();

    private static float Rounded(float number, string type) => type switch
    {
        "float32" => number,
        "float16" => (float)(Half)number,
        _ => BFloat16(BitConverter.SingleToUInt32Bits(number)),
    };

    /// <summary>The nearest number whose lower 16 bits are 0; of two as near, the one that is even.</summary>
    private static float BFloat16(uint bits) =>
        BitConverter.UInt32BitsToSingle((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000);
}
