using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 3, cutting columns and putting them back.</summary>
internal static class Turn03Cut
{
    public static Question<(Matrix<float> X, int Heads), IReadOnlyList<Matrix<float>>> ForSplit { get; } = new(() =>
        Samples.Random(random => random.Next(1, 7) is var heads
            ? (Samples.Matrix(random, random.Next(1, 8), heads * random.Next(1, 6)), heads) : default)
            .Prepend((Samples.Matrix(new Random(3), 3, 4), 1)).Prepend((Samples.Matrix(new Random(3), 4, 6), 3)))
    {
        Right = x => MultiHeadAttention.Split(x.X, x.Heads),
        Say = x => $"x {Shapes.Of(x.X)} and {x.Heads} heads",
        Slips =
        [
            (x => [x.X], "The whole comes back in one piece."),
            (x => Reread(x.X, x.Heads), "You read the memory in another shape: your first head has the first words, " +
                "with all their columns. A head has all words, and some of their columns."),
            (x => Pieces(x, i => x.X.SubMatrix(0, x.X.RowCount, 0, Width(x))), "All heads get the first columns. " +
                "Head i begins at column i·d_k."),
            (x => [.. MultiHeadAttention.Split(x.X, x.Heads).Reverse()], "The heads are in the wrong order: head 1 " +
                "has the first columns."),
            (x => Pieces(x, i => Columns(x.X, column => column % x.Heads == i)), "You deal the columns out in turn, " +
                "one per head. The columns of a head lie side by side: the first d_k belong to head 1."),
            (x => [.. Enumerable.Range(0, Width(x))
                .Select(i => x.X.SubMatrix(0, x.X.RowCount, i * x.Heads, x.Heads))],
                "You cut d_k pieces that are h wide. It is h pieces that are d_k = d/h wide."),
            (x => Pieces(x, i => x.X.SubMatrix(0, x.X.RowCount, i, Width(x))), "Your pieces overlap: each begins one " +
                "column further on. Head i begins at column i·d_k."),
            (x => Pieces(x, i => x.X.MapIndexed((_, column, v) => column / Width(x) == i ? v : 0, Zeros.Include)),
                "Your pieces are as wide as the whole, with zeros. Cut them to d_k columns."),
            (x => Pieces(x, i => MultiHeadAttention.Split(x.X, x.Heads)[i].Transpose()), "Each piece is transposed. " +
                "A word is a row, before and after."),
        ],
        Symptoms =
        [
            ((x, y) => y.Count != x.Heads, "There must be as many pieces as heads."),
            ((x, y) => y.Any(piece => piece.RowCount != x.X.RowCount), "A piece has all rows: every head sees every " +
                "word. It is columns that are cut."),
        ],
    };

    public static Question<IReadOnlyList<Matrix<float>>, Matrix<float>> ForMerge { get; } = new(() =>
        Samples.OfShapes((random, rows, columns) => Heads(random, random.Next(1, 6), rows, columns))
            .Prepend(Heads(new Random(3), 3, 4, 2)))
    {
        Right = heads => MultiHeadAttention.Merge(heads),
        Say = heads => $"{heads.Count} heads of {Shapes.Of(heads[0])}",
        Slips =
        [
            (heads => heads[0], "Only the first head comes back."),
            (heads => heads[^1], "Only the last head comes back."),
            (heads => heads.Aggregate((up, low) => up.Stack(low)), "The heads stand on top of each other. They " +
                "belong side by side, T×(h·d_k): each word keeps its row."),
            (heads => heads.Aggregate((left, right) => left + right), "You add the heads up. That comes later, " +
                "through W^O; merging keeps them apart."),
            (heads => heads.Aggregate((left, right) => left + right) / heads.Count, "You average the heads. Merging " +
                "keeps them apart, side by side."),
            (heads => heads.Reverse().Aggregate((left, right) => left.Append(right)), "The heads are in the wrong " +
                "order: head 1 comes first."),
            (heads => Matrix<float>.Build.Dense(
                heads[0].RowCount, heads.Count * heads[0].ColumnCount,
                (row, column) => heads[column % heads.Count][row, column / heads.Count]),
                "The heads are interleaved, a column of each in turn. All columns of head 1 come first, then " +
                "all of head 2."),
            (heads => heads.Select(head => head.Transpose()).Aggregate((left, right) => left.Append(right)),
                "Each head is transposed. A word is a row, before and after."),
            (heads => heads.Take(2).Aggregate((left, right) => left.Append(right)), "Only the first two heads are " +
                "merged."),
        ],
    };

    /// <summary>The same memory, row after row, as h·T rows of d_k; the first T of them are called head 1.</summary>
    private static Matrix<float>[] Reread(Matrix<float> x, int heads)
    {
        var rows = Matrix<float>.Build.DenseOfRowMajor(
            heads * x.RowCount, x.ColumnCount / heads, x.ToRowMajorArray());
        return [.. Enumerable.Range(0, heads)
            .Select(i => rows.SubMatrix(i * x.RowCount, x.RowCount, 0, x.ColumnCount / heads))];
    }

    private static int Width((Matrix<float> X, int Heads) x) => x.X.ColumnCount / x.Heads;

    private static Matrix<float>[] Pieces((Matrix<float> X, int Heads) x, Func<int, Matrix<float>> piece) =>
        [.. Enumerable.Range(0, x.Heads).Select(piece)];

    private static Matrix<float> Columns(Matrix<float> x, Func<int, bool> chosen) =>
        Matrix<float>.Build.DenseOfColumnVectors(
            Enumerable.Range(0, x.ColumnCount).Where(chosen).Select(column => x.Column(column)));

    private static Matrix<float>[] Heads(Random random, int count, int rows, int columns) =>
        [.. Enumerable.Range(0, count).Select(_ => Samples.Matrix(random, rows, columns))];
}
