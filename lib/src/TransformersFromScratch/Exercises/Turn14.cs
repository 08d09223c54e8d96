namespace TransformersFromScratch;

/// <summary>
/// Chapter 14's "Your turn": T5's buckets of distances, its span corruption, and the longest common subsequence that
/// ROUGE-L counts.
/// Each checks what the reader wrote, says in one line what is right or which slip it is, and returns the version to
/// use: the
/// reader's once it is right, the library's until then. None of them throws.
/// </summary>
public static class Turn14
{
    /// <summary>Your bucket of a distance (Raffel et al. 2019, section 2.1).</summary>
    /// <param name="yours">
    /// The place of the key minus that of the query, whether both directions are told apart, how many buckets there
    /// are, and from
    /// which distance on all share the last one; gives the bucket, from 0.
    /// </param>
    /// <returns>Yours if it is right, else <see cref="RelativeBias.Bucket"/>.</returns>
    public static Func<int, bool, int, int, int> Bucket(Func<int, bool, int, int, int> yours) => YourTurn.Take(
        "14.Bucket", "The bucket", yours, RelativeBias.Bucket, Turn14Bucket.Question,
        code => x => code(x.Relative, x.Bidirectional, x.Buckets, x.Distance));

    /// <summary>Your span corruption, of spans that have been drawn already (Raffel et al. 2019, figure 2).</summary>
    /// <param name="yours">
    /// The ids of a text, the spans to take out as start and length, from left to right and never side by side, and the
    /// sentinels, one
    /// more than there are spans; gives the input and the target.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<int[], (int Start, int Length)[], int[], (int[] Input, int[] Target)> Spans(
        Func<int[], (int Start, int Length)[], int[], (int[] Input, int[] Target)> yours) => YourTurn.Take(
        "14.Spans", "The span corruption", yours, Turn14Spans.Library, Turn14Spans.Question,
            code => x => code(x.Ids, x.Spans, x.Sentinels));

    /// <summary>Your longest common subsequence: how many words two texts have in common, in the same order, gaps
    /// allowed (Lin 2004, section 3).</summary>
    /// <param name="yours">Two lists of words; gives the greatest length.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<string[], string[], int> Longest(Func<string[], string[], int> yours) => YourTurn.Take(
        "14.Longest", "The longest common subsequence", yours, Turn14Longest.Library, Turn14Longest.Question,
            code => x => code(x.First, x.Second));
}
