using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace TransformersFromScratch;

/// <summary>4 floats, in a register that every x64 and Arm processor has.</summary>
internal readonly unsafe struct Floats4(Vector128<float> floats) : IFloats<Floats4>
{
    private readonly Vector128<float> _floats = floats;

    public static int Count => 4;

    public static bool Has32 => Avx512F.VL.IsSupported || AdvSimd.Arm64.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Load(ref float start, int index) => new(Vector128.LoadUnsafe(ref start, (nuint)index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Load(float* from) => new(Vector128.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats4 x, ref float start, int index) => x._floats.StoreUnsafe(ref start, (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats4 x, float* to) => x._floats.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Floats4(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator +(Floats4 x, Floats4 y) => new(x._floats + y._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator -(Floats4 x, Floats4 y) => new(x._floats - y._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator *(Floats4 x, Floats4 y) => new(x._floats * y._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator /(Floats4 x, Floats4 y) => new(x._floats / y._floats);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 MultiplyAdd(Floats4 x, Floats4 y, Floats4 sum) =>
        new(Vector128.MultiplyAddEstimate(x._floats, y._floats, sum._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 AddProduct(Floats4 sum, Floats4 x, Floats4 y) => MultiplyAdd(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Abs(Floats4 x) => new(Vector128.Abs(x._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 SquareRoot(Floats4 x) => new(Vector128.Sqrt(x._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Max(Floats4 x, Floats4 y) => new(Vector128.MaxNative(x._floats, y._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 IfLess(Floats4 x, Floats4 y, Floats4 yes, Floats4 no) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(x._floats, y._floats), yes._floats, no._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 IfNaN(Floats4 x, Floats4 y) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(x._floats, x._floats), y._floats, x._floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Raise(Floats4 x, Floats4 n) =>
        new((x._floats.AsInt32() + (n._floats.AsInt32() << 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Floats4 x) => Vector128.Sum(x._floats);

    public static float Largest(Floats4 x)
    {
        float largest = float.NegativeInfinity;
        for (int i = 0; i < Count; i++)
        {
            largest = float.MaxNative(largest, x._floats[i]);
        }

        return largest;
    }
}
