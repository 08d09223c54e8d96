using System.Text.Json.Nodes;

namespace Notebooks;

/// <summary>Something a cell printed or showed.</summary>
public abstract record Output
{
    /// <summary>The output as nbformat writes it.</summary>
    public abstract JsonObject ToJson();

    internal static Output FromJson(JsonObject node) => Json.Text(node["output_type"]) switch
    {
        "stream" => new StreamOutput(Json.Text(node["name"]), Json.Text(node["text"])),
        "display_data" => new DisplayOutput(MimeBundle.FromJson(node)),
        "execute_result" => new ResultOutput(MimeBundle.FromJson(node), node["execution_count"]?.GetValue<int>() ?? 0),
        "error" => new ErrorOutput(
            Json.Text(node["ename"]), Json.Text(node["evalue"]),
            [.. (node["traceback"] as JsonArray ?? []).Select(Json.Text)]),
        _ => new UnknownOutput(node),
    };
}

/// <summary>Text on stdout or stderr.</summary>
public sealed record StreamOutput(string Name, string Text) : Output
{
    public override JsonObject ToJson() => new()
    {
        ["name"] = Name, ["output_type"] = "stream", ["text"] = Json.Lines(Text),
    };
}

/// <summary>
/// Something shown with display(...). <paramref name="DisplayId"/> lets a later update find it; it is not stored.
/// </summary>
public sealed record DisplayOutput(MimeBundle Data, string? DisplayId = null) : Output
{
    public override JsonObject ToJson() => new()
    {
        ["data"] = Data.DataToJson(), ["metadata"] = Data.Metadata.DeepClone(), ["output_type"] = "display_data",
    };
}

/// <summary>The value of a cell's last expression.</summary>
public sealed record ResultOutput(MimeBundle Data, int ExecutionCount) : Output
{
    public override JsonObject ToJson() => new()
    {
        ["data"] = Data.DataToJson(), ["execution_count"] = ExecutionCount, ["metadata"] = Data.Metadata.DeepClone(),
        ["output_type"] = "execute_result",
    };
}

/// <summary>The error a cell ended in.</summary>
public sealed record ErrorOutput(string Name, string Message, IReadOnlyList<string> Traceback) : Output
{
    public override JsonObject ToJson() => new()
    {
        ["ename"] = Name, ["evalue"] = Message, ["output_type"] = "error",
        ["traceback"] = new JsonArray([.. Traceback.Select(line => (JsonNode)line)]),
    };
}

/// <summary>An output of a kind this program does not know, kept as it is.</summary>
public sealed record UnknownOutput(JsonObject Node) : Output
{
    public override JsonObject ToJson() => (JsonObject)Node.DeepClone();
}
