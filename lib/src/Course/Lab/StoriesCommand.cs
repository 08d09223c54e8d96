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
        var only = new Option<string?>("--only")
        { Description = "One kind of run alone, by its name in the file: \"two facts\"." };
        Option<string?> output = LabOptions.Output("stories.tsv", ", the model beside it");
        var command = new Command(
            "stories", "Trains chapter 13's readers of stories, and writes data/stories.tsv and " +
                "data/stories.safetensors.") { seeds, only, threads, steps, output };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Train(
                parsed.GetValue(output) ?? Path.Combine(repository.Data, "stories.tsv"), parsed.GetValue(seeds),
                parsed.GetValue(only), parsed.GetValue(threads), parsed.GetValue(steps), cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Train(
        string path, int seeds, string? only, int threads, int? steps, CancellationToken cancellation)
    {
        (string Name, StoryRecipe Recipe)[] variants =
            [.. StoryRecipe.Variants.Where(variant => only is null || variant.Name == only)];
        if (variants.Length == 0)
        {
            throw new CourseException(
                $"There is no kind of run called '{only}'. There are: " +
                $"{string.Join(", ", StoryRecipe.Variants.Select(variant => variant.Name))}.");
        }

        string modelPath = Path.ChangeExtension(path, ".safetensors");
        TrainingPlace.RequireWritable(path);
        TrainingPlace.RequireWritable(modelPath);
        string checkpoint = Path.ChangeExtension(path, ".checkpoint.safetensors");
        MatrixProduct.Threads = threads;
        List<StoryRun> runs = LabFiles.Runs(path, StoryRun.Load);
        string shipped = StoryRecipe.Variants.Single(variant => variant.Recipe == StoryRecipe.Shipped).Name;
        if (!File.Exists(modelPath) && only is null) { runs.RemoveAll(run => run.Variant == shipped); }

        foreach (var (name, recipe) in variants)
        {
            for (int seed = 1; seed <= seeds; seed++)
            {
                StoryRecipe chosen = steps is { } given ? recipe with { Steps = given } : recipe;
                if (runs.Exists(run => (run.Variant, run.Seed, run.Steps) == (name, seed, chosen.Steps))) { continue; }

                var (run, reader) = LabFiles.Read(
                    () => StoryRun.Of(name, chosen, seed, new TrainingLines().Report, cancellation, checkpoint));
                // The seed is chosen by the stories of the curve; those of the examination are others.
                if (name == shipped && runs.TrueForAll(
                    old => old.Variant != shipped || old.Curve[^1].Exact < run.Curve[^1].Exact))
                {
                    reader.Save(modelPath);
                }

                runs.Add(run);
                StoryRun.Save(path, runs);
                File.Delete(checkpoint);
                AnsiConsole.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}, seed {seed}: {run.Exact:F2} % right, with an aside more {run.WithAside:F1} %, " +
                    $"longer {run.Longer:F1} %, shuffled {run.Shuffled:F1} %, {run.Seconds:F0} s"));
            }
        }
    }
}
