namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 7. Each says what is right, or names the likely mistake.</summary>
public static class Exercise07
{
    /// <summary>Exercise 1: <c>p - q</c> with <c>q_c = (1 - ε) [c = right] + ε / C</c>.</summary>
    public static string CheckSmoothedGradient(Func<double[], int, double, double[]> smoothedGradient) => Exercise.Run(() =>
    {
        double[] p = [0.1, 0.6, 0.1, 0.2];
        const int right = 1;
        const double epsilon = 0.2;
        double[] yours = smoothedGradient([.. p], right, epsilon);
        if (yours.Length != p.Length)
        {
            return $"There are {p.Length} logits, so the gradient has {p.Length} numbers, but yours has {yours.Length}.";
        }

        bool Is(Func<int, double> q) => Near(yours, [.. p.Select((x, c) => x - q(c))]);
        double all = epsilon / 4, others = epsilon / 3;
        return Exercise.FirstThatHolds(
            (Near(yours, p), "These are the probabilities themselves: what should be believed, q, is still missing."),
            (Is(c => (c == right ? 1 - epsilon : 0) + all), Exercise.Right),
            (Is(c => c == right ? 1 : 0), "This is the gradient without smoothing: q is all on the right class."),
            (Is(c => c == right ? 1 - epsilon : all), "The right class gets its share of ε too: ε is spread over all classes, so its q is 1 - ε + ε / C. Yours does not add up to 1."),
            (Is(c => c == right ? 1 - epsilon : others), "You spread ε over the other classes only. The paper's smoothing spreads it over all of them."),
            (Is(c => c == right ? 1 - epsilon : 0), "You took ε from the right class but gave it to nobody: q does not add up to 1."),
            (Near([.. yours.Select(x => -x)], [.. p.Select((x, c) => x - (c == right ? 1 - epsilon : 0) - all)]), "The sign is turned: the gradient is p - q, and a step goes against it."),
            (Math.Abs(yours.Sum()) > 1e-6, $"Yours adds up to {yours.Sum():G3}, but p and q both add up to 1, so a gradient adds up to 0."));
    });

    /// <summary>Exercise 2: the last of several steps of <see cref="Adam"/>, for one number.</summary>
    public static string CheckAdamChange(Func<double[], double, double, double, double, double> adamChange) => Exercise.Run(() =>
    {
        double[] gradients = [2, -1, 0.5];
        const double rate = 0.1, beta1 = 0.9, beta2 = 0.98, epsilon = 0.01;
        double Change(bool correctMean = true, bool correctSquare = true, bool root = true, bool insideRoot = false, int t = 3)
        {
            double m = 0, v = 0;
            foreach (double g in gradients)
            {
                m = (beta1 * m) + ((1 - beta1) * g);
                v = (beta2 * v) + ((1 - beta2) * g * g);
            }

            m /= correctMean ? 1 - Math.Pow(beta1, t) : 1;
            v /= correctSquare ? 1 - Math.Pow(beta2, t) : 1;
            double size = insideRoot ? Math.Sqrt(v + epsilon) : (root ? Math.Sqrt(v) : v) + epsilon;
            return -rate * m / size;
        }

        double yours = adamChange([.. gradients], rate, beta1, beta2, epsilon);
        bool Is(double value) => Math.Abs(yours - value) <= 1e-6;
        return Exercise.FirstThatHolds(
            (Is(0), "It returns 0 so far."),
            (Is(Change()), Exercise.Right),
            (Is(-Change()), "The sign is turned: downhill is against the gradient, so the change is -η m̂ / (√v̂ + ε)."),
            (Is(Change(correctMean: false, correctSquare: false)), "The bias correction is missing: both means start at 0 and are too small at first."),
            (Is(Change(correctSquare: false)), "You corrected m but not v: divide v by 1 - β₂ᵗ."),
            (Is(Change(correctMean: false)), "You corrected v but not m: divide m by 1 - β₁ᵗ."),
            (Is(Change(t: 1)), "You divided by 1 - β instead of 1 - βᵗ: t is the number of steps, here 3."),
            (Is(Change(t: 2)), "Your t is one too small: steps are counted from 1, so after three gradients t is 3."),
            (Is(Change(root: false)), "The root is missing: v is a mean of squares, and a size is its root."),
            (Is(Change(insideRoot: true)), "ε stands inside the root. In the paper of Adam it is added after the root."),
            (double.IsNaN(yours), "It is NaN. Do you correct with t = 0? Then 1 - βᵗ is 0."));
    });

    /// <summary>Exercise 3: <see cref="Gradients.Clip"/>, on plain arrays.</summary>
    public static string CheckClip(Func<double[][], double, double[][]> clip) => Exercise.Run(() =>
    {
        double[][] gradients = [[3, 0], [0, 4, 12]], given = Copy(gradients);   // norms 3 and √160, together 13
        double[][] longOnes = clip(given, 6.5), shortOnes = clip(Copy(gradients), 26);
        if (longOnes.Length != 2 || longOnes[0].Length != 2 || longOnes[1].Length != 3)
        {
            return "The result has another shape than the gradients: there is one clipped number for every number.";
        }

        bool Is(double[][] yours, Func<double, int, double> expected) =>
            Near(Flat(yours), [.. gradients.SelectMany((g, i) => g.Select(x => expected(x, i)))]);
        double OwnFactor(int i) => Math.Min(1, 6.5 / Math.Sqrt(gradients[i].Sum(x => x * x)));
        double norm = Math.Sqrt(Flat(longOnes).Sum(x => x * x));
        return Exercise.FirstThatHolds(
            (Is(longOnes, (x, _) => x), "Nothing is clipped yet: the norm of (3, 0) and (0, 4, 12) together is 13, and 6.5 was allowed."),
            (Is(longOnes, (x, i) => x * OwnFactor(i)), "You clipped each array by its own norm. The norm is one number over all of them, else the gradient turns."),
            (Is(longOnes, (x, _) => Math.Clamp(x, -6.5, 6.5)), "You clipped each number by itself. That turns the gradient; multiply all by one factor."),
            (Is(longOnes, (x, _) => x * 6.5 / 169), "You divided by the sum of squares; the norm is its root."),
            (Is(shortOnes, (x, _) => x * 2), "A gradient that is short enough was made longer. The factor is never above 1."),
            (!Near(Flat(given), Flat(gradients)), "The result is right, but you changed the arrays you were given. Make new ones."),
            (Is(longOnes, (x, _) => x / 2) && Is(shortOnes, (x, _) => x), Exercise.Right),
            (Math.Abs(norm - 6.5) > 1e-4, $"After clipping to 6.5 the norm over all numbers should be 6.5, but yours is {norm:G4}."));
    });

    private static bool Near(double[] left, double[] right) =>
        left.Length == right.Length && left.Zip(right).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-5);

    private static double[][] Copy(double[][] arrays) => [.. arrays.Select(array => array.ToArray())];

    private static double[] Flat(double[][] arrays) => [.. arrays.SelectMany(array => array)];
}
