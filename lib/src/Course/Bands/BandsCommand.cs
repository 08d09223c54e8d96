using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Notebooks;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// bands: runs a chapter under several seeds and makes the bands of "is my run normal?" of what came out.
/// </summary>
internal static class BandsCommand
{
    /// <summary>
    /// Seeds so far apart that no two runs draw from the same one, also where a chapter counts up from its seed.
    /// </summary>
    private const int Apart = 1000;

    public static Command Create()
    {
        var chapter = new Argument<string[]>("chapters")
        { Description = "Numbers or names.", Arity = ArgumentArity.OneOrMore };
        var seeds = new Option<int>("--seeds")
        { Description = "How many runs.", DefaultValueFactory = _ => 10 }.Between(2, 1000);
        var parameter = new Option<string>("--parameter")
        { Description = "The setting that is the seed.", DefaultValueFactory = _ => "Seed" };
        var write = new Option<bool>(
            "--write")
        {
            Description = "Write the bands, and the default settings that they are of, into " +
                "data/expected.json."
        };
        var command = new Command(
            "bands",
            "Runs chapters under several seeds and proposes the bands of data/expected.json by one rule.") { chapter,
            seeds, parameter, write };
        command.SetAction(async (parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Environment.CurrentDirectory = repository.Notebooks;
            foreach (Chapter one in Chapter.Select(repository.Chapters(), parsed.GetValue(chapter)!))
            {
                await RunAsync(
                    repository, one, parsed.GetValue(seeds), parsed.GetValue(parameter)!, parsed.GetValue(write),
                    cancellation).ConfigureAwait(false);
            }

            Environment.Exit(0); // not return: a cell that was left behind may still hold a thread
            return 0;
        });
        return command;
    }

    private static async Task RunAsync(
        Repository repository, Chapter chapter, int seeds, string parameter, bool write, CancellationToken cancellation)
    {
        TextWriter console = Console.Out;
        var notebook = Notebook.Load(chapter.Path);
        if (CheckCell.Of(notebook.Cells) is null)
        {
            throw new CourseException($"{chapter.Name} has no Expected.Check.");
        }

        SettingsCell? settings = SettingsCell.Of(notebook.Cells);
        Setting? seed = settings?.Settings.FirstOrDefault(setting => setting.Name == parameter);
        int first = seed is null ? 0 : int.Parse(seed.Default, CultureInfo.InvariantCulture);
        if (seed is null)
        {
            console.WriteLine(
                $"{chapter.Name} has no setting {parameter}: it is run once, and each number has a band of " +
                $"its own value.");
        }

        JsonObject? defaults = null;
        var runs = new Dictionary<string, List<double>>();
        for (int run = 0; run < (seed is null ? 1 : seeds); run++)
        {
            var set = new Dictionary<string, string>();
            if (run > 0) { set[parameter] = (first + (run * Apart)).ToString(CultureInfo.InvariantCulture); }

            JsonNode said = JsonNode.Parse(
                await NumbersAsync(repository, chapter, settings, set, cancellation).ConfigureAwait(false))!;
            defaults ??= said[Expected.SettingsName] as JsonObject;
            foreach (var (name, value) in said["numbers"]!.AsObject())
            {
                if (!runs.TryGetValue(name, out List<double>? all)) { runs[name] = all = []; }

                all.Add(
                    value is JsonValue number && number.TryGetValue(out double finite)
                        ? finite
                        : throw new CourseException($"{chapter.Name}, run {run + 1}: '{name}' is {value}."));
            }

            console.WriteLine(
                $"{chapter.Name}: run {run + 1} {string.Join(", ", set.Select(item => $"{item.Key} = {item.Value}"))}");
        }

        var file = BandsFile.Load(Path.Combine(repository.Data, "expected.json"));
        var bands = new List<(string, Band)>();
        foreach (var (name, values) in runs)
        {
            Band? recorded = file[chapter.Name, name];
            Band band = recorded is not null && Band.IsByHand(name, recorded, values) ? recorded : Band.Of(values);
            bands.Add((name, band));
            string before = recorded is null ? "" : recorded == band ? ", as recorded"
                : string.Create(CultureInfo.InvariantCulture, $" (recorded {recorded.Low} to {recorded.High})");
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {name}: {values.Min():G4} to {values.Max():G4}; band {band.Low} to {band.High}{before}"));
        }

        if (!write) { return; }

        file.Set(chapter.Name, defaults ?? [], bands);
        file.Save();
        console.WriteLine("Written into data/expected.json.");
    }

    /// <summary>
    /// Runs a chapter up to its check, in a session of its own, and returns the numbers that the check was given.
    /// </summary>
    private static async Task<string> NumbersAsync(
        Repository repository, Chapter chapter, SettingsCell? settings, Dictionary<string, string> set,
        CancellationToken cancellation)
    {
        var notebook = Notebook.Load(chapter.Path);
        CheckCell check = CheckCell.Of(notebook.Cells)!;
        notebook.Cells.RemoveRange(check.Index + 1, notebook.Cells.Count - check.Index - 1);
        check.Cell.Source = check.AsNumbers();
        if (set.Count > 0) { notebook.Cells[settings!.Index].Source = settings.With(set); }

        RunResult result = await NotebookRunner.RunAsync(notebook, new RunOptions
        {
            Engine =
                new EngineOptions
                {
                    WorkingDirectory = repository.Notebooks,
                    HelpForMissingFile = WorkerCommand.HelpForMissingFile
                },
            CellTimeout = TimeSpan.FromHours(1),
        }, cancellation).ConfigureAwait(false);
        return result.Failures is [var failure, ..]
            ? throw new CourseException($"{chapter.Name}, code cell {failure.Cell}: {failure.Error.Message}")
            : check.Cell.Outputs.OfType<ResultOutput>().Last().Data["text/plain"]!;
    }
}
