using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace TransformersFromScratch;

/// <summary>4 floats, in a register that every x64 and Arm processor has.</summary>
internal unsafe struct Floats4 : IFloats<Floats4>
{
    // Set without a constructor, which would be one more call to inline for each operation.
    private Vector128<float> _floats;

    public static Floats4 Of(Vector128<float> floats) => new() { _floats = floats };

    public static int Count => 4;

    public static bool Has32 => Avx512F.VL.IsSupported || AdvSimd.Arm64.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Load(ref float start, int index) =>
        new() { _floats = Vector128.LoadUnsafe(ref start, (nuint)index) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Load(float* from) => new() { _floats = Vector128.Load(from) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 LoadInt8(sbyte* from) =>
        new() { _floats = Vector128.ConvertToSingle(Widened(from)) };

    // The exponent of 5 bits lies where that of 8 does once the bits are moved by 13 places; it lacks 127 - 15 = 112.
    // The smallest numbers (exponent 0) have no leading 1: with one they are too large by it, 2^-14.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 LoadFloat16(short* from)
    {
        Vector128<int> bits = Widened(from), size = (bits & Vector128.Create(0x7FFF)) << 13;
        Vector128<float> normal = (size + Vector128.Create(112 << 23)).AsSingle();
        Vector128<float> small = (size + Vector128.Create(113 << 23)).AsSingle() - Vector128.Create(1f / 16384);
        Vector128<int> isSmall = Vector128.LessThan(size, Vector128.Create(1 << 23));
        Vector128<float> magnitude = Vector128.ConditionalSelect(isSmall.AsSingle(), small, normal);
        return new() { _floats = (magnitude.AsInt32() | (bits & Vector128.Create(int.MinValue))).AsSingle() };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 LoadBFloat16(short* from) => new() { _floats = (Widened(from) << 16).AsSingle() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats4 x, ref float start, int index) => x._floats.StoreUnsafe(ref start, (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats4 x, float* to) => x._floats.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Floats4(float value) => new() { _floats = Vector128.Create(value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator +(Floats4 x, Floats4 y) => new() { _floats = x._floats + y._floats };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator -(Floats4 x, Floats4 y) => new() { _floats = x._floats - y._floats };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator *(Floats4 x, Floats4 y) => new() { _floats = x._floats * y._floats };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator /(Floats4 x, Floats4 y) => new() { _floats = x._floats / y._floats };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 MultiplyAdd(Floats4 x, Floats4 y, Floats4 sum) =>
        new() { _floats = Fused(x._floats, y._floats, sum._floats) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(Floats4 x, Floats4 y, ref Floats4 sum) =>
        sum._floats = Fused(x._floats, y._floats, sum._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Fused(Vector128<float> x, Vector128<float> y, Vector128<float> sum) =>
        Registers.Fuse ? Vector128.MultiplyAddEstimate(x, y, sum) : (x * y) + sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 AddProduct(Floats4 sum, Floats4 x, Floats4 y) => MultiplyAdd(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Abs(Floats4 x) => new() { _floats = Vector128.Abs(x._floats) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 SquareRoot(Floats4 x) => new() { _floats = Vector128.Sqrt(x._floats) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Max(Floats4 x, Floats4 y) => new() { _floats = Vector128.MaxNative(x._floats, y._floats) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 IfLess(Floats4 x, Floats4 y, Floats4 yes, Floats4 no) =>
        new()
        {
            _floats = Vector128.ConditionalSelect(Vector128.LessThan(x._floats, y._floats), yes._floats, no._floats),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 IfNaN(Floats4 x, Floats4 y) =>
        new()
        {
            _floats = Vector128.ConditionalSelect(Vector128.Equals(x._floats, x._floats), y._floats, x._floats),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Raise(Floats4 x, Floats4 n) =>
        new() { _floats = (x._floats.AsInt32() + (n._floats.AsInt32() << 23)).AsSingle() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Floats4 x) => Vector128.Sum(x._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(Floats4 x0, Floats4 x1, Floats4 x2, Floats4 x3, float* to)
    {
        Vector128<float> left = Pairs(x0._floats, x1._floats), right = Pairs(x2._floats, x3._floats);
        Pairs(left, right).Store(to);
    }

    /// <summary>The sums of neighbours: x0 + x1, x2 + x3, y0 + y1, y2 + y3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Pairs(Vector128<float> x, Vector128<float> y) =>
        Sse3.IsSupported ? Sse3.HorizontalAdd(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.AddPairwise(x, y)
        : Vector128.Create(x[0] + x[1], x[2] + x[3], y[0] + y[1], y[2] + y[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Floats4 x) => float.MaxNative(
        float.MaxNative(x._floats[0], x._floats[1]), float.MaxNative(x._floats[2], x._floats[3]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Widened(sbyte* from) => Vector128.WidenLower(
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<int>(from)).AsSByte()));

    /// <summary>The sign of each is in all the upper bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Widened(short* from) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(from)).AsInt16());
}
