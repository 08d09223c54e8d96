using System.Runtime.InteropServices;

namespace TransformersFromScratch;

/// <summary>
/// A weight [out, in] in a half or a quarter of its memory, for inference alone. To write one token, a model reads each
/// of its weights once and does one multiplication with it: the time is that of reading. Half the bytes are read in
/// half the time.
/// </summary>
/// <remarks>
/// <para><b>float16</b> and <b>bfloat16</b> round each number by itself, to the nearest there is.</para>
/// <para><b>int8</b> rounds the numbers of a row to whole multiples of one scale, which is chosen so that the largest
/// becomes 127:
/// <code>
/// s_o = max_i |W_oi| / 127        q_oi = round(W_oi / s_o)        W_oi ≈ s_o q_oi
/// y_o = Σ_i x_i W_oi + b_o ≈ s_o (Σ_i x_i q_oi) + b_o
/// </code>
/// The sum needs no scale; its result is multiplied once. Zero stays zero, and so this is called symmetric, or absmax
/// quantisation, and with a scale for each row, row-wise (Dettmers et al. 2022, "LLM.int8(): 8-bit Matrix
/// Multiplication for Transformers at Scale", section 2). No weight is off by more than s_o/2, half a step. A row with
/// one large number among small ones has long steps; that is why each row has a scale of its own. Unlike there, x stays
/// float32 here: reading it is no work beside reading W.</para>
/// <para>What that costs the models of this course, in BLEU, ROUGE and loss, and how much faster it is, stands in
/// <c>lib/bench/README.md</c>.</para>
/// </remarks>
public sealed class CompactWeight
{
    private readonly byte[] _bytes;
    private readonly float[] _scales; // One a row; none for the halves.

    private CompactWeight(WeightFormat format, int rows, int columns)
    {
        (Format, Rows, Columns) = (format, rows, columns);
        _bytes = new byte[checked(rows * columns * (format == WeightFormat.Int8 ? 1 : 2))];
        _scales = new float[format == WeightFormat.Int8 ? rows : 0];
    }

    /// <summary>How its numbers lie in memory.</summary>
    public WeightFormat Format { get; }

    /// <summary>How many outputs.</summary>
    public int Rows { get; }

    /// <summary>How many inputs.</summary>
    public int Columns { get; }

    /// <summary>How many bytes it takes, its scales among them.</summary>
    public long Bytes => _bytes.LongLength + (_scales.LongLength * sizeof(float));

    /// <summary>One scale a row for int8; none otherwise.</summary>
    public ReadOnlySpan<float> Scales => _scales;

    /// <summary>The numbers as they lie, for the product.</summary>
    internal ReadOnlySpan<byte> Stored => _bytes;

    /// <summary>Rounds a weight.</summary>
    /// <param name="weight">[out, in]; it stays as it is.</param>
    /// <param name="format">float16, bfloat16 or int8.</param>
    /// <exception cref="ArgumentException">
    /// It has not two axes, the format is float32, or a number is none or too large for the format.
    /// </exception>
    public static CompactWeight Of(Tensor weight, WeightFormat format)
    {
        ArgumentNullException.ThrowIfNull(weight);
        CompactWeight compact = Zeros(weight.Shape, format);
        float[] numbers = weight.Data;
        Work.ForEach(compact.Rows, compact.Columns, row => compact.Set(row, numbers.AsSpan(row * compact.Columns)));
        return compact;
    }

    /// <summary>One of zeros, to be filled row by row.</summary>
    /// <exception cref="ArgumentException">There are not two axes, or the format is float32.</exception>
    internal static CompactWeight Zeros(ReadOnlySpan<int> shape, WeightFormat format) =>
        shape.Length != 2 ? throw new ArgumentException(
            $"A compact weight has two axes, [out, in], not [{string.Join(", ", shape.ToArray())}].", nameof(shape))
        : format is WeightFormat.Float16 or WeightFormat.BFloat16 or WeightFormat.Int8
            ? new CompactWeight(format, shape[0], shape[1])
        : throw new ArgumentException(
            $"A compact weight is Float16, BFloat16 or Int8, not {format}: a Tensor is float32.", nameof(format));

    /// <summary>Rounds the numbers of a row; several threads may set rows at once.</summary>
    /// <param name="row">From 0 to <see cref="Rows"/> - 1.</param>
    /// <param name="numbers">Begins with the numbers of the row.</param>
    /// <exception cref="ArgumentException">A number is none or too large for the format.</exception>
    internal void Set(int row, ReadOnlySpan<float> numbers)
    {
        numbers = numbers[..Columns];
        float largest = TransformersFromScratch.Rows.LargestSize(numbers);
        if (!(largest < Limit(Format))) { throw Refusal(row, numbers); }

        Round(numbers, row, largest);
    }

    /// <summary>A row as float32: exactly the numbers that a product computes with.</summary>
    /// <param name="row">From 0 to <see cref="Rows"/> - 1.</param>
    /// <param name="to">Room for <see cref="Columns"/> numbers.</param>
    /// <exception cref="ArgumentException">There is no such row, or the room is another.</exception>
    public void CopyRow(int row, Span<float> to)
    {
        if (row < 0 || row >= Rows || to.Length != Columns)
        {
            throw new ArgumentException(
                $"This weight has rows 0 to {Rows - 1} of {Columns} numbers, not a row {row} of {to.Length}.");
        }

        switch (Format)
        {
            case WeightFormat.Float16:
                ReadOnlySpan<Half> halves = RowOf<Half>(row);
                for (int i = 0; i < to.Length; i++) { to[i] = (float)halves[i]; }

                break;
            case WeightFormat.BFloat16:
                ReadOnlySpan<ushort> upper = RowOf<ushort>(row);
                for (int i = 0; i < to.Length; i++) { to[i] = BitConverter.Int32BitsToSingle(upper[i] << 16); }

                break;
            default:
                ReadOnlySpan<sbyte> steps = RowOf<sbyte>(row);
                for (int i = 0; i < to.Length; i++) { to[i] = _scales[row] * steps[i]; }

                break;
        }
    }

    /// <summary>The whole weight as float32.</summary>
    /// <returns>[out, in].</returns>
    public Tensor Widened()
    {
        var wide = new Tensor(Rows, Columns);
        for (int row = 0; row < Rows; row++) { CopyRow(row, wide.Row(row)); }

        return wide;
    }

    private void Round(ReadOnlySpan<float> numbers, int row, float largest)
    {
        switch (Format)
        {
            case WeightFormat.Float16:
                Rounding.ToFloat16(numbers, RowOf<ushort>(row));
                break;
            case WeightFormat.BFloat16:
                Rounding.ToBFloat16(numbers, RowOf<ushort>(row));
                break;
            default:
                // A row of zeros, or of numbers so small that their scale would be 0, is a row of zeros.
                float scale = largest / sbyte.MaxValue;
                _scales[row] = scale;
                if (scale > 0)
                {
                    Rounding.ToInt8(numbers, scale, RowOf<sbyte>(row));
                }
                else
                {
                    RowOf<sbyte>(row).Clear();
                }

                break;
        }
    }

    /// <summary>The least number that would round to infinity: half a step above the largest of the format.</summary>
    private static float Limit(WeightFormat format) => format switch
    {
        WeightFormat.Float16 => 65520f,
        WeightFormat.BFloat16 => BitConverter.UInt32BitsToSingle(0x7F7F8000),
        _ => float.PositiveInfinity,
    };

    private ArgumentException Refusal(int row, ReadOnlySpan<float> numbers)
    {
        int wrong = 0;
        while (Math.Abs(numbers[wrong]) < Limit(Format)) { wrong++; }

        return new ArgumentException(
            $"The weight holds {Shapes.Number(numbers[wrong])} at row {row}, column {wrong}" +
            (float.IsFinite(numbers[wrong])
                ? $": more than {Format} can hold. Take another format."
                : ". A weight has to be a number: the training it comes from has diverged."));
    }

    private Span<TNumber> RowOf<TNumber>(int row) where TNumber : unmanaged =>
        MemoryMarshal.Cast<byte, TNumber>(_bytes.AsSpan()).Slice(row * Columns, Columns);
}
