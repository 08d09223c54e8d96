using System.Text.Json;
using System.Xml.Linq;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Figures;

/// <summary>Hidden cells look hidden, and signed numbers show their sign.</summary>
public class MaskedFigureTests
{
    [Fact]
    public void Hidden_cells_are_hatched_and_have_neither_colour_nor_number()
    {
        Figure figure = Plot.Heatmap(Samples.Soft(4, 4), mask: Mask.Causal(4));
        XElement[] cells = [.. PlotTests.Cells(figure)];
        Assert.Equal(16, cells.Length);
        Assert.Equal(6, cells.Count(c => c.Attribute("fill")!.Value == "none"));
        Assert.Equal(6, cells.Count(c => c.Value.EndsWith(": hidden", StringComparison.Ordinal)));
        Assert.Contains(">hidden</text>", figure.ToSvg(), StringComparison.Ordinal);
        Assert.Contains("6 of 16 cells are hidden", figure.Description, StringComparison.Ordinal);
        JsonElement json = PlotTests.Json(figure).RootElement;
        Assert.Equal(
            ["NaN", "NaN", "NaN"], json.GetProperty("data")[0].GetProperty("z")[0].EnumerateArray().Skip(1)
                .Select(v => v.GetString()));
        Assert.Contains(
            json.GetProperty("layout").GetProperty("shapes").EnumerateArray(),
            shape => shape.GetProperty("xref").GetString() == "x");

        // What is hidden sets no scale: a huge number there changes nothing.
        Matrix<float> huge = Samples.Soft(4, 4);
        float most = huge.MapIndexed((i, j, v) => j > i ? 0 : v, Zeros.Include).Enumerate().Max();
        huge[0, 3] = 1000;
        Assert.Equal(most, Plot.Heatmap(huge, mask: Mask.Causal(4)).Spec.Color!.Max, 1e-3);
        Assert.Contains(
            "mask is for 3 queries and 3 keys",
            Assert.Throws<ArgumentException>(() => Plot.Heatmap(huge, mask: Mask.Causal(3))).Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", Plot.Heatmap(Samples.Soft(4, 4)).ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_hatching_lies_in_hidden_cells_alone_and_in_each_of_them()
    {
        foreach (var (rows, columns, width, height) in new[] { (6, 6, 54.0, 54.0), (3, 8, 20.0, 54.0),
            (30, 30, 13.0, 13.0) })
        {
            var random = new Random(rows);
            bool[] hidden =
                [.. Enumerable.Range(0, rows * columns).Select(i => rows == 6 ? i % 6 > i / 6 : random.Next(3) == 0)];
            double[] lines = Hatching.Of(
                new Heat(rows, columns, new double[rows * columns]) { Hidden = hidden }, width, height);
            var touched = new HashSet<int>();
            for (int k = 0; k < lines.Length; k += 4)
            {
                for (double share = 0.01; share < 1; share += 0.02)
                {
                    double x = lines[k] + (share * (lines[k + 2] - lines[k])),
                        y = lines[k + 1] + (share * (lines[k + 3] - lines[k + 1]));
                    if (Math.Abs(x - Math.Round(x)) < 0.02 || Math.Abs(y - Math.Round(y)) < 0.02)
                        continue; // on the border of two cells
                    int cell = ((int)y * columns) + (int)x;
                    Assert.True(
                        hidden[cell], $"line {k / 4} crosses row {(int)y}, column {(int)x}, which is not hidden");
                    touched.Add(cell);
                }
            }

            Assert.Equal(hidden.Count(h => h), touched.Count);
        }
    }

    [Fact]
    public void Signed_numbers_get_diverging_colours_with_zero_in_the_palest()
    {
        Matrix<float> signed = Matrix<float>.Build.DenseOfArray(new[,] { { -1f, 0f, 2f } });
        ColorScale scale = Plot.Heatmap(signed).Spec.Color!;
        Assert.True(scale.Diverging);
        Assert.Equal("#f7f7f7", Palette.At((0 - scale.Min) / (scale.Max - scale.Min), scale.Colors));
        ColorScale uneven = Plot.Heatmap(signed, zMin: -1, zMax: 3).Spec.Color!;
        Assert.Equal("#f7f7f7", Palette.At(0.25, uneven.Colors));
        Assert.False(Plot.Heatmap(signed, colors: ColorMap.Sequential).Spec.Color!.Diverging);
        Assert.Equal(
            (-1, 2),
            (Plot.Heatmap(signed, colors: ColorMap.Sequential).Spec.Color!.Min, Plot.Heatmap(
                signed, colors: ColorMap.Sequential).Spec.Color!.Max));
        Assert.False(Plot.Heatmap(Samples.Soft(2, 2)).Spec.Color!.Diverging);
        ColorScale forced = Plot.Heatmap(Samples.Soft(2, 2), colors: ColorMap.Diverging).Spec.Color!;
        Assert.Equal((true, -forced.Max), (forced.Diverging, forced.Min));
    }

    [Fact]
    public void Maps_without_labels_are_not_called_query_and_key()
    {
        Assert.Equal(("row", "column"), Titles(Plot.Heatmap(Samples.Soft(2, 2))));
        Assert.Equal(("query", "key"), Titles(Plot.Heatmap(Samples.Soft(2, 2), ["a", "b"], ["a", "b"])));
        Assert.Equal(
            ("asks", "answers"), Titles(Plot.Heatmap(Samples.Soft(2, 2), rowTitle: "asks", columnTitle: "answers")));

        static (string, string) Titles(Figure figure) =>
            (figure.Spec.Panels[0].Down.Title, figure.Spec.Panels[0].Across.Title);
    }
}
