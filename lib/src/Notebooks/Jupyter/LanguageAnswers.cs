using System.Text.Json.Nodes;
using Notebooks.Language;

namespace Notebooks.Jupyter;

/// <summary>
/// The answers to requests about a cell that is being written. The protocol counts in code points, .NET in UTF-16
/// units.
/// </summary>
internal static class LanguageAnswers
{
    /// <summary>What can be written at the cursor.</summary>
    public static async Task<JsonObject> CompleteAsync(
        LanguageService language, IReadOnlyCollection<string> referencedFiles, JupyterMessage request,
        CancellationToken cancellation)
    {
        string code = request.Text("code");
        int position = CodePoints.ToUtf16(code, request.Number("cursor_pos", int.MaxValue));
        Completions completions = await language.CompleteAsync(code, position, referencedFiles, cancellation)
            .ConfigureAwait(false);
        int start = CodePoints.FromUtf16(code, completions.Start), end = CodePoints.FromUtf16(code, completions.End);
        return new JsonObject
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. completions.Choices.Select(choice => (JsonNode)choice.Text)]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject
            {
                // What JupyterLab and VS Code draw their icons from.
                ["_jupyter_types_experimental"] = new JsonArray(
                    [.. completions.Choices.Select(choice => (JsonNode)new JsonObject
                {
                    ["text"] = choice.Text, ["type"] = choice.Kind, ["start"] = start, ["end"] = end,
                })]),
            },
        };
    }

    /// <summary>What stands at the cursor.</summary>
    public static async Task<JsonObject> InspectAsync(
        LanguageService language, IReadOnlyCollection<string> referencedFiles, JupyterMessage request,
        CancellationToken cancellation)
    {
        string code = request.Text("code");
        int position = CodePoints.ToUtf16(code, request.Number("cursor_pos", int.MaxValue));
        string? text = await language.InspectAsync(code, position, referencedFiles, cancellation).ConfigureAwait(false);
        return new JsonObject
        {
            ["status"] = "ok",
            ["found"] = text is not null,
            ["data"] = text is null ? new JsonObject() : new JsonObject { ["text/plain"] = text },
            ["metadata"] = new JsonObject(),
        };
    }

    /// <summary>Whether Enter should run the cell.</summary>
    public static JsonObject IsComplete(JupyterMessage request)
    {
        var (status, indent) = Completeness.Of(request.Text("code"));
        return new JsonObject { ["status"] = status, ["indent"] = indent };
    }
}
