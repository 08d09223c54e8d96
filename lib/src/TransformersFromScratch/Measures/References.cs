namespace TransformersFromScratch;

/// <summary>What every measure of a corpus asks of its arguments.</summary>
internal static class References
{
    /// <summary>One reference a sentence as a list of one.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> One(IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        return [.. references.Select(reference => (IReadOnlyList<string>)[reference])];
    }

    /// <exception cref="ArgumentException">No outputs, not as many references, or an output without any; the message
    /// gives both numbers.</exception>
    public static void Check(IReadOnlyList<string> outputs, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(references);
        if (outputs.Count == 0)
        {
            throw new ArgumentException("There are no outputs to measure.", nameof(outputs));
        }

        if (outputs.Count != references.Count)
        {
            throw new ArgumentException(
                $"{outputs.Count} outputs cannot be measured against the references of {references.Count} sentences: " +
                "each needs its own.", nameof(references));
        }

        for (int i = 0; i < outputs.Count; i++)
        {
            if (outputs[i] is null || references[i] is null or [] || references[i].Contains(null!))
            {
                throw new ArgumentException(
                    $"Sentence {i} has no output, or no reference: an output may be empty, but not missing.",
                    nameof(references));
            }
        }
    }
}
