using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Spectre.Console;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// lab stories: trains the readers of stories that chapter 13 compares, and the one that `answer` reads. Runs that
/// the file has already are kept, and a run that was stopped has a checkpoint: the same command goes on where it was.
/// </summary>
internal static class StoriesCommand
{
    public static Command Create()
    {
        Option<int> seeds = LabOptions.Seeds(3, "How many runs of each kind.");
        Option<int> threads = LabOptions.Threads();
        var steps = new Option<int?>("--steps")
        { Description = "How many steps each; the recipes' own if not given." }.Between(1, 100_000);
        Option<string?> output = LabOptions.Output("stories.tsv", ", the model beside it");
        var command = new Command(
            "stories", "Trains chapter 13's readers of stories, and writes data/stories.tsv and " +
                "data/stories.safetensors.") { seeds, threads, steps, output };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Train(
                parsed.GetValue(output) ?? Path.Combine(repository.Data, "stories.tsv"), parsed.GetValue(seeds),
                parsed.GetValue(threads),
                parsed.GetValue(steps), cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Train(string path, int seeds, int threads, int? steps, CancellationToken cancellation)
    {
        string modelPath = Path.ChangeExtension(path, ".safetensors");
        TrainingPlace.RequireWritable(path);
        TrainingPlace.RequireWritable(modelPath);
        string checkpoint = Path.ChangeExtension(path, ".checkpoint.safetensors");
        MatrixProduct.Threads = threads;
        List<StoryRun> runs = LabFiles.Runs(path, StoryRun.Load);
        if (!File.Exists(modelPath)) { runs.RemoveAll(run => run.IsOf(Chosen(StoryRecipe.Shipped), run.Seed)); }

        foreach (var (recipe, seed) in StoryRecipe.Compared.SelectMany(
            recipe => Enumerable.Range(1, seeds).Select(seed => (recipe, seed))))
        {
            StoryRecipe chosen = Chosen(recipe);
            if (runs.Exists(run => run.IsOf(chosen, seed))) { continue; }

            var (run, reader) = LabFiles.Read(
                () => StoryRun.Of(chosen, seed, new TrainingLines().Report, cancellation, checkpoint));
            // The seed is chosen by the stories of the curve; those of the examination are others.
            bool best = runs.Where(old => old.IsOf(chosen, old.Seed))
                .All(old => old.Curve[^1].Exact < run.Curve[^1].Exact);
            if (recipe == StoryRecipe.Shipped && best) { reader.Save(modelPath); }

            runs.Add(run);
            StoryRun.Save(path, runs);
            File.Delete(checkpoint);
            AnsiConsole.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Facts} facts, opening {run.Opening}, buckets {run.Buckets}, seed {seed}: " +
                $"{run.Exact:F2} % right, with an aside more {run.WithAside:F1} %, longer {run.Longer:F1} %, " +
                $"shuffled {run.Shuffled:F1} %, {run.Seconds:F0} s"));
        }

        StoryRecipe Chosen(StoryRecipe recipe) => steps is { } given ? recipe with { Steps = given } : recipe;
    }
}
