using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TransformersFromScratch;

/// <summary>
/// The one vocabulary for vectors: some floats in one register of the processor, on which an instruction computes all
/// at once. A kernel or a formula is written for any T; the just-in-time compiler makes a copy of it for each T, in
/// which these calls are single instructions.
/// </summary>
/// <remarks>
/// There are registers of 16 floats (AVX-512), 8 (AVX2) and 4 (every x64 and Arm processor), and a single float for
/// what is left at the end of a row. Each float of a result comes out the same in all four, bit for bit, but for
/// <see cref="AddProduct"/>.
/// </remarks>
internal unsafe interface IFloats<T> where T : struct, IFloats<T>
{
    /// <summary>How many there are.</summary>
    static abstract int Count { get; }

    /// <summary>Whether there are 32 registers of this width, and not 16.</summary>
    static abstract bool Has32 { get; }

    static abstract T Load(ref float start, int index);

    static abstract T Load(float* from);

    /// <summary>Whole numbers from -128 to 127, as floats.</summary>
    static abstract T LoadInt8(sbyte* from);

    /// <summary>
    /// Numbers of half the bits, as floats, all exactly. There must be no infinity and no NaN among them.
    /// </summary>
    static abstract T LoadFloat16(short* from);

    /// <summary>The upper halves of floats, as floats; the lower halves are 0.</summary>
    static abstract T LoadBFloat16(short* from);

    static abstract void Store(T x, ref float start, int index);

    static abstract void Store(T x, float* to);

    /// <summary>The same number everywhere.</summary>
    static abstract implicit operator T(float value);

    static abstract T operator +(T x, T y);

    static abstract T operator -(T x, T y);

    static abstract T operator *(T x, T y);

    static abstract T operator /(T x, T y);

    /// <summary>
    /// x·y + sum: a fused multiply-add, one instruction and one rounding. (A processor without it multiplies, rounds,
    /// adds and rounds again; hence "estimate" in .NET's name for it.)
    /// </summary>
    static abstract T MultiplyAdd(T x, T y, T sum);

    /// <summary>
    /// sum ← x·y + sum: the same, in the register of the sum. Of <c>sum = MultiplyAdd(x, y, sum)</c> the compiler
    /// makes a move more, because the sum is a structure (.NET 10); in a product, that is one for each row of a tile.
    /// </summary>
    static abstract void Accumulate(T x, T y, ref T sum);

    /// <summary>
    /// sum + x·y, for sums over a row: one rounding in a register, two for the single floats at the row's end. The
    /// results that this course shows were computed so, and one rounding less would change their last bits.
    /// </summary>
    static abstract T AddProduct(T sum, T x, T y);

    /// <summary>|x|.</summary>
    static abstract T Abs(T x);

    /// <summary>√x.</summary>
    static abstract T SquareRoot(T x);

    /// <summary>The larger of the two; of a NaN, what the processor makes of it.</summary>
    static abstract T Max(T x, T y);

    /// <summary>x &lt; y ? yes : no.</summary>
    static abstract T IfLess(T x, T y, T yes, T no);

    /// <summary>x if it is NaN, otherwise <paramref name="y"/>.</summary>
    static abstract T IfNaN(T x, T y);

    /// <summary>
    /// 2ⁿ·x, for the integer n in the lowest bits of <paramref name="n"/>: it is added to the bits of x that hold its
    /// exponent.
    /// </summary>
    static abstract T Raise(T x, T n);

    /// <summary>The sum of all: neighbours by twos, then those sums by twos, and so on.</summary>
    static abstract float Sum(T x);

    /// <summary>
    /// The sums of four registers, one after another: the same bits as <see cref="Sum"/>, in a third of the
    /// instructions, because four registers of partial sums become one.
    /// </summary>
    static abstract void StoreSums(T x0, T x1, T x2, T x3, float* to);

    /// <summary>The largest of all.</summary>
    static abstract float Largest(T x);
}

/// <summary>Which registers this processor has. The compiler knows the answers, so a question costs nothing.</summary>
internal static class Registers
{
    /// <summary>
    /// Registers of 16 floats are used wherever there are any. On Intel's first processors that have them .NET advises
    /// against it, because the clock slows down for them. That is right for a few instructions here and there, but a
    /// product keeps them busy; and in what comes between products, the clock has slowed down already.
    /// </summary>
    public static bool Hold16 => Vector512.IsHardwareAccelerated || Avx512F.IsSupported;

    public static bool Hold8 => Vector256.IsHardwareAccelerated;

    /// <summary>
    /// Whether x·y + sum is asked for as one operation. The interpreter of a browser has no short way for it: the two
    /// operations take a fortieth of the time, and give the same numbers as its long way.
    /// </summary>
    public static bool Fuse => !OperatingSystem.IsBrowser();
}
