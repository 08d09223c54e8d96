using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Spectre.Console;
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
        var count = new Option<int>("--seeds")
        {
            Description = "How many runs of each.", DefaultValueFactory = _ => seeds,
        }.Between(1, 1000);
        var threads = new Option<int>("--threads")
        {
            Description = "How many processor cores to use. The result is the same.", DefaultValueFactory = _ => 1,
        }.Between(1, 1024);
        var output = new Option<string?>("--output")
        {
            Description = $"The file to write; data/{name}.tsv if not given.",
        };
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

    /// <summary>After every run the file is written, so that a run that is stopped loses no other.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Train(
        string path, string name, string text, IEnumerable<GptRecipe> recipes, int seeds, CancellationToken cancellation)
    {
        TrainingPlace.RequireWritable(path);
        List<GptRun> runs = File.Exists(path) ? [.. LabFiles.Read(() => GptRun.Load(path))] : [];
        foreach (var (recipe, seed) in
            recipes.SelectMany(recipe => Enumerable.Range(1, seeds).Select(seed => (recipe, seed))))
        {
            if (runs.Exists(run => run.IsOf(name, recipe, seed))) { continue; }

            GptRun run = GptRun.Of(name, text, recipe, seed, new TrainingLines().Report, cancellation);
            runs.Add(run);
            GptRun.Save(path, runs.OrderBy(one => one.Parameters).ThenBy(one => one.Peak).ThenBy(one => one.Seed));
            AnsiConsole.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {run.Parameters:N0} parameters, peak rate {run.Peak}, seed {seed}: " +
                $"{run.Loss:F4} nats a character, {run.Seconds:F0} s"));
        }
    }
}
