namespace TransformersFromScratch;

/// <summary>One change of chapter 12's GPT, alone; a row of chapter 15's table.</summary>
/// <param name="Name">What it is called in the table and in the files.</param>
/// <param name="Change">Makes the changed model's hyperparameters of the baseline's.</param>
/// <param name="SameSize">
/// Whether d_ff is fitted so that the model learns as many numbers as the baseline. Only of experts that are each as
/// large as the network they replace is it not.
/// </param>
public sealed record ModernVariant(string Name, Func<GptConfig, GptConfig> Change, bool SameSize = true)
{
    /// <summary>The changes, in the order of the chapter; the first is the baseline, which changes nothing.</summary>
    public static IReadOnlyList<ModernVariant> All { get; } =
    [
        new("baseline", config => config),
        new("sinusoidal positions", config => config with { Positions = PositionKind.Sinusoidal }),
        new("no positions", config => config with { Positions = PositionKind.None }),
        new("RoPE", config => config with { Positions = PositionKind.Rotary }),
        new("ALiBi", config => config with { Positions = PositionKind.Alibi }),
        new("RMSNorm", config => config with { NormKind = NormKind.RootMeanSquare }),
        new("post-norm", config => config with { Norm = NormPlacement.Post }),
        new("biases", config => config with { Bias = true }),
        new("ReLU", config => config with { Activation = Activation.Relu }),
        new("SiLU, no gate", config => config with { Activation = Activation.Silu }),
        new("SwiGLU", config => config with { Activation = Activation.SwiGlu }),
        new("2 key–value heads", config => config with { KeyValueHeads = 2 }),
        new("1 key–value head", config => config with { KeyValueHeads = 1 }),
        new("window of 16", config => config with { Window = 16 }),
        new("4 small experts", config => config with { Experts = 4 }),
        new("4 full experts", config => config with { Experts = 4 }, SameSize: false),
        new("RoPE, RMSNorm, SwiGLU", config => config with
        {
            Positions = PositionKind.Rotary, NormKind = NormKind.RootMeanSquare, Activation = Activation.SwiGlu,
        }),
    ];

    /// <summary>The change of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message names those that there are.</exception>
    public static ModernVariant Named(string name) => All.FirstOrDefault(variant => variant.Name == name)
        ?? throw new ArgumentException(
            $"There is no variant '{name}'. Take one of: {string.Join(", ", All.Select(variant => variant.Name))}.",
            nameof(name));

    /// <summary>The changed model's hyperparameters, with a d_ff that makes it as large as the baseline.</summary>
    /// <param name="baseline">The model without the change.</param>
    /// <remarks>
    /// A further unit of d_ff adds the same number of parameters each time, so two sizes tell all. A multiple of 4 is
    /// taken where that leaves less than 1 % of a difference, because processors compute in such steps.
    /// </remarks>
    public GptConfig Config(GptConfig baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        GptConfig changed = Change(baseline);
        if (!SameSize || changed == baseline)
        {
            return changed with { DFeedForward = baseline.DFeedForward };
        }

        long wanted = Size(baseline), one = Size(changed with { DFeedForward = 1 });
        double unit = Size(changed with { DFeedForward = 2 }) - one;
        double exact = ((wanted - one) / unit) + 1;
        double inFours = Math.Round(exact / 4) * 4;
        bool isNear = Math.Abs(inFours - exact) * unit < 0.01 * wanted;
        return changed with { DFeedForward = (int)Math.Max(1, isNear && inFours >= 1 ? inFours : Math.Round(exact)) };
    }

    private static long Size(GptConfig config) => new Gpt(config, seed: 1).ParameterCount;
}
