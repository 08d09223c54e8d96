using System.Text.Json.Nodes;

namespace Notebooks.Jupyter;

/// <summary>What a cell does, as the content of Jupyter's messages.</summary>
internal static class CellContent
{
    /// <summary>The message's type and content, within <see cref="Bounds"/>.</summary>
    public static (string Type, JsonObject Content) Of(CellEvent happened) => happened switch
    {
        CellEvent.Stream stream =>
            ("stream", new JsonObject { ["name"] = stream.Name, ["text"] = stream.Text }),
        CellEvent.Display display => ("display_data", Shown(display.Data, display.DisplayId)),
        CellEvent.UpdateDisplay update => ("update_display_data", Shown(update.Data, update.DisplayId)),
        CellEvent.ClearOutput clear => ("clear_output", new JsonObject { ["wait"] = clear.Wait }),
        CellEvent.Result result => ("execute_result", Shown(result.Data)),
        CellEvent.Failed failed => ("error", ErrorOf(Bounds.Of(failed.Error))),
        _ => throw new ArgumentOutOfRangeException(
            nameof(happened), happened, "An event this kernel does not know."),
    };

    private static JsonObject ErrorOf(ErrorOutput error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)line)]),
    };

    private static JsonObject Shown(MimeBundle data) => new()
    {
        ["data"] = Bounds.Shown(data),
        ["metadata"] = data.Metadata.DeepClone(),
    };

    private static JsonObject Shown(MimeBundle data, string displayId)
    {
        JsonObject content = Shown(data);
        content["transient"] = new JsonObject { ["display_id"] = displayId };
        return content;
    }
}
