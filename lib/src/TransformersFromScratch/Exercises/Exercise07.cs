namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 7. Each says what is right, or names the likely mistake.</summary>
public static class Exercise07
{
    private static readonly Question<(double[] P, int Right, double Epsilon), double[]> s_smoothed = new(() =>
        Samples.Random(Probabilities).Prepend(([0.1, 0.6, 0.1, 0.2], 1, 0.2)))
    {
        Right = x => Minus(x, c => (c == x.Right ? 1 - x.Epsilon : 0) + (x.Epsilon / x.P.Length)),
        Tolerance = 1e-6,
        Say = x => $"p = {Values.Say(x.P)}, right = {x.Right} and ε = {Values.Say(x.Epsilon)}",
        Slips =
        [
            (x => x.P, "These are the probabilities themselves: what should be believed, q, is still missing."),
            (x => Minus(x, c => c == x.Right ? 1 : 0), "This is the gradient without smoothing: q is all on the " +
                "right class."),
            (x => Minus(x, c => c == x.Right ? 1 - x.Epsilon : x.Epsilon / x.P.Length),
                "The right class gets its share of ε too: ε is spread over all classes, so its q is 1 - ε + ε / C. " +
                "Yours does not add up to 1."),
            (x => Minus(x, c => c == x.Right ? 1 - x.Epsilon : x.Epsilon / (x.P.Length - 1)), "You spread ε over the " +
                "other classes only. The paper's smoothing spreads it over all of them."),
            (x => Minus(x, c => c == x.Right ? 1 - x.Epsilon : 0), "You took ε from the right class but gave it to " +
                "nobody: q does not add up to 1."),
            (x => Minus(x, c => c == x.Right ? 1 : x.Epsilon / x.P.Length), "You give ε to the others but take it " +
                "from nobody: the right class keeps 1 - ε + ε / C."),
            (x => Minus(x, c => (c == x.Right ? 1 : 0) + (x.Epsilon / x.P.Length)), "You give ε to all but take it " +
                "from nobody: q does not add up to 1."),
            (x => Minus(x, c => (c == x.Right ? 1 - x.Epsilon : 0) + x.Epsilon), "Each class gets the whole ε. It is " +
                "shared by all C classes: ε / C."),
            (x => [.. x.P.Select((p, c) => (c == x.Right ? 1 - x.Epsilon : 0) + (x.Epsilon / x.P.Length) - p)],
                "The sign is turned: the gradient is p - q, and a step goes against it."),
            (x => [.. x.P.Select((_, c) => (c == x.Right ? 1 - x.Epsilon : 0) + (x.Epsilon / x.P.Length))],
                "That is q, what should be believed. The gradient is p - q."),
            (x => Minus(x, _ => 1.0 / x.P.Length), "Your q is the same for all classes. The right one has 1 - ε more."),
        ],
        Symptoms =
        [
            ((x, y) => y.Length != x.P.Length, "The gradient has one number for each logit, as many as there are " +
                "probabilities."),
            ((_, y) => Math.Abs(y.Sum()) > 1e-6, "p and q both add up to 1, so a gradient adds up to 0. " +
                "Yours does not."),
        ],
    };

    private static readonly Question<Walk, double> s_adam = new(
        () => Samples.Random(Walk.Random).Prepend(new Walk([2, -1, 0.5], 0.1, 0.9, 0.98, 0.01)))
    {
        Right = x => x.Change(),
        Tolerance = 1e-7,
        Say = x => $"the gradients {Values.Say(x.Gradients)} (η = {Values.Say(x.Rate)}, β₁ = {Values.Say(x.Beta1)}, " +
            $"β₂ = {Values.Say(x.Beta2)}, ε = {Values.Say(x.Epsilon)})",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => -x.Change(), "The sign is turned: downhill is against the gradient, so the change is -η m̂ " +
                "/ (√v̂ + ε)."),
            (x => x.Change(correctMean: false, correctSquare: false), "The bias correction is missing: both means " +
                "start at 0 and are too small at first."),
            (x => x.Change(correctSquare: false), "You corrected m but not v: divide v by 1 - β₂ᵗ."),
            (x => x.Change(correctMean: false), "You corrected v but not m: divide m by 1 - β₁ᵗ."),
            (x => x.Change(t: 1), "You divided by 1 - β instead of 1 - βᵗ: t is the number of steps, as many as " +
                "there are gradients."),
            (x => x.Change(t: x.Gradients.Length - 1), "Your t is one too small: steps are counted from 1, so after " +
                "three gradients t is 3. (With t = 0 you divide by 0.)"),
            (x => x.Change(t: x.Gradients.Length + 1), "Your t is one too large: after three gradients t is 3."),
            (x => x.Change(root: false), "The root is missing: v is a mean of squares, and a size is its root."),
            (x => x.Change(insideRoot: true), "ε stands inside the root. In the paper of Adam it is added " +
                "after the root."),
            (x => (x with { Epsilon = 1e-8 }).Change(), "ε is missing, or is a number of your own. Add the one that " +
                "is given to the root of v̂."),
            (x => (x with { Beta1 = x.Beta2, Beta2 = x.Beta1 }).Change(), "β₁ and β₂ have changed places: β₁ belongs " +
                "to the mean m, β₂ to the squares v."),
            (x => (x with { Beta1 = 0.9, Beta2 = 0.999 }).Change(), "Your β₁ and β₂ are numbers of your own. Use the " +
                "ones that are given."),
            (x => (x with { Gradients = [x.Gradients[^1]] }).Change(), "Only the last gradient counts in yours. m " +
                "and v remember all that came before."),
            (x => Enumerable.Range(1, x.Gradients.Length)
                .Sum(t => (x with { Gradients = x.Gradients[..t] }).Change()), "That is how far it has moved in all " +
                    "steps together. Asked is the last step alone."),
            (x => x.Change() / -x.Rate, "The rate is missing: multiply by -η."),
            (x => x.Change() / x.Rate, "The rate is missing: multiply by η."),
            (x => -x.Rate * x.Gradients[^1], "That is plain gradient descent: the rate times the last gradient."),
            (x => (x with { Gradients = [.. x.Gradients.Reverse()] })
                .Change(), "You walk through the gradients from last to first. The first one came first and is " +
                    "forgotten most."),
        ],
        Symptoms = [((_, y) => double.IsNaN(y), "It is NaN. Do you correct with t = 0? Then 1 - βᵗ is 0.")],
    };

    private static readonly Question<(double[][] Gradients, double Most), double[][]> s_clip = new(ClipInputs)
    {
        Right = x => Scaled(x, (norm, _) => norm > x.Most ? x.Most / norm : 1),
        Tolerance = 1e-6,
        Say = x => $"the gradients [{string.Join(", ", x.Gradients.Select(g => Values.Say(g)))}], clipped to " +
            $"{Values.Say(x.Most)}",
        Slips =
        [
            (x => x.Gradients, "Nothing is clipped yet: the norm of (3, 0) and (0, 4, 12) together is 13, and 6.5 " +
                "was allowed."),
            (x => Scaled(x, (_, i) => Norm(x.Gradients[i]) is var own && own > x.Most ? x.Most / own : 1),
                "You clipped each array by its own norm. The norm is one number over all of them, else the " +
                "gradient turns."),
            (x => [.. x.Gradients.Select(g => g.Select(value => Math.Clamp(value, -x.Most, x.Most)).ToArray())],
                "You clipped each number by itself. That turns the gradient; multiply all by one factor."),
            (x => Scaled(x, (norm, _) => norm * norm > x.Most ? x.Most / (norm * norm) : 1), NoRoot),
            (x => Scaled(x, (norm, _) => norm > x.Most ? x.Most / (norm * norm) : 1), NoRoot),
            (x => Scaled(x, (norm, _) => x.Most / norm), "A gradient that is short enough was made longer. The " +
                "factor is never above 1."),
            (x => Scaled(x, (norm, _) => norm > x.Most ? 1 / norm : 1), "You clip to a norm of 1. Allowed is the " +
                "given norm: multiply by it."),
            (x => Scaled(x, (norm, _) => x.Most / Math.Max(norm, 1)), "A gradient that is short enough was changed. " +
                "The factor is the smaller of 1 and most / norm."),
            (x => Scaled(
                x, (_, _) => x.Gradients.Sum(g => g.Sum(Math.Abs)) is var sum && sum > x.Most ? x.Most / sum : 1),
                    "Your norm is the sum of the sizes. The norm is the root of the sum of the squares."),
            (x => Scaled(
                x, (_, _) => x.Gradients.SelectMany(g => g).Select(Math.Abs).DefaultIfEmpty().Max() is var max
                    && max > x.Most ? x.Most / max : 1),
                "Your norm is the largest number. The norm is the root of the sum of the squares."),
            (x => Scaled(x, (_, _) => x.Gradients.Sum(Norm) is var sum && sum > x.Most ? x.Most / sum : 1),
                "You add up the norms of the arrays. Norms do not add; squares do."),
            (x => Scaled(x, (norm, i) => i == 0 && norm > x.Most ? x.Most / norm : 1), "Only the first " +
                "array is scaled."),
            (x => [.. x.Gradients.Select(g => g.Select(_ => 0.0).ToArray())], "All are zero now."),
        ],
        Symptoms =
        [
            ((x, y) => y.Length != x.Gradients.Length
                || y.Zip(x.Gradients).Any(pair => pair.First?.Length != pair.Second.Length),
                "The result has another shape than the gradients: there is one clipped number for every number."),
            ((_, y) => y.SelectMany(g => g)
                .Any(double.IsNaN), "There is a NaN. Gradients that are all zero have the norm 0: do you " +
                    "divide by it?"),
            ((x, y) => Norm([.. y.SelectMany(g => g)]) > x.Most + 1e-4, "After clipping, the norm over all numbers " +
                "may not be larger than the norm that was allowed."),
        ],
    };

    private const string NoRoot = "You divided by the sum of squares; the norm is its root.";

    /// <summary>Exercise 1: <c>p - q</c> with <c>q_c = (1 - ε) [c = right] + ε / C</c>.</summary>
    public static string CheckSmoothedGradient(Func<double[], int, double, double[]> smoothedGradient) =>
        Exercise.Run("07.1", s_smoothed, x => smoothedGradient(x.P, x.Right, x.Epsilon));

    /// <summary>Exercise 2: the last of several steps of <see cref="Adam"/>, for one number.</summary>
    public static string CheckAdamChange(Func<double[], double, double, double, double, double> adamChange) =>
        Exercise.Run("07.2", s_adam, x => adamChange(x.Gradients, x.Rate, x.Beta1, x.Beta2, x.Epsilon));

    /// <summary>Exercise 3: <see cref="Gradients.Clip"/>, on plain arrays.</summary>
    public static string CheckClip(Func<double[][], double, double[][]> clip) =>
        Exercise.Run("07.3", s_clip, x => clip(x.Gradients, x.Most));

    private static (double[], int, double) Probabilities(Random random)
    {
        double[] sizes = [.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => random.NextDouble() + 0.01)];
        return ([.. sizes.Select(size => size / sizes.Sum())], random.Next(sizes.Length), random.Next(10) == 0
            ? 0
            : random.NextDouble() / 2);
    }

    private static double[] Minus((double[] P, int Right, double Epsilon) x, Func<int, double> q) =>
        [.. x.P.Select((p, c) => p - q(c))];

    private static IEnumerable<(double[][], double)> ClipInputs()
    {
        yield return ([[3, 0], [0, 4, 12]], 6.5);   // norms 3 and √160, together 13
        yield return ([[3, 0], [0, 4, 12]], 26);
        foreach (var input in Samples.Random(
            random =>
                (Enumerable.Range(0, random.Next(1, 5)).Select(_ => Samples.Doubles(random, random.Next(1, 6), 5))
                    .ToArray(), 0.5 + (8 * random.NextDouble()))))
        {
            yield return input;
        }

        yield return ([[0, 0], [0]], 1);
    }

    private static double Norm(double[] g) => Math.Sqrt(g.Sum(value => value * value));

    private static double[][] Scaled((double[][] Gradients, double Most) x, Func<double, int, double> factor)
    {
        double norm = Norm([.. x.Gradients.SelectMany(g => g)]);
        return [.. x.Gradients.Select((g, i) => g.Select(value => value * factor(norm, i)).ToArray())];
    }

    /// <summary>All the gradients that a number has had, and Adam's settings.</summary>
    private sealed record Walk(double[] Gradients, double Rate, double Beta1, double Beta2, double Epsilon) : IInput
    {
        public object Data => Gradients;

        public static Walk Random(Random random) => new(
            Samples.Doubles(random, random.Next(1, 7)), 0.01 + (0.2 * random.NextDouble()),
            0.5 + (0.45 * random.NextDouble()), 0.9 + (0.09 * random.NextDouble()), random.Next(2) == 0 ? 0.01 : 0.1);

        /// <summary>The last step, right or with a slip.</summary>
        public double Change(
            bool correctMean = true, bool correctSquare = true, bool root = true, bool insideRoot = false,
            int? t = null)
        {
            double m = 0, v = 0;
            foreach (double g in Gradients)
            {
                m = (Beta1 * m) + ((1 - Beta1) * g);
                v = (Beta2 * v) + ((1 - Beta2) * g * g);
            }

            m /= correctMean ? 1 - Math.Pow(Beta1, t ?? Gradients.Length) : 1;
            v /= correctSquare ? 1 - Math.Pow(Beta2, t ?? Gradients.Length) : 1;
            return -Rate * m / (insideRoot ? Math.Sqrt(v + Epsilon) : (root ? Math.Sqrt(v) : v) + Epsilon);
        }
    }
}
