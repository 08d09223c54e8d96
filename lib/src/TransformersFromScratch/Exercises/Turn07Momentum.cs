using MathNet.Numerics.LinearAlgebra;
using Given = (
    MathNet.Numerics.LinearAlgebra.Vector<double> X, MathNet.Numerics.LinearAlgebra.Vector<double> U,
    MathNet.Numerics.LinearAlgebra.Vector<double> G, double Rate, double Momentum);
using Moved = (
    MathNet.Numerics.LinearAlgebra.Vector<double> X, MathNet.Numerics.LinearAlgebra.Vector<double> U);

namespace TransformersFromScratch;

/// <summary>Chapter 7, a step of descent with momentum.</summary>
internal static class Turn07Momentum
{
    public static Question<Given, Moved> Question { get; } = new(Steps)
    {
        Right = Library,
        Tolerance = 1e-8,
        Say = x => $"x = {Values.Say(x.X)}, u = {Values.Say(x.U)}, g = {Values.Say(x.G)}, η = {Values.Say(x.Rate)} " +
            $"and μ = {Values.Say(x.Momentum)}",
        Slips =
        [
            (x => (x.X - (x.Rate * x.G), x.G), "That is plain descent: the old velocity is forgotten. " +
                "u ← μ u + g."),
            (x => With(x, (x.Momentum * x.U) + ((1 - x.Momentum) * x.G)), "Your velocity is a mean, with 1 - μ " +
                "before the gradient. That is Adam's m; a velocity adds the whole gradient: u ← μ u + g."),
            (x => With(x, (x.Momentum * x.U) - x.G), "The gradient is taken away from the velocity, and then the " +
                "velocity from x: that goes uphill. u ← μ u + g."),
            (x => (x.X + (x.Rate * Velocity(x)), Velocity(x)), "You go uphill: x ← x - η u."),
            (x => (x.X - (x.Momentum * x.U) - (x.Rate * x.G), (x.Momentum * x.U) + (x.Rate * x.G)), "The rate stands " +
                "inside your velocity. Some papers write it so; here it stands outside: u ← μ u + g, x ← x - η u."),
            (x => (x.X - (x.Rate * x.U), Velocity(x)), "You moved with the old velocity. First the new u, then " +
                "x ← x - η u with it."),
            (x => (x.X - (x.Rate * (x.G + (x.Momentum * Velocity(x)))), Velocity(x)), "That is Nesterov's variant, " +
                "which looks a step ahead. Here it is x ← x - η u."),
            (x => With(x, x.Momentum * (x.U + x.G)), "μ multiplies the gradient, too. It belongs to the old velocity " +
                "alone: u ← μ u + g."),
            (x => With(x, x.U + x.G), "Nothing of the velocity is ever lost in yours: μ is missing. u ← μ u + g."),
            (x => (x.X - (x.Rate * Velocity(x)), x.U), "x is right, but you return the old velocity. The next step " +
                "needs the new one."),
            (x => (x.X - Velocity(x), Velocity(x)), "The rate is missing: x ← x - η u."),
            (x => (x.X - (x.Rate * Velocity(x)), x.Rate * Velocity(x)), "x is right, but you return η u. The " +
                "velocity is u."),
        ],
        Symptoms =
        [
            ((x, y) => y.X.Count != x.X.Count || y.U.Count != x.X.Count, "x and u have as many numbers as the " +
                "gradient."),
        ],
    };

    /// <summary>The rule as it is.</summary>
    public static Moved Library(Given x) => With(x, Velocity(x));

    private static Vector<double> Velocity(Given x) => (x.Momentum * x.U) + x.G;

    private static Moved With(Given x, Vector<double> u) => (x.X - (x.Rate * u), u);

    private static IEnumerable<Given> Steps() => Samples.Random(random =>
    {
        int count = random.Next(1, 6);
        return (Numbers(random, count), Numbers(random, count), Numbers(random, count),
            0.01 + (0.3 * random.NextDouble()), 0.05 + (0.9 * random.NextDouble()));
    }).Prepend((Vector<double>.Build.Dense([1, 2]), Vector<double>.Build.Dense([10, 0]),
        Vector<double>.Build.Dense([1, -1]), 0.1, 0.5));

    private static Vector<double> Numbers(Random random, int count) =>
        Vector<double>.Build.Dense(Samples.Doubles(random, count));
}
