using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

// Formulas that several operations use. Those of one operation stand beside its derivation.

/// <summary>factor · x.</summary>
internal readonly struct Times(float factor) : IFormula1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of<T>(T x) where T : struct, IFloats<T> => x * factor;
}

/// <summary>sum + factor · x.</summary>
internal readonly struct PlusTimes(float factor) : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of<T>(T x, T sum) where T : struct, IFloats<T> => T.MultiplyAdd(x, factor, sum);
}

/// <summary>x1 + x2.</summary>
internal readonly struct Plus : IFormula2, ITerm1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of<T>(T x1, T x2) where T : struct, IFloats<T> => x1 + x2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Add<T>(T sum, T x) where T : struct, IFloats<T> => sum + x;
}

/// <summary>x1 · x2.</summary>
internal readonly struct Product : IFormula2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of<T>(T x1, T x2) where T : struct, IFloats<T> => x1 * x2;
}

/// <summary>sum + x1 · x2.</summary>
internal readonly struct PlusProduct : ITerm2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Add<T>(T sum, T x1, T x2) where T : struct, IFloats<T> => T.AddProduct(sum, x1, x2);
}
