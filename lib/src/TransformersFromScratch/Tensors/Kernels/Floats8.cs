using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TransformersFromScratch;

/// <summary>8 floats, in a register of AVX2.</summary>
internal unsafe struct Floats8 : IFloats<Floats8>
{
    // Set without a constructor, which would be one more call to inline for each operation.
    private Vector256<float> _floats;

    public static Floats8 Of(Vector256<float> floats) => new() { _floats = floats };

    public static int Count => 8;

    public static bool Has32 => Avx512F.VL.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Load(ref float start, int index) =>
        new() { _floats = Vector256.LoadUnsafe(ref start, (nuint)index) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Load(float* from) => new() { _floats = Vector256.Load(from) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats8 x, ref float start, int index) => x._floats.StoreUnsafe(ref start, (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats8 x, float* to) => x._floats.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Floats8(float value) => new() { _floats = Vector256.Create(value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 operator +(Floats8 x, Floats8 y) => new() { _floats = x._floats + y._floats };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 operator -(Floats8 x, Floats8 y) => new() { _floats = x._floats - y._floats };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 operator *(Floats8 x, Floats8 y) => new() { _floats = x._floats * y._floats };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 operator /(Floats8 x, Floats8 y) => new() { _floats = x._floats / y._floats };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 MultiplyAdd(Floats8 x, Floats8 y, Floats8 sum) =>
        new() { _floats = Vector256.MultiplyAddEstimate(x._floats, y._floats, sum._floats) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(Floats8 x, Floats8 y, ref Floats8 sum) =>
        sum._floats = Vector256.MultiplyAddEstimate(x._floats, y._floats, sum._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 AddProduct(Floats8 sum, Floats8 x, Floats8 y) => MultiplyAdd(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Abs(Floats8 x) => new() { _floats = Vector256.Abs(x._floats) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 SquareRoot(Floats8 x) => new() { _floats = Vector256.Sqrt(x._floats) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Max(Floats8 x, Floats8 y) => new() { _floats = Vector256.MaxNative(x._floats, y._floats) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 IfLess(Floats8 x, Floats8 y, Floats8 yes, Floats8 no) =>
        new()
        {
            _floats = Vector256.ConditionalSelect(Vector256.LessThan(x._floats, y._floats), yes._floats, no._floats),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 IfNaN(Floats8 x, Floats8 y) =>
        new()
        {
            _floats = Vector256.ConditionalSelect(Vector256.Equals(x._floats, x._floats), y._floats, x._floats),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Raise(Floats8 x, Floats8 n) =>
        new() { _floats = (x._floats.AsInt32() + (n._floats.AsInt32() << 23)).AsSingle() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Floats8 x) => Vector256.Sum(x._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Floats8 x) =>
        Floats4.Largest(Floats4.Of(Vector128.MaxNative(x._floats.GetLower(), x._floats.GetUpper())));
}
