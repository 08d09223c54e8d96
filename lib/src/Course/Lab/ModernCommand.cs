using System.CommandLine;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Spectre.Console;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// lab modern, modern-rates, modern-times: make the files that chapter 15 shows. Each run is a row, written as soon as it is
/// there; a row that is there is not run again, so the command may be stopped and goes on where it was.
/// </summary>
internal static class ModernCommand
{
    public static IEnumerable<Command> Create()
    {
        yield return One(
            "modern", "Trains chapter 15's variants of the GPT on Emma, and writes data/modern.tsv.", 3, Table);
        yield return One(
            "modern-rates", "Tries chapter 15's learning rates, and writes data/modern-rates.tsv.", 2, Rates);
        yield return One(
            "modern-times", "Measures what a step of each variant takes, and writes data/modern-times.tsv.", 1, Times);
    }

    private static Command One(
        string name, string what, int seeds, Action<Repository, int, string, CancellationToken> make)
    {
        Option<int> runs = new Option<int>("--seeds")
        {
            Description = "How many runs of each.", DefaultValueFactory = _ => seeds,
        }.Between(1, 1000);
        var output = new Option<string?>("--output")
        {
            Description = $"The file to write; data/{name}.tsv if not given.",
        };
        var command = new Command(name, what) { runs, output };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            string path = parsed.GetValue(output) ?? Path.Combine(repository.Data, $"{name}.tsv");
            TrainingPlace.RequireWritable(path);
            make(repository, parsed.GetValue(runs), path, cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Table(Repository repository, int seeds, string path, CancellationToken cancellation)
    {
        var (vocabulary, text) = Emma(repository);
        List<ModernRun> runs = File.Exists(path) ? [.. ModernRun.Load(path)] : [];
        var wanted =
            from seed in Enumerable.Range(1, seeds)
            from variant in ModernVariant.All
            where !runs.Exists(run => (run.Variant, run.Seed) == (variant.Name, seed))
            select (variant, seed);
        foreach (var (variant, seed) in wanted.ToList())
        {
            Told(() =>
            {
                ModernRun run = Modern.Run(variant, seed, vocabulary, text, cancellation: cancellation);
                ModernRun.Save(path, runs = [.. runs, run]);
                return $"{run.Variant}, seed {seed}: {run.Loss:F4} with {run.Parameters:N0} parameters";
            });
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rates(Repository repository, int seeds, string path, CancellationToken cancellation)
    {
        var (vocabulary, text) = Emma(repository);
        List<ModernRate> runs = File.Exists(path) ? [.. ModernRate.Load(path)] : [];
        var wanted =
            from seed in Enumerable.Range(1, seeds)
            from variant in Modern.RateVariants
            from rate in Modern.Rates
            where !runs.Exists(run => (run.Variant, run.Rate, run.Seed) == (variant, rate, seed))
            select (variant, rate, seed);
        foreach (var (variant, rate, seed) in wanted.ToList())
        {
            Told(() =>
            {
                ModernRate run = Modern.RunAt(variant, rate, seed, vocabulary, text, cancellation: cancellation);
                ModernRate.Save(path, runs = [.. runs, run]);
                return $"{variant}, rate {rate}, seed {seed}: {run.Loss:F4}";
            });
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Times(Repository repository, int seeds, string path, CancellationToken cancellation)
    {
        var (vocabulary, text) = Emma(repository);
        MatrixProduct.Threads = 1;
        ModernTime.Save(path, Modern.Times(vocabulary, text, rounds: 20 * seeds, cancellation: cancellation));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (int Vocabulary, (int[] Training, int[] Validation) Text) Emma(Repository repository)
    {
        string emma = GptCommand.Novels(repository)[..Austen.EmmaLength];
        var characters = Characters.Of(emma);
        var (training, validation) = Austen.Split(emma);
        return (characters.Count, (characters.Encode(training), characters.Encode(validation)));
    }

    /// <summary>Runs on one core, and prints what became of it and how long it took.</summary>
    private static void Told(Func<FormattableString> run)
    {
        MatrixProduct.Threads = 1;
        long start = Stopwatch.GetTimestamp();
        string line = FormattableString.Invariant(run());
        AnsiConsole.WriteLine(FormattableString.Invariant($"{line}, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
    }
}
