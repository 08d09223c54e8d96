using System.CommandLine;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// lab modern, modern-rates, modern-times: make the files that chapter 15 shows. Each run is a row, written as soon as
/// it is there; a row that is there is not run again, so the command may be stopped and goes on where it was.
/// </summary>
internal static class ModernCommand
{
    public static IEnumerable<Command> Create()
    {
        yield return LabOptions.Runs(
            "modern", "Trains chapter 15's variants of the GPT on Emma, and writes data/modern.tsv.", 3, Table);
        yield return LabOptions.Runs(
            "modern-rates", "Tries chapter 15's learning rates, and writes data/modern-rates.tsv.", 2, Rates);
        yield return LabOptions.Runs(
            "modern-times", "Measures what a step of each variant takes, and writes data/modern-times.tsv.", 1, Times);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Table(Repository repository, int seeds, string path, CancellationToken cancellation)
    {
        var (vocabulary, text) = Emma(repository);
        Each(
            path, ModernRun.Load, ModernRun.Save,
            Enumerable.Range(1, seeds)
                .SelectMany(seed => ModernVariant.All.Select(variant => (Variant: variant, Seed: seed))),
            (trial, run) => (run.Variant, run.Seed) == (trial.Variant.Name, trial.Seed),
            trial => Modern.Run(trial.Variant, trial.Seed, vocabulary, text, cancellation: cancellation),
            run => $"{run.Variant}, seed {run.Seed}: {run.Loss:F4} with {run.Parameters:N0} parameters");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rates(Repository repository, int seeds, string path, CancellationToken cancellation)
    {
        var (vocabulary, text) = Emma(repository);
        Each(
            path, ModernRate.Load, ModernRate.Save,
            from seed in Enumerable.Range(1, seeds)
            from variant in Modern.RateVariants
            from rate in Modern.Rates
            select (Variant: variant, Rate: rate, Seed: seed),
            (trial, run) => (run.Variant, run.Rate, run.Seed) == trial,
            trial => Modern.RunAt(trial.Variant, trial.Rate, trial.Seed, vocabulary, text, cancellation: cancellation),
            run => $"{run.Variant}, rate {run.Rate}, seed {run.Seed}: {run.Loss:F4}");
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

    /// <summary>Makes the runs that are missing, each on one core, and tells how long each took.</summary>
    private static void Each<TTrial, TRun>(
        string path, Func<string, IReadOnlyList<TRun>> load, Action<string, IEnumerable<TRun>> save,
        IEnumerable<TTrial> trials, Func<TTrial, TRun, bool> isOf, Func<TTrial, TRun> run,
        Func<TRun, FormattableString> tell)
    {
        MatrixProduct.Threads = 1;
        long start = 0;
        LabFiles.Complete(
            path, load, save, trials, isOf,
            trial =>
            {
                start = Stopwatch.GetTimestamp();
                return run(trial);
            },
            made => FormattableString.Invariant(
                $"{FormattableString.Invariant(tell(made))}, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
    }
}
