using System.Diagnostics;

namespace TransformersFromScratch;

/// <summary>
/// The laboratory of chapter 15: chapter 12's GPT on characters of Emma, each time with one change
/// (<see cref="ModernVariant"/>), as many parameters, the same seeds and the same windows.
/// </summary>
public static class Modern
{
    /// <summary>After how many steps the next point of a curve is measured.</summary>
    public const int CurveSteps = 50;

    /// <summary>On how many batches of 12 windows a point of a curve is measured.</summary>
    public const int ExamBatches = 20;

    /// <summary>How many places share a mean of <see cref="ModernRun.ByPlace"/>.</summary>
    public const int Stretch = 16;

    /// <summary>How many times the trained length is read for <see cref="ModernRun.ByPlace"/>.</summary>
    public const int TimesLonger = 4;

    private const int ByPlaceWindows = 200;

    /// <summary>
    /// The model and budget of the table: 2 layers of width 64 and 1,000 steps. It is less than nanoGPT's 4 layers of
    /// width 128 and 2,000 steps, because some fifty runs have to fit into half an hour of one processor core. It has
    /// no biases: they are one of the changes that are tried.
    /// </summary>
    public static GptRecipe Recipe { get; } = new()
    {
        Layers = 2, DModel = 64, Heads = 4, Context = 64, Bias = false, Batch = 12, Steps = 1000,
        PeakLearningRate = 3e-3,
    };

    /// <summary>
    /// The model and budget of the search for learning rates: deeper, because depth is what makes training unstable,
    /// and short.
    /// </summary>
    public static GptRecipe RateRecipe { get; } = Recipe with { Layers = 4, Steps = 200, WarmUp = 40 };

    /// <summary>The peaks of the learning rate that are tried.</summary>
    public static IReadOnlyList<double> Rates { get; } = [1e-3, 3e-3, 1e-2, 3e-2, 1e-1];

    /// <summary>What is tried at each of <see cref="Rates"/>; the first is the baseline.</summary>
    public static IReadOnlyList<string> RateVariants { get; } =
        ["baseline", "no warm-up", "post-norm", "post-norm, no warm-up", "RMSNorm", "SwiGLU"];

    /// <summary>Trains a variant and measures it.</summary>
    /// <param name="variant">What is changed.</param>
    /// <param name="seed">Of the weights and the windows.</param>
    /// <param name="vocabulary">How many characters there are.</param>
    /// <param name="text">The ids to learn from, and those to measure by.</param>
    /// <param name="recipe">The model and the budget; <see cref="Recipe"/> if not given.</param>
    /// <param name="cancellation">Stops between two points of the curve.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static ModernRun Run(
        ModernVariant variant, int seed, int vocabulary, (int[] Training, int[] Validation) text,
        GptRecipe? recipe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(variant);
        recipe ??= Recipe;
        GptConfig config = variant.Config(recipe.Config(vocabulary));
        var training = new ModernTraining(recipe, config, text.Training, text.Validation, seed);
        var curve = new List<double>();
        for (long until = CurveSteps; until <= recipe.Steps; until += CurveSteps)
        {
            training.Trainer.Run(cancellation: cancellation, until: until);
            cancellation.ThrowIfCancellationRequested();
            curve.Add(training.ValidationLoss(ExamBatches));
        }

        bool readsOn = config.Positions != PositionKind.Learned;
        double[] byPlace = LossByPlace.Measure(
            training.Model, text.Validation, config.Context * (readsOn ? TimesLonger : 1), Stretch, ByPlaceWindows);
        return new ModernRun(variant.Name, seed, training.Model.ParameterCount, config.DFeedForward, curve, byPlace);
    }

    /// <summary>Trains a variant of <see cref="RateVariants"/> at one learning rate.</summary>
    /// <param name="variant">What is changed.</param>
    /// <param name="rate">The peak.</param>
    /// <param name="seed">Of the weights and the windows.</param>
    /// <param name="vocabulary">How many characters there are.</param>
    /// <param name="text">The ids to learn from, and those to measure by.</param>
    /// <param name="recipe">The model and the budget; <see cref="RateRecipe"/> if not given.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static ModernRate RunAt(
        string variant, double rate, int seed, int vocabulary, (int[] Training, int[] Validation) text,
        GptRecipe? recipe = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(variant);
        const string noWarmUp = "no warm-up";
        string name = variant == noWarmUp ? "baseline" : variant.Replace($", {noWarmUp}", "", StringComparison.Ordinal);
        recipe = (recipe ?? RateRecipe) with { PeakLearningRate = rate, LastLearningRate = 0 };
        GptConfig config = ModernVariant.Named(name).Config(recipe.Config(vocabulary));
        var training = new ModernTraining(
            recipe, config, text.Training, text.Validation, seed,
            warmUp: !variant.EndsWith(noWarmUp, StringComparison.Ordinal));
        try
        {
            training.Trainer.Run(cancellation: cancellation);
            cancellation.ThrowIfCancellationRequested();
            return new ModernRate(variant, rate, seed, training.ValidationLoss(ExamBatches));
        }
        catch (DivergenceException)
        {
            return new ModernRate(variant, rate, seed, double.NaN);
        }
    }

    /// <summary>
    /// Milliseconds a step of all variants, measured in turns: what slows the computer down for a while slows down all.
    /// </summary>
    /// <param name="vocabulary">How many characters there are.</param>
    /// <param name="text">The ids to learn from, and those to measure by.</param>
    /// <param name="rounds">How many turns.</param>
    /// <param name="recipe">The model; <see cref="Recipe"/> if not given.</param>
    /// <param name="cancellation">Stops between two variants.</param>
    public static IReadOnlyList<ModernTime> Times(
        int vocabulary, (int[] Training, int[] Validation) text, int rounds, GptRecipe? recipe = null,
        CancellationToken cancellation = default)
    {
        const int steps = 5, before = 20; // The first steps are slow: the code is still being compiled.
        recipe ??= Recipe;
        var trainings = ModernVariant.All.Select(variant => new ModernTraining(
            recipe with { Steps = before + (steps * rounds) }, variant.Config(recipe.Config(vocabulary)), text.Training,
            text.Validation, seed: 1)).ToList();
        trainings.ForEach(training => training.Trainer.Run(until: before));
        var times = trainings.ConvertAll(_ => new double[rounds]);
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < trainings.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                long start = Stopwatch.GetTimestamp();
                trainings[i].Trainer.Run(until: before + (steps * (round + 1)));
                times[i][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds / steps;
            }
        }

        return [.. ModernVariant.All.Zip(times, (variant, all) =>
        {
            Array.Sort(all);
            return new ModernTime(variant.Name, all[rounds / 2], all[rounds / 4], all[3 * rounds / 4]);
        })];
    }
}
