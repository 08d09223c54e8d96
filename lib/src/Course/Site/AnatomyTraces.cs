using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Shared;
using TransformersFromScratch;

namespace Course;

/// <summary>A text that the anatomy page and the first page show before the reader has typed one.</summary>
/// <param name="Id">The name of its file.</param>
/// <param name="Model">The file of the model in data/, without .safetensors.</param>
/// <param name="Text">What the model reads.</param>
internal sealed record AnatomyTrace(string Id, string Model, string Text)
{
    public string FileName => $"{Id}.js";

    public bool IsTranslation => Model.StartsWith("en-", StringComparison.Ordinal);
}

/// <summary>What a translation looked at while it was written, for pictures of it.</summary>
/// <param name="Id">The trace that has all of it.</param>
/// <param name="Text">What was read.</param>
/// <param name="Written">Its translation.</param>
/// <param name="Source">S tokens of the text.</param>
/// <param name="Target">T tokens of the translation.</param>
/// <param name="Weights">
/// T rows of S weights: the cross-attention of the last layer, the mean of its heads. Row t is of the step that wrote
/// token t.
/// </param>
internal sealed record AttentionSeen(
    string Id, string Text, string Written, IReadOnlyList<string> Source, IReadOnlyList<string> Target,
    IReadOnlyList<IReadOnlyList<double>> Weights);

/// <summary>
/// The traces of a trained model's forward pass that are committed, so that pages show them without anybody who
/// computes. Each is a script and not JSON, as a page that is opened from a file may not fetch.
/// </summary>
internal static class AnatomyTraces
{
    private const string SeenFile = "attention.json";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    private const string Before = "(window.courseTraces = window.courseTraces || {})[\"", Between = "\"] = ";

    /// <summary>Which there are; the first of a model is the one that its page begins with.</summary>
    public static IReadOnlyList<AnatomyTrace> All { get; } =
    [
        new("en-fr-1", "en-fr", "Press the Enter key to close the window."),
        new("en-fr-2", "en-fr", "Click a filter to select it."),
        new("en-fr-3", "en-fr", "Select the cells that you want to copy."),
        new("austen-1", "austen-gpt", "I am not afraid"),
    ];

    /// <summary>Where they lie: among the site's own files.</summary>
    public static string Folder(Repository repository) =>
        Path.Combine(repository.Source, "Course", "Assets", "anatomy", "traces");

    /// <summary>Where this program has them beside it.</summary>
    public static string OwnFolder { get; } = Path.Combine(AppContext.BaseDirectory, "Assets", "anatomy", "traces");

    /// <summary>Whether a course has the models: one of a test has none, and then no page of them.</summary>
    public static bool HasModels(Repository repository) =>
        All.All(trace => File.Exists(Path.Combine(repository.Data, trace.Model + ".safetensors")));

    /// <summary>The translations, for pictures: the one that moves on the first page comes first.</summary>
    public static IReadOnlyList<AttentionSeen> Seen(string folder) =>
        JsonSerializer.Deserialize<AttentionSeen[]>(File.ReadAllText(Path.Combine(folder, SeenFile)), s_json)!;

    /// <summary>Computes all of them anew, and writes those that are not as they were.</summary>
    /// <remarks>Call <see cref="CourseLibrary.Load"/> first.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IReadOnlyList<string> Write(Repository repository)
    {
        string folder = Folder(repository);
        var files = new Dictionary<string, string>();
        var seen = new List<AttentionSeen>();
        foreach (AnatomyTrace trace in All)
        {
            Anatomy anatomy = Compute(repository, trace);
            files[trace.FileName] = $"{Before}{trace.Id}{Between}{anatomy.ToJson()};\n";
            if (trace.IsTranslation) { seen.Add(SeenIn(trace, anatomy)); }
        }

        files[SeenFile] = JsonSerializer.Serialize(seen, s_json) + "\n";
        return [.. files.Where(file => WholeFile.WriteIfOther(Path.Combine(folder, file.Key), file.Value))
            .Select(file => file.Key)];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static AttentionSeen SeenIn(AnatomyTrace trace, Anatomy anatomy)
    {
        AnatomyAttention cross = anatomy.Stacks[^1].Layers[^1].OfType<AnatomyAttention>().Single(part => part.IsCross);
        var heads = Enumerable.Range(0, cross.Heads).Select(head => cross.Head(head).Weights).ToList();
        var mean = heads.Aggregate((sum, head) => sum + head) / cross.Heads;
        string[] target = [.. anatomy.Stacks[^1].Tokens.Skip(1).Select(token => token.Text)];
        return new AttentionSeen(
            trace.Id, anatomy.Text, anatomy.Written, [.. anatomy.Stacks[0].Tokens.Select(token => token.Text)], target,
            [.. Enumerable.Range(0, target.Length).Select(t => mean.Row(t).Select(w => Math.Round(w, 3)).ToArray())]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static Anatomy Compute(Repository repository, AnatomyTrace trace)
    {
        string model = Path.Combine(repository.Data, trace.Model + ".safetensors");
        return trace.IsTranslation
            ? Anatomy.Of(Translator.Load(model), trace.Text)
            : Anatomy.Of(LanguageModel.Load(model), trace.Text);
    }
}
