using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// lab bert-masks: what the parts of the 80/10/10 rule are for. Each run is a row, written as soon as it is there; a
/// row that is there is not run again, so the command may be stopped and goes on where it was.
/// </summary>
internal static class MaskingCommand
{
    public static Command Create() => LabOptions.Runs(
        "bert-masks", "Trains small BERTs by chapter 13's rules of masking, and writes data/bert-masks.tsv.", 3, Make,
        "How many runs of each rule.");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Make(Repository repository, int seeds, string path, CancellationToken cancellation)
    {
        MatrixProduct.Threads = 1;
        PackageTexts packages = LabFiles.Read(() => PackageTexts.OfFolder(repository.Data));
        var tokens = WordPiece.Train(packages.Unlabelled, MaskingLab.Recipe.Pieces);
        LabFiles.Complete(
            path, MaskingRun.Load, MaskingRun.Save,
            Enumerable.Range(1, seeds).SelectMany(seed => MaskingLab.Rules.Select(rule => (Rule: rule, Seed: seed))),
            (trial, run) => (run.Rule, run.Seed) == (MaskingLab.NameOf(trial.Rule), trial.Seed),
            trial => MaskingLab.Run(trial.Rule, tokens, packages, trial.Seed, cancellation: cancellation),
            run => string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Rule}, seed {run.Seed}: hidden {run.Hidden:F3}, replaced {run.Replaced:F3}, " +
                $"left {run.Left:F3}, sections {run.Accuracy:P1}"));
    }
}
