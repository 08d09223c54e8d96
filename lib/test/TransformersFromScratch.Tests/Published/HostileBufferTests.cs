using static TransformersFromScratch.Tests.Published.HostileBuffer;

namespace TransformersFromScratch.Tests.Published;

/// <summary>
/// ONNX files and SentencePiece models, which are protocol buffers, with what is likeliest to do damage at every place.
/// </summary>
public sealed class HostileBufferTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hostile").FullName;

    private string File => Path.Combine(_folder, "file");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_number_of_an_onnx_file_may_be_anything() => AssertClear(
        SmallOnnx(), path => path is "7" or "7.1" or "7.5" or "8", ReadOnnx, least: 2000);

    [Fact]
    public void An_onnx_file_may_end_anywhere() => AssertCutOff(SmallOnnx(), ReadOnnx);

    [Fact]
    public void Every_number_of_a_sentencepiece_model_may_be_anything() =>
        AssertClear(SmallPieces(), path => path is "1" or "2" or "3", ReadPieces, least: 500);

    [Fact]
    public void A_sentencepiece_model_may_end_anywhere() => AssertCutOff(SmallPieces(), ReadPieces);

    [Theory]
    [InlineData(1UL << 32, 1UL << 32)]                         // 2^64 numbers, which is 0 in 64 bits.
    [InlineData(1UL << 31, 1UL << 31, 4UL)]
    [InlineData((1UL << 62) + 2, 4UL)]                         // 2^64 + 8.
    [InlineData(ulong.MaxValue, 8UL)]                          // -1, as a reader that knows signs would take it.
    [InlineData(ulong.MaxValue, ulong.MaxValue, 8UL)]
    [InlineData(0UL, ulong.MaxValue)]
    [InlineData(3UL)]
    public void A_tensor_must_hold_as_many_numbers_as_its_axes_say(params ulong[] axes)
    {
        byte[] tensor = [.. axes.SelectMany(axis => Field(1, axis)), .. Field(2, 1), .. Field(8, "w"), .. Field(
            9, new byte[32])];
        System.IO.File.WriteAllBytes(File, Field(7, Field(5, tensor)));
        Assert.True(Harm.IsRefused(() => OnnxReader.Open(File).Dispose(), string.Join(", ", axes)));
    }

    [Fact]
    public void A_tensor_of_many_axes_is_refused()
    {
        byte[] axes = [.. Enumerable.Range(0, 100_000).SelectMany(_ => Field(1, 1))];
        System.IO.File.WriteAllBytes(File, Field(7, Field(5, axes, Field(2, 1), Field(8, "w"), Field(9, new byte[4]))));
        Assert.True(Harm.IsRefused(() => OnnxReader.Open(File).Dispose()));
    }

    /// <summary>Nothing follows a graph, so nothing runs in a circle.</summary>
    [Fact]
    public void A_graph_may_run_in_a_circle()
    {
        byte[][] nodes =
        [
            Node("MatMul", "a", "w", "a"), Node("Add", "a", "q.bias", "b"), Node("MatMul", "b", "w", "b"),
            Node("Add", "b", "b", "b"), Node("MatMul", "w", "w", "w"), Node("Add", "w", "q.bias", "q.bias"),
        ];
        System.IO.File.WriteAllBytes(File, Field(7, [Tensor("w", 2), Tensor("q.bias", 2), .. nodes]));
        using OnnxReader file = OnnxReader.Open(File);
        Assert.Contains(file.Weights, weight => weight is { Name: "q.weight", StoredName: "w" });
    }

    [Fact]
    public void Two_matrices_for_one_bias_are_refused()
    {
        System.IO.File.WriteAllBytes(File, Field(7,
        [
            Tensor("w", 2), Tensor("v", 2), Tensor("q.bias", 2), Node("MatMul", "x", "w", "a"),
            Node("MatMul", "x", "v", "b"), Node("Add", "a", "q.bias", "c"), Node("Add", "b", "q.bias", "d"),
        ]));
        Assert.True(Harm.IsRefused(() => OnnxReader.Open(File).Dispose()));
    }

    private void AssertClear(byte[] whole, Func<string, bool> within, Action read, int least)
    {
        System.IO.File.WriteAllBytes(File, whole);
        Assert.False(Harm.IsRefused(read, "nothing"));
        int refused = 0, tried = 0;
        foreach (var (changed, what) in Changed(whole, within))
        {
            System.IO.File.WriteAllBytes(File, changed);
            refused += Harm.IsRefused(read, what) ? 1 : 0;
            tried++;
        }

        Assert.True(tried > least && refused > tried / 3, $"{refused} of {tried} were refused.");
    }

    private void AssertCutOff(byte[] whole, Action read)
    {
        int step = Math.Max(1, whole.Length / 1000), refused = 0;
        for (int length = 0; length < whole.Length; length += step)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            refused += Harm.IsRefused(read, $"{length} bytes") ? 1 : 0;
        }

        Assert.InRange(refused, 0.9 * whole.Length / step, whole.Length + 1);
    }

    private void ReadOnnx()
    {
        using OnnxReader file = OnnxReader.Open(File);
        OnnxBertWeights.Load(file, heads: 1);
    }

    private void ReadPieces()
    {
        SentencePiece pieces = SentencePiece.Load(File);
        _ = pieces.Decode(pieces.Encode("ab ﬁ \u0000 日本 😀"));
    }

    private static byte[] SmallOnnx() => OnnxBytes.Of(new Bert(
        new BertConfig
        {
            Vocabulary = 5, DModel = 2, Heads = 1, DFeedForward = 2, Layers = 1, Positions = 3, Dropout = 0,
        },
        seed: 1));

    private static byte[] SmallPieces() =>
    [
        .. Piece("<unk>", 2), .. Piece("<s>", 3), .. Piece("\u2581a", 1), .. Piece("b", 1), .. Piece("\u2581", 1),
        .. Piece("own", 4), .. Field(2, Field(3, 1), Field(24, 0)),
        .. Field(3, Field(1, "nmt"), Field(3, 1), Field(4, 1)),
    ];

    private static byte[] Piece(string text, ulong kind) =>
        Field(1, Field(1, text), [(2 << 3) | 5, .. BitConverter.GetBytes(-1.5f)], Field(3, kind));

    private static byte[] Tensor(string name, ulong length) =>
        Field(5, Field(1, length), Field(2, 1), Field(8, name), Field(9, new byte[4 * length]));

    private static byte[] Node(string kind, string left, string right, string output) =>
        Field(1, Field(1, left), Field(1, right), Field(2, output), Field(4, kind));
}
