namespace TransformersFromScratch;

/// <summary>
/// Chapter 10's "Your turn": a merge, learning the merges, and playing them back. Each checks what the reader wrote,
/// says in one line what is right or which slip it is, and returns the version to use: the reader's once it is right,
/// the library's until then. None of them throws.
/// </summary>
public static class Turn10
{
    /// <summary>Your merge: a pair of tokens becomes one, wherever it stands, from left to right.</summary>
    /// <param name="yours">The tokens of a word and a pair; gives the tokens after the merge.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<string[], (string Left, string Right), string[]> Join(
        Func<string[], (string Left, string Right), string[]> yours) => YourTurn.Take(
        "10.Join", "The merge", yours, (tokens, pair) => Merging.Join(tokens, pair), Turn10Join.Question,
        code => x => code(x.Word, x.Pair));

    /// <summary>
    /// Your learning: count, join the most frequent pair everywhere, and so on (Sennrich et al. 2016, section 3.2,
    /// algorithm 1). Of pairs that count alike the one whose left token is older comes first, then the one whose right
    /// token is; letters are as old as their place in the alphabet.
    /// </summary>
    /// <param name="yours">
    /// The words, each with its tokens and how often it occurs, and how many merges are wanted; gives the merges in
    /// their order, fewer if the pairs run out.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<(string[] Tokens, int Count)[], int, List<(string Left, string Right)>> Learn(
        Func<(string[] Tokens, int Count)[], int, List<(string Left, string Right)>> yours) => YourTurn.Take(
        "10.Learn", "The learning", yours, (corpus, merges) => Turn10Learn.Library(corpus, merges),
        Turn10Learn.Question, code => x => code(x.Corpus, x.Merges));

    /// <summary>Your encoding: a word's letters, joined by the merges in the order of their learning.</summary>
    /// <param name="yours">A word and the merges; gives the tokens of the word.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<string, IReadOnlyList<(string Left, string Right)>, string[]> Encode(
        Func<string, IReadOnlyList<(string Left, string Right)>, string[]> yours) => YourTurn.Take(
        "10.Encode", "The encoding", yours, (word, merges) => Turn10Encode.Library(word, merges),
        Turn10Encode.Question, code => x => code(x.Word, x.Merges));
}
