using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 2, with its three solutions, against the library.</summary>
public class Chapter02Tests(Chapter02Tests.Cells cells) : IClassFixture<Chapter02Tests.Cells>
{
    private const string Sizes = "const int Width = 64; float root = 8; Settings settings = new(Steps: 50);";

    private static readonly (int Length, int Width, double Base)[] s_shapes =
        [(1, 1, 10_000), (5, 7, 10), (64, 64, 10_000), (300, 16, 1_000_000)];

    [Fact]
    public void The_encoding_is_the_librarys() => Encodings(cells);

    [Fact]
    public void The_shift_is_the_librarys() => Shifts(cells);

    [Fact]
    public void What_is_left_of_a_question_asks_the_same_everywhere() => Turns(cells);

    [Fact]
    public void The_slope_of_the_little_training_is_that_of_finite_differences() => Slopes(cells);

    [Fact]
    public void The_little_training_learns_to_look_back() => Trainings(cells);

    [Theory]
    [InlineData("cs-fcb35b78", "column - column % 2;", "column;")]
    [InlineData("cs-fcb35b78", "Math.Sin(t * omega)", "Math.Cos(t * omega)")]
    [InlineData("cs-fcb35b78", "/ d);", "/ (d + 1));")]
    [InlineData("cs-b62417c5", "= (cos, -sin);", "= (cos, sin);")]
    [InlineData("cs-b62417c5", "-2.0 * i", "-1.0 * i")]
    [InlineData("cs-02turns0", "U[i + 1, i] - U[i, i + 1]", "U[i + 1, i] + U[i, i + 1]")]
    [InlineData("cs-02extra01", "slope[t, t - 1] -= 1;", "slope[t, t] -= 1;")]
    [InlineData("cs-02extra01", "slope / (table", "slope * (table")]
    [InlineData("cs-02extra08", "table.Transpose() * slope * table", "table.Transpose() * slope.Transpose() * table")]
    [InlineData("cs-02extra08", "slope.Transpose() * table * U)", "slope.Transpose() * table * U.Transpose())")]
    [InlineData("cs-02extra02", "U -= 8", "U += 8")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Encodings, Shifts, Turns, Slopes, Trainings);

    private static void Encodings(ChapterCode cells)
    {
        var encode = cells.Get<Func<int, int, double, Matrix<float>>>("Encode");
        foreach (var (length, width, frequencies) in s_shapes)
        {
            Close.Matrices(
                PositionalEncoding.Sinusoidal(length, width, frequencies), encode(length, width, frequencies));
        }
    }

    private static void Shifts(ChapterCode cells)
    {
        var shift = cells.Get<Func<int, int, double, Matrix<float>>>("ShiftBy");
        foreach (var (k, width, frequencies) in s_shapes.Where(shape => shape.Width % 2 == 0)
            .SelectMany(shape => new[] { shape, (Length: -3, shape.Width, shape.Base) }))
        {
            Close.Matrices(PositionalEncoding.Shift(k, width, frequencies), shift(k, width, frequencies));
        }
    }

    private static void Turns(ChapterCode cells)
    {
        var turns = cells.Get<Func<Matrix<float>, Matrix<float>>>("OnlyTurns");
        Matrix<float> shift = PositionalEncoding.Shift(9, 8, 100);
        Close.Matrices(shift, turns(shift)); // a turn stays as it is
        Matrix<float> kept = turns(Matrix<float>.Build.Random(8, 8, 1));
        Close.Matrices(kept, shift * kept * shift.Transpose());
    }

    private static void Slopes(ChapterCode cells)
    {
        var looking = cells.Get<Func<Matrix<float>, Matrix<float>, Matrix<float>>>("Looking", Sizes);
        var slopes = cells.Get<Func<Matrix<float>, Matrix<float>, (Matrix<float> U, Matrix<float> Table)>>(
            "(Matrix<float> table, Matrix<float> U) => " +
            "(OfQuestion(table, Slope(table, U)), OfTable(table, Slope(table, U), U))", Sizes);
        Matrix<float> table = Matrix<float>.Build.Random(7, 64, 1), u = Matrix<float>.Build.Random(64, 64, 2) / 8;
        double Loss(Matrix<float> rows, Matrix<float> question) => looking(rows, question) is var weights
            ? Enumerable.Range(1, 6).Average(t => -Math.Log(weights[t, t - 1])) : 0;
        static double Along(Matrix<float> slope, Matrix<float> step) =>
            slope.PointwiseMultiply(step).Enumerate().Sum(x => (double)x);

        var derived = slopes(table, u);
        Matrix<float> step = Matrix<float>.Build.Random(64, 64, 3) * 1e-3f;
        Assert.Equal((Loss(table, u + step) - Loss(table, u - step)) / 2, Along(derived.U, step), 1e-4);
        step = Matrix<float>.Build.Random(7, 64, 5) * 1e-3f;
        Assert.Equal((Loss(table + step, u) - Loss(table - step, u)) / 2, Along(derived.Table, step), 1e-4);
    }

    private static void Trainings(ChapterCode cells)
    {
        var train = cells.Get<Func<
            Matrix<float>, int, Func<Matrix<float>, Matrix<float>>, bool, (Matrix<float> U, Matrix<float> Table)>>(
            "(Matrix<float> table, int trained, Func<Matrix<float>, Matrix<float>> keep, bool learn) => " +
            "Train(table, trained, keep, learn)", Sizes);
        Matrix<float> sines = PositionalEncoding.Sinusoidal(20, 64),
            random = Matrix<float>.Build.Random(20, 64, 4) / MathF.Sqrt(2);
        foreach (var (start, learn) in new[] { (sines, false), (random, true) })
        {
            var (question, table) = train(start, 8, slope => slope, learn);
            Matrix<float> seen = table.SubMatrix(0, 8, 0, 64);
            Matrix<float> weights = Softmax.Rows(seen * question * seen.Transpose() / 8);
            double before = Enumerable.Range(1, 7).Average(t => (double)weights[t, t - 1]);
            Assert.True(before > (learn ? 0.95 : 0.55), $"{before}");
            Close.Matrices(start.SubMatrix(8, 12, 0, 64), table.SubMatrix(8, 12, 0, 64), 0);
            Assert.Equal(learn, (start - table).Enumerate().Any(x => x != 0));
        }
    }

    public sealed class Cells() : ChapterCode("02");
}
