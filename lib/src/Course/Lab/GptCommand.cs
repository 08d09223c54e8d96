using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// lab gpt-rates and lab gpt-sizes: what chapter 12 shows of trainings that take longer than reading it. Runs that the
/// file has already are kept.
/// </summary>
internal static class GptCommand
{
    public static Command CreateRates() => Create(
        "gpt-rates", "Trains chapter 12's GPT on Emma with several learning rates, and writes data/gpt-rates.tsv.",
        seeds: 3, Rates);

    public static Command CreateSizes() => Create(
        "gpt-sizes", "Trains chapter 12's GPT on all six novels in five sizes, and writes data/gpt-sizes.tsv.",
        seeds: 1, Sizes);

    private static Command Create(
        string name, string description, int seeds, Action<Repository, string, int, CancellationToken> train)
    {
        Option<int> count = LabOptions.Seeds(seeds);
        Option<int> threads = LabOptions.Threads();
        Option<string?> output = LabOptions.Output($"{name}.tsv");
        var command = new Command(name, description) { count, threads, output };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            SetThreads(parsed.GetValue(threads));
            string path = parsed.GetValue(output) ?? Path.Combine(repository.Data, $"{name}.tsv");
            train(repository, path, parsed.GetValue(count), cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SetThreads(int threads) => MatrixProduct.Threads = threads;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rates(Repository repository, string path, int seeds, CancellationToken cancellation) => Train(
        path, "emma", Novels(repository)[..Austen.EmmaLength], GptLab.Rates.Select(GptLab.AtRate), seeds, cancellation);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Sizes(Repository repository, string path, int seeds, CancellationToken cancellation) => Train(
        path, "austen", Novels(repository), GptLab.Sizes.Select(GptLab.OfSize), seeds, cancellation);

    /// <summary>The six novels of data/.</summary>
    /// <exception cref="CourseException">The file is missing or too short.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static string Novels(Repository repository) =>
        LabFiles.Read(() => Austen.Load(Path.Combine(repository.Data, "austen.txt")));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Train(
        string path, string name, string text, IEnumerable<GptRecipe> recipes, int seeds,
        CancellationToken cancellation)
    {
        TrainingPlace.RequireWritable(path);
        LabFiles.Complete(
            path, GptRun.Load,
            (to, runs) => GptRun.Save(
                to, runs.OrderBy(one => one.Parameters).ThenBy(one => one.Peak).ThenBy(one => one.Seed)),
            recipes.SelectMany(recipe => Enumerable.Range(1, seeds).Select(seed => (Recipe: recipe, Seed: seed))),
            (trial, run) => run.IsOf(name, trial.Recipe, trial.Seed),
            trial => GptRun.Of(name, text, trial.Recipe, trial.Seed, new TrainingLines().Report, cancellation),
            run => string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {run.Parameters:N0} parameters, peak rate {run.Peak}, seed {run.Seed}: " +
                $"{run.Loss:F4} nats a character, {run.Seconds:F0} s"));
    }
}
