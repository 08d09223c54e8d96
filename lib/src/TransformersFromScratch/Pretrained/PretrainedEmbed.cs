using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>A vector for a text.</summary>
public sealed partial class Pretrained
{
    private const int TokensAtOnce = 2048; // Rows of a batch: enough to keep the product busy, and few megabytes.

    // Every batch makes the same tensors as the one before. Who embeds takes it; a second one beside makes its own.
    private Workspace? _workspace;

    /// <summary>
    /// One vector a text: the mean of its tokens' last vectors, of length 1. The product of two says how alike the
    /// texts are, as far as the model has learned it (Reimers and Gurevych 2019, "Sentence-BERT", section 3).
    /// </summary>
    /// <returns>d_model numbers.</returns>
    /// <exception cref="InvalidOperationException">It is no BERT and no RoBERTa, or has no tokenizer.</exception>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    public float[] Embed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        RequireEncoder();
        return Embed([RequireTokens().Sentence(text)])[0];
    }

    /// <summary>
    /// A vector of length 1 for each of many texts, which are read in batches of like length, so that little is spent
    /// on padding. A text that is too long for the model is read to the model's last position.
    /// </summary>
    /// <param name="texts">The texts.</param>
    /// <param name="progress">Told now and then how many are done; null for nobody.</param>
    /// <param name="cancellation">Stops between two batches; the notebook's stop button if none is given.</param>
    /// <returns>[texts, d_model], in the order of the texts.</returns>
    /// <exception cref="InvalidOperationException">It is no BERT and no RoBERTa, or has no tokenizer.</exception>
    public Matrix<float> EmbedAll(
        IReadOnlyList<string> texts, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        cancellation = cancellation.CanBeCanceled ? cancellation : Interrupt.Token;
        BertConfig shape = RequireEncoder().Config;
        int[][] ids = [.. texts.Select(text => Cut(RequireTokens().Sentence(text), shape.Positions))];
        int[] order = [.. Enumerable.Range(0, ids.Length).OrderBy(i => ids[i].Length)];
        float[] rows = new float[(long)texts.Count * shape.DModel];
        for (int first = 0; first < order.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = 1; // The last of a batch is its longest.
            while (first + count < order.Length && (count + 1) * ids[order[first + count]].Length <= TokensAtOnce)
            {
                count++;
            }

            int[] batch = order[first..(first + count)];
            foreach (var (i, row) in batch.Zip(Embed([.. batch.Select(i => ids[i])])))
            {
                row.CopyTo(rows.AsSpan(i * shape.DModel));
            }

            first += count;
            progress?.Invoke(first);
        }

        return Matrix<float>.Build.DenseOfRowMajor(texts.Count, shape.DModel, rows);
    }

    private static int[] Cut(int[] ids, int longest) =>
        ids.Length <= longest ? ids : [.. ids[..(longest - 1)], ids[^1]]; // The end mark stays.

    private Bert RequireEncoder() => Bert ?? throw Other("has a vector for a text", "BERT and RoBERTa have");

    private float[][] Embed(IReadOnlyList<int[]> ids)
    {
        Bert model = Bert!;
        int d = model.Config.DModel;
        using var quiet = Tape.NoGradient();
        Workspace workspace = Interlocked.Exchange(ref _workspace, null) ?? new();
        TokenBatch tokens = TokenBatch.Of(ids, model.Config.PaddingId);
        float[] means;
        using (workspace.BeginStep())
        {
            means = model.Pool(model.Encode(tokens), tokens, Pooling.Mean).Data;
        }

        _workspace = workspace;
        return [.. Enumerable.Range(0, ids.Count).Select(b =>
        {
            float[] mean = means[(b * d)..((b + 1) * d)];
            float length = MathF.Sqrt(mean.Sum(number => number * number));
            return Array.ConvertAll(mean, number => number / length);
        })];
    }
}
