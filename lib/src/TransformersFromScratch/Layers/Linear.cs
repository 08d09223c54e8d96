using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// A linear map of every row, <c>y = x W + b</c>: the projections W^Q, W^K, W^V, W^O of section 3.2.2 and the two
/// layers of the feed-forward network are all this.
/// </summary>
public sealed class Linear
{
    /// <summary>A map with Xavier weights and a zero bias.</summary>
    /// <param name="inputs">Width of a row that comes in.</param>
    /// <param name="outputs">Width of a row that goes out.</param>
    /// <param name="random">Where the weights come from.</param>
    /// <param name="bias">Whether to add b.</param>
    public Linear(int inputs, int outputs, Random random, bool bias = true)
    {
        Weight = new Tensor(outputs, inputs) { RequiresGradient = true };
        Bias = bias ? new Tensor(outputs) { RequiresGradient = true } : null;
        Initialise.XavierUniform(Weight, random);
    }

    /// <summary>
    /// [outputs, inputs]; as a matrix (<see cref="Tensor.AsMatrix"/>) it is the paper's W, inputs × outputs.
    /// </summary>
    public Tensor Weight { get; }

    /// <summary>[outputs], or null.</summary>
    public Tensor? Bias { get; }

    /// <summary>
    /// What is added to the output of a batch, made from the same input; null for nothing. Two thin matrices here are
    /// LoRA (Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", section 4.1): they learn while
    /// <see cref="Weight"/> stays as it is. They are no parameters of this layer.
    /// </summary>
    public Func<Tensor, Tensor>? Beside { get; set; }

    /// <summary>Width of a row that comes in.</summary>
    public int Inputs => Weight.Shape[1];

    /// <summary>Width of a row that goes out.</summary>
    public int Outputs => Weight.Shape[0];

    /// <summary>x W + b.</summary>
    /// <param name="x">T×inputs.</param>
    /// <returns>T×outputs.</returns>
    public Matrix<float> Forward(Matrix<float> x)
    {
        Shapes.RequireWidth(x, Inputs, nameof(x), "This linear layer");
        Shapes.RequireFinite(x, nameof(x));
        Matrix<float> y = x * Weight.AsMatrix();
        if (Bias is not null)
        {
            y.MapIndexedInplace((_, column, value) => value + Bias.Data[column], Zeros.Include);
        }

        return y;
    }

    /// <summary>The same for a batch, with a gradient: see <see cref="Op.Linear"/>.</summary>
    /// <param name="x">[…, inputs].</param>
    /// <returns>[…, outputs].</returns>
    public Tensor Forward(Tensor x) =>
        Beside is null ? Op.Linear(x, Weight, Bias) : Op.Linear(x, Weight, Bias) + Beside(x);

    /// <summary>The weight, and the bias if there is one.</summary>
    public IEnumerable<Parameter> Parameters(string prefix)
    {
        yield return new($"{prefix}.weight", Weight);
        if (Bias is not null) { yield return new($"{prefix}.bias", Bias); }
    }
}
