namespace TransformersFromScratch;

/// <summary>Learning rates as functions of the step, counted from 1.</summary>
public static class Schedule
{
    /// <summary>The same rate at every step.</summary>
    public static Func<long, double> Constant(double rate) => _ => rate;

    /// <summary>
    /// <c>factor · d_model^-0.5 · min(step^-0.5, step · warmup^-1.5)</c>: linear growth for the first warmup steps,
    /// then decay with the root of the step (Vaswani et al. 2017, section 5.3, equation 3; there the factor is 1 and
    /// warmup is 4,000). The peak is <c>factor / √(d_model · warmup)</c>.
    /// </summary>
    public static Func<long, double> Warmup(int dModel, int warmup = 4000, double factor = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dModel);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(warmup);
        return step => factor / Math.Sqrt(dModel) * Math.Min(1 / Math.Sqrt(step), step * Math.Pow(warmup, -1.5));
    }

    /// <summary>
    /// Linear growth to the peak, then half a cosine wave down to the floor, reached at the last step and kept
    /// (Loshchilov and Hutter 2016, equation 5, without restarts).
    /// </summary>
    public static Func<long, double> Cosine(double peak, long warmup, long steps, double floor = 0) => After(
        peak, warmup, steps, progress => floor + (0.5 * (peak - floor) * (1 + Math.Cos(Math.PI * progress))));

    /// <summary>
    /// Linear growth to the peak, then a straight line down to the floor, reached at the last step and kept.
    /// </summary>
    public static Func<long, double> Linear(double peak, long warmup, long steps, double floor = 0) => After(
        peak, warmup, steps, progress => peak + ((floor - peak) * progress));

    private static Func<long, double> After(double peak, long warmup, long steps, Func<double, double> decay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(warmup);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(steps, warmup);
        return step => step < warmup
            ? peak * step / warmup
            : decay(Math.Min(1, (double)(step - warmup) / (steps - warmup)));
    }
}
