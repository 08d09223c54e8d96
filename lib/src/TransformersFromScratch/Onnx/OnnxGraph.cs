using System.Globalization;

namespace TransformersFromScratch;

/// <summary>A value that flows through an ONNX graph: what a node makes, an input, or a stored tensor.</summary>
/// <param name="Name">What the nodes that read it call it.</param>
internal readonly record struct OnnxValue(string Name);

/// <summary>
/// A graph of ONNX operations (Open Neural Network Exchange), built node after node: each method adds one operation and
/// gives back what it makes. Weights are stored under the names they have in this course, and once, however many nodes
/// read them.
/// </summary>
/// <remarks>
/// Written by hand and not by Google.Protobuf, because the library needs no package but MathNet.Numerics: the part of
/// the format that a file needs is <see cref="ProtocolMessage"/>.
/// </remarks>
internal sealed partial class OnnxGraph
{
    /// <summary>
    /// The version of the operations: the first with a layer norm among them, so that old runtimes take it too.
    /// </summary>
    public const int Opset = 17;

    private const int FormatVersion = 8; // The format (IR) that came with opset 17.

    private readonly string _name;
    private readonly Dictionary<Tensor, string> _names;
    private readonly bool _half;
    private readonly ProtocolMessage _body = new();
    private readonly OrderedDictionary<string, OnnxTensor> _stored = [];
    private readonly Dictionary<Tensor, OnnxValue> _weights = new(ReferenceEqualityComparer.Instance);
    private int _nodes;

    /// <summary>An empty graph.</summary>
    /// <param name="name">What it computes.</param>
    /// <param name="weights">The tensors it may store, with their names.</param>
    /// <param name="half">
    /// Whether weights are stored as float16; they are made float32 before they are used.
    /// </param>
    public OnnxGraph(string name, IEnumerable<Parameter> weights, bool half)
    {
        (_name, _half) = (name, half);
        _body.Text(2, name);
        _names = new(ReferenceEqualityComparer.Instance);
        foreach (var (weight, tensor) in weights)
        {
            _names[tensor] = weight;
        }
    }

    /// <summary>Which part of the model is being built; the names of its nodes begin with it.</summary>
    public string Part { get; set; } = "";

    /// <summary>An input of the graph.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its type.</param>
    /// <param name="axes">A number for an axis that is fixed, a name for one that is not.</param>
    public OnnxValue Input(string name, OnnxType type, params string[] axes)
    {
        _body.Message(11, Describe(name, type, axes));
        return new OnnxValue(name);
    }

    /// <summary>Names a value as an output of the graph.</summary>
    public void Output(string name, OnnxValue value, params string[] axes)
    {
        _body.Message(1, new ProtocolMessage().Text(1, value.Name).Text(2, name).Text(3, name).Text(4, "Identity"));
        _body.Message(12, Describe(name, OnnxType.Float, axes));
    }

    /// <summary>A weight of the model.</summary>
    public OnnxValue Weight(Tensor tensor)
    {
        if (!_weights.TryGetValue(tensor, out OnnxValue weight))
        {
            string name = _names[tensor];
            weight = Store(_half ? OnnxTensor.OfHalves(name, tensor) : OnnxTensor.Of(name, tensor));
            _weights[tensor] = weight = _half ? Cast(weight, OnnxType.Float) : weight;
        }

        return weight;
    }

    /// <summary>A number that is in the formula and not learned.</summary>
    public OnnxValue Number(float number) => Store(
        OnnxTensor.Of(number.ToString("R", CultureInfo.InvariantCulture), [number]));

    /// <summary>A whole number.</summary>
    public OnnxValue Whole(long number) => Store(
        OnnxTensor.Of(string.Create(CultureInfo.InvariantCulture, $"whole {number}"), [number], shape: []));

    /// <summary>A row of whole numbers.</summary>
    public OnnxValue Row(params long[] numbers) => Store(
        OnnxTensor.Of($"row {string.Join(' ', numbers)}", numbers, numbers.Length));

    /// <summary>Keeps a tensor, unless there is one of this name.</summary>
    public OnnxValue Store(OnnxTensor tensor)
    {
        _stored.TryAdd(tensor.Name, tensor);
        return new OnnxValue(tensor.Name);
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="NotSupportedException">It would have more than 2 GB.</exception>
    public void WriteTo(Stream file)
    {
        (ProtocolMessage Head, OnnxTensor Tensor)[] tensors =
            [.. _stored.Values.Select(tensor => (tensor.Head(), tensor))];
        long length = _body.Length + tensors.Sum(one => one.Head.Length + one.Tensor.Length);
        if (length > int.MaxValue - 1024)
        {
            throw new NotSupportedException(
                $"'{_name}' would take {length / 1_000_000_000.0:F1} GB, and an ONNX file holds 2 GB at most: a " +
                "protocol buffer counts no further. Write float16, or export a smaller model.");
        }

        new ProtocolMessage()
            .Number(1, FormatVersion)
            .Text(2, "Transformers from Scratch in C#")
            .Message(8, new ProtocolMessage().Text(1, "").Number(2, Opset))
            .Head(7, length)
            .WriteTo(file);
        _body.WriteTo(file);
        foreach (var (head, tensor) in tensors)
        {
            head.WriteTo(file);
            tensor.Write(file);
        }
    }

    /// <summary>Adds a node.</summary>
    /// <param name="operation">Its name in the operators' schema of ONNX.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="attributes">What it is told besides.</param>
    private OnnxValue Node(string operation, OnnxValue[] inputs, params ProtocolMessage[] attributes)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Part}/{operation}.{_nodes++}");
        var node = new ProtocolMessage();
        foreach (OnnxValue input in inputs)
        {
            node.Text(1, input.Name);
        }

        node.Text(2, name).Text(3, name).Text(4, operation);
        foreach (ProtocolMessage attribute in attributes)
        {
            node.Message(5, attribute);
        }

        _body.Message(1, node);
        return new OnnxValue(name);
    }

    private static ProtocolMessage Whole(string name, long value) =>
        new ProtocolMessage().Text(1, name).Number(3, value).Number(20, 2);

    private static ProtocolMessage Single(string name, float value) =>
        new ProtocolMessage().Text(1, name).Single(2, value).Number(20, 1);

    private static ProtocolMessage Wholes(string name, ReadOnlySpan<long> values)
    {
        ProtocolMessage attribute = new ProtocolMessage().Text(1, name);
        foreach (long value in values)
        {
            attribute.Number(8, value);
        }

        return attribute.Number(20, 7);
    }

    /// <summary>The name, type and axes of an input or output.</summary>
    private static ProtocolMessage Describe(string name, OnnxType type, string[] axes)
    {
        var shape = new ProtocolMessage();
        foreach (string axis in axes)
        {
            shape.Message(1, int.TryParse(axis, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
                ? new ProtocolMessage().Number(1, size)
                : new ProtocolMessage().Text(2, axis));
        }

        ProtocolMessage tensor = new ProtocolMessage().Number(1, (int)type).Message(2, shape);
        return new ProtocolMessage().Text(1, name).Message(2, new ProtocolMessage().Message(1, tensor));
    }
}
