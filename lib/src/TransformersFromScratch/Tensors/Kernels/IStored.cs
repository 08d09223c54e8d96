using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

/// <summary>A number of fewer bits than a float, as it lies in a <see cref="CompactWeight"/>.</summary>
internal unsafe interface IStored<TSelf> where TSelf : unmanaged, IStored<TSelf>
{
    /// <summary>Some of them as floats in a register.</summary>
    static abstract T Load<T>(TSelf* from) where T : struct, IFloats<T>;
}

#pragma warning disable CS0169, IDE0051 // The fields give the numbers their sizes; they are read as what they are.

/// <summary>A whole number from -127 to 127.</summary>
internal readonly unsafe struct StoredInt8 : IStored<StoredInt8>
{
    private readonly sbyte _bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load<T>(StoredInt8* from) where T : struct, IFloats<T> => T.LoadInt8((sbyte*)from);
}

/// <summary>A float16 that is a number.</summary>
internal readonly unsafe struct StoredFloat16 : IStored<StoredFloat16>
{
    private readonly short _bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load<T>(StoredFloat16* from) where T : struct, IFloats<T> => T.LoadFloat16((short*)from);
}

/// <summary>The upper half of a float.</summary>
internal readonly unsafe struct StoredBFloat16 : IStored<StoredBFloat16>
{
    private readonly short _bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load<T>(StoredBFloat16* from) where T : struct, IFloats<T> => T.LoadBFloat16((short*)from);
}
