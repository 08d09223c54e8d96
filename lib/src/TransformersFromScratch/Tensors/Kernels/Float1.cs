using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

/// <summary>
/// A single float, for what is left at the end of a row: so a formula is written once for the row and its end.
/// </summary>
internal readonly unsafe struct Float1(float value) : IFloats<Float1>
{
    private readonly float _value = value;

    public static int Count => 1;

    public static bool Has32 => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Load(ref float start, int index) => new(Unsafe.Add(ref start, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Load(float* from) => new(*from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 LoadInt8(sbyte* from) => new(*from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 LoadFloat16(short* from) => new((float)BitConverter.Int16BitsToHalf(*from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 LoadBFloat16(short* from) => new(BitConverter.Int32BitsToSingle(*from << 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Float1 x, ref float start, int index) => Unsafe.Add(ref start, index) = x._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Float1 x, float* to) => *to = x._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Float1(float value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 operator +(Float1 x, Float1 y) => new(x._value + y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 operator -(Float1 x, Float1 y) => new(x._value - y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 operator *(Float1 x, Float1 y) => new(x._value * y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 operator /(Float1 x, Float1 y) => new(x._value / y._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 MultiplyAdd(Float1 x, Float1 y, Float1 sum) =>
        new(Registers.Fuse ? float.MultiplyAddEstimate(x._value, y._value, sum._value)
            : (x._value * y._value) + sum._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(Float1 x, Float1 y, ref Float1 sum) => sum = MultiplyAdd(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 AddProduct(Float1 sum, Float1 x, Float1 y) => new(sum._value + (x._value * y._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Abs(Float1 x) => new(MathF.Abs(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 SquareRoot(Float1 x) => new(MathF.Sqrt(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Max(Float1 x, Float1 y) => new(float.MaxNative(x._value, y._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 IfLess(Float1 x, Float1 y, Float1 yes, Float1 no) => x._value < y._value ? yes : no;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 IfNaN(Float1 x, Float1 y) => float.IsNaN(x._value) ? x : y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float1 Raise(Float1 x, Float1 n) => new(BitConverter.Int32BitsToSingle(
        BitConverter.SingleToInt32Bits(x._value) + (BitConverter.SingleToInt32Bits(n._value) << 23)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Float1 x) => x._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(Float1 x0, Float1 x1, Float1 x2, Float1 x3, float* to) =>
        (to[0], to[1], to[2], to[3]) = (x0._value, x1._value, x2._value, x3._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Float1 x) => x._value;
}
