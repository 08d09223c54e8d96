using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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
    public static Floats16 LoadInt8(sbyte* from) =>
        new() { _floats = Vector512.ConvertToSingle(Widened(from)) };

    // The exponent of 5 bits lies where that of 8 does once the bits are moved by 13 places; it lacks 127 - 15 = 112.
    // The smallest numbers (exponent 0) have no leading 1: with one they are too large by it, 2^-14.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 LoadFloat16(short* from)
    {
        Vector512<int> bits = Widened(from), size = (bits & Vector512.Create(0x7FFF)) << 13;
        Vector512<float> normal = (size + Vector512.Create(112 << 23)).AsSingle();
        Vector512<float> small = (size + Vector512.Create(113 << 23)).AsSingle() - Vector512.Create(1f / 16384);
        Vector512<int> isSmall = Vector512.LessThan(size, Vector512.Create(1 << 23));
        Vector512<float> magnitude = Vector512.ConditionalSelect(isSmall.AsSingle(), small, normal);
        return new() { _floats = (magnitude.AsInt32() | (bits & Vector512.Create(int.MinValue))).AsSingle() };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 LoadBFloat16(short* from) => new() { _floats = (Widened(from) << 16).AsSingle() };

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
    public static void StoreSums(Floats16 x0, Floats16 x1, Floats16 x2, Floats16 x3, float* to)
    {
        if (!Avx512F.IsSupported)
        {
            (to[0], to[1], to[2], to[3]) = (Sum(x0), Sum(x1), Sum(x2), Sum(x3));
            return;
        }

        // Each quarter of a register for itself; then the quarters are added by twos.
        Vector512<float> left = Pairs(x0._floats, x1._floats), right = Pairs(x2._floats, x3._floats);
        Vector512<float> all = Pairs(left, right);
        Vector256<float> lower = all.GetLower(), upper = all.GetUpper();
        ((lower.GetLower() + lower.GetUpper()) + (upper.GetLower() + upper.GetUpper())).Store(to);
    }

    /// <summary>In each quarter the sums of neighbours: x0 + x1, x2 + x3, y0 + y1, y2 + y3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Pairs(Vector512<float> x, Vector512<float> y) =>
        Avx512F.Shuffle(x, y, 0b10_00_10_00) + Avx512F.Shuffle(x, y, 0b11_01_11_01);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Floats16 x) =>
        Floats8.Largest(Floats8.Of(Vector256.MaxNative(x._floats.GetLower(), x._floats.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Widened(sbyte* from) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Int32(Vector128.Load(from))
        : Vector512.Create(Floats8.Widened(from), Floats8.Widened(from + 8));

    /// <summary>The sign of each is in all the upper bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Widened(short* from) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Int32(Vector256.Load(from))
        : Vector512.Create(Floats8.Widened(from), Floats8.Widened(from + 8));
}
