using System.Runtime.InteropServices;
using System.Text;

namespace TransformersFromScratch;

/// <summary>
/// What is needed of an ONNX file: its weights, and as much of its graph as it takes to give each weight its name
/// (onnx.proto; the fields have the numbers that stand there). Nothing is computed by the graph.
/// </summary>
/// <remarks>
/// An exporter may fold a matrix into a new one, [in, out] where the layer has [out, in], and call it by a number. The
/// graph knows better: the product of that matrix is added to a bias that has kept its name. So a matrix whose product
/// goes to <c>query.bias</c> is <c>query.weight</c> here.
/// </remarks>
public sealed partial class OnnxReader : IPublishedTensors, IDisposable
{
    private const int MostTensors = 100_000, MostNodes = 1_000_000, LongestName = 1000, LongestNode = 1 << 20;
    private const int MostAxes = 32;

    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    private readonly FileStream _file;
    private readonly long _start, _length;
    private readonly Dictionary<string, SafeTensorsEntry> _tensors = new(StringComparer.Ordinal);
    private readonly List<OnnxNode> _nodes = [];

    private OnnxReader(FileStream file, long start, long length) => (_file, _start, _length) = (file, start, length);

    /// <summary>How many bytes it has.</summary>
    public long Length => _length;

    /// <summary>The weights, in the order of the file.</summary>
    public IReadOnlyList<OnnxWeight> Weights { get; private set; } = [];

    /// <summary>The steps of the calculation, in their order.</summary>
    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    /// <summary>Which version of the operations the file wants; 0 if it does not say.</summary>
    public ulong Opset { get; private set; }

    /// <summary>Who wrote it, such as "pytorch 1.10".</summary>
    public string Producer { get; private set; } = "";

    /// <summary>Reads the names and the graph of a file; the weights stay where they are.</summary>
    /// <param name="path">The file.</param>
    /// <param name="start">Where the ONNX file begins in it: another file may contain it.</param>
    /// <param name="length">How many bytes it has; null for all that follow.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no ONNX file, or a damaged one.</exception>
    public static OnnxReader Open(string path, long start = 0, long? length = null)
    {
        FileStream file = File.OpenRead(path);
        try
        {
            var onnx = new OnnxReader(file, start, length ?? (file.Length - start));
            onnx.ReadModel(new ProtocolStream(file, start, start + onnx._length));
            onnx.NameMatrices();
            return onnx;
        }
        catch (Exception e) when (e is InvalidDataException or DecoderFallbackException or EndOfStreamException)
        {
            file.Dispose();
            throw new InvalidDataException(
                $"'{Excerpt.OfPath(path)}' cannot be read as ONNX: {Excerpt.Of(e.Message, most: 300)}. " +
                "Fetch it again.", e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The ONNX file that <see cref="Pretrained.MiniLM()"/> reads.</summary>
    /// <exception cref="FileNotFoundException">The package is not on this machine; the message says what to do.
    /// </exception>
    public static OnnxReader OfMiniLM() => Pretrained.OpenMiniLm(Pretrained.MiniLmPath(RestoredPackage.Folders()));

    /// <summary>Some of its bytes, to be looked at.</summary>
    /// <param name="start">The first, counted from 0.</param>
    /// <param name="count">How many; fewer come where the file ends.</param>
    public byte[] Bytes(long start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        byte[] bytes = new byte[Math.Min(count, Math.Max(0, _length - start))];
        _file.Position = _start + start;
        _file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The numbers of a weight, as they lie in the file.</summary>
    /// <param name="name">Its name, as <see cref="Weights"/> has it.</param>
    /// <exception cref="ArgumentException">There is no such weight, or it does not hold float32.</exception>
    public float[] Numbers(string name)
    {
        if (!_tensors.TryGetValue(name, out SafeTensorsEntry? entry) || entry.Unreadable is not null)
        {
            throw new ArgumentException($"There is no weight '{name}' of float32 in this file.", nameof(name));
        }

        float[] numbers = new float[entry.Count];
        CopyTo(name, 0, numbers);
        return numbers;
    }

    string IPublishedTensors.Folder => _file.Name;

    IReadOnlyDictionary<string, SafeTensorsEntry> IPublishedTensors.Entries => _tensors;

    void IPublishedTensors.CopyTo(string name, long first, Span<float> numbers) => CopyTo(name, first, numbers);

    private void CopyTo(string name, long first, Span<float> numbers)
    {
        SafeTensorsEntry entry = _tensors[name];
        Span<byte> bytes = MemoryMarshal.AsBytes(numbers);
        for (long at = entry.Begin + (first * sizeof(float)); !bytes.IsEmpty;)
        {
            int read = RandomAccess.Read(_file.SafeFileHandle, bytes, at);
            if (read == 0)
            {
                throw new InvalidDataException($"'{Excerpt.OfPath(_file.Name)}' has become shorter while it was read.");
            }

            bytes = bytes[read..];
            at += read;
        }

        LittleEndian.ToNative(numbers);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Gives a matrix the name of the bias that its product is added to.</summary>
    private void NameMatrices()
    {
        var products = new Dictionary<string, string>(StringComparer.Ordinal); // Of which matrix it is the product.
        foreach (OnnxNode node in _nodes.Where(node => node is { Kind: "MatMul", Inputs.Count: 2, Outputs.Count: 1 }))
        {
            if (_tensors.ContainsKey(node.Inputs[1])) { products[node.Outputs[0]] = node.Inputs[1]; }
        }

        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (OnnxNode node in _nodes.Where(node => node is { Kind: "Add", Inputs.Count: 2 }))
        {
            string? bias = node.Inputs.FirstOrDefault(name => name.EndsWith(".bias", StringComparison.Ordinal));
            string? matrix = node.Inputs.Select(products.GetValueOrDefault).FirstOrDefault(name => name is not null);
            if (bias is null || matrix is null || !_tensors.ContainsKey(bias)) { continue; }

            string name = bias[..^".bias".Length] + ".weight";
            if (name != matrix && _tensors.Remove(matrix, out SafeTensorsEntry? entry))
            {
                renamed[name] = matrix;
                if (!_tensors.TryAdd(name, entry with { Name = name }))
                {
                    throw new InvalidDataException($"two matrices go to '{Excerpt.Of(bias)}'");
                }
            }
        }

        Weights = [.. _tensors.Values.OrderBy(entry => entry.Begin).Select(entry => new OnnxWeight(
            entry.Name, renamed.GetValueOrDefault(entry.Name, entry.Name), entry.Shape, entry.Type,
            entry.End - entry.Begin))];
    }
}

/// <summary>A weight of a graph.</summary>
/// <param name="Name">Its name: its own, or the one that the graph gives away.</param>
/// <param name="StoredName">What the file calls it.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Type">F32, I64, or what else it holds.</param>
/// <param name="Bytes">How many bytes it has.</param>
public sealed record OnnxWeight(string Name, string StoredName, IReadOnlyList<long> Shape, string Type, long Bytes);

/// <summary>A step of a graph.</summary>
/// <param name="Kind">Which operation, such as MatMul.</param>
/// <param name="Inputs">What it takes: names of weights, of inputs, or of what other steps give.</param>
/// <param name="Outputs">What it gives.</param>
public sealed record OnnxNode(string Kind, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);
