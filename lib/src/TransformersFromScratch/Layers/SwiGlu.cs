namespace TransformersFromScratch;

/// <summary>
/// The gated feed-forward network of T5 v1.1's successors and Llama, <c>W_down (silu(W_gate x) ⊙ W_up x)</c>, without biases
/// (Shazeer 2020, "GLU Variants Improve Transformer", equation 6). Deviates from the 2017 paper.
/// </summary>
public sealed class SwiGlu
{
    /// <summary>Three linear maps with Xavier weights.</summary>
    /// <param name="dModel">d_model.</param>
    /// <param name="hidden">The width in between; ⅔ · 4 d_model makes it as large as a feed-forward network.</param>
    /// <param name="random">Where the weights come from.</param>
    public SwiGlu(int dModel, int hidden, Random random)
    {
        Gate = new Linear(dModel, hidden, random, bias: false);
        Up = new Linear(dModel, hidden, random, bias: false);
        Down = new Linear(hidden, dModel, random, bias: false);
    }

    /// <summary>What decides how much passes: d_model → hidden.</summary>
    public Linear Gate { get; }

    /// <summary>What may pass: d_model → hidden.</summary>
    public Linear Up { get; }

    /// <summary>Back to hidden → d_model.</summary>
    public Linear Down { get; }

    /// <summary>Each row by itself.</summary>
    /// <param name="x">[…, d_model].</param>
    public Tensor Forward(Tensor x) => Down.Forward(Op.Multiply(Op.Silu(Gate.Forward(x)), Up.Forward(x)));

    /// <summary>The three maps.</summary>
    public IEnumerable<Parameter> Parameters(string prefix) =>
        [.. Gate.Parameters($"{prefix}.gate"), .. Up.Parameters($"{prefix}.up"), .. Down.Parameters($"{prefix}.down")];
}
