using System.Globalization;
using System.Xml.Linq;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Figures;

public class TableTests
{
    private static readonly Matrix<float> s_matrix = Matrix<float>.Build.DenseOfArray(
        new[,] { { 1f, -0.0001f }, { 22.5f, float.NegativeInfinity } });

    [Fact]
    public void A_matrix_is_written_with_its_labels_and_decimals()
    {
        Table table = Table.Of(s_matrix, ["the", "cat"], ["a", "b"], "Q", decimals: 2);
        Assert.Equal("Q\n         a     b\nthe   1.00  0.00\ncat  22.50    −∞", table.ToString());
        XElement html = XElement.Parse(table.ToHtml());
        // The title stands before the table, as wide as the page: a caption would be as narrow as the numbers.
        Assert.Equal("Q", html.Elements().First().Value);
        Assert.Equal("table", html.Elements().Last().Name.LocalName);
        Assert.Equal(["", "a", "b"], html.Descendants("thead").Descendants("th").Select(e => e.Value));
        Assert.Equal(
            ["the", "1.00", "0.00"],
            html.Descendants("tbody").First().Elements("tr").First().Elements().Select(e => e.Value));
        Assert.Equal("Q", html.Element("table")!.Attribute("aria-label")!.Value);
    }

    [Fact]
    public void Labels_are_optional()
    {
        Assert.Equal(" 1.0  0.0\n22.5   −∞", Table.Of(s_matrix, decimals: 1).ToString());
        Assert.Equal("the   1.0  0.0\ncat  22.5   −∞", Table.Of(s_matrix, ["the", "cat"], decimals: 1).ToString());
        Assert.Equal("   a    b\n 1.0  0.0\n22.5   −∞", Table.Of(s_matrix, null, ["a", "b"], decimals: 1).ToString());
    }

    [Fact]
    public void Rows_mix_words_and_numbers()
    {
        Table table = Table.Rows(
            ["model", "parameters", "share"], [["base", 65_000_000, 0.123456789], ["big", 2017, null]], "Count");
        Assert.Equal(
            "Count\nmodel  parameters     share\nbase   65,000,000  0.123457\nbig          2017", table.ToString());
        Assert.Contains("text-align:right\">65,000,000<", table.ToHtml());
        Assert.Contains("text-align:left\">base<", table.ToHtml());
        // Arrays of strings, as a chapter that formats its numbers itself passes them.
        Assert.Equal("a  b\n1  x", Table.Rows(["a", "b"], new List<string[]> { new[] { "1", "x" } }).ToString());
    }

    [Fact]
    public void Text_is_escaped_and_the_culture_does_not_matter()
    {
        string html = Table.Rows(["<th>"], [["</td><script>alert('x')</script>"], ["<pad>"]], "a & b").ToHtml();
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("<pad>", html);
        XElement.Parse(html);

        string before = Table.Of(s_matrix).ToHtml() + Table.Rows(["x"], [[1234567], [0.5]]).ToHtml() +
            Plot.Heatmap(s_matrix).ToHtml() + Plot.Heatmap(s_matrix).ToSvg();
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            Assert.Equal(
                before, Table.Of(s_matrix).ToHtml() + Table.Rows(["x"], [[1234567], [0.5]]).ToHtml() +
                    Plot.Heatmap(s_matrix).ToHtml() + Plot.Heatmap(s_matrix).ToSvg());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Errors_name_both_sides()
    {
        Assert.Contains(
            "matrix is 2×2, but rowLabels has 3 labels for its 2 rows",
            Assert.Throws<ArgumentException>(() => Table.Of(s_matrix, ["a", "b", "c"])).Message);
        Assert.Contains(
            "Row 2 has 1 values, but there are 2 headers (a, b)",
            Assert.Throws<ArgumentException>(() => Table.Rows(["a", "b"], [["1", "2"], ["3"]])).Message);
        Assert.Contains(
            "101×1", Assert.Throws<ArgumentException>(() => Table.Of(Matrix<float>.Build.Dense(101, 1))).Message);
        Assert.Throws<ArgumentException>(() => Table.Rows([], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Table.Of(s_matrix, decimals: -1));
        Assert.Throws<ArgumentNullException>(() => Table.Of(null!));
        Assert.Equal("a  b", Table.Rows(["a", "b"], []).ToString());
    }
}
