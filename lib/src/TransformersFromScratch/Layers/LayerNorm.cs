using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Layer normalisation (Ba, Kiros and Hinton 2016, equations 3 and 4): every token's vector is brought to mean 0 and
/// variance 1, then stretched by a learned gain g and moved by a learned bias b, one of each per dimension. Of the kind
/// <see cref="NormKind.RootMeanSquare"/> it leaves the mean where it is and has no bias (Zhang and Sennrich 2019).
/// </summary>
public sealed class LayerNorm
{
    /// <summary>Gain 1 and bias 0: it starts as a plain normalisation.</summary>
    /// <param name="width">d_model, the width of a row.</param>
    /// <param name="epsilon">Keeps the root away from 0 for a constant row; PyTorch's default of 1e-5.</param>
    /// <param name="kind">A layer norm as in the 2017 paper; a root-mean-square norm deviates from it.</param>
    /// <param name="bias">Whether b is learned; a root-mean-square norm has none.</param>
    public LayerNorm(int width, float epsilon = 1e-5f, NormKind kind = NormKind.Layer, bool bias = true)
    {
        Gain = new Tensor(width) { RequiresGradient = true };
        Bias = new Tensor(width) { RequiresGradient = bias && kind == NormKind.Layer };
        (Epsilon, Kind, HasBias) = (epsilon, kind, Bias.RequiresGradient);
        Gain.Data.AsSpan().Fill(1);
    }

    /// <summary>g, [d_model].</summary>
    public Tensor Gain { get; }

    /// <summary>b, [d_model]. Of a norm without a bias it is 0, and no parameter.</summary>
    public Tensor Bias { get; }

    /// <summary>Whether <see cref="Bias"/> is learned.</summary>
    internal bool HasBias { get; }

    /// <summary>ε, inside the root.</summary>
    public float Epsilon { get; }

    /// <summary>What it does to a row.</summary>
    public NormKind Kind { get; }

    /// <summary>d_model.</summary>
    public int Width => Gain.Length;

    /// <summary>
    /// <c>y = g ⊙ (x - μ) / √(σ² + ε) + b</c>, where <c>μ = Σx / d</c> and <c>σ² = Σ(x - μ)² / d</c> of the same row.
    /// The variance is the biased one (divided by d, not d - 1), and ε stands inside the root. A root-mean-square norm
    /// takes μ = 0, so its σ² is the mean of x².
    /// </summary>
    /// <param name="x">T×d_model.</param>
    /// <returns>T×d_model.</returns>
    public Matrix<float> Forward(Matrix<float> x)
    {
        Shapes.RequireWidth(x, Width, nameof(x), "This layer norm");
        Shapes.RequireFinite(x, nameof(x));
        var y = Matrix<float>.Build.Dense(x.RowCount, x.ColumnCount);
        for (int row = 0; row < x.RowCount; row++)
        {
            var (mean, variance) = MeanAndVariance(x, row);
            float inverseRoot = 1 / MathF.Sqrt(variance + Epsilon);
            for (int column = 0; column < Width; column++)
            {
                float normalised = (x.At(row, column) - mean) * inverseRoot;
                y.At(row, column, (Gain.Data[column] * normalised) + Bias.Data[column]);
            }
        }

        return y;
    }

    /// <summary>
    /// The same for a batch, with a gradient: see <see cref="Op.LayerNorm"/> and <see cref="Op.RmsNorm"/>.
    /// </summary>
    /// <param name="x">[…, d_model].</param>
    public Tensor Forward(Tensor x) => Kind == NormKind.Layer
        ? Op.LayerNorm(x, Gain, Bias, Epsilon)
        : Op.RmsNorm(x, Gain, Epsilon);

    /// <summary>The gain, and the bias if there is one.</summary>
    public IEnumerable<Parameter> Parameters(string prefix)
    {
        yield return new($"{prefix}.gain", Gain);
        if (HasBias) { yield return new($"{prefix}.bias", Bias); }
    }

    private (float Mean, float Variance) MeanAndVariance(Matrix<float> x, int row)
    {
        float sum = 0;
        for (int column = 0; column < x.ColumnCount; column++)
        {
            sum += x.At(row, column);
        }

        float mean = Kind == NormKind.Layer ? sum / x.ColumnCount : 0;
        float squares = 0;
        for (int column = 0; column < x.ColumnCount; column++)
        {
            float deviation = x.At(row, column) - mean;
            squares += deviation * deviation;
        }

        return (mean, squares / x.ColumnCount);
    }
}
