using System.Text.Json;

namespace Course;

/// <summary>What a worker tells the run about its chapter: one JSON object a line.</summary>
/// <param name="Cell">Which code cell, from 1.</param>
/// <param name="Cells">How many there are.</param>
/// <param name="Done">False when the cell starts, true when it has ended.</param>
/// <param name="Error">Null, or what the cell ended in.</param>
public sealed record WorkerReport(int Cell, int Cells, bool Done, string? Error = null)
{
    private const string Mark = "#course "; // tells a report from anything else that finds its way to stdout

    public string ToLine() => Mark + JsonSerializer.Serialize(this);

    public static WorkerReport? TryRead(string line)
    {
        if (!line.StartsWith(Mark, StringComparison.Ordinal)) { return null; }

        try { return JsonSerializer.Deserialize<WorkerReport>(line.AsSpan(Mark.Length)); }
        catch (JsonException) { return null; }
    }
}
