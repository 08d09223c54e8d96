using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// lab minilm-sections, minilm-rates: make the files of trainings that chapter 17 shows. Each run is a row, written as
/// soon as it is there; a row that is there is not run again, so the command may be stopped and goes on where it was.
/// </summary>
internal static class MiniLmCommand
{
    public static IEnumerable<Command> Create()
    {
        yield return LabOptions.Runs(
            "minilm-sections",
            "Teaches all-MiniLM-L6-v2 the sections of packages, and writes data/minilm-sections.tsv.", 3, Sections);
        yield return LabOptions.Runs(
            "minilm-rates",
            "Tries chapter 17's learning rates on validation texts, and writes data/minilm-rates.tsv.", 3, Rates);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Sections(Repository repository, int seeds, string path, CancellationToken cancellation)
    {
        MiniLmSections lab = Laboratory(repository);
        Each(
            path, MiniLmSections.Trials(seeds), (trial, run) => (run.Method, run.Labels, run.Seed) == trial,
            trial => lab.Run(trial.Method, trial.Labels, trial.Seed, cancellation));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rates(Repository repository, int seeds, string path, CancellationToken cancellation)
    {
        MiniLmSections lab = Laboratory(repository);
        Each(
            path, MiniLmSections.RateTrials(seeds), (trial, run) => (run.Method, run.Rate, run.Seed) == trial,
            trial => lab.TryRate(trial.Method, trial.Rate, trial.Seed, cancellation));
    }

    private static MiniLmSections Laboratory(Repository repository) =>
        LabFiles.Read(() => new MiniLmSections(PackageTexts.OfFolder(repository.Data)));

    private static void Each<T>(
        string path, IEnumerable<T> trials, Func<T, SectionRun, bool> isRun, Func<T, SectionRun> run) =>
        LabFiles.Complete(
            path, SectionRun.Load, SectionRun.Save, trials, isRun, run,
            made => string.Create(
                CultureInfo.InvariantCulture,
                $"{made.Method}, {made.Labels} labels, seed {made.Seed}, rate {made.Rate}: {made.Accuracy:P1} " +
                $"in {made.Seconds:F0} s"));
}
