using System.Text.Json.Nodes;

namespace Notebooks.Jupyter;

/// <summary>What messages of every kind hold.</summary>
internal static class Contents
{
    public static JsonObject Status(string state) => new() { ["execution_state"] = state };

    public static JsonObject ErrorContent(string name, string message, IReadOnlyList<string> traceback) => new()
    {
        ["status"] = "error",
        ["ename"] = name,
        ["evalue"] = message,
        ["traceback"] = new JsonArray([.. traceback.Select(line => (JsonNode)line)]),
    };
}
