namespace TransformersFromScratch;

// The messages of an ONNX file, one method each, with the numbers that onnx.proto gives their fields: ModelProto,
// OperatorSetIdProto, GraphProto, NodeProto, TensorProto. Fields that are not named are jumped over.
public sealed partial class OnnxReader
{
    private void ReadModel(ProtocolStream model)
    {
        var producer = new List<string>();
        bool graph = false;
        while (model.Read())
        {
            switch (model.Field)
            {
                case 2 or 3:
                    producer.Add(s_strict.GetString(model.Bytes(LongestName)));
                    break;
                case 7:
                    ReadGraph(model.Message());
                    graph = true;
                    break;
                case 8:
                    ReadOpset(model.Message());
                    break;
            }
        }

        Producer = string.Join(' ', producer);
        if (!graph)
        {
            throw new InvalidDataException("it has no graph");
        }
    }

    private void ReadOpset(ProtocolStream set)
    {
        while (set.Read())
        {
            if (set.Field == 2) { Opset = Math.Max(Opset, set.Number); }
        }
    }

    private void ReadGraph(ProtocolStream graph)
    {
        while (graph.Read())
        {
            if (graph.Field == 1)
            {
                if (_nodes.Count == MostNodes)
                {
                    throw new InvalidDataException($"its graph has more than {MostNodes} nodes");
                }

                _nodes.Add(ReadNode(graph.Bytes(LongestNode)));
            }
            else if (graph.Field == 5)
            {
                SafeTensorsEntry tensor = ReadTensor(graph.Message());
                if (_tensors.Count == MostTensors || !_tensors.TryAdd(tensor.Name, tensor))
                {
                    throw new InvalidDataException(
                        $"it has more than {MostTensors} tensors, or '{Excerpt.Of(tensor.Name)}' is there twice");
                }
            }
        }
    }

    private static OnnxNode ReadNode(ReadOnlySpan<byte> bytes)
    {
        var (inputs, outputs, kind) = (new List<string>(), new List<string>(), "");
        for (var node = new ProtocolBuffer(bytes); node.Read();)
        {
            switch (node.Field)
            {
                case 1:
                    inputs.Add(s_strict.GetString(node.Bytes));
                    break;
                case 2:
                    outputs.Add(s_strict.GetString(node.Bytes));
                    break;
                case 4:
                    kind = s_strict.GetString(node.Bytes);
                    break;
            }
        }

        return new OnnxNode(kind, inputs, outputs);
    }

    private static SafeTensorsEntry ReadTensor(ProtocolStream tensor)
    {
        var (name, type, shape) = ("", 0UL, new List<long>());
        var (start, length) = (0L, 0L);
        while (tensor.Read())
        {
            switch (tensor.Field)
            {
                case 1 when tensor.Length == 0:
                    shape.Add((long)Math.Min(tensor.Number, long.MaxValue));
                    break;
                case 1: // Several numbers in one field.
                    throw new InvalidDataException("it packs the axes of a tensor, which is not read here");
                case 2:
                    type = tensor.Number;
                    break;
                case 8:
                    name = s_strict.GetString(tensor.Bytes(LongestName));
                    break;
                case 9:
                    (start, length) = (tensor.Start, tensor.Length);
                    break;
            }
        }

        string kind = type switch { 1 => "F32", 6 => "I32", 7 => "I64", 11 => "F64", _ => $"number {type}" };
        if (kind == "F32") { RequireWhole(name, shape, length); }

        return new SafeTensorsEntry(name, kind, [.. shape], start, start + length);
    }

    private static void RequireWhole(string name, List<long> shape, long length)
    {
        long room = length / sizeof(float), count = 1;
        foreach (long axis in shape)
        {
            if (axis > 0 && count > room / axis) { count = -1; break; }

            count *= axis;
        }

        if (shape.Count > MostAxes || count * sizeof(float) != length)
        {
            throw new InvalidDataException(
                $"'{Excerpt.Of(name)}' has the shape [{SafeTensorsHeader.Shown([.. shape.Take(MostAxes)])}] and " +
                $"{length} bytes, which is not 4 a number");
        }
    }
}
