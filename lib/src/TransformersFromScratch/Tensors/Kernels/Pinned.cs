namespace TransformersFromScratch;

/// <summary>
/// A matrix within the product: its first element, and how far apart its rows and its columns lie. Unchecked, and good
/// for as long as the memory of the <see cref="View"/> that it was made of is pinned.
/// </summary>
internal readonly unsafe struct Pinned(float* start, nint row, nint column)
{
    public readonly float* Start = start;
    public readonly nint Row = row, Column = column;

    public bool IsNothing => Start is null;

    /// <summary>Whether columns are contiguous, and not rows.</summary>
    public bool IsTransposed => Row == 1 && Column != 1;

    public Pinned Transposed => new(Start, Column, Row);

    public float* At(nint i, nint j) => Start + i * Row + j * Column;

    public Pinned From(nint i, nint j) => new(At(i, j), Row, Column);
}
