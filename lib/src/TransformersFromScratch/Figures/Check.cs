using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>What figures and tables ask of their arguments.</summary>
internal static class Check
{
    /// <summary>A matrix that has at least one number.</summary>
    public static void Matrix(Matrix<float> matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.RowCount == 0 || matrix.ColumnCount == 0)
        {
            throw new ArgumentException(
                $"The matrix is {matrix.RowCount}×{matrix.ColumnCount}: it has no number to show. Give it at least " +
                "one row and column.",
                nameof(matrix));
        }
    }

    /// <summary>Labels that fit the rows or columns of a matrix, as an array; null when there are none.</summary>
    public static string[]? Labels(
        Matrix<float> matrix, IReadOnlyList<string>? labels, string name, string what, Func<Matrix<float>, int> count)
    {
        Matrix(matrix);
        if (labels is null)
            return null;
        if (labels.Count != count(matrix))
        {
            throw new ArgumentException(
                $"The matrix is {matrix.RowCount}×{matrix.ColumnCount}, but {name} has {labels.Count} " +
                $"label{(labels.Count == 1 ? "" : "s")} for its {count(matrix)} {what}. Give one label for each of " +
                $"the {what}.", name);
        }

        for (int i = 0; i < labels.Count; i++)
        {
            if (labels[i] is null)
                throw new ArgumentException($"{name}[{i}] is null. Use an empty text for a label to leave out.", name);
        }

        return [.. labels];
    }

    /// <summary>A mask of a matrix's shape, or none.</summary>
    public static void Mask(Matrix<float> matrix, Mask? mask)
    {
        Matrix(matrix);
        if (mask is not null && (mask.Queries, mask.Keys) != (matrix.RowCount, matrix.ColumnCount))
        {
            throw new ArgumentException(
                $"The matrix is {matrix.RowCount}×{matrix.ColumnCount}, but the mask is for {mask.Queries} queries " +
                $"and {mask.Keys} keys. " +
                "Build the mask for the matrix's rows and columns.", nameof(mask));
        }
    }
}
