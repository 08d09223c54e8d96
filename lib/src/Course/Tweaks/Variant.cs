namespace Course;

/// <summary>
/// Other settings that a chapter is tested under, as the cell that declares the settings says in its metadata:
/// <c>"transformers_from_scratch": { "variants": [{ "name": "short, narrow", "set": { "Sentence": "\"Click it\"",
/// "Dimensions": "16" }, "never": ["mirror"] }], "trains": true }</c>.
/// </summary>
/// <param name="Name">What is special about them.</param>
/// <param name="Set">For each changed setting, what stands in place of its default, as C# text.</param>
/// <param name="Never">Words that no output may have under these settings, such as "mirror" where a task
/// copies.</param>
/// <param name="Whole">
/// Whether the chapter is run to its end, past cells that are tagged "long": <c>"whole": true</c>, for settings with
/// which they are short.
/// </param>
internal sealed record Variant(
    string Name, IReadOnlyDictionary<string, string> Set, IReadOnlyList<string> Never, bool Whole = false)
{
    /// <summary>As a log names it.</summary>
    public override string ToString() =>
        $"{Name} ({string.Join(", ", Set.Select(item => $"{item.Key} = {item.Value}"))})";
}

/// <summary>
/// A deliberate mistake of the kind that a chapter teaches about, as the cell of <c>Expected.Check</c> says in its
/// metadata. One band must reject the run that has it: <c>"faults": [{ "name": "no 1/√d_k", "cell": "cs-06db89ea",
/// "from": "/ MathF.Sqrt(dK)", "to": "", "band": "difference to the library", "until": "cs-d77056af" }]</c>.
/// </summary>
/// <param name="Name">What the mistake is.</param>
/// <param name="Cell">The id of the cell that it is made in.</param>
/// <param name="From">The text that is replaced; it stands in that cell once.</param>
/// <param name="To">What stands in its place.</param>
/// <param name="Band">The name of the band that rejects it.</param>
/// <param name="Until">The id of the last cell that is run again before the check; null for all. It keeps a chapter
/// that trains short.</param>
internal sealed record Fault(string Name, string Cell, string From, string To, string Band, string? Until);
