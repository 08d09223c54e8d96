using System.Text.Json.Nodes;

namespace Notebooks;

/// <summary>What a cell holds.</summary>
public enum CellKind
{
    /// <summary>Prose.</summary>
    Markdown,

    /// <summary>Code and its outputs.</summary>
    Code,

    /// <summary>Text that is neither.</summary>
    Raw,
}

/// <summary>One cell of a notebook, a view of its JSON.</summary>
public sealed class Cell
{
    private readonly List<Output> _outputs;

    internal Cell(JsonObject node)
    {
        Node = node;
        _outputs = Kind != CellKind.Code
            ? []
            : [.. (node["outputs"] as JsonArray ?? []).Select(output => Output.FromJson(output!.AsObject()))];
    }

    /// <summary>A new cell with metadata to fill.</summary>
    public static Cell Create(CellKind kind, string id, string source)
    {
        var node = new JsonObject
        {
            ["cell_type"] = kind.ToString().ToLowerInvariant(),
            ["id"] = id,
            ["metadata"] = new JsonObject(),
            ["source"] = Json.Lines(source),
        };
        if (kind == CellKind.Code)
        {
            node["execution_count"] = null;
            node["outputs"] = new JsonArray();
        }

        return new Cell(node);
    }

    internal JsonObject Node { get; }

    public string Id => Json.Text(Node["id"]);

    public CellKind Kind => Json.Text(Node["cell_type"]) switch
    {
        "markdown" => CellKind.Markdown,
        "code" => CellKind.Code,
        _ => CellKind.Raw,
    };

    public string Source
    {
        get => Json.Text(Node["source"]);
        set => Node["source"] = Json.Lines(value);
    }

    public JsonObject Metadata => Json.ObjectOf(Node, "metadata");

    /// <summary>
    /// A picture that lies in the cell itself, such as attachment:name in its Markdown: its mime types, or null.
    /// </summary>
    public MimeBundle? Attachment(string name) =>
        Node["attachments"]?[name] is JsonObject found
            ? MimeBundle.FromJson(new JsonObject { ["data"] = found.DeepClone() })
            : null;

    public int? ExecutionCount
    {
        get => Node["execution_count"]?.GetValue<int>();
        set => Node["execution_count"] = value;
    }

    /// <summary>What the cell printed and showed. Replace them with <see cref="SetOutputs"/>.</summary>
    public IReadOnlyList<Output> Outputs => _outputs;

    public void SetOutputs(IEnumerable<Output> outputs)
    {
        _outputs.Clear();
        _outputs.AddRange(outputs);
        Node["outputs"] = new JsonArray([.. _outputs.Select(output => (JsonNode)output.ToJson())]);
    }
}
