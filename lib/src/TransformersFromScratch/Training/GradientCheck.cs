namespace TransformersFromScratch;

/// <summary>The largest disagreement between two gradients.</summary>
/// <param name="Index">Which number disagrees most.</param>
/// <param name="Numerical">What the differences say there.</param>
/// <param name="Analytical">What the backward pass says there.</param>
/// <param name="Error">|difference| / max(1, |numerical|, |analytical|).</param>
public sealed record GradientCheckResult(int Index, double Numerical, double Analytical, double Error);

/// <summary>
/// Is a derivative right? Move each input a little to both sides and see how the result changes: slow, blunt, and
/// independent of every derivation.
/// </summary>
public static class GradientCheck
{
    /// <summary>
    /// <c>∂f/∂x_i ≈ (f(x + h e_i) - f(x - h e_i)) / 2h</c>.
    /// </summary>
    /// <remarks>
    /// By Taylor, <c>f(x ± h) = f ± h f' + h²/2 f'' ± h³/6 f'''</c>: the even terms cancel and the error is h²/6 f'''.
    /// Rounding adds about ε|f|/h. The two balance near h = ∛ε, 6e-6 in double precision, and leave some ten digits. In
    /// float32 (ε = 6e-8) no h leaves more than about four: so f has to be computed in double precision to judge a
    /// backward pass in float32.
    /// </remarks>
    /// <param name="function">f, computed in double precision throughout.</param>
    /// <param name="at">x; put back as it was.</param>
    /// <param name="step">h.</param>
    /// <returns>One number for each of x.</returns>
    public static double[] CentralDifferences(Func<double[], double> function, double[] at, double step = 6e-6)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(at);
        double[] gradient = new double[at.Length];
        for (int i = 0; i < at.Length; i++)
        {
            double x = at[i], h = step * Math.Max(1, Math.Abs(x));
            at[i] = x + h;
            double above = function(at);
            at[i] = x - h;
            double below = function(at);
            at[i] = x;
            gradient[i] = (above - below) / (2 * h);
        }

        return gradient;
    }

    /// <summary>
    /// The same differences through the tape's own float32 forward pass: a first check of an operation for which no
    /// formula in double precision is at hand. With h = 1e-2 and a smooth loss of size 1, expect three digits, no more.
    /// </summary>
    /// <param name="loss">Computes the loss anew from the parameter's present numbers.</param>
    /// <param name="parameter">What to move; put back as it was.</param>
    /// <param name="step">h.</param>
    public static double[] CentralDifferences(Func<Tensor> loss, Tensor parameter, float step = 1e-2f)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(parameter);
        using var pause = Tape.NoGradient();
        double[] gradient = new double[parameter.Length];
        for (int i = 0; i < parameter.Length; i++)
        {
            float x = parameter.Data[i], right = x + step, left = x - step;
            parameter.Data[i] = right;
            double above = loss().Scalar;
            parameter.Data[i] = left;
            double below = loss().Scalar;
            parameter.Data[i] = x;
            gradient[i] = (above - below) / ((double)right - left);
        }

        return gradient;
    }

    /// <summary>Where two gradients disagree most, relative to their size or, for small ones, absolutely.</summary>
    /// <exception cref="ArgumentException">They have different lengths.</exception>
    public static GradientCheckResult Compare(double[] numerical, ReadOnlySpan<float> analytical)
    {
        ArgumentNullException.ThrowIfNull(numerical);
        if (numerical.Length != analytical.Length)
        {
            throw new ArgumentException(
                $"{numerical.Length} differences cannot be compared with {analytical.Length} derivatives.",
                nameof(analytical));
        }

        var worst = new GradientCheckResult(0, 0, 0, 0);
        for (int i = 0; i < numerical.Length; i++)
        {
            double error = Math.Abs(numerical[i] - analytical[i])
                / Math.Max(1, Math.Max(Math.Abs(numerical[i]), Math.Abs(analytical[i])));
            if (error > worst.Error || double.IsNaN(error))
            {
                worst = new GradientCheckResult(i, numerical[i], analytical[i], error);
            }

            if (double.IsNaN(error))
            {
                break; // Nothing is worse, and no comparison with NaN would say so.
            }
        }

        return worst;
    }
}
