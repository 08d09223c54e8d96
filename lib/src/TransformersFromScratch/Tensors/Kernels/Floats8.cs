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
    public static Floats8 LoadInt8(sbyte* from) =>
        new() { _floats = Vector256.ConvertToSingle(Widened(from)) };

    // The exponent of 5 bits lies where that of 8 does once the bits are moved by 13 places; it lacks 127 - 15 = 112.
    // The smallest numbers (exponent 0) have no leading 1: with one they are too large by it, 2^-14.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 LoadFloat16(short* from)
    {
        Vector256<int> bits = Widened(from), size = (bits & Vector256.Create(0x7FFF)) << 13;
        Vector256<float> normal = (size + Vector256.Create(112 << 23)).AsSingle();
        Vector256<float> small = (size + Vector256.Create(113 << 23)).AsSingle() - Vector256.Create(1f / 16384);
        Vector256<int> isSmall = Vector256.LessThan(size, Vector256.Create(1 << 23));
        Vector256<float> magnitude = Vector256.ConditionalSelect(isSmall.AsSingle(), small, normal);
        return new() { _floats = (magnitude.AsInt32() | (bits & Vector256.Create(int.MinValue))).AsSingle() };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 LoadBFloat16(short* from) => new() { _floats = (Widened(from) << 16).AsSingle() };

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
    public static void StoreSums(Floats8 x0, Floats8 x1, Floats8 x2, Floats8 x3, float* to)
    {
        if (!Avx.IsSupported)
        {
            (to[0], to[1], to[2], to[3]) = (Sum(x0), Sum(x1), Sum(x2), Sum(x3));
            return;
        }

        // Each half of a register for itself; then the halves are added.
        Vector256<float> left = Avx.HorizontalAdd(x0._floats, x1._floats);
        Vector256<float> right = Avx.HorizontalAdd(x2._floats, x3._floats), all = Avx.HorizontalAdd(left, right);
        (all.GetLower() + all.GetUpper()).Store(to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Floats8 x) =>
        Floats4.Largest(Floats4.Of(Vector128.MaxNative(x._floats.GetLower(), x._floats.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Widened(sbyte* from) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32(from)
        : Vector256.Create(Floats4.Widened(from), Floats4.Widened(from + 4));

    /// <summary>The sign of each is in all the upper bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Widened(short* from) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32(from)
        : Vector256.Create(Floats4.Widened(from), Floats4.Widened(from + 4));
}
