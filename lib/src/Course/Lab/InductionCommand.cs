using System.CommandLine;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// lab induction: makes the runs and the model of chapter 16 in which heads learn to find what stood before.
/// </summary>
internal static class InductionCommand
{
    public static Command Create()
    {
        var seeds = new Option<int>(
            "--seeds")
        {
            Description = "How many runs of each control; of the model itself twice as many.",
            DefaultValueFactory = _ => 3
        }.Between(1, 100);
        var threads = new Option<int?>("--threads")
        {
            Description = "How many trainings at once, a processor core each; as many as there are cores if not " +
                "given. The result is the same.",
        }.Between(1, 1024);
        var command = new Command(
            "induction", "Trains chapter 16's small GPT and its controls, and writes data/induction.tsv and " +
                "data/induction.safetensors.") { seeds, threads };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Train(
                Path.Combine(repository.Data, "induction"), parsed.GetValue(seeds), parsed.GetValue(threads),
                cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Train(string path, int seeds, int? threads, CancellationToken cancellation)
    {
        (string log, string model) = ($"{path}.tsv", $"{path}.safetensors");
        TrainingPlace.RequireWritable(log);
        TrainingPlace.RequireWritable(model);
        InductionRun[][] runs = OneACore.Run(
            [.. InductionRecipe.Variants.SelectMany(
                (variant, i) => Enumerable.Range(1, i == 0 ? 2 * seeds : seeds).Select(seed => (variant, seed)))],
            (of, stop) => InductionTraining.RunOf(of.variant.Name, of.variant.Recipe, of.seed, model, stop),
            run => Told(run[^1]),
            cancellation, threads);
        InductionRun.Save(log, runs.SelectMany(run => run));
    }

    private static FormattableString Told(InductionRun end) =>
        $"{end.Variant}, seed {end.Seed}: best prefix matching {end.Point.Prefix.Max():F2}, loss {end.Point.Loss:F3}";
}
