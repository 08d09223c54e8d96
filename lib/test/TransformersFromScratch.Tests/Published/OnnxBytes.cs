using System.Runtime.InteropServices;
using System.Text;

namespace TransformersFromScratch.Tests.Published;

/// <summary>Writes as much of an ONNX file as a BERT needs to be read: weights, and which is added to which.</summary>
internal static class OnnxBytes
{
    /// <summary>A BERT as PyTorch exports it: matrices as [in, out], called by numbers.</summary>
    public static byte[] Of(Bert model)
    {
        var graph = new List<byte[]>();
        int number = 900;
        var names = new NameTable();
        BertLayout.AddBody(names, model, transposed: true);
        foreach (var (name, value) in names.Tensors().Select(tensor => (tensor.Name, tensor.Value)))
        {
            bool folded = name.StartsWith("encoder", StringComparison.Ordinal) && value.Shape.Length == 2;
            string stored = folded ? $"{number++}" : name;
            graph.Add(Field(5, Tensor(stored, value.Shape.ToArray(), value.Data)));
            if (!folded) { continue; }

            string product = $"p{number}", bias = name[..^"weight".Length] + "bias";
            graph.Add(Field(1, Node("MatMul", ["x", stored], product)));
            graph.Add(Field(1, Node("Add", [bias, product], $"s{number}")));
        }

        return [.. Field(1, 7), .. Field(2, "pytorch"), .. Field(7, graph.SelectMany(bytes => bytes)),
            .. Field(8, Field(2, 13))];
    }

    /// <summary>
    /// What makes ONNX Runtime show more of a graph: a message that stands twice in a protocol buffer is read as one,
    /// so a second graph adds its outputs to those of the first.
    /// </summary>
    public static byte[] Outputs(IEnumerable<string> names) =>
        Field(7, names.SelectMany(name => Field(12, Field(1, name))));

    private static byte[] Tensor(string name, int[] shape, float[] data) =>
        [.. shape.SelectMany(axis => Field(1, axis)), .. Field(2, 1), .. Field(8, name),
            .. Field(9, MemoryMarshal.AsBytes(data.AsSpan()).ToArray())];

    private static byte[] Node(string kind, string[] inputs, string output) =>
        [.. inputs.SelectMany(input => Field(1, input)), .. Field(2, output), .. Field(4, kind)];

    private static byte[] Field(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int field, IEnumerable<byte> bytes) =>
        bytes.ToArray() is var all ? [.. Number((field << 3) | 2), .. Number(all.Length), .. all] : [];

    private static byte[] Field(int field, int number) => [.. Number(field << 3), .. Number(number)];

    private static IEnumerable<byte> Number(int value)
    {
        for (; value > 0x7F; value >>= 7) { yield return (byte)(value | 0x80); }

        yield return (byte)value;
    }
}
