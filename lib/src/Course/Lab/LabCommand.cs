using System.CommandLine;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>lab: makes the files of runs that chapters 8, 9 and 11 show, so that reading them never waits.</summary>
internal static class LabCommand
{
    public static Command Create()
    {
        Option<int> seeds = LabOptions.Seeds(5);
        var what = new Argument<string[]>("what")
        { Description = "first-tasks, break-it, dates; all if none.", Arity = ArgumentArity.ZeroOrMore };
        what.AcceptOnlyFromAmong("first-tasks", "break-it", "dates");
        var command = new Command(
            "lab", "Trains what chapters 8, 9 and 11 compare, and writes data/first-tasks.tsv, data/break-it.tsv and " +
                "data/dates.tsv.") { what, seeds };
        command.Subcommands.Add(TranslationCurvesCommand.Create());
        command.Subcommands.Add(GptCommand.CreateRates());
        command.Subcommands.Add(GptCommand.CreateSizes());
        command.Subcommands.Add(AustenGptCommand.Create());
        command.Subcommands.Add(InductionCommand.Create());
        command.Subcommands.Add(BertCommand.Create());
        command.Subcommands.Add(MaskingCommand.Create());
        foreach (Command sections in SectionCommand.Create()) { command.Subcommands.Add(sections); }

        command.Subcommands.Add(SummariesCommand.Create());
        command.Subcommands.Add(SummariesCommand.CreateCompared());
        command.Subcommands.Add(StoriesCommand.Create());
        foreach (Command modern in ModernCommand.Create()) { command.Subcommands.Add(modern); }

        foreach (Command miniLm in MiniLmCommand.Create()) { command.Subcommands.Add(miniLm); }
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            string[] chosen = parsed.GetValue(what) is { Length: > 0 } some
                ? some
                : ["first-tasks", "break-it", "dates"];
            foreach (string name in chosen)
            {
                TrainingPlace.RequireWritable(Path.Combine(repository.Data, $"{name}.tsv"));
            }

            if (chosen.Contains("first-tasks")) { FirstTasks(repository, parsed.GetValue(seeds), cancellation); }
            if (chosen.Contains("break-it")) { BreakIt(repository, parsed.GetValue(seeds), cancellation); }
            if (chosen.Contains("dates")) { DatesOf(repository, parsed.GetValue(seeds), cancellation); }

            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FirstTasks(Repository repository, int seeds, CancellationToken cancellation) => TaskRun.Save(
        Path.Combine(repository.Data, "first-tasks.tsv"),
        OneACore.Run(
            WithSeeds(TaskRecipe.All, seeds), (of, stop) => of.Subject.Run(of.Seed, cancellation: stop), Tell,
            cancellation));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DatesOf(Repository repository, int seeds, CancellationToken cancellation) => TaskRun.Save(
        Path.Combine(repository.Data, "dates.tsv"),
        OneACore.Run(
            WithSeeds([new DateRecipe()], seeds),
            (of, stop) => DateTraining.Run(of.Subject, of.Seed, cancellation: stop), Tell, cancellation));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BreakIt(Repository repository, int seeds, CancellationToken cancellation) => LabFile.Save(
        Path.Combine(repository.Data, "break-it.tsv"),
        OneACore.Run(
            WithSeeds(TransformersFromScratch.BreakIt.Variants, seeds),
            (of, stop) => TransformersFromScratch.BreakIt.Run(
                new BreakItSettings(), of.Subject, of.Seed, cancellation: stop),
            run => $"without {run.Variant}, seed {run.Seed}: {run.Exact:P1} right, last loss {run.Curve[^1]:G4}",
            cancellation));

    private static FormattableString Tell(TaskRun run) =>
        $"{run.Recipe}, seed {run.Seed}: {run.Right} of {run.Tested} right";

    private static (T Subject, int Seed)[] WithSeeds<T>(IReadOnlyList<T> subjects, int seeds) =>
        [.. subjects.SelectMany(subject => Enumerable.Range(1, seeds).Select(seed => (subject, seed)))];
}
