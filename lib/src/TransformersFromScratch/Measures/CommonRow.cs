namespace TransformersFromScratch;

/// <summary>
/// The longest row of words that stand in two texts in the same order (Lin 2004, section 3; Cormen et al., section
/// 15.4).
/// </summary>
internal static class CommonRow
{
    /// <summary>The places of the row's words in the second text, ascending; of several longest rows, one.</summary>
    public static IReadOnlyList<int> Places(IReadOnlyList<string> first, IReadOnlyList<string> second)
    {
        // lengths[i, j] is that of the first i words of one and the first j of the other.
        int[,] lengths = new int[first.Count + 1, second.Count + 1];
        for (int i = 1; i <= first.Count; i++)
        {
            for (int j = 1; j <= second.Count; j++)
            {
                lengths[i, j] = first[i - 1] == second[j - 1]
                    ? lengths[i - 1, j - 1] + 1
                    : Math.Max(lengths[i - 1, j], lengths[i, j - 1]);
            }
        }

        var places = new Stack<int>();
        for (int i = first.Count, j = second.Count; i > 0 && j > 0;)
        {
            if (first[i - 1] == second[j - 1])
            {
                places.Push(j - 1);
                (i, j) = (i - 1, j - 1);
            }
            else if (lengths[i, j - 1] >= lengths[i - 1, j])
            {
                j--;
            }
            else
            {
                i--;
            }
        }

        return [.. places];
    }
}
