using System.Buffers;

namespace TransformersFromScratch;

/// <summary>
/// Reads a published tensor into a model, block by block and on all threads, so that a number is looked at, turned and
/// rounded while it is in the nearest cache. A compact weight (<see cref="CompactWeight"/>) gets its rows rounded: no
/// float32 copy of the model is ever there.
/// </summary>
/// <param name="file">Where the tensors lie.</param>
internal sealed class Filling(IPublishedTensors file) : Exchange
{
    private const int Block = 1 << 18; // Numbers: 1 MB.

    private float[] _turned = []; // Weights on their way from [in, out] to compact rows; kept for the next ones.

    /// <summary>Which tensor is read.</summary>
    public string Name { get; set; } = "";

    /// <inheritdoc/>
    public override void Pass(long first, Tensor tensor)
    {
        if (tensor.Compacted is { } compact)
        {
            int columns = compact.Columns;
            InBlocks(compact.Rows, columns, (row, end) => WithRoom((end - row) * columns, numbers =>
            {
                Read(first + ((long)row * columns), numbers);
                SetRows(compact, row, end, numbers);
            }));
            return;
        }

        _ = tensor.Span; // From here on it has storage, which all threads see.
        InBlocks(tensor.Length, 1, (start, end) => Read(first + start, tensor.Span[start..end]));
    }

    /// <inheritdoc/>
    /// <remarks>GPT-2's way, the paper's y = x W as it is written. Ours are [out, in].</remarks>
    public override void PassTransposed(Linear[] maps)
    {
        int inputs = maps[0].Inputs, outputs = maps.Sum(map => map.Outputs);
        // A compact row has one scale, so all its numbers have to be there before the first is rounded.
        bool areCompact = maps[0].Weight.Compacted is not null;
        if (areCompact && _turned.Length < inputs * outputs) { _turned = new float[inputs * outputs]; }

        InBlocks(inputs, outputs, (input, end) => WithRoom((end - input) * outputs, numbers =>
        {
            Read((long)input * outputs, numbers);
            int first = 0;
            foreach (Linear map in maps)
            {
                Span<float> into = areCompact ? _turned.AsSpan(first * inputs) : map.Weight.Span;
                Turned.Copy(
                    new View(numbers[first..], end - input, map.Outputs, outputs),
                    new View(into[input..], map.Outputs, end - input, inputs));
                first += map.Outputs;
            }
        }));
        for (int i = 0, first = 0; i < maps.Length && areCompact; first += maps[i++].Outputs)
        {
            CompactWeight compact = maps[i].Weight.Compacted!;
            int start = first * inputs;
            InBlocks(compact.Rows, inputs, (row, end) =>
                SetRows(compact, row, end, _turned.AsSpan(start + (row * inputs))));
        }
    }

    private static void InBlocks(int rows, int columns, Action<int, int> body) =>
        SharedLoop.For(rows, Math.Max(1, Block / columns), MatrixProduct.Threads, body);

    private static void WithRoom(int count, Action<Span<float>> body)
    {
        float[] room = ArrayPool<float>.Shared.Rent(count);
        body(room.AsSpan(0, count));
        ArrayPool<float>.Shared.Return(room);
    }

    private void SetRows(CompactWeight compact, int row, int end, ReadOnlySpan<float> numbers)
    {
        try
        {
            for (; row < end; row++, numbers = numbers[compact.Columns..]) { compact.Set(row, numbers); }
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{Excerpt.Of(Name)}' in {Excerpt.OfPath(file.Folder)}: {e.Message}", e);
        }
    }

    private void Read(long first, Span<float> numbers)
    {
        file.CopyTo(Name, first, numbers);
        if (Rows.AreFinite(new View(numbers, 1, numbers.Length, numbers.Length)))
        {
            return;
        }

        int wrong = 0;
        while (float.IsFinite(numbers[wrong])) { wrong++; }

        throw new InvalidDataException(
            $"'{Excerpt.Of(Name)}' in {Excerpt.OfPath(file.Folder)} holds {Shapes.Number(numbers[wrong])}: the file " +
            "is damaged, or the training it comes from has diverged.");
    }
}
