using System.Text.Json;

namespace TransformersFromScratch.Tests.Published;

/// <summary>
/// A folder with a model as it is published and what it makes of some inputs; README.md beside it tells where it is
/// from. Every folder that is dropped in is tested.
/// </summary>
public sealed class PublishedFolder
{
    private static readonly string s_all = Path.Combine(AppContext.BaseDirectory, "Published");

    public PublishedFolder(string name)
    {
        Place = Path.Combine(s_all, name);
        Config = Read(Path.Combine(Place, "config.json"));
        Reference = Read(Path.Combine(Place, "reference.json"));
    }

    /// <summary>The folders that have a file, or a folder, of a name.</summary>
    public static TheoryData<string> With(string name) =>
        [.. Directory.GetDirectories(s_all).Where(folder => Path.Exists(Path.Combine(folder, name)))
            .Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    public string Place { get; }

    public JsonElement Config { get; }

    public JsonElement Reference { get; }

    public Pretrained Load() => Pretrained.Load(Place);

    public static JsonElement Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }

    public bool Has(string name) => Reference.TryGetProperty(name, out _);

    /// <summary>Ids of the reference, [B, T].</summary>
    public TokenBatch Tokens(string name)
    {
        var (shape, data) = Array(Reference.GetProperty(name));
        return new TokenBatch([.. data.Select(value => (int)value)], shape[0], shape[1]);
    }

    public int[] Ids(string name) => Tokens(name).Ids;

    /// <summary>B·T flags: which inputs are padding, and mean nothing.</summary>
    public bool[] Padding() => [.. Ids("attention_mask").Select(seen => seen == 0)];

    /// <summary>What a decoder reads to write the labels: the start token, and all of them but the last.</summary>
    public TokenBatch Targets(int start, int padding)
    {
        TokenBatch labels = Tokens("labels");
        int[] read = [.. labels.Ids.Select((_, i) =>
            i % labels.Length == 0 ? start : labels.Ids[i - 1] == Op.NoTarget ? padding : labels.Ids[i - 1])];
        return new TokenBatch(read, labels.Sentences, labels.Length);
    }

    /// <summary>All of a list of the reference.</summary>
    public void CloseAll(string name, IReadOnlyList<Tensor> got, bool[] padding)
    {
        Assert.Equal(Reference.GetProperty(name).GetArrayLength(), got.Count);
        for (int i = 0; i < got.Count; i++)
        {
            Close($"{name}[{i}]", Reference.GetProperty(name)[i], got[i], padding);
        }
    }

    /// <summary>
    /// Passes when every |got - want| is at most 1e-4 + 1e-3·|want|, but in rows of padding, which mean nothing.
    /// </summary>
    public void Close(string name, Tensor got, bool[]? padding = null) =>
        Close(name, Reference.GetProperty(name), got, padding);

    private static void Close(string name, JsonElement reference, Tensor got, bool[]? padding)
    {
        var (shape, want) = Array(reference);
        Assert.Equal(shape, got.Shape.ToArray());
        float[] values = got.Data;
        int compared = 0;
        for (int i = 0; i < want.Length; i++)
        {
            if (padding is not null && padding[Row(shape, i)]) { continue; }

            compared++;
            Assert.True(
                Math.Abs(values[i] - want[i]) <= 1e-4 + (1e-3 * Math.Abs(want[i])),
                $"{name}[{i}]: got {values[i]:R}, published {want[i]:R}.");
        }

        Assert.True(compared > want.Length / 4, $"Nearly all of {name} is padding.");
    }

    /// <summary>The row b·T + t of an element: of [B, T, d], or of the weights [B, h, T, S].</summary>
    private static int Row(int[] shape, int i)
    {
        int width = shape[^1], length = shape[^2], sentence = i / (shape.Aggregate(1, (a, b) => a * b) / shape[0]);
        return (sentence * length) + (i / width % length);
    }

    private static (int[] Shape, float[] Data) Array(JsonElement array) =>
        ([.. array.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32())],
        [.. array.GetProperty("data").EnumerateArray().Select(n => n.GetSingle())]);
}
