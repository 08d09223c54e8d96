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
        _outputs = [.. (node["outputs"] as JsonArray ?? []).Select(output => Output.FromJson(output!.AsObject()))];
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

    /// <summary>Null for a well-formed cell, else what is wrong with it.</summary>
    internal static string? ProblemOf(JsonNode? cell)
    {
        if (cell is not JsonObject node) { return "is not an object"; }

        string kind = Json.Text(node["cell_type"]);
        if (kind is not ("markdown" or "code" or "raw")) { return $"has the unknown cell_type '{kind}'"; }

        if (node["source"] is null) { return "has no source"; }

        if (node["outputs"] is JsonArray outputs && outputs.Any(output => output is not JsonObject)) { return "has an output that is not an object"; }

        return null;
    }
}
