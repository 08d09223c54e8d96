using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shared;
using TransformersFromScratch;

namespace Course;

/// <summary>data/expected.json: for each chapter its default settings and its bands, a line each.</summary>
internal sealed class BandsFile
{
    private static readonly JsonSerializerOptions s_json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;
    private readonly JsonObject _chapters;

    private BandsFile(string path, JsonObject chapters) => (_path, _chapters) = (path, chapters);

    /// <summary>Reads the file.</summary>
    /// <exception cref="CourseException">It is no such file.</exception>
    public static BandsFile Load(string path)
    {
        try
        {
            return new BandsFile(
                path, JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("no object"));
        }
        catch (Exception problem) when (problem is IOException or JsonException)
        {
            throw new CourseException($"{path} cannot be read: {problem.Message}");
        }
    }

    /// <summary>The band of a number; null where none is recorded.</summary>
    public Band? this[string chapter, string name] =>
        (_chapters[chapter] as JsonObject)?[name] is JsonArray { Count: 2 } band
            ? new Band(band[0]!.GetValue<double>(), band[1]!.GetValue<double>())
            : null;

    /// <summary>Puts a chapter's settings and bands in the place of what is recorded of it.</summary>
    public void Set(string chapter, JsonObject settings, IEnumerable<(string Name, Band Band)> bands)
    {
        JsonObject made = new() { [Expected.SettingsName] = settings.DeepClone() };
        foreach (var (name, band) in bands) { made[name] = new JsonArray(band.Low, band.High); }

        _chapters[chapter] = made;
    }

    /// <summary>Writes the file whole or not at all.</summary>
    public void Save()
    {
        string Items(JsonObject chapter) =>
            string.Join(",\n", chapter.Select(item => $"    {Quote(item.Key)}: {Line(item.Value!)}"));

        var text = new StringBuilder("{\n");
        text.AppendJoin(",\n", _chapters.Select(
            chapter => $"  {Quote(chapter.Key)}: {{\n{Items(chapter.Value!.AsObject())}\n  }}"));
        WholeFile.Write(_path, text.Append("\n}\n").ToString());
    }

    private static string Line(JsonNode value) => value is JsonArray { Count: 2 } band
        ? $"[{band[0]!.ToJsonString(s_json)}, {band[1]!.ToJsonString(s_json)}]"
        : value.ToJsonString(s_json);

    private static string Quote(string text) => JsonSerializer.Serialize(text, s_json);
}
