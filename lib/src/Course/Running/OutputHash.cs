using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Notebooks;

namespace Course;

/// <summary>
/// Ties outputs to the code they came from: every code cell's metadata keeps a hash of its source and of all the code
/// before it. When somebody edits a cell without running it, its hash no longer fits.
/// </summary>
internal static class OutputHash
{
    public const string Section = "transformers_from_scratch";

    public const string Field = "outputs_of";

    public static void Stamp(Notebook notebook)
    {
        foreach (var (cell, hash) in Hashes(notebook))
        {
            // Beside what it says of variants.
            if (cell.Metadata[Section] is JsonObject section) { section[Field] = hash; }
            else { cell.Metadata[Section] = new JsonObject { [Field] = hash }; }
        }
    }

    /// <summary>
    /// The numbers (from 1) of the code cells whose outputs are older than their code, or were never stamped.
    /// </summary>
    public static IReadOnlyList<int> Stale(Notebook notebook) => [.. Hashes(notebook)
        .Select((item, i) => (Number: i + 1, IsStale: StampOf(item.Cell.Metadata) != item.Hash))
        .Where(item => item.IsStale)
        .Select(item => item.Number)];

    /// <summary>The hash in a cell's metadata; null where there is none, or something else in its place.</summary>
    public static string? StampOf(JsonObject metadata) =>
        metadata[Section] is JsonObject section && section[Field] is JsonValue value
            && value.TryGetValue(out string? hash) ? hash : null;

    private static IEnumerable<(Cell Cell, string Hash)> Hashes(Notebook notebook)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Cell cell in notebook.Cells.Where(cell => cell.Kind == CellKind.Code))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(cell.Source));
            hash.AppendData([0]);
            yield return (cell, Convert.ToHexStringLower(hash.GetCurrentHash())[..16]);
        }
    }
}
