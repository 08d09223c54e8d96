using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Layer normalisation (Ba, Kiros and Hinton 2016, equations 3 and 4): every token's vector is brought to mean 0 and
/// variance 1, then stretched by a learned gain g and moved by a learned bias b, one of each per dimension.
/// </summary>
public sealed class LayerNorm
{
    /// <summary>Gain 1 and bias 0: it starts as a plain normalisation.</summary>
    /// <param name="width">d_model, the width of a row.</param>
    /// <param name="epsilon">Keeps the root away from 0 for a constant row; PyTorch's default of 1e-5.</param>
    public LayerNorm(int width, float epsilon = 1e-5f)
    {
        Gain = new Tensor(width) { RequiresGradient = true };
        Bias = new Tensor(width) { RequiresGradient = true };
        Epsilon = epsilon;
        Gain.Data.AsSpan().Fill(1);
    }

    /// <summary>g, [d_model].</summary>
    public Tensor Gain { get; }

    /// <summary>b, [d_model].</summary>
    public Tensor Bias { get; }

    /// <summary>ε, inside the root.</summary>
    public float Epsilon { get; }

    /// <summary>d_model.</summary>
    public int Width => Gain.Length;

    /// <summary>
    /// <c>y = g ⊙ (x - μ) / √(σ² + ε) + b</c>, where <c>μ = Σx / d</c> and <c>σ² = Σ(x - μ)² / d</c> of the same row.
    /// The variance is the biased one (divided by d, not d - 1), and ε stands inside the root.
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

    /// <summary>The same for a batch, with a gradient: see <see cref="Op.LayerNorm"/>.</summary>
    /// <param name="x">[…, d_model].</param>
    public Tensor Forward(Tensor x) => Op.LayerNorm(x, Gain, Bias, Epsilon);

    /// <summary>Gain and bias.</summary>
    public IEnumerable<Parameter> Parameters(string prefix) => [new($"{prefix}.gain", Gain), new($"{prefix}.bias", Bias)];

    private static (float Mean, float Variance) MeanAndVariance(Matrix<float> x, int row)
    {
        float sum = 0;
        for (int column = 0; column < x.ColumnCount; column++)
        {
            sum += x.At(row, column);
        }

        float mean = sum / x.ColumnCount;
        float squares = 0;
        for (int column = 0; column < x.ColumnCount; column++)
        {
            float deviation = x.At(row, column) - mean;
            squares += deviation * deviation;
        }

        return (mean, squares / x.ColumnCount);
    }
}
