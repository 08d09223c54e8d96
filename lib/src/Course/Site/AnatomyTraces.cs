using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
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

/// <summary>
/// The traces of a trained model's forward pass that are committed, so that pages show them without anybody who
/// computes. Each is a script and not JSON, as a page that is opened from a file may not fetch.
/// </summary>
internal static class AnatomyTraces
{
    private const string Before = "(window.courseTraces = window.courseTraces || {})[\"", Between = "\"] = ";

    /// <summary>Which there are; the first of a model is the one that its page begins with.</summary>
    public static IReadOnlyList<AnatomyTrace> All { get; } =
    [
        new("en-fr-1", "en-fr", "Click a filter to select it."),
        new("en-fr-2", "en-fr", "Press the Enter key to close the window."),
        new("en-fr-3", "en-fr", "Select the cells that you want to copy."),
        new("austen-1", "austen-gpt", "I am not afraid"),
    ];

    /// <summary>Where they lie: among the site's own files.</summary>
    public static string Folder(Repository repository) =>
        Path.Combine(repository.Source, "Course", "Assets", "anatomy", "traces");

    /// <summary>The JSON of a committed one, by which pages are made.</summary>
    public static JsonNode Read(string folder, AnatomyTrace trace)
    {
        string text = File.ReadAllText(Path.Combine(folder, trace.FileName));
        int start = text.IndexOf(Between, StringComparison.Ordinal) + Between.Length;
        return JsonNode.Parse(text[start..text.LastIndexOf(';')])!;
    }

    /// <summary>Computes all of them anew, and writes those that are not as they were.</summary>
    /// <remarks>Call <see cref="CourseLibrary.Load"/> first.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IReadOnlyList<string> Write(Repository repository)
    {
        string folder = Folder(repository);
        Directory.CreateDirectory(folder);
        var changed = new List<string>();
        foreach (AnatomyTrace trace in All)
        {
            string path = Path.Combine(folder, trace.FileName);
            string text = $"{Before}{trace.Id}{Between}{Compute(repository, trace).ToJson()};\n";
            if (File.Exists(path) && File.ReadAllText(path) == text) { continue; }

            WholeFile.Write(path, text);
            changed.Add(trace.FileName);
        }

        return changed;
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
