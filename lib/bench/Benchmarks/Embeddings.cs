using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace TransformersFromScratch.Benchmarks;

/// <summary>
/// all-MiniLM-L6-v2: how many texts become vectors in a second, beside ONNX Runtime on the same file, with as many
/// threads, in turns within one process.
/// </summary>
internal static class Embeddings
{
    private static readonly (int Texts, int Tokens)[] s_sizes = [(1, 16), (1, 128), (32, 16), (32, 128)];

    public static void Print(int threads)
    {
        Pretrained model = Pretrained.MiniLM();
        using OnnxReader file = OnnxReader.OfMiniLM();
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        // ONNX Runtime's threads wait in a loop for their next work, and take time from whoever's turn it is.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        using var session = new InferenceSession(file.Bytes(0, (int)file.Length), options);
        MatrixProduct.Threads = threads;
        var workspace = new Workspace(); // As Pretrained.Embed has one; ONNX Runtime has its arena.

        Console.WriteLine($"## all-MiniLM-L6-v2: texts a second, {threads} threads, as median (best)");
        Console.WriteLine("| | this library | ONNX Runtime | times as fast |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var (texts, length) in s_sizes)
        {
            var random = new Random(1);
            var batch = new TokenBatch(
                [.. Enumerable.Range(0, texts * length).Select(_ => random.Next(1000, 30_000))], texts, length);
            IReadOnlyList<NamedOnnxValue> inputs = Inputs(batch);
            Contestant ours = new("this library", 0, () => Ours(model.Bert!, batch, workspace));
            Contestant theirs = new("ONNX Runtime", 0, () => session.Run(inputs).Dispose());
            Measure.Interleaved(9, 200, [ours, theirs]);
            Console.WriteLine(
                $"| {texts} × {length} tokens | {Rate(ours)} | {Rate(theirs)} | " +
                $"{theirs.Median / ours.Median:F2} ({theirs.Best / ours.Best:F2}) |");

            string Rate(Contestant one) => $"{texts / one.Median:F0} ({texts / one.Best:F0})";
        }

        Console.WriteLine();
    }

    private static void Ours(Bert model, TokenBatch batch, Workspace workspace)
    {
        using var quiet = Tape.NoGradient();
        using var step = workspace.BeginStep();
        model.Pool(model.Encode(batch), batch, Pooling.Mean);
    }

    private static IReadOnlyList<NamedOnnxValue> Inputs(TokenBatch batch)
    {
        int[] shape = [batch.Sentences, batch.Length];
        NamedOnnxValue Of(string name, Func<int, long> of) => NamedOnnxValue.CreateFromTensor(
            name, new DenseTensor<long>(batch.Ids.Select(of).ToArray(), shape));
        return [Of("input_ids", id => id), Of("attention_mask", _ => 1), Of("token_type_ids", _ => 0)];
    }
}
