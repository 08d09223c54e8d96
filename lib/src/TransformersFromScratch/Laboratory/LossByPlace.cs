namespace TransformersFromScratch;

/// <summary>
/// How well a model foretells a token, by the place where the token stands: also beyond the length it learned at.
/// </summary>
public static class LossByPlace
{
    /// <summary>Mean losses of equal stretches of places.</summary>
    /// <param name="model">The model; with learned positions it cannot read more than its context.</param>
    /// <param name="text">The ids of a text it has not learned from.</param>
    /// <param name="length">How many tokens to read at once; more than the model's context is what this is for.</param>
    /// <param name="stretch">How many places share a mean; divides <paramref name="length"/>.</param>
    /// <param name="windows">Over how many windows of the text; they lie at equal distances.</param>
    /// <returns>length / stretch losses, in nats per token, from the first place on.</returns>
    /// <exception cref="ArgumentException">The stretch does not divide the length, or the text is too
    /// short.</exception>
    public static double[] Measure(Gpt model, int[] text, int length, int stretch, int windows)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(windows);
        if (stretch < 1 || length % stretch != 0)
        {
            throw new ArgumentException(
                $"Stretches of {stretch} do not fill {length} places. Take a length that is a multiple.",
                nameof(stretch));
        }

        var all = new TextWindows(text, length);
        double[] sums = new double[length / stretch];
        var workspace = new Workspace();
        using var quiet = Tape.NoGradient();
        for (int n = 0; n < windows; n++)
        {
            using var lent = workspace.BeginStep();
            var (inputs, targets) = all.At((int)((long)n * all.Count / windows));
            Tensor logits = model.Forward(inputs);
            for (int part = 0; part < sums.Length; part++)
            {
                int[] some = [.. targets.Select((target, place) => place / stretch == part ? target : Op.NoTarget)];
                sums[part] += Op.CrossEntropy(logits, some).Scalar / windows;
            }
        }

        return sums;
    }
}
