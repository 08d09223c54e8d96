using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 13's "Your turn": cutting a word into pieces, hiding words, one vector for a text, and the best span of an
/// answer. Each checks what the reader wrote, says in one line what is right or which slip it is, and returns the
/// version to use: the reader's once it is right, the library's until then. None of them throws.
/// </summary>
public static class Turn13
{
    /// <summary>
    /// Your WordPiece: the longest piece that fits, again and again, from left to right (Devlin et al. 2018, section
    /// 3).
    /// </summary>
    /// <param name="yours">
    /// A word, and the pieces that there are; those that go on with a word begin with ##. Gives the pieces of the word,
    /// or [UNK] alone.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<string, HashSet<string>, string[]> Pieces(Func<string, HashSet<string>, string[]> yours) =>
        YourTurn.Take(
        "13.Pieces", "The cutting", yours, (word, pieces) => Turn13Pieces.Library(word, pieces), Turn13Pieces.Question,
        code => x => code(x.Word, [.. x.Pieces]));

    /// <summary>
    /// Your masking: which tokens are asked for, and what the model sees in their places (Devlin et al. 2018, section
    /// 3.1).
    /// </summary>
    /// <param name="yours">
    /// The ids; for each place a draw from 0 to 1 that says whether it is asked for, a die from 0 to 1 that says what
    /// happens to it, and the id of another piece, drawn at random. Gives what the model sees, and the targets.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<int[], double[], double[], int[], (int[] Seen, int[] Targets)> Hide(
        Func<int[], double[], double[], int[], (int[] Seen, int[] Targets)> yours) => YourTurn.Take(
        "13.Hide", "The masking", yours, (ids, draws, dice, others) => Turn13Hide.Library(ids, draws, dice, others),
        Turn13Hide.Question, code => x => code(x.Ids, x.Draws, x.Dice, x.Others));

    /// <summary>Your pooling: the mean of the vectors of all tokens that are no padding.</summary>
    /// <param name="yours">T×d, a row a token, and for each token whether it is padding; gives d numbers.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Matrix<float>, bool[], Vector<float>> Pool(Func<Matrix<float>, bool[], Vector<float>> yours) =>
        YourTurn.Take(
            "13.Pool", "The pooling", yours, (rows, padding) => Turn13Pool.Library((rows, padding)),
            Turn13Pool.Question,
            code => x => code(x.Rows, x.Padding));

    /// <summary>
    /// Your span: of all spans that are allowed, the one whose start and end have the largest sum of scores.
    /// </summary>
    /// <param name="yours">
    /// A score a token for being the first of the answer, one for being the last, and how many tokens an answer may
    /// have; gives the first and the last token.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<float[], float[], int, (int First, int Last)> Span(
        Func<float[], float[], int, (int First, int Last)> yours) => YourTurn.Take(
        "13.Span", "The span", yours, (starts, ends, most) => Turn13Span.Library((starts, ends, most)),
        Turn13Span.Question,
        code => x => code(x.Starts, x.Ends, x.Most));
}
