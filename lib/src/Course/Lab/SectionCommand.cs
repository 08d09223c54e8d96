using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// lab bert-rates and lab bert-sections: make the files of fine-tunings that chapter 13 shows. Each run is a row,
/// written as soon as it is there; a row that is there is not run again, so the command may be stopped and goes on
/// where it was.
/// </summary>
internal static class SectionCommand
{
    public static IEnumerable<Command> Create()
    {
        yield return One(
            "bert-rates",
            "Tries learning rates of chapter 13's fine-tuning on validation texts, and writes data/bert-rates.tsv.",
            seeds: 1, isOfRates: true);
        yield return One(
            "bert-sections",
            "Fine-tunes chapter 13's BERT and what it is compared with, and writes data/bert-sections.tsv.",
            seeds: 5, isOfRates: false);
    }

    private static Command One(string name, string what, int seeds, bool isOfRates)
    {
        Option<int> runs = LabOptions.Seeds(seeds);
        var from = new Option<string?>("--from")
        {
            Description = "The pretrained model; data/bert.safetensors if not given.",
        };
        var tried = new Option<string?>("--rates")
        {
            Description = "Where the learning rates have been tried; data/bert-rates.tsv if not given.",
        };
        Option<string?> output = LabOptions.Output($"{name}.tsv");
        var command = new Command(name, what) { runs, from, tried, output };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            string path = parsed.GetValue(output) ?? Path.Combine(repository.Data, $"{name}.tsv");
            TrainingPlace.RequireWritable(path);
            string? rates = isOfRates
                ? null
                : parsed.GetValue(tried) ?? Path.Combine(repository.Data, "bert-rates.tsv");
            Make(repository, parsed.GetValue(from), rates, parsed.GetValue(runs), path, cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Make(
        Repository repository, string? from, string? rates, int seeds, string path, CancellationToken cancellation)
    {
        MatrixProduct.Threads = 1;
        var (model, packages) = LabFiles.Read(() => (
            MaskedLanguageModel.Load(from ?? Path.Combine(repository.Data, "bert.safetensors")),
            PackageTexts.OfFolder(repository.Data)));
        if (rates is null) { Rates(model, packages, seeds, path, cancellation); }
        else { Sections(model, packages, LabFiles.Read(() => SectionRun.Load(rates)), seeds, path, cancellation); }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rates(
        MaskedLanguageModel model, PackageTexts packages, int seeds, string path, CancellationToken cancellation)
    {
        IReadOnlyList<PackageText> known = [.. packages.Labelled.Skip(SectionLab.Validation)];
        IReadOnlyList<PackageText> judges = [.. packages.Labelled.Take(SectionLab.Validation)];
        Each(
            path,
            SectionLab.RateTrials(seeds),
            (trial, run) => (run.Method, run.Labels, run.Seed, run.Rate) == trial,
            trial => SectionLab.Run(
                trial.Method, SectionLab.Recipe(trial.Method) with { PeakLearningRate = trial.Rate }, model,
                SectionLab.Drawn(known, trial.Labels, trial.Seed), judges, trial.Seed, cancellation));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Sections(
        MaskedLanguageModel model, PackageTexts packages, IReadOnlyList<SectionRun> tried, int seeds, string path,
        CancellationToken cancellation) => Each(
        path,
        SectionLab.Trials(seeds),
        (trial, run) => (run.Method, run.Labels, run.Seed) == trial,
        trial => SectionLab.Run(
            trial.Method,
            SectionLab.Recipe(trial.Method) with { PeakLearningRate = SectionLab.BestRate(trial.Method, tried) }, model,
            SectionLab.Drawn(packages.Labelled, trial.Labels, trial.Seed), packages.Test, trial.Seed, cancellation));

    private static void Each<T>(
        string path, IEnumerable<T> trials, Func<T, SectionRun, bool> isRun, Func<T, SectionRun> run) =>
        LabFiles.Complete(
            path, SectionRun.Load, SectionRun.Save, trials, isRun, run,
            made => string.Create(
                CultureInfo.InvariantCulture,
                $"{made.Method}, {made.Labels} labels, seed {made.Seed}, rate {made.Rate}: {made.Accuracy:P1} " +
                $"in {made.Seconds:F0} s"));
}
