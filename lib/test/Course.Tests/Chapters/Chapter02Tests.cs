using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 2 against the library.</summary>
public class Chapter02Tests(Chapter02Tests.Cells cells) : IClassFixture<Chapter02Tests.Cells>
{
    private static readonly (int Length, int Width, double Base)[] s_shapes =
        [(1, 1, 10_000), (5, 7, 10), (64, 64, 10_000), (300, 16, 1_000_000)];

    [Fact]
    public void The_encoding_is_the_librarys() => Encodings(cells);

    [Fact]
    public void The_shift_is_the_librarys() => Shifts(cells);

    [Theory]
    [InlineData("cs-fcb35b78", "dimension - dimension % 2;", "dimension;")]
    [InlineData("cs-fcb35b78", "Math.Sin(angle)", "Math.Cos(angle)")]
    [InlineData("cs-fcb35b78", "/ d);", "/ (d + 1));")]
    [InlineData("cs-b62417c5", "= -sin;", "= sin;")]
    [InlineData("cs-b62417c5", "-2.0 * i", "-1.0 * i")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Encodings, Shifts);

    private static void Encodings(ChapterCode cells)
    {
        var encoding = cells.Get<Func<int, int, double, Matrix<float>>>("""
            (int length, int d, double frequencies) =>
            {
                settings = new(Base: frequencies);
                return MyEncoding(length, d);
            }
            """, "Settings settings = null;");
        foreach (var (length, width, frequencies) in s_shapes)
        {
            Close.Matrices(
                PositionalEncoding.Sinusoidal(length, width, frequencies), encoding(length, width, frequencies));
        }
    }

    private static void Shifts(ChapterCode cells)
    {
        var shift = cells.Get<Func<int, int, double, Matrix<float>>>("""
            (int k, int d, double frequencies) =>
            {
                settings = new(Base: frequencies);
                return MyShift(k, d);
            }
            """, "Settings settings = null;");
        foreach (var (k, width, frequencies) in s_shapes.Where(shape => shape.Width % 2 == 0)
            .SelectMany(shape => new[] { shape, (Length: -3, shape.Width, shape.Base) }))
        {
            Close.Matrices(PositionalEncoding.Shift(k, width, frequencies), shift(k, width, frequencies));
        }
    }

    public sealed class Cells() : ChapterCode("02");
}
