using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TransformersFromScratch;

/// <summary>16 floats, in a register of AVX-512.</summary>
internal unsafe struct Floats16 : IFloats<Floats16>
{
    // Set without a constructor, which would be one more call to inline for each operation.
    private Vector512<float> _floats;

    public static int Count => 16;

    public static bool Has32 => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Load(ref float start, int index) =>
        new() { _floats = Vector512.LoadUnsafe(ref start, (nuint)index) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Load(float* from) => new() { _floats = Vector512.Load(from) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats16 x, ref float start, int index) => x._floats.StoreUnsafe(ref start, (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats16 x, float* to) => x._floats.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Floats16(float value) => new() { _floats = Vector512.Create(value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 operator +(Floats16 x, Floats16 y) => new() { _floats = x._floats + y._floats };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 operator -(Floats16 x, Floats16 y) => new() { _floats = x._floats - y._floats };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 operator *(Floats16 x, Floats16 y) => new() { _floats = x._floats * y._floats };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 operator /(Floats16 x, Floats16 y) => new() { _floats = x._floats / y._floats };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 MultiplyAdd(Floats16 x, Floats16 y, Floats16 sum) =>
        new() { _floats = Vector512.MultiplyAddEstimate(x._floats, y._floats, sum._floats) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(Floats16 x, Floats16 y, ref Floats16 sum) =>
        sum._floats = Vector512.MultiplyAddEstimate(x._floats, y._floats, sum._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 AddProduct(Floats16 sum, Floats16 x, Floats16 y) => MultiplyAdd(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Abs(Floats16 x) => new() { _floats = Vector512.Abs(x._floats) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 SquareRoot(Floats16 x) => new() { _floats = Vector512.Sqrt(x._floats) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Max(Floats16 x, Floats16 y) => new() { _floats = Vector512.MaxNative(x._floats, y._floats) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 IfLess(Floats16 x, Floats16 y, Floats16 yes, Floats16 no) =>
        new()
        {
            _floats = Vector512.ConditionalSelect(Vector512.LessThan(x._floats, y._floats), yes._floats, no._floats),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 IfNaN(Floats16 x, Floats16 y) =>
        new()
        {
            _floats = Vector512.ConditionalSelect(Vector512.Equals(x._floats, x._floats), y._floats, x._floats),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Raise(Floats16 x, Floats16 n) =>
        new() { _floats = (x._floats.AsInt32() + (n._floats.AsInt32() << 23)).AsSingle() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Floats16 x) => Vector512.Sum(x._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Floats16 x) =>
        Floats8.Largest(Floats8.Of(Vector256.MaxNative(x._floats.GetLower(), x._floats.GetUpper())));
}
