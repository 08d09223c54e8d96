using System.Text.Json.Nodes;

namespace Notebooks;

/// <summary>A value of a JSON text, and where it stands there.</summary>
/// <param name="Node">The value as it was read; null for JSON's null.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The byte after its last.</param>
/// <param name="Children">The members of an object or the items of an array (without a name), in order; null for any
/// other value.</param>
internal sealed record JsonPlace(
    JsonNode? Node, int Start, int End, IReadOnlyList<(string Name, JsonPlace Value)>? Children = null)
{
    /// <summary>A member by its name, or null.</summary>
    public JsonPlace? this[string name]
    {
        get
        {
            if (Node is not JsonObject) { return null; }

            foreach (var (found, value) in Children!) { if (found == name) { return value; } }

            return null;
        }
    }

    /// <summary>
    /// Whether text, a number, true, false or null is the one that stands here; a number by its digits.
    /// </summary>
    public bool Holds(JsonNode? node) => node is JsonValue now && Node is JsonValue then
        ? now.GetValueKind() == then.GetValueKind() && now.ToString() == then.ToString()
        : node is null && Node is null;

    /// <summary>Whether an object has the very members that stand here, in any order.</summary>
    public bool HasNamesOf(JsonObject now) =>
        Node is JsonObject && now.Count == Children!.Count && Children.All(child => now.ContainsKey(child.Name));
}
