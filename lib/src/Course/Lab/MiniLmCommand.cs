using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// lab minilm-sections: makes the file of trainings that chapter 17 shows. Each run is a row, written as soon as it is
/// there; a row that is there is not run again, so the command may be stopped and goes on where it was.
/// </summary>
internal static class MiniLmCommand
{
    public static Command Create() => LabOptions.Runs(
        "minilm-sections",
        "Teaches all-MiniLM-L6-v2 the sections of packages, and writes data/minilm-sections.tsv.", 3, Make);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Make(Repository repository, int seeds, string path, CancellationToken cancellation)
    {
        MiniLmSections lab = LabFiles.Read(() => new MiniLmSections(PackageTexts.OfFolder(repository.Data)));
        LabFiles.Complete(
            path, SectionRun.Load, SectionRun.Save, MiniLmSections.Trials(seeds),
            (trial, run) => (run.Method, run.Labels, run.Seed) == trial,
            trial => lab.Run(trial.Method, trial.Labels, trial.Seed, cancellation),
            made => string.Create(
                CultureInfo.InvariantCulture,
                $"{made.Method}, {made.Labels} labels, seed {made.Seed}: {made.Accuracy:P1} in {made.Seconds:F0} s"));
    }
}
