using MathNet.Numerics.LinearAlgebra;
using Moved = (
    MathNet.Numerics.LinearAlgebra.Vector<double> X, MathNet.Numerics.LinearAlgebra.Vector<double> M,
    MathNet.Numerics.LinearAlgebra.Vector<double> V);

namespace TransformersFromScratch;

/// <summary>Chapter 7, a step of Adam.</summary>
internal static class Turn07Adam
{
    public static Question<Given, Moved> Question { get; } = new(Steps)
    {
        Right = x => x.Step(),
        Tolerance = 1e-8,
        Say = x => $"t = {x.T}, x = {Values.Say(x.X)}, g = {Values.Say(x.G)}, m = {Values.Say(x.M)}, " +
            $"v = {Values.Say(x.V)} (η = {Values.Say(x.Rate)}, β₁ = {Values.Say(x.Beta1)}, " +
            $"β₂ = {Values.Say(x.Beta2)}, ε = {Values.Say(x.Epsilon)})",
        Slips =
        [
            (x => x.Step(correctMean: false, correctSquare: false), "The bias correction is missing: both means " +
                "start at 0 and are too small at first. Divide by 1 - βᵗ before the step."),
            (x => x.Step(correctSquare: false), "You corrected m but not v: divide v by 1 - β₂ᵗ."),
            (x => x.Step(correctMean: false), "You corrected v but not m: divide m by 1 - β₁ᵗ."),
            (x => x.Step(t: 1), "You divided by 1 - β instead of 1 - βᵗ: t is the number of the step."),
            (x => x.Step(t: x.T + 1), "Your t is one too large. It is counted from 1, and t is already that of " +
                "this step."),
            (x => x.Step(root: false), "The root is missing: v is a mean of squares, and a size is its root."),
            (x => x.Step(insideRoot: true), "ε stands inside the root. In the paper of Adam it is added after " +
                "the root."),
            (x => (x with { Epsilon = 0 }).Step(), "ε is missing. Add it to the root of v̂."),
            (x => (x with { Beta1 = x.Beta2, Beta2 = x.Beta1 }).Step(), "β₁ and β₂ have changed places: β₁ belongs " +
                "to the mean m, β₂ to the squares v."),
            (x => (x with { Beta1 = 0.9, Beta2 = 0.98 }).Step(), "Your β₁ and β₂ are numbers of your own. Use the " +
                "ones that are given."),
            (x => (x with { M = 0 * x.M, V = 0 * x.V }).Step(), "Only this gradient counts in yours. m and v " +
                "remember all that came before: start from the ones that are given."),
            (x => x.Corrected(), "You return the corrected m̂ and v̂. The next step would " +
                "correct them once more: return m and v as they are, and use m̂ and v̂ for x alone."),
            (x => (x with { Rate = -x.Rate }).Step(), "You go uphill: x ← x - η m̂ / (√v̂ + ε)."),
            (x => (x with { Rate = 1 }).Step(), "The rate is missing: x ← x - η m̂ / (√v̂ + ε)."),
            (x => x.Step(square: false), "v is a mean of the gradients in yours. It must be one of their squares: " +
                "g.PointwiseMultiply(g)."),
            (x => (x.Step().X, x.M, x.V), "x is right, but you return the old m and v. The next step needs the new " +
                "ones."),
            (x => (x.X - (x.Rate * x.G), x.Step().M, x.Step().V), "m and v are right, but x takes a plain step of " +
                "descent. It is x ← x - η m̂ / (√v̂ + ε)."),
            (x => (x.X - (x.Rate * x.G.PointwiseDivide(x.Size())), x.Step().M, x.Step().V), "x goes along g itself, " +
                "divided by its usual size. Adam goes along the mean m̂."),
        ],
        Symptoms =
        [
            ((_, y) => y.X.Any(double.IsNaN), "There is a NaN. The root of a negative number, or a division of 0 " +
                "by 0?"),
            ((x, y) => y.X.Count != x.X.Count || y.M.Count != x.X.Count || y.V.Count != x.X.Count, "x, m and v have " +
                "as many numbers as the gradient."),
        ],
    };

    private static IEnumerable<Given> Steps() => Samples.Random(random =>
    {
        int count = random.Next(1, 6), t = random.Next(4) == 0 ? 1 : random.Next(2, 60);
        Vector<double> m = Numbers(random, count, 1), v = Numbers(random, count, 1).PointwisePower(2) + 0.05;
        // The first step begins with both means at 0; some parameters have had no gradient yet.
        return new Given(
            Numbers(random, count, 2), random.Next(8) == 0 ? 0 * m : Numbers(random, count, 2), t == 1 ? 0 * m : m,
            t == 1 ? 0 * v : v, t, 0.01 + (0.2 * random.NextDouble()), 0.5 + (0.45 * random.NextDouble()),
            0.8 + (0.19 * random.NextDouble()), random.Next(2) == 0 ? 0.01 : 0.1);
    }).Prepend(new Given(
        Vector<double>.Build.Dense([1, 1]), Vector<double>.Build.Dense([2, -1]), Vector<double>.Build.Dense([1, 0.5]),
        Vector<double>.Build.Dense([4, 1]), 3, 0.1, 0.9, 0.98, 0.01));

    private static Vector<double> Numbers(Random random, int count, double scale) =>
        Vector<double>.Build.Dense(Samples.Doubles(random, count, scale));

    /// <summary>All that a step needs.</summary>
    internal sealed record Given(
        Vector<double> X, Vector<double> G, Vector<double> M, Vector<double> V, int T, double Rate, double Beta1,
        double Beta2, double Epsilon) : IInput
    {
        public object Data => (X, G, M, V);

        /// <summary>The step, right or with a slip.</summary>
        public Moved Step(
            bool correctMean = true, bool correctSquare = true, bool root = true, bool insideRoot = false,
            bool square = true, int? t = null)
        {
            Vector<double> m = (Beta1 * M) + ((1 - Beta1) * G);
            Vector<double> v = (Beta2 * V) + ((1 - Beta2) * (square ? G.PointwiseMultiply(G) : G));
            Vector<double> mean = correctMean ? m / (1 - Math.Pow(Beta1, t ?? T)) : m;
            Vector<double> size = correctSquare ? v / (1 - Math.Pow(Beta2, t ?? T)) : v;
            Vector<double> below = insideRoot ? (size + Epsilon).PointwiseSqrt()
                : (root ? size.PointwiseSqrt() : size) + Epsilon;
            return (X - (Rate * mean.PointwiseDivide(below)), m, v);
        }

        /// <summary>√v̂ + ε.</summary>
        public Vector<double> Size() => (Step().V / (1 - Math.Pow(Beta2, T))).PointwiseSqrt() + Epsilon;

        /// <summary>The step, with the corrected means to remember.</summary>
        public Moved Corrected() =>
            (Step().X, Step().M / (1 - Math.Pow(Beta1, T)), Step().V / (1 - Math.Pow(Beta2, T)));
    }
}
