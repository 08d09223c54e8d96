using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

/// <summary>How the just-in-time compiler shall treat the loops of this room.</summary>
internal static class Compiled
{
    /// <summary>
    /// A loop over registers: at full optimisation when it is first called, and as a method of its own.
    /// </summary>
    /// <remarks>
    /// Without the first, a loop runs unoptimised until it is found to be hot. Each operation on a register is a call
    /// then, and the first steps of a notebook take thirty times as long. Without the second, it may become a part of
    /// its caller, in which so much has been inlined already that the compiler stops, and leaves calls in the loop.
    /// </remarks>
    public const MethodImplOptions AtOnce = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
}
