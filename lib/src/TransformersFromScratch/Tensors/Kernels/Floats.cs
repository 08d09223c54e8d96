using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TransformersFromScratch;

/// <summary>
/// Some floats in one register of the processor, on which an instruction computes all at once. A function is written for any T, and
/// the just-in-time compiler makes a copy of it for each of the two there are. Each float comes out the same in both, bit for bit.
/// </summary>
internal interface IFloats<T> where T : struct, IFloats<T>
{
    /// <summary>How many there are.</summary>
    static abstract int Count { get; }

    static abstract T Load(ref float start, int index);

    static abstract void Store(T x, ref float start, int index);

    /// <summary>The same number everywhere.</summary>
    static abstract T All(float value);

    static abstract T operator +(T x, T y);

    static abstract T operator -(T x, T y);

    static abstract T operator *(T x, T y);

    static abstract T operator /(T x, T y);

    /// <summary>x·y + sum, with one rounding where the processor can.</summary>
    static abstract T MultiplyAdd(T x, T y, T sum);

    /// <summary>|x|.</summary>
    static abstract T Abs(T x);

    /// <summary>x &lt; y ? yes : no.</summary>
    static abstract T IfLess(T x, T y, T yes, T no);

    /// <summary>x if it is NaN, otherwise <paramref name="y"/>.</summary>
    static abstract T IfNaN(T x, T y);

    /// <summary>2ⁿ·x, for the integer n in the lowest bits of <paramref name="n"/>: it is added to the bits of x that hold its exponent.</summary>
    static abstract T Raise(T x, T n);
}

/// <summary>4, 8 or 16 floats: as many as <see cref="Vector{T}"/> holds.</summary>
internal readonly struct Floats(Vector<float> floats) : IFloats<Floats>
{
    private readonly Vector<float> _floats = floats;

    public static int Count => Vector<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Load(ref float start, int index) => new(Vector.LoadUnsafe(ref start, (nuint)index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats x, ref float start, int index) => x._floats.StoreUnsafe(ref start, (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats All(float value) => new(new Vector<float>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats operator +(Floats x, Floats y) => new(x._floats + y._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats operator -(Floats x, Floats y) => new(x._floats - y._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats operator *(Floats x, Floats y) => new(x._floats * y._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats operator /(Floats x, Floats y) => new(x._floats / y._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats MultiplyAdd(Floats x, Floats y, Floats sum) => new(Vector.MultiplyAddEstimate(x._floats, y._floats, sum._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Abs(Floats x) => new(Vector.Abs(x._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats IfLess(Floats x, Floats y, Floats yes, Floats no) =>
        new(Vector.ConditionalSelect(Vector.LessThan(x._floats, y._floats), yes._floats, no._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats IfNaN(Floats x, Floats y) => new(Vector.ConditionalSelect(Vector.Equals(x._floats, x._floats), y._floats, x._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Raise(Floats x, Floats n) =>
        new(Vector.AsVectorSingle(Vector.AsVectorInt32(x._floats) + (Vector.AsVectorInt32(n._floats) << 23)));
}

/// <summary>16 floats, for processors that have such registers (<see cref="MatrixProduct.HasVector512"/>).</summary>
internal readonly struct WideFloats(Vector512<float> floats) : IFloats<WideFloats>
{
    private readonly Vector512<float> _floats = floats;

    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideFloats Load(ref float start, int index) => new(Vector512.LoadUnsafe(ref start, (nuint)index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(WideFloats x, ref float start, int index) => x._floats.StoreUnsafe(ref start, (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideFloats All(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideFloats operator +(WideFloats x, WideFloats y) => new(x._floats + y._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideFloats operator -(WideFloats x, WideFloats y) => new(x._floats - y._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideFloats operator *(WideFloats x, WideFloats y) => new(x._floats * y._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideFloats operator /(WideFloats x, WideFloats y) => new(x._floats / y._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideFloats MultiplyAdd(WideFloats x, WideFloats y, WideFloats sum) => new(Vector512.MultiplyAddEstimate(x._floats, y._floats, sum._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideFloats Abs(WideFloats x) => new(Vector512.Abs(x._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideFloats IfLess(WideFloats x, WideFloats y, WideFloats yes, WideFloats no) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(x._floats, y._floats), yes._floats, no._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideFloats IfNaN(WideFloats x, WideFloats y) => new(Vector512.ConditionalSelect(Vector512.Equals(x._floats, x._floats), y._floats, x._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideFloats Raise(WideFloats x, WideFloats n) =>
        new((x._floats.AsInt32() + (n._floats.AsInt32() << 23)).AsSingle());
}
