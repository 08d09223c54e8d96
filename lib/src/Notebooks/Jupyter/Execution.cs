using System.Text.Json.Nodes;

namespace Notebooks.Jupyter;

/// <summary>Turns what a cell does into the messages that the front ends of its request are shown.</summary>
internal sealed class Execution(JupyterMessage request, bool silent, Func<int> executionCount, Action<JupyterMessage> send)
{
    /// <summary>The error the cell ended in, or null.</summary>
    public ErrorOutput? Error { get; private set; }

    /// <summary>The value of the cell's last expression as mime types, or null.</summary>
    public JsonObject? ResultData { get; private set; }

    public void Publish(CellEvent happened)
    {
        Error = (happened as CellEvent.Failed)?.Error ?? Error;
        ResultData = (happened as CellEvent.Result)?.Data.ToMessage() ?? ResultData;
        if (silent) { return; }

        var (type, content) = happened switch
        {
            CellEvent.Stream stream => ("stream", new JsonObject { ["name"] = stream.Name, ["text"] = stream.Text }),
            CellEvent.Display display => ("display_data", Shown(display.Data, display.DisplayId)),
            CellEvent.UpdateDisplay update => ("update_display_data", Shown(update.Data, update.DisplayId)),
            CellEvent.ClearOutput clear => ("clear_output", new JsonObject { ["wait"] = clear.Wait }),
            CellEvent.Result result => ("execute_result", ValueOf(result)),
            CellEvent.Failed failed => ("error", new JsonObject
            {
                ["ename"] = failed.Error.Name,
                ["evalue"] = failed.Error.Message,
                ["traceback"] = new JsonArray([.. failed.Error.Traceback.Select(line => (JsonNode)line)]),
            }),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "An event this kernel does not know."),
        };
        send(request.Child(type, content));
    }

    private JsonObject ValueOf(CellEvent.Result result)
    {
        JsonObject content = Shown(result.Data, displayId: null);
        content.Remove("transient");
        content["execution_count"] = executionCount();
        return content;
    }

    private static JsonObject Shown(MimeBundle data, string? displayId) => new()
    {
        ["data"] = data.ToMessage(),
        ["metadata"] = data.Metadata.DeepClone(),
        ["transient"] = new JsonObject { ["display_id"] = displayId },
    };
}
