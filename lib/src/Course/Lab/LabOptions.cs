using System.CommandLine;

namespace Course;

/// <summary>The options that the laboratory's commands share.</summary>
internal static class LabOptions
{
    public static Option<int> Seeds(int usual, string help = "How many runs of each.") => new Option<int>("--seeds")
    {
        Description = help, DefaultValueFactory = _ => usual,
    }.Between(1, 1000);

    public static Option<int> Seed(string of) => new("--seed") { Description = of, DefaultValueFactory = _ => 1 };

    public static Option<int> Threads() => new Option<int>("--threads")
    {
        Description = "How many processor cores to use. The result is the same.", DefaultValueFactory = _ => 1,
    }.Between(1, 1024);

    /// <param name="file">Its name in data/.</param>
    /// <param name="beside">What else is written there, if anything.</param>
    public static Option<string?> Output(string file, string beside = "") => new("--output")
    {
        Description = $"The file to write{beside}; data/{file} if not given.",
    };

    /// <summary>A command that completes a file of runs, several of each.</summary>
    /// <param name="name">Its name, and the file's in data/, with .tsv behind it.</param>
    /// <param name="what">What it does.</param>
    /// <param name="seeds">How many runs of each, if nothing is said.</param>
    /// <param name="make">
    /// Makes the runs: course, seeds, file, what stops it. The library is loaded by then, and not before.
    /// </param>
    /// <param name="help">What the number of seeds means.</param>
    public static Command Runs(
        string name, string what, int seeds, Action<Repository, int, string, CancellationToken> make,
        string help = "How many runs of each.")
    {
        Option<int> runs = Seeds(seeds, help);
        Option<string?> output = Output($"{name}.tsv");
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
}
