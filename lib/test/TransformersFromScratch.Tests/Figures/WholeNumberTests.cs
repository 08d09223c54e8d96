using System.Text.Json;
using System.Text.RegularExpressions;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Figures;

/// <summary>Counts, ids and masks of 0 and 1 are written as whole numbers wherever a heatmap shows them.</summary>
public partial class WholeNumberTests
{
    [Fact]
    public void Whole_numbers_have_no_decimals_in_cells_hover_or_text()
    {
        Figure counts = Plot.Heatmap(Of(new float[,] { { 53, 0 }, { -3, 120 } }), ["a", "b"], ["c", "d"]);
        Assert.Equal(["53", "0", "−3", "120"], Cells(counts));
        Assert.Equal(["53", "0", "-3", "120"], Hovers(counts));
        Assert.EndsWith("    c    d\na  53    0\nb  -3  120", counts.ToString(), StringComparison.Ordinal);
        Figure mask = Plot.Heatmap(Of(new float[,] { { 1, 0 }, { 1, 1 } }));
        Assert.Equal(["1", "0", "1", "1"], Cells(mask));
        Assert.EndsWith("1  0\n1  1", mask.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_number_that_is_not_whole_gives_all_their_decimals()
    {
        Figure mixed = Plot.Heatmap(Of(new float[,] { { 1, 0 }, { 0.5f, 1 } }));
        Assert.Equal(["1.00", "0.00", "0.50", "1.00"], Cells(mixed));
        Assert.EndsWith("1.00  0.00\n0.50  1.00", mixed.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50, 50, 0, 7)]       // two bytes
    [InlineData(50, 50, 0, 30_000)]
    [InlineData(50, 50, 100, 140_001)]
    [InlineData(100, 100, 0, 7)]     // one byte
    [InlineData(100, 100, 0, 250)]
    [InlineData(100, 100, 1000, 1009)]
    [InlineData(100, 100, 1000, 1010)]
    public void Whole_numbers_that_are_packed_stay_whole(int rows, int columns, int low, int high)
    {
        Matrix<float> ids = Matrix<float>.Build.Dense(
            rows, columns, (i, j) => low + (((i * columns) + j) % (high - low + 1)));
        JsonElement trace = PlotTests.Json(Plot.Heatmap(ids)).RootElement.GetProperty("data")[0];
        JsonElement meta = trace.GetProperty("meta");
        byte[] bytes = trace.GetProperty("z").GetProperty("bdata").GetBytesFromBase64();
        bool wide = trace.GetProperty("z").GetProperty("dtype").GetString() == "i2";
        double step = meta.GetProperty("step").GetDouble(), most = wide ? short.MaxValue : sbyte.MaxValue;
        for (int i = 0; i < rows * columns; i++)
        {
            int packed = wide ? BitConverter.ToInt16(bytes, 2 * i) : (sbyte)bytes[i];
            double shown = meta.GetProperty("zero").GetDouble() + (packed * step);
            double given = ids[i / columns, i % columns];
            Assert.Equal(Math.Round(shown), shown);
            Assert.True(Math.Abs(shown - given) <= (high - low <= most ? 0 : step / 2), $"{given} is shown as {shown}");
        }
    }

    private static string[] Cells(Figure figure) =>
        [.. CellText().Matches(figure.ToSvg()).Select(match => match.Groups[1].Value)];

    private static string[] Hovers(Figure figure) =>
        [.. HoverText().Matches(figure.ToHtml()).Select(match => match.Groups[1].Value)];

    private static Matrix<float> Of(float[,] numbers) => Matrix<float>.Build.DenseOfArray(numbers);

    [GeneratedRegex("<text [^>]*fill=\"#[0-9a-f]+\">([^<]*)</text>")]
    private static partial Regex CellText();

    [GeneratedRegex("<title>[^<]*: ([^<]*)</title>")]
    private static partial Regex HoverText();
}
