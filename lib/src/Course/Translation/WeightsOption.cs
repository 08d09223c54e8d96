using System.CommandLine;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>--weights: how a model that writes keeps its weights.</summary>
internal static class WeightsOption
{
    private static readonly string[] s_names = ["float32", "float16", "bfloat16", "int8"];

    public static Option<string> Create()
    {
        var option = new Option<string>("--weights")
        {
            Description = "How the weights are kept: float32; float16 and bfloat16, half the memory; int8, a " +
                "quarter, with a scale for each row. Fewer bytes are read in less time.",
            DefaultValueFactory = _ => s_names[0],
        };
        return option.AcceptOnlyFromAmong(s_names);
    }

    /// <summary>The format of a name. (The library is loaded by then.)</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static WeightFormat Format(string name) => (WeightFormat)Array.IndexOf(s_names, name);
}
