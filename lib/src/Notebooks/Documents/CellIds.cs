using System.Text.Json.Nodes;

namespace Notebooks;

/// <summary>
/// The ids that nbformat asks of every cell from 4.5 on: 1 to 64 letters, digits, dashes and underscores, each once.
/// </summary>
public static class CellIds
{
    /// <summary>Whether a text may be an id.</summary>
    public static bool IsId(string id) =>
        id.Length is >= 1 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>
    /// Gives an id to each cell that has none, no valid one, or that of a cell before it. The same cells get the same
    /// ids.
    /// </summary>
    public static void Complete(IReadOnlyList<JsonObject> cells)
    {
        var taken = cells.Select(cell => Json.Text(cell["id"])).ToHashSet();
        var seen = new HashSet<string>();
        for (int i = 0; i < cells.Count; i++)
        {
            string id = Json.Text(cells[i]["id"]);
            if (IsId(id) && seen.Add(id)) { continue; }

            for (id = $"cell-{i + 1}"; !taken.Add(id);) { id += "x"; }

            if (cells[i].ContainsKey("id")) { cells[i]["id"] = id; }
            // Where Jupyter's order has it.
            else
            {
                cells[i].Insert(
                    cells[i].ContainsKey("metadata") ? cells[i].IndexOf("metadata") : cells[i].Count, "id", id);
            }
        }
    }
}
