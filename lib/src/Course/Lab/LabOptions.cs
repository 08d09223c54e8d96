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
}
