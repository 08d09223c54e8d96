using System.Text;
using System.Text.Json;
using Notebooks;

namespace Course;

/// <summary>Tries settings in the engine: what the record's own <c>Checked</c> says of them.</summary>
internal sealed class SettingsTrial : IAsyncDisposable
{
    private readonly CSharpEngine _engine;
    private readonly SettingsCell _settings;

    private SettingsTrial(CSharpEngine engine, SettingsCell settings) => (_engine, _settings) = (engine, settings);

    /// <summary>A session that has run a chapter up to its settings.</summary>
    /// <param name="repository">Where the chapters lie.</param>
    /// <param name="notebook">The chapter.</param>
    /// <param name="settings">Its settings.</param>
    /// <exception cref="CourseException">A cell failed.</exception>
    public static async Task<SettingsTrial> StartAsync(Repository repository, Notebook notebook, SettingsCell settings)
    {
        var trial = new SettingsTrial(
            new CSharpEngine(new EngineOptions { WorkingDirectory = repository.Notebooks }), settings);
        foreach (Cell cell in notebook.Cells.Take(settings.Index + 1).Where(cell => cell.Kind == CellKind.Code))
        {
            if ((await trial.RunAsync(cell.Source).ConfigureAwait(false)).Error is { } error)
            {
                throw new CourseException($"the settings' cell failed: {error}");
            }
        }

        return trial;
    }

    /// <summary>
    /// What is said of each choice of settings: "" if they are allowed, else the message of the ArgumentException.
    /// </summary>
    /// <exception cref="CourseException">Something else happened.</exception>
    public async Task<IReadOnlyList<string>> TryAsync(IReadOnlyList<IReadOnlyDictionary<string, string>> choices)
    {
        if (choices.Count == 0) { return []; }

        var code = new StringBuilder(
            "string TryOf(System.Func<Settings> make) { try { make().Checked(); return \"\"; } catch " +
            "(System.ArgumentException problem) { return problem.Message; } }\n");
        code.Append("System.Text.Json.JsonSerializer.Serialize(new[] {\n");
        foreach (IReadOnlyDictionary<string, string> choice in choices)
        {
            code.Append($"TryOf(() => {Creation(choice)}),\n");
        }
        code.Append("})");
        var (error, said) = await RunAsync(code.ToString()).ConfigureAwait(false);
        return error is null ? JsonSerializer.Deserialize<string[]>(said)! : throw new CourseException(error);
    }

    /// <summary>
    /// Runs the settings' cell with other defaults, as a reader does. Returns its error, and whether <c>settings</c>
    /// then holds nothing.
    /// </summary>
    public async Task<(string? Error, bool IsUndefined)> RunCellAsync(IReadOnlyDictionary<string, string> set)
    {
        string? error = (await RunAsync(_settings.With(set)).ConfigureAwait(false)).Error;
        return (error, (await RunAsync("settings is null").ConfigureAwait(false)).Said == "True");
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private string Creation(IReadOnlyDictionary<string, string> choice)
    {
        ILookup<bool, string> parts = _settings.Settings.Where(setting => choice.ContainsKey(setting.Name))
            .ToLookup(
                setting => setting.IsProperty, setting => setting.IsProperty
                    ? $"{setting.Name} = {choice[setting.Name]}"
                    : $"{setting.Name}: {choice[setting.Name]}");
        return $"new Settings({string.Join(", ", parts[false])}) {{ {string.Join(", ", parts[true])} }}";
    }

    private async Task<(string? Error, string Said)> RunAsync(string code)
    {
        string said = "";
        CellResult result = await _engine.ExecuteAsync(
            code, happened => said = happened is CellEvent.Result value ? value.Data["text/plain"] ?? "" : said,
            CancellationToken.None).ConfigureAwait(false);
        return (result.Error?.Message, said);
    }
}
