namespace TransformersFromScratch;

/// <summary>
/// Mistakes of summaries that can be counted without understanding them. A summary may be counted under several kinds;
/// one that is counted under none may be wrong all the same.
/// </summary>
public static class SummaryMistakes
{
    private static readonly HashSet<string> s_openEnds =
        [.. "a an and as at by for from in into is of on or that the to using via which with".Split(' ')];

    /// <summary>What each kind is, and how one summary is judged: from the words of text, summary and
    /// reference.</summary>
    private static readonly (string Name, string How, Func<Case, bool> Has)[] s_kinds =
    [
        ("equal to the reference", "word for word; not a mistake", one => one.Summary.SequenceEqual(one.Reference)),
        ("copied too much",
            "six words or more, all of them in one piece from the text, and the reference is no such piece",
            one => one.Summary.Length >= 6 && Within(one.Summary, one.Text) && !Within(one.Reference, one.Text)),
        ("invented", "a word of four letters or more that stands neither in the text nor in the reference",
            one => one.Summary.Any(word => word.Length >= 4 && !one.Text.Contains(word)
                && !one.Reference.Contains(word))),
        ("repeated", "a word that follows itself at once, or two words that come again", one => Repeats(one.Summary)
            && !Repeats(one.Reference)),
        ("truncated", "ends with a word that wants another, such as 'for' or 'the'",
            one => one.Summary is [.., var last] && s_openEnds.Contains(last)),
        ("too short", "less than half the reference's words", one => 2 * one.Summary.Length < one.Reference.Length),
        ("too long", "more than twice the reference's words", one => one.Summary.Length > 2 * one.Reference.Length),
        ("about something else", "no word of four letters or more in common with the reference",
            one => !one.Summary.Intersect(one.Reference).Any(word => word.Length >= 4)),
    ];

    /// <summary>Counts each kind.</summary>
    /// <param name="texts">What was read.</param>
    /// <param name="summaries">What a system made of them.</param>
    /// <param name="references">How people summarised them.</param>
    /// <exception cref="ArgumentException">The lists are not equally long.</exception>
    public static IReadOnlyList<MistakeKind> Count(
        IReadOnlyList<string> texts, IReadOnlyList<string> summaries, IReadOnlyList<string> references)
    {
        Case[] all = [.. Cases(texts, summaries, references)];
        return [.. s_kinds.Select(kind => new MistakeKind(kind.Name, all.Count(kind.Has), kind.How))];
    }

    /// <summary>The kinds of one summary; none if nothing that can be counted is wrong with it.</summary>
    public static IReadOnlyList<string> Of(string text, string summary, string reference) =>
        [.. s_kinds.Where(kind => kind.Has(Cases([text], [summary], [reference]).First())).Select(kind => kind.Name)];

    private static IEnumerable<Case> Cases(IReadOnlyList<string> texts, IReadOnlyList<string> summaries,
        IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(summaries);
        ArgumentNullException.ThrowIfNull(references);
        return texts.Count == summaries.Count && texts.Count == references.Count
            ? texts.Select((text, i) =>
                new Case([.. Rouge.Words(text)], [.. Rouge.Words(summaries[i])], [.. Rouge.Words(references[i])]))
            : throw new ArgumentException(
                $"There are {texts.Count} texts, {summaries.Count} summaries and {references.Count} references; one " +
                "of each belongs together.", nameof(summaries));
    }

    private static bool Within(string[] part, string[] whole) =>
        Enumerable.Range(0, Math.Max(0, whole.Length - part.Length + 1))
            .Any(at => whole.AsSpan(at, part.Length).SequenceEqual(part));

    private static bool Repeats(string[] words)
    {
        (string, string)[] pairs = [.. words.Zip(words.Skip(1))];
        return Array.Exists(pairs, pair => pair.Item1 == pair.Item2) || pairs.Distinct().Count() < pairs.Length;
    }

    private sealed record Case(string[] Text, string[] Summary, string[] Reference);
}
