namespace Notebooks;

/// <summary>How an engine runs its cells.</summary>
public sealed record EngineOptions
{
    /// <summary>
    /// What relative paths in <c>#r</c>, <c>#load</c> and file names are relative to: the notebook's own folder.
    /// </summary>
    public string WorkingDirectory { get; init; } = Environment.CurrentDirectory;

    /// <summary>
    /// Turns the path of a <c>#r</c> that is not there into a sentence that says what to do, or null for the general
    /// one.
    /// </summary>
    public Func<string, string?> HelpForMissingFile { get; init; } = _ => null;

    /// <summary>
    /// Asks the person: prompt, whether it is a password, cancellation. Null where nobody can be asked.
    /// </summary>
    public Func<string, bool, CancellationToken, Task<string>>? ReadInput { get; init; }

    /// <summary>
    /// Shows a chart of Plotly.NET that a cell has made: Plotly's data, layout and config as JSON become what a front
    /// end shows. Where it is null, or gives null, the JSON itself is all there is.
    /// </summary>
    public Func<string, MimeBundle?>? ShowChart { get; init; }

    /// <summary>Where packages cannot be had, the sentence that says so; null where they can.</summary>
    public string? WhyNoPackages { get; init; }

    /// <summary>
    /// How many characters one cell may print before the rest is left out, so that no front end drowns.
    /// </summary>
    public long MaxPrintedCharacters { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// How long a cell that was told to stop may take to do so by itself, a step of a training say, before it is
    /// stopped by force.
    /// </summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long fetching packages may take before it is given up with a sentence.</summary>
    public TimeSpan RestoreLimit { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The folder that remembers what restores have found, so that a second run needs no network.</summary>
    public string PackageMemory { get; init; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "csharp-notebooks", "packages");
}
