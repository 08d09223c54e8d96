using Microsoft.ML.OnnxRuntime;

namespace TransformersFromScratch.Tests.Onnx;

/// <summary>Numbers with a shape, on their way into ONNX Runtime or out of it.</summary>
/// <param name="Shape">The axes.</param>
/// <param name="Value">What ONNX Runtime keeps.</param>
internal sealed record Array(long[] Shape, OrtValue Value)
{
    public static Array Of(long[] numbers, params long[] shape) =>
        new(shape, OrtValue.CreateTensorValueFromMemory(numbers, shape));

    public static Array Of(float[] numbers, params long[] shape) =>
        new(shape, OrtValue.CreateTensorValueFromMemory(numbers, shape));

    /// <summary>The ids of a batch.</summary>
    public static Array Of(TokenBatch tokens) => Of(
        System.Array.ConvertAll(tokens.Ids, id => (long)id), tokens.Sentences, tokens.Length);

    /// <summary>1 for a token, 0 for padding.</summary>
    public static Array MaskOf(TokenBatch tokens, int padding) => Of(
        System.Array.ConvertAll(tokens.Ids, id => id == padding ? 0L : 1), tokens.Sentences, tokens.Length);

    public float[] Numbers => Value.GetTensorDataAsSpan<float>().ToArray();
}

/// <summary>A file of this library in ONNX Runtime.</summary>
internal sealed class OnnxRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    public OnnxRun(OnnxFile file)
    {
        string folder = Directory.CreateTempSubdirectory("onnx-").FullName;
        try
        {
            string path = Path.Combine(folder, file.Name);
            file.Save(path);
            using var options = new SessionOptions { IntraOpNumThreads = 1 };
            _session = new InferenceSession(path, options);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public InferenceSession Session => _session;

    public IReadOnlyList<string> Inputs => _session.InputNames;

    public IReadOnlyList<string> Outputs => _session.OutputNames;

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    /// <summary>All outputs by name; inputs that the file does not ask for are left out.</summary>
    public Dictionary<string, Array> Run(IReadOnlyDictionary<string, Array> inputs)
    {
        Dictionary<string, OrtValue> asked = Inputs.ToDictionary(name => name, name => inputs[name].Value);
        IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_options, asked, Outputs);
        return Outputs.Zip(outputs).ToDictionary(
            pair => pair.First, pair => new Array(pair.Second.GetTensorTypeAndShape().Shape, pair.Second));
    }

    public Dictionary<string, Array> Run(params (string Name, Array Value)[] inputs) =>
        Run(inputs.ToDictionary(input => input.Name, input => input.Value));

    /// <summary>Passes where no number is more than 1e-4 off, but in rows of padding, which mean nothing.</summary>
    /// <param name="want">[B, T, …].</param>
    /// <param name="got">The same.</param>
    /// <param name="padding">B·T flags, or null.</param>
    /// <param name="tolerance">How far a number may be off.</param>
    public static void Close(Tensor want, Array got, bool[]? padding = null, double tolerance = 1e-4)
    {
        Assert.Equal(want.Shape.ToArray().Select(axis => (long)axis), got.Shape);
        float[] wanted = want.Data, numbers = got.Numbers;
        int width = padding is null ? 1 : wanted.Length / padding.Length, compared = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            if (padding?[i / width] == true) { continue; }

            compared++;
            Assert.True(
                Math.Abs(wanted[i] - numbers[i]) <= tolerance,
                $"Number {i} is {numbers[i]:R} in ONNX Runtime and {wanted[i]:R} here.");
        }

        Assert.True(compared > 0);
    }
}
