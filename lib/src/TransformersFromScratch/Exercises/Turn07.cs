using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 7's "Your turn": the loss and its gradient, a step of descent with momentum, a step of Adam, two schedules,
/// the target of label smoothing, and clipping. Each checks what the reader wrote, says in one line what is right or
/// which slip it is, and returns the version to use: the reader's once it is right, the library's until then. None of
/// them throws.
/// </summary>
public static class Turn07
{
    /// <summary>Cross-entropy: C logits, and C numbers that should be believed, to the loss and its gradient.</summary>
    public delegate (double Loss, double[] Gradient) Losing(double[] l, double[] q);

    /// <summary>A step with momentum: x, the velocity u, the gradient g, η and μ to the new x and u.</summary>
    public delegate (Vector<double> X, Vector<double> U) Rolling(
        Vector<double> x, Vector<double> u, Vector<double> g, double rate, double momentum);

    /// <summary>
    /// Step t of Adam: x, the gradient g, both means m and v, t counted from 1, η, β₁, β₂ and ε to the new x, m and v.
    /// </summary>
    public delegate (Vector<double> X, Vector<double> M, Vector<double> V) Adapting(
        Vector<double> x, Vector<double> g, Vector<double> m, Vector<double> v, int t, double rate, double beta1,
        double beta2, double epsilon);

    /// <summary>Clipping: the gradients of several parameters and the largest norm allowed to new gradients.</summary>
    public delegate double[][] Clipping(double[][] gradients, double most);

    /// <summary>Your <c>L = ln Σ exp(l) - Σ q l</c> and its gradient <c>p - q</c>, for one row of logits.</summary>
    /// <returns>Yours if it is right, else one that takes the logarithm of the sum at once.</returns>
    public static Losing CrossEntropy(Losing yours) => YourTurn.Take(
        "07.CrossEntropy", "The cross-entropy", yours, (l, q) => Turn07CrossEntropy.Library((l, q)),
        Turn07CrossEntropy.Question, code => x => code(x.L, x.Q));

    /// <summary>Your <c>u ← μ u + g</c> and <c>x ← x - η u</c>, as <see cref="Sgd"/> does it.</summary>
    /// <returns>Yours if it is right, else the rule as it is.</returns>
    public static Rolling Momentum(Rolling yours) => YourTurn.Take(
        "07.Momentum", "Momentum", yours,
        (x, u, g, rate, momentum) => Turn07Momentum.Library((x, u, g, rate, momentum)), Turn07Momentum.Question,
        code => x => code(x.X, x.U, x.G, x.Rate, x.Momentum));

    /// <summary>Your step of <see cref="TransformersFromScratch.Adam"/> (Kingma and Ba 2015, algorithm 1).</summary>
    /// <returns>Yours if it is right, else the rule as it is.</returns>
    public static Adapting Adam(Adapting yours) => YourTurn.Take(
        "07.Adam", "Adam", yours,
        (x, g, m, v, t, rate, beta1, beta2, epsilon) =>
            new Turn07Adam.Given(x, g, m, v, t, rate, beta1, beta2, epsilon).Step(),
        Turn07Adam.Question,
        code => x => code(x.X, x.G, x.M, x.V, x.T, x.Rate, x.Beta1, x.Beta2, x.Epsilon));

    /// <summary>
    /// Your <c>d^-0.5 · min(t^-0.5, t · w^-1.5)</c> (Vaswani et al. 2017, section 5.3, equation 3).
    /// </summary>
    /// <param name="yours">The step t, the width d and the steps w of warm-up, to the learning rate.</param>
    /// <returns>Yours if it is right, else the rule of <see cref="Schedule.Warmup"/>.</returns>
    public static Func<double, double, double, double> Warmup(Func<double, double, double, double> yours) =>
        YourTurn.Take(
            "07.Warmup", "The paper's schedule", yours, (t, d, w) => Turn07Warmup.Library((t, d, w)),
            Turn07Warmup.Question, code => x => code(x.T, x.D, x.W));

    /// <summary>Your half cosine wave after a linear warm-up (Loshchilov and Hutter 2017, equation 5).</summary>
    /// <param name="yours">The step t, the peak, the steps of warm-up, all steps and the floor, to the rate.</param>
    /// <returns>Yours if it is right, else the rule of <see cref="Schedule.Cosine"/>.</returns>
    public static Func<double, double, double, double, double, double> Cosine(
        Func<double, double, double, double, double, double> yours) => YourTurn.Take(
        "07.Cosine", "The cosine schedule", yours,
        (t, peak, warmup, steps, floor) => Turn07Cosine.Library((t, peak, warmup, steps, floor)),
        Turn07Cosine.Question, code => x => code(x.T, x.Peak, x.Warmup, x.Steps, x.Floor));

    /// <summary>Your <c>q_c = (1 - ε) [c = right] + ε / C</c> (Szegedy et al. 2016, section 7).</summary>
    /// <param name="yours">The right class, the number C of classes and ε, to q.</param>
    /// <returns>Yours if it is right, else the rule as it is.</returns>
    public static Func<int, int, double, double[]> Target(Func<int, int, double, double[]> yours) => YourTurn.Take(
        "07.Target", "The smoothed target", yours,
        (right, classes, epsilon) => Turn07Target.Library((right, classes, epsilon)), Turn07Target.Question,
        code => x => code(x.Right, x.Classes, x.Epsilon));

    /// <summary>
    /// Your clipping by the norm over all gradients together (Pascanu et al. 2013, section 3.2), as
    /// <see cref="Gradients.Clip"/> does it.
    /// </summary>
    /// <returns>Yours if it is right, else the rule as it is.</returns>
    public static Clipping Clip(Clipping yours) => YourTurn.Take(
        "07.Clip", "Clipping", yours, (gradients, most) => Turn07Clip.Library((gradients, most)), Turn07Clip.Question,
        code => x => code(x.Gradients, x.Most));
}
