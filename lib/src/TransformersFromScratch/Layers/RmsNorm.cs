namespace TransformersFromScratch;

/// <summary>
/// Root-mean-square norm (Zhang and Sennrich 2019): every row is divided by its root mean square and stretched by a learned
/// gain. Deviates from the 2017 paper; used by T5 and Llama.
/// </summary>
public sealed class RmsNorm
{
    /// <summary>Gain 1.</summary>
    /// <param name="width">d_model, the width of a row.</param>
    /// <param name="epsilon">Keeps the root away from 0.</param>
    public RmsNorm(int width, float epsilon = 1e-6f)
    {
        Gain = new Tensor(width) { RequiresGradient = true };
        Gain.Data.AsSpan().Fill(1);
        Epsilon = epsilon;
    }

    /// <summary>g, [d_model].</summary>
    public Tensor Gain { get; }

    /// <summary>ε, inside the root.</summary>
    public float Epsilon { get; }

    /// <summary><c>g ⊙ x / √(mean(x²) + ε)</c>: see <see cref="Op.RmsNorm"/>.</summary>
    /// <param name="x">[…, d_model].</param>
    public Tensor Forward(Tensor x) => Op.RmsNorm(x, Gain, Epsilon);

    /// <summary>The gain.</summary>
    public IEnumerable<Parameter> Parameters(string prefix) => [new($"{prefix}.gain", Gain)];
}
