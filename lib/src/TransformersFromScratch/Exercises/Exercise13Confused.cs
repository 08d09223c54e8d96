namespace TransformersFromScratch;

/// <summary>Chapter 13, exercise 3: the worst confusion of a table.</summary>
internal static class Exercise13Confused
{
    public static Question<int[,], (int Right, int Said)> Question { get; } = new(Tables)
    {
        Right = table => Worst(table),
        Say = table => $"a table of {table.GetLength(0)} sections whose first row is {Values.Say(Row(table, 0))}",
        Slips =
        [
            (_ => (0, 0), "It returns section 0 twice so far."),
            (table => Worst(table, share: (count, _, _) => count), "You take the largest number of texts, or of all " +
                "texts the largest share. A section with many texts has more of everything: divide each number by " +
                "the sum of its row."),
            (table => Worst(table, diagonal: true), "You look at the diagonal too. There stands what was right."),
            (table => Worst(table, share: (count, _, column) => (double)count / column),
                "You divide by the column, by how often a section was said. Divide by the row: by how many texts of " +
                "the section there are."),
            (table => Worst(table) is var (right, said)
                ? (said, right)
                : default, "The two have changed places: first the right section, the row; then what was said."),
            (table => Worst(table, least: true), "You take the rarest confusion. Take the commonest."),
            (table => Enumerable.Range(0, table.GetLength(0))
                .MaxBy(i => (double)(Row(table, i).Sum() - table[i, i]) / Row(table, i).Sum()) is var row
                ? (row, Others(table, row).MaxBy(j => table[row, j])) : default,
                "You look for the section with the most mistakes first, and then for its commonest one. Another " +
                "section may have a commoner one: compare all cells."),
        ],
        Symptoms = [((_, y) => y.Right == y.Said, "A text that is said to be of its own section is no confusion.")],
    };

    private static (int Right, int Said) Worst(
        int[,] table, Func<int, int, int, double>? share = null, bool diagonal = false, bool least = false)
    {
        share ??= (count, row, _) => (double)count / row;
        int sections = table.GetLength(0);
        var cells = from i in Enumerable.Range(0, sections)
                    from j in Enumerable.Range(0, sections)
                    where diagonal || i != j
                    let value = share(
                        table[i, j], Row(table, i).Sum(), Enumerable.Range(0, sections).Sum(k => table[k, j]))
                    orderby least ? value : -value
                    select (i, j);
        return cells.First();
    }

    private static int[] Row(int[,] table, int i) =>
        [.. Enumerable.Range(0, table.GetLength(1)).Select(j => table[i, j])];

    private static IEnumerable<int> Others(int[,] table, int i) =>
        Enumerable.Range(0, table.GetLength(1)).Where(j => j != i);

    private static IEnumerable<int[,]> Tables()
    {
        yield return new[,] { { 90, 8, 2 }, { 1, 10, 3 }, { 4, 1, 45 } };
        foreach (int[,] table in Samples.Random(random =>
        {
            int sections = random.Next(3, 6);
            int[,] counts = new int[sections, sections];
            for (int i = 0; i < sections; i++)
            {
                int size = random.Next(1, 12);
                for (int j = 0; j < sections; j++) { counts[i, j] = i == j ? 12 * size : 1 + random.Next(6 * size); }
            }

            return counts;
        }).Where(IsClear)) { yield return table; }
    }

    /// <summary>Whether one cell alone is the worst, for then no tie has to be decided.</summary>
    private static bool IsClear(int[,] table)
    {
        int sections = table.GetLength(0);
        double[] shares =
            [.. from i in Enumerable.Range(0, sections) from j in Others(table, i)
                select (double)table[i, j] / Row(table, i).Sum()];
        return shares.Count(share => share > shares.Max() - 1e-9) == 1;
    }
}
