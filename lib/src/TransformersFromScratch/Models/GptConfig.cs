using System.Runtime.CompilerServices;
using static TransformersFromScratch.Hyperparameters;

namespace TransformersFromScratch;

/// <summary>
/// Every hyperparameter of a <see cref="Gpt"/>. Those that name no size are GPT-2's unless they are set.
/// </summary>
public sealed record GptConfig
{
    /// <summary>How many tokens there are; 50,257 in GPT-2.</summary>
    public int Vocabulary { get; init; } = 50_257;

    /// <summary>
    /// How many tokens it is trained to look at; 1,024 in GPT-2. With learned positions it can look at no more; with
    /// the others it can, but it has never seen such places.
    /// </summary>
    public int Context { get; init; } = 1024;

    /// <summary>N; 12 in the smallest GPT-2.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>d_model.</summary>
    public int DModel { get; init; } = 768;

    /// <summary>h; divides <see cref="DModel"/>.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>
    /// d_ff; four times d_model if not set. With a gate, such as <see cref="Activation.SwiGlu"/>, it is ⅔ of that,
    /// because its three maps then have as many weights as two.
    /// </summary>
    public int DFeedForward
    {
        get => field > 0 ? field : Activations.IsGate(Activation) ? 8 * DModel / 3 : 4 * DModel;
        init;
    }

    /// <summary>
    /// The width of a head; null for d_model / h. Some published models have heads that together are wider than
    /// d_model.
    /// </summary>
    public int? HeadWidth { get; init; }

    /// <summary>P_drop; used in training alone.</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>
    /// The token that fills short sentences, if there is one; null, as in GPT-2, if every id is a token of the text. It
    /// is needed for padding before sentences that was not put there by <see cref="TokenBatch.Of"/>.
    /// </summary>
    public int? PaddingId { get; init; }

    /// <summary>How it knows where a token stands.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Learned;

    /// <summary>The base of rotary angles (<see cref="LayerOptions.RotaryBase"/>).</summary>
    public double RotaryBase { get; init; } = Rotary.Base;

    /// <summary>Which columns are turned together (<see cref="LayerOptions.RotaryHalves"/>).</summary>
    public bool RotaryHalves { get; init; }

    /// <summary>Between the linear maps of the feed-forward network.</summary>
    public Activation Activation { get; init; } = Activation.GeluTanh;

    /// <summary>Where the norms stand. Before the sub-layers, there is one more after the last layer.</summary>
    public NormPlacement Norm { get; init; } = NormPlacement.Pre;

    /// <summary>Which norm.</summary>
    public NormKind NormKind { get; init; }

    /// <summary>ε of the norms; 1e-5 in GPT-2, 1e-6 in the first Llama.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>Whether the output is the embedding, as in GPT-2; most Llamas have a map of their own.</summary>
    public bool TiedOutput { get; init; } = true;

    /// <summary>g, the heads of keys and values; divides <see cref="Heads"/>. Null for as many as heads.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>How many keys a token sees at most, its own included; null for all before it.</summary>
    public int? Window { get; init; }

    /// <summary>Whether linear maps and norms add a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>
    /// E, how many feed-forward networks of <see cref="DFeedForward"/> each layer has; with more than one they are a
    /// <see cref="MixtureOfExperts"/>.
    /// </summary>
    public int Experts { get; init; } = 1;

    /// <summary>How many of the experts each token is sent to; at most <see cref="Experts"/>.</summary>
    public int ExpertsPerToken { get; init; } = 1;

    /// <summary>How many numbers the model learns, counted by formula, without building it.</summary>
    /// <exception cref="ArgumentException">There can be no such model.</exception>
    public long ParameterCount()
    {
        Check();
        long d = DModel, width = HeadWidth ?? (DModel / Heads), own = Heads * width;
        long shared = (KeyValueHeads ?? Heads) * width;
        long norm = Bias && NormKind == NormKind.Layer ? 2 * d : d;
        long attention = (2 * d * own) + (2 * d * shared) + (Bias ? own + (2 * shared) + d : 0);
        long network = Experts * FeedForward(d, DFeedForward, Activation, Bias);
        long router = Experts > 1 ? d * Experts : 0;
        long positions = Positions == PositionKind.Learned ? Context * d : 0;
        return (Vocabulary * d * (TiedOutput ? 1 : 2)) + positions
            + (Layers * (attention + network + router + (2 * norm))) + (Norm == NormPlacement.Pre ? norm : 0);
    }

    /// <summary>Whether there can be such a model, as far as its sizes go; the layers check what is theirs.</summary>
    /// <exception cref="ArgumentException">
    /// There cannot; the message names the hyperparameter, its value, and what it may be.
    /// </exception>
    internal void Check()
    {
        RequirePositive(Vocabulary);
        RequirePositive(Context);
        RequirePositive(Layers);
        RequirePositive(DModel);
        RequirePositive(Heads);
        RequirePositive(Experts);
        Require(
            ExpertsPerToken >= 1 && ExpertsPerToken <= Experts,
            $"ExpertsPerToken is {ExpertsPerToken}; it may be 1 to {Experts}, as many as there are experts.");
        RequirePositive(HeadWidth ?? 1, nameof(HeadWidth));
        Hyperparameters.RequirePositive(nameof(Epsilon), Epsilon);
        Require(
            RotaryBase > 1 && double.IsFinite(RotaryBase),
            FormattableString.Invariant($"RotaryBase is {RotaryBase}; it has to be a number above 1, such as 10000."));
        RequireDefined(nameof(Positions), Positions);
        RequireDefined(nameof(Activation), Activation);
        RequireDefined(nameof(Norm), Norm);
        RequireDefined(nameof(NormKind), NormKind);
        Require(
            Dropout is >= 0 and < 1,
            FormattableString.Invariant($"A dropout of {Dropout} is no probability from 0 to below 1."));
    }

    private static void RequirePositive(int value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value >= 1, $"{name} is {value}; it has to be 1 or more.");
}
