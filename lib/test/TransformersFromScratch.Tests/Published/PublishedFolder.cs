using System.Text.Json;

namespace TransformersFromScratch.Tests.Published;

/// <summary>
/// A folder with a model as it is published and what it makes of some inputs; README.md beside it tells where it is
/// from.
/// </summary>
public sealed class PublishedFolder
{
    private readonly SafeTensors _file;
    private readonly HashSet<string> _loaded = [];

    public PublishedFolder(string name)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Published", name);
        _file = SafeTensors.Load(Path.Combine(folder, "model.safetensors"));
        Config = Read(Path.Combine(folder, "config.json"));
        Reference = Read(Path.Combine(folder, "reference.json"));
    }

    public JsonElement Config { get; }

    public JsonElement Reference { get; }

    public int Int(string name) => Config.GetProperty(name).GetInt32();

    public float Float(string name) => Config.GetProperty(name).GetSingle();

    public static JsonElement Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }

    /// <summary>
    /// Copies a tensor over a parameter of the same shape, but for rows at its beginning that the parameter lacks.
    /// </summary>
    public void Load(string name, Tensor into, int skipRows = 0)
    {
        Tensor tensor = _file[name];
        int[] shape = tensor.Shape.ToArray();
        shape[0] -= skipRows;
        Assert.Equal(into.Shape.ToArray(), shape);
        tensor.Data.AsSpan(tensor.Length - into.Length).CopyTo(into.Data);
        _loaded.Add(name);
    }

    public void Load(string prefix, Linear into)
    {
        Load(prefix + ".weight", into.Weight);
        if (into.Bias is not null) { Load(prefix + ".bias", into.Bias); }
    }

    public void Load(string prefix, LayerNorm into)
    {
        Load(prefix + ".weight", into.Gain);
        if (into.Kind == NormKind.Layer) { Load(prefix + ".bias", into.Bias); }
    }

    /// <summary>The four maps of an attention under their published names.</summary>
    public void Load(string prefix, MultiHeadAttention into, string query, string key, string value, string output)
    {
        Load($"{prefix}.{query}", into.Query);
        Load($"{prefix}.{key}", into.Key);
        Load($"{prefix}.{value}", into.Value);
        Load($"{prefix}.{output}", into.Output);
    }

    /// <summary>What is in the file is in the model: a tensor that is overlooked is a hole in the test.</summary>
    public void AssertAllLoaded(params string[] but) => Assert.Empty(_file.Tensors.Keys.Except(_loaded).Except(but));

    /// <summary>Ids of the reference, [B, T].</summary>
    public TokenBatch Tokens(string name)
    {
        var (shape, data) = Array(Reference.GetProperty(name));
        return new TokenBatch([.. data.Select(value => (int)value)], shape[0], shape[1]);
    }

    public int[] Ids(string name) => Tokens(name).Ids;

    /// <summary>What a decoder reads to write the labels: the start token, and all of them but the last.</summary>
    public TokenBatch Targets(int start, int padding)
    {
        TokenBatch labels = Tokens("labels");
        int[] read = [.. labels.Ids.Select((_, i) =>
            i % labels.Length == 0 ? start : labels.Ids[i - 1] == Op.NoTarget ? padding : labels.Ids[i - 1])];
        return new TokenBatch(read, labels.Sentences, labels.Length);
    }

    /// <summary>The same sequences of a list in the reference.</summary>
    public void Close(string name, int index, Tensor got, bool[]? padding = null) =>
        Close($"{name}[{index}]", Reference.GetProperty(name)[index], got, padding);

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

        Assert.True(compared > want.Length / 2, $"Nearly all of {name} is padding.");
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
