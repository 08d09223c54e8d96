namespace TransformersFromScratch;

/// <summary>What a model wants around a text and around two.</summary>
/// <param name="Single">The parts of a row with one text.</param>
/// <param name="Pair">The parts of a row with two.</param>
internal sealed record Frame(IReadOnlyList<FramePart> Single, IReadOnlyList<FramePart> Pair)
{
    private static readonly FramePart s_first = new(0), s_second = new(1);

    /// <summary>Nothing around a text, and nothing between two.</summary>
    public static Frame None { get; } = new([s_first], [s_first, s_second with { Type = 1 }]);

    /// <summary>An end after a text, and in one case after each of two.</summary>
    public static Frame Ending(int end, bool each) => new(
        [s_first, FramePart.Token(end)],
        each ? [s_first, FramePart.Token(end), s_second, FramePart.Token(end)]
            : [s_first, s_second, FramePart.Token(end)]);

    /// <summary>
    /// A start before a text and an end after it; RoBERTa's and BART's two texts have two ends between.
    /// </summary>
    /// <param name="start">The token before.</param>
    /// <param name="end">The token after.</param>
    /// <param name="two">Whether there are two ends between; else the second text has the type 1.</param>
    public static Frame Around(int start, int end, bool two) => new(
        [FramePart.Token(start), s_first, FramePart.Token(end)],
        two
            ?
            [
                FramePart.Token(start), s_first, FramePart.Token(end), FramePart.Token(end), s_second,
                FramePart.Token(end),
            ]
            :
            [
                FramePart.Token(start), s_first, FramePart.Token(end), s_second with { Type = 1 },
                FramePart.Token(end) with { Type = 1 },
            ]);

    /// <summary>The row of one text or of two.</summary>
    public IEnumerable<(int Id, int Type)> Around(params int[][] texts) =>
        (texts.Length == 1 ? Single : Pair).SelectMany(part => part.Text is { } text
            ? texts[text].Select(id => (id, part.Type))
            : part.Ids.Select(id => (id, part.Type)));
}

/// <summary>A part of a row.</summary>
/// <param name="Text">Which text stands here, 0 or 1; null for tokens.</param>
internal sealed record FramePart(int? Text)
{
    /// <summary>The tokens that stand here.</summary>
    public IReadOnlyList<int> Ids { get; init; } = [];

    /// <summary>The type of all that stands here.</summary>
    public int Type { get; init; }

    public static FramePart Token(int id) => new((int?)null) { Ids = [id] };
}
