namespace TransformersFromScratch.Tests.Exercises;

/// <summary>
/// The solutions of the chapter pass, and what is left empty or wrong is told so. (QuestionTests tries every slip.)
/// </summary>
public class Exercise13Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void What_pretraining_is_worth()
    {
        AssertSays("✓", Exercise13.CheckWorth((numbers, pretrained, fresh) =>
        {
            int above = Array.FindIndex(fresh, y => y >= pretrained[0]);
            double share = (pretrained[0] - fresh[above - 1]) / (fresh[above] - fresh[above - 1]);
            return numbers[above - 1] * Math.Pow(numbers[above] / numbers[above - 1], share);
        }));
        AssertSays("✎", Exercise13.CheckWorth((_, _, _) => throw new NotImplementedException()));
        AssertSays("not fewer", Exercise13.CheckWorth((numbers, _, _) => numbers[0] / 3));
    }

    [Fact]
    public void How_natural_a_sentence_is()
    {
        AssertSays("✓", Exercise13.CheckPseudo((ids, mask, ask) => Enumerable.Range(1, ids.Length - 2)
            .Sum(t => ask([.. ids[..t], mask, .. ids[(t + 1)..]], t, ids[t]))));
        AssertSays("✎", Exercise13.CheckPseudo((_, _, _) => throw new NotImplementedException()));
        AssertSays("place 99", Exercise13.CheckPseudo((ids, mask, ask) => ask(ids, 99, mask)));
        AssertSays("never above 0", Exercise13.CheckPseudo((ids, _, _) => ids.Length));
    }

    [Fact]
    public void The_worst_confusion()
    {
        AssertSays("✓", Exercise13.CheckConfused(counts =>
        {
            int n = counts.GetLength(0);
            double Of(int right, int said) =>
                (double)counts[right, said] / Enumerable.Range(0, n).Sum(j => counts[right, j]);
            return (from right in Enumerable.Range(0, n)
                    from said in Enumerable.Range(0, n)
                    where right != said
                    select (right, said))
                .MaxBy(cell => Of(cell.right, cell.said));
        }));
        AssertSays("✎", Exercise13.CheckConfused(_ => throw new NotImplementedException()));
        AssertSays("no confusion", Exercise13.CheckConfused(_ => (1, 1)));
    }
}
