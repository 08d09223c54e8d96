namespace TransformersFromScratch;

/// <summary>A kind of mistake and how often it was found.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Sentences">In how many translations.</param>
/// <param name="How">How it is counted.</param>
public sealed record MistakeKind(string Name, int Sentences, string How);

/// <summary>
/// Mistakes of translations that can be counted without understanding them. A sentence may be counted under several
/// kinds; one that is counted under none may be wrong all the same.
/// </summary>
public static class TranslationMistakes
{
    /// <summary>Counts each kind.</summary>
    /// <param name="sources">The sentences.</param>
    /// <param name="outputs">What a system made of them.</param>
    /// <param name="references">How people translated them.</param>
    /// <exception cref="ArgumentException">The lists are not equally long.</exception>
    public static IReadOnlyList<MistakeKind> Count(
        IReadOnlyList<string> sources, IReadOnlyList<string> outputs, IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(references);
        if (sources.Count != outputs.Count || sources.Count != references.Count)
        {
            throw new ArgumentException(
                $"There are {sources.Count} sources, {outputs.Count} outputs and {references.Count} references; one " +
                "of each belongs together.", nameof(outputs));
        }

        (string[] Source, string[] Output, string[] Reference)[] all =
            [.. sources.Select(
                (source, i) =>
                    (BleuTokens.Split(source), BleuTokens.Split(outputs[i]), BleuTokens.Split(references[i])))];
        return
        [
            new("equal to the reference", Count(s => s.Output.SequenceEqual(s.Reference)),
                "word for word; not a mistake"),
            new("numbers changed", Count(
                s => !Same(Numbers(s.Output), Numbers(s.Reference)) && Same(Numbers(s.Source), Numbers(s.Reference))),
                "the numbers of source and reference agree, those of the output differ"),
            new("names in capitals changed",
                Count(s => !Capitals(s.Output).IsSupersetOf(Capitals(s.Source).Intersect(Capitals(s.Reference)))),
                "a word of capitals (XNPV, HTML) stands in source and reference, but not in the output"),
            new("repeats itself", Count(s => Repeats(s.Output) && !Repeats(s.Reference)),
                "two or more words follow themselves at once"),
            new("too short", Count(s => s.Output.Length < 0.7 * s.Reference.Length),
                "less than 70 % of the reference's words"),
            new("too long", Count(s => s.Output.Length > 1.4 * s.Reference.Length),
                "more than 140 % of the reference's words"),
            new("right words, other order",
                Count(s => !s.Output.SequenceEqual(s.Reference) && Same(s.Output, s.Reference)),
                "the same words as the reference, in another order"),
            new("one word off", Count(
                s => s.Output.Length == s.Reference.Length
                    && s.Output.Zip(s.Reference).Count(pair => pair.First != pair.Second) == 1),
                "as long as the reference, one word differs: a term or an ending"),
            new("something else entirely",
                Count(s => s.Output.Intersect(s.Reference).Count() < 0.3 * s.Reference.Distinct().Count()),
                "less than 30 % of the reference's words appear"),
        ];

        int Count(Func<(string[] Source, string[] Output, string[] Reference), bool> has) => all.Count(has);
    }

    private static IEnumerable<string> Numbers(string[] words) => words.Where(word => word.All(char.IsAsciiDigit));

    private static HashSet<string> Capitals(string[] words) =>
        [.. words.Where(word => word.Length > 1 && word.All(char.IsAsciiLetterUpper))];

    private static bool Same(IEnumerable<string> one, IEnumerable<string> other) =>
        one.Order(StringComparer.Ordinal).SequenceEqual(other.Order(StringComparer.Ordinal));

    private static bool Repeats(string[] words)
    {
        for (int length = 2; 2 * length <= words.Length; length++)
        {
            for (int at = 0; at + (2 * length) <= words.Length; at++)
            {
                if (words.AsSpan(at, length).SequenceEqual(words.AsSpan(at + length, length)))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
