namespace TransformersFromScratch;

/// <summary>
/// What may be written, whatever the model finds likely. A model is often published with such rules: a summary begins
/// with one token, ends at the latest with another, and says no three tokens in a row twice.
/// </summary>
/// <remarks>Log-probabilities stay the model's own, but a token without an alternative has probability 1.</remarks>
public sealed record TokenRules
{
    /// <summary>
    /// n: no target has the same n tokens in a row twice (Paulus et al. 2017, section 2.5); 0 forbids nothing.
    /// </summary>
    public int NoRepeat { get; init; }

    /// <summary>The token that every target begins with, after the start token; null for any.</summary>
    public int? First { get; init; }

    /// <summary>
    /// The token at the last place of a target that has not ended before; null for any. It is usually the end token.
    /// </summary>
    public int? Last { get; init; }

    /// <summary>How many tokens come before an end at least.</summary>
    public int Shortest { get; init; }

    /// <summary>Tokens that are never written.</summary>
    public IReadOnlyList<int> Never { get; init; } = [];

    /// <summary>The only token that may stand at a place; null where there is a choice.</summary>
    /// <param name="place">From 0.</param>
    /// <param name="longest">How many places there are.</param>
    internal int? Forced(int place, int longest) =>
        place == longest - 1 && Last is not null ? Last : place == 0 ? First : null;

    /// <summary>The tokens that may not come next.</summary>
    /// <param name="prompt">What stands before the target and counts as said; nothing for a translation.</param>
    /// <param name="written">The target so far.</param>
    /// <param name="ends">The tokens that end it.</param>
    internal int[] Forbidden(IReadOnlyList<int> prompt, IReadOnlyList<int> written, int[] ends) =>
    [
        .. NoRepeat == 0 ? [] : Repetition.Forbidden(prompt.Count == 0 ? written : [.. prompt, .. written], NoRepeat),
        .. written.Count < Shortest ? ends : [], .. Never,
    ];
}
