namespace TransformersFromScratch;

/// <summary>
/// Checks for the exercises of chapter 7, in which something is found out. Each says what is right, or names the likely
/// mistake.
/// </summary>
public static class Exercise07
{
    private static readonly Question<(double Curvature, double Momentum), double> s_largest = new(() =>
        Samples.Random(random => (0.05 + (0.85 * random.NextDouble()), 0.95 * random.NextDouble()), count: 80)
            .Prepend((0.5, 0.9)).Prepend((1, 0)))
    {
        Right = x => 2 * (1 + x.Momentum) / x.Curvature,
        Tolerance = 0.02, // it is measured by walks that end
        Say = x => $"curvature {Values.Say(x.Curvature)} and μ = {Values.Say(x.Momentum)}",
        Slips =
        [
            (x => 2 / x.Curvature, "That is the limit of plain descent, 2/κ. Does your walk keep its velocity from " +
                "one step to the next? And does your search try rates above 2/κ?"),
            (x => Math.Min(4, 2 * (1 + x.Momentum) / (1 - x.Momentum)) / x.Curvature, "Your velocity seems to be a " +
                "mean, with 1 - μ before the gradient, as Adam's m. Here the whole gradient is added: u ← μ u + g."),
            (x => 2 * (1 - x.Momentum) / x.Curvature, "Yours shrinks when μ grows, as a limit on the rate times " +
                "1/(1 - μ) would. Try it: a walk with momentum survives a larger rate than plain descent."),
            (x => 1 / x.Curvature, "At 1/κ plain descent is in the valley after one step; it may go twice as far. " +
                "When does your experiment call a walk lost? It is lost when it ends further out than it began."),
            (x => (1 + x.Momentum) / x.Curvature, "Half of what is right. When does your experiment call a walk " +
                "lost? To jump across the valley is no loss yet, as long as it ends nearer than it began."),
            (x => 2 / ((1 - x.Momentum) * x.Curvature), "You multiplied the limit of descent by 1/(1 - μ). That is " +
                "how far momentum goes along a valley; across it the velocity is only g/(1 + μ)."),
            (x => 2 * (1 + x.Momentum) * x.Curvature, "You multiply by the curvature. A steeper wall allows a " +
                "smaller rate."),
            (x => 2 * (1 + x.Momentum), "Your answer does not depend on the curvature. Is your gradient κ x?"),
        ],
        Symptoms = [((_, y) => y is not > 0 || double.IsInfinity(y), "A rate is a positive number.")],
    };

    private static readonly Question<(double Beta2, double Spike), int> s_asleep = new(() =>
        Samples.Random(
            random => (0.9 + (0.099 * random.NextDouble()), 10 * Math.Pow(10, 2.5 * random.NextDouble())), count: 100)
            .Prepend((0.98, 1000)))
    {
        Right = x => Asleep(x, 1 + ((1 - x.Beta2) * ((x.Spike * x.Spike) - 1))),
        Say = x => $"β₂ = {Values.Say(x.Beta2)} and a gradient of size {Values.Say(x.Spike)}",
        Slips =
        [
            (x => Asleep(x, 1 + ((1 - x.Beta2) * ((x.Spike * x.Spike) - 1)), awake: 2), "You wait until v is 2. A " +
                "step is divided by the root of v: it is half as long when v is 4."),
            (x => Asleep(x, 1 + ((1 - x.Beta2) * (x.Spike - 1))), "The gradient of the bad batch is not squared in " +
                "yours. v is a mean of squares."),
            (x => Asleep(x, (1 - x.Beta2) * x.Spike * x.Spike), "What stood in v before the bad batch is lost in " +
                "yours. It was 1, so v becomes β₂ · 1 + (1 - β₂) K²."),
            (x => Asleep(x, x.Spike * x.Spike), "The bad batch enters v whole in yours. It enters with the " +
                "weight 1 - β₂."),
            (x => Asleep(x, 1 + ((1 - x.Beta2) * ((x.Spike * x.Spike) - 1))) + 1, "One too many: the bad batch " +
                "itself is not counted, and the first ordinary step after it is step 1."),
            (x => Asleep(x, 1 + ((1 - x.Beta2) * ((x.Spike * x.Spike) - 1))) - 1, "One too few: the first ordinary " +
                "step after the bad batch is step 1. Update v first, then look."),
            (x => Asleep(x, 1 + ((1 - x.Beta2) * ((x.Spike * x.Spike) - 1)), fresh: 0), "Nothing is added to v after " +
                "the bad batch in yours. Each ordinary gradient adds (1 - β₂) · 1²."),
            (x => Asleep(x, 1 + ((1 - x.Beta2) * ((x.Spike * x.Spike) - 1)), awake: 1.01), "You wait until all is " +
                "forgotten. Asked is the first step that is at least half as long as usual."),
        ],
        Symptoms = [((_, y) => y < 0, "A number of steps is not negative.")],
    };

    private static readonly Question<(int Classes, double Gap), double> s_gap = new(() =>
        Samples.Random(random => (random.Next(2, 200), 0.2 + (8 * random.NextDouble())), count: 100)
            .Prepend((10, Math.Log(91))).Prepend((2, 1)))
    {
        Right = x => x.Classes / (Math.Exp(x.Gap) - 1 + x.Classes),
        Tolerance = 1e-5,
        Say = x => $"C = {x.Classes} and a gap of {Values.Say(x.Gap)}",
        Slips =
        [
            (x => 1 / (Math.Exp(x.Gap) - 1 + x.Classes), "That is ε / C, the q of a wrong class. Asked is ε."),
            (x => (x.Classes - 1) / (Math.Exp(x.Gap) - 1 + x.Classes), "That is what the wrong classes have " +
                "together. The right class has its share of ε too."),
            (x => x.Classes / (Math.Exp(x.Gap) + x.Classes), "Close: the right class has 1 - ε + ε/C, not 1 - ε."),
            (x => x.Classes / (Math.Exp(x.Gap) + 1), "Your C is only above the line. The gap is " +
                "ln((1 - ε + ε/C) / (ε/C)) = ln(1 + C (1/ε - 1)); solve it for ε."),
            (x => Math.Log(1 + (x.Classes * (Math.Exp(x.Gap) - 1))), "Is that the gap for another ε? Solve the " +
                "formula of the gap for ε."),
            (x => 1 - (x.Classes / (Math.Exp(x.Gap) - 1 + x.Classes)), "That is 1 - ε."),
            (x => x.Classes / (x.Gap - 1 + x.Classes), "The gap is a logarithm: take e to its power first."),
        ],
        Symptoms = [((_, y) => y is not (> 0 and < 1), "ε lies between 0 and 1.")],
    };

    /// <summary>Exercise 1: the ε with which the right logit ends this far above the others.</summary>
    /// <param name="smoothing">The number C of classes and the gap in nats, to ε.</param>
    public static string CheckGap(Func<int, double, double> smoothing) =>
        Exercise.Run("07.1", s_gap, x => smoothing(x.Classes, x.Gap));

    /// <summary>
    /// Exercise 2: an experiment that finds the largest rate at which descent with momentum does not get lost in the
    /// valley κ x²/2, to within 2 %.
    /// </summary>
    /// <param name="largest">The curvature κ and μ, to the rate.</param>
    public static string CheckLargestRate(Func<double, double, double> largest) =>
        Exercise.Run("07.2", s_largest, x => largest(x.Curvature, x.Momentum));

    /// <summary>
    /// Exercise 3: how many ordinary steps, of gradients of size 1, pass after one bad batch until Adam's step is half
    /// as long as usual again, or longer.
    /// </summary>
    /// <param name="steps">β₂ and the size of the one large gradient, to the number of the first such step.</param>
    public static string CheckAsleep(Func<double, double, int> steps) =>
        Exercise.Run("07.3", s_asleep, x => steps(x.Beta2, x.Spike));

    /// <summary>
    /// Exercise 4: a schedule that teaches the chapter's default model to reverse eight digits in half the usual steps.
    /// Five models are trained with it, from seeds of the check's own.
    /// </summary>
    /// <param name="schedule">The step, from 1 to 150, to the learning rate.</param>
    public static string CheckFast(Func<long, double> schedule)
    {
        Verdict numbers = Exercise07Fast.Question.Judge(schedule);
        return Exercise.Say("07.4", numbers.IsRight ? Exercise07Fast.Trained(schedule) : numbers);
    }

    private static int Asleep((double Beta2, double Spike) x, double v, double awake = 4, double fresh = 1)
    {
        int step = 0;
        do
        {
            v = (x.Beta2 * v) + ((1 - x.Beta2) * fresh);
            step++;
        }
        while (v > awake);
        return step;
    }
}
