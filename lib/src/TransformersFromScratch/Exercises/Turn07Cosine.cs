using Given = (double T, double Peak, double Warmup, double Steps, double Floor);

namespace TransformersFromScratch;

/// <summary>Chapter 7, a linear warm-up and half a cosine wave.</summary>
internal static class Turn07Cosine
{
    public static Question<Given, double> Question { get; } = new(Steps)
    {
        Right = Library,
        Tolerance = 1e-9,
        Say = x => $"step {Values.Say(x.T)} of {Values.Say(x.Steps)}, peak {Values.Say(x.Peak)}, warm-up " +
            $"{Values.Say(x.Warmup)}, floor {Values.Say(x.Floor)}",
        Slips =
        [
            (x => Wave(x, Progress(x)), "The warm-up is missing: before step w the rate is peak · t / w."),
            (x => Ramped(x, Wave(x, 2 * Progress(x))), "That is a whole wave: it comes up again. Half a wave is the " +
                "cosine of 0 to π."),
            (x => Ramped(x, Wave(x, x.T / x.Steps)), "The wave begins at step 0 in yours. It begins where the " +
                "warm-up ends: (t - w) / (steps - w)."),
            (x => Ramped(x, Wave(x with { Floor = 0 }, Progress(x))), "The floor is missing: the wave ends there, " +
                "not at 0."),
            (x => Ramped(x, x.Floor + Wave(x with { Floor = 0 }, Progress(x))), "The floor is added to the whole " +
                "wave, so that it starts above the peak. The wave spans peak - floor."),
            (x => Ramped(x, x.Floor + x.Peak - Wave(x, Progress(x))), "The wave stands on its head: it rises from " +
                "the floor to the peak. It is 1 + cos, not 1 - cos."),
            (x => Ramped(x, x.Floor + ((x.Peak - x.Floor) * (1 + Math.Cos(Math.PI * Progress(x))))), "The half is " +
                "missing: 1 + cos goes from 2 to 0."),
            (x => Ramped(x, x.Peak + ((x.Floor - x.Peak) * Progress(x))), "Yours falls in a straight line. " +
                "A cosine is flat at both ends."),
            (x => Ramped(x, Wave(x, Progress(x, capped: false))), "After the last step yours rises again. It " +
                "stays on the floor: the progress is 1 at most."),
            (x => Ramped(x, Wave(x, Progress(x) * 180 / Math.PI)), "Math.Cos takes radians: half a wave is from 0 to " +
                "π, not to 180."),
            (x => Ramped(x, Wave(x, Progress(x) / Math.PI)), "The π is missing: half a wave is the cosine of 0 to π."),
            (x => x.T < x.Warmup ? x.Floor + ((x.Peak - x.Floor) * x.T / x.Warmup) : Library(x), "Your ramp begins " +
                "at the floor. The warm-up goes from 0 to the peak."),
        ],
        Symptoms = [((_, y) => double.IsNaN(y), "There is a NaN. Is 0 divided by 0 where there is no warm-up?")],
    };

    /// <summary>The rule as it is.</summary>
    public static double Library(Given x) => Ramped(x, Wave(x, Progress(x)));

    private static double Progress(Given x, bool capped = true)
    {
        double progress = (x.T - x.Warmup) / (x.Steps - x.Warmup);
        return capped ? Math.Min(1, progress) : progress;
    }

    private static double Wave(Given x, double progress) =>
        x.Floor + (0.5 * (x.Peak - x.Floor) * (1 + Math.Cos(Math.PI * progress)));

    private static double Ramped(Given x, double after) => x.T < x.Warmup ? x.Peak * x.T / x.Warmup : after;

    private static IEnumerable<Given> Steps() => Samples.Random(random =>
    {
        int warmup = random.Next(6) == 0 ? 0 : random.Next(2, 40), steps = warmup + random.Next(5, 200);
        return ((double)random.Next(1, steps + 40), 0.5 + random.NextDouble(), (double)warmup, (double)steps,
            random.Next(3) == 0 ? 0 : 0.3 * random.NextDouble());
    }).Prepend((100, 1, 20, 100, 0.1)).Prepend((60, 1, 20, 100, 0));
}
