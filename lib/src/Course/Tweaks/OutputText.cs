using Notebooks;

namespace Course;

/// <summary>
/// The outputs of a cell as text, to be compared. Pieces of one stream are joined, because a kernel may send them in
/// several, and so are the two outputs of a stored figure, which a kernel sends as one.
/// </summary>
internal static class OutputText
{
    /// <summary>All that was sent.</summary>
    public static string All(IEnumerable<Output> outputs) => Of(outputs, data => data.ToMessage().ToJsonString());

    /// <summary>What a front end shows of it: the genuine kernel sends no other forms.</summary>
    public static string Shown(IEnumerable<Output> outputs) =>
        Of(outputs, data => data["text/html"] ?? data["text/plain"] ?? data.ToMessage().ToJsonString());

    private static string Of(IEnumerable<Output> outputs, Func<MimeBundle, string> text)
    {
        var parts = new List<string>();
        foreach (Output output in StoredFigures.Join([.. outputs]).Select(StoredFigures.WithoutSpare))
        {
            bool goesOn = output is StreamOutput next && parts.Count > 0
                && parts[^1].StartsWith(next.Name + ": ", StringComparison.Ordinal);
            if (goesOn) { parts[^1] += ((StreamOutput)output).Text; continue; }

            parts.Add(output switch
            {
                StreamOutput stream => $"{stream.Name}: {stream.Text}",
                DisplayOutput display => "shown: " + text(display.Data),
                ResultOutput result => "value: " + text(result.Data),
                _ => output.ToJson().ToJsonString(),
            });
        }

        return string.Join('\n', parts);
    }
}
