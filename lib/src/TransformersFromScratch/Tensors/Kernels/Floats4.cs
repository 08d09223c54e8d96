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
        new() { _floats = Vector128.MultiplyAddEstimate(x._floats, y._floats, sum._floats) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(Floats4 x, Floats4 y, ref Floats4 sum) =>
        sum._floats = Vector128.MultiplyAddEstimate(x._floats, y._floats, sum._floats);

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
    public static float Largest(Floats4 x) => float.MaxNative(
        float.MaxNative(x._floats[0], x._floats[1]), float.MaxNative(x._floats[2], x._floats[3]));
}
