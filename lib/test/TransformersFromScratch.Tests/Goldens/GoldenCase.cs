using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Goldens;

/// <summary>One file of reference tensors; README.md beside it tells the format and the conventions.</summary>
public sealed class GoldenCase
{
    private readonly JsonElement _params;
    private readonly Dictionary<string, (int[] Shape, float[] Data)> _tensors = [];
    private readonly HashSet<string> _used = [];

    private GoldenCase(JsonElement root)
    {
        Kind = root.GetProperty("kind").GetString()!;
        _params = root.GetProperty("params");
        foreach (JsonProperty tensor in root.GetProperty("tensors").EnumerateObject())
        {
            _tensors[tensor.Name] = (
                [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32())],
                [.. tensor.Value.GetProperty("data").EnumerateArray().Select(n => n.GetSingle())]);
        }
    }

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Goldens");

    public string Kind { get; }

    /// <summary>Reads a case, with its gradients where those are in a companion file.</summary>
    public static GoldenCase Load(string name)
    {
        GoldenCase golden = Read(Path.Combine(Folder, name + ".json"));
        string companion = Path.Combine(Folder, name + ".grads.json");
        if (File.Exists(companion))
        {
            foreach (var (tensor, value) in Read(companion)._tensors)
            {
                golden._tensors.TryAdd(tensor, value);
            }
        }

        return golden;

        static GoldenCase Read(string path)
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            return new GoldenCase(document.RootElement.Clone());
        }
    }

    public bool Has(string tensor) => _tensors.ContainsKey(tensor);

    public IEnumerable<string> Names => _tensors.Keys;

    public int[] Shape(string tensor) => _tensors[tensor].Shape;

    public float[] Data(string tensor)
    {
        _used.Add(tensor);
        return _tensors[tensor].Data;
    }

    /// <summary>An input of the tape whose gradient is asked for.</summary>
    public Tensor Input(string tensor) => new([.. Data(tensor)], Shape(tensor)) { RequiresGradient = true };

    public TokenBatch Tokens(string tensor) => new(Ids(tensor), Shape(tensor)[0], Shape(tensor)[1]);

    /// <summary>Compares dL/d(tensor) with the file's.</summary>
    public void AssertGradient(string tensor, Tensor value)
    {
        Assert.NotNull(value.Gradient);
        Assert.Equal(value.Shape.ToArray(), value.Gradient.Shape.ToArray());
        AssertEqual("grad." + tensor, value.Gradient.Data);
    }

    /// <summary>What is in a file is there to be compared: a tensor that a test overlooks is a hole in it.</summary>
    public void AssertEveryTensorUsed() => Assert.Empty(_tensors.Keys.Except(_used));

    public int[] Ids(string tensor) => [.. Data(tensor).Select(value => (int)value)];

    public bool[] Flags(string tensor) => [.. Data(tensor).Select(value => value != 0)];

    public int Int(string name) => _params.GetProperty(name).GetInt32();

    public float Float(string name, float otherwise = float.NaN) =>
        _params.TryGetProperty(name, out JsonElement value) ? value.GetSingle() : otherwise;

    public double Double(string name) => _params.GetProperty(name).GetDouble();

    public bool Bool(string name) => _params.TryGetProperty(name, out JsonElement value) && value.GetBoolean();

    public string? Text(string name) => _params.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    /// <summary>
    /// The last two axes of a tensor as matrices, one for every index of the axes before them: [B,H,T,d] gives B·H
    /// matrices T×d, in order.
    /// </summary>
    public Matrix<float>[] Matrices(string tensor)
    {
        var (shape, data) = _tensors[tensor];
        int rows = shape[^2], columns = shape[^1];
        return [.. Enumerable.Range(0, data.Length / (rows * columns)).Select(i =>
            Matrix<float>.Build.DenseOfRowMajor(
                rows, columns, data[(i * rows * columns)..((i + 1) * rows * columns)]))];
    }

    /// <summary>Copies a tensor over a parameter of the same length.</summary>
    public void Load(string tensor, Tensor into)
    {
        Assert.Equal(into.Shape.ToArray(), Shape(tensor));
        Data(tensor).CopyTo(into.Data, 0);
    }

    /// <summary>Passes when every |got - want| is at most 1e-5 + 1e-4·|want|.</summary>
    public void AssertEqual(string tensor, ReadOnlySpan<float> got)
    {
        float[] want = Data(tensor);
        Assert.Equal(want.Length, got.Length);
        for (int i = 0; i < want.Length; i++)
        {
            Assert.True(
                Math.Abs(got[i] - want[i]) <= 1e-5f + (1e-4f * Math.Abs(want[i])),
                $"{tensor}[{i}]: got {got[i]:R}, libtorch has {want[i]:R}.");
        }
    }

    /// <summary>The same for matrices that follow each other along the leading axes.</summary>
    public void AssertEqual(string tensor, IEnumerable<Matrix<float>> got) =>
        AssertEqual(tensor, got.SelectMany(matrix => matrix.ToRowMajorArray()).ToArray());
}
