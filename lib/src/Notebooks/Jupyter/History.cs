using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace Notebooks.Jupyter;

/// <summary>The cells of this session in the order they ran, for the front end's arrow-up and search.</summary>
internal sealed class History
{
    private readonly List<(int Line, string Code)> _cells = [];

    public void Add(int line, string code)
    {
        lock (_cells) { _cells.Add((line, code)); }
    }

    /// <summary>
    /// Answers a history_request: its last n cells, a range of them, or those that match a glob pattern.
    /// </summary>
    public JsonObject Answer(JupyterMessage request)
    {
        List<(int Line, string Code)> cells;
        lock (_cells) { cells = [.. _cells]; }

        int count = request.Number("n", cells.Count);
        IEnumerable<(int Line, string Code)> chosen = request.Text("hist_access_type", "tail") switch
        {
            "range" =>
                cells.Where(
                    cell => cell.Line >= request.Number("start", 0)
                        && cell.Line < request.Number("stop", int.MaxValue)),
            "search" => Unique(cells, request.Flag("unique", false))
                .Where(
                    cell => FileSystemName.MatchesSimpleExpression(
                        request.Text("pattern", "*"), cell.Code, ignoreCase: false)).TakeLast(count),
            _ => cells.TakeLast(count),
        };

        bool withOutput = request.Flag("output", false);
        return new JsonObject
        {
            ["status"] = "ok",
            ["history"] = new JsonArray([.. chosen.Select(cell => (JsonNode)new JsonArray(
                0, cell.Line, withOutput ? new JsonArray(cell.Code, null) : cell.Code))]),
        };
    }

    private static IEnumerable<(int Line, string Code)> Unique(
        IEnumerable<(int Line, string Code)> cells, bool unique) =>
        unique ? cells.Reverse().DistinctBy(cell => cell.Code).Reverse() : cells;
}
