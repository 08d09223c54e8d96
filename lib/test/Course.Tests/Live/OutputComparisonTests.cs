using System.Buffers.Binary;

namespace Course.Tests;

/// <summary>What counts as the same output, and what does not.</summary>
public class OutputComparisonTests
{
    [Theory]
    [InlineData("loss 0.25", "loss 0.25", 0, true)]
    [InlineData("loss  0.25\n", "loss 0.25 ", 0, true)] // a column is as wide as its longest number
    [InlineData("loss 0.25", "loss 0.26", 0, false)]
    [InlineData("loss 0.25", "loss 0.26", 1e-3, true)] // one unit of the last digit
    [InlineData("loss 0.25", "loss 0.27", 1e-3, false)]
    [InlineData("5,000 of 5,000", "5,002 of 5,000", 1e-3, true)]
    [InlineData("5,000 of 5,000", "5,020 of 5,000", 1e-3, false)]
    [InlineData("up to 1.2E-007", "up to 2.4E-007", 1e-3, true)]
    [InlineData("up to −0.5", "up to 0.5", 1e-3, false)]
    [InlineData("a 1", "b 1", 1e-3, false)]
    [InlineData("x2 1.0", "x3 1.0", 1, false)] // the digit of a name is no number
    [InlineData("1.0 2.0", "1.0", 1, false)]
    public void Words_are_the_same_and_numbers_near(string stored, string shown, double tolerance, bool isSame)
    {
        Assert.Equal(isSame, OutputComparison.OfWords(stored, shown, tolerance) is null);
        Assert.Equal(isSame, new CellOutputs(stored, []).Difference(new CellOutputs(shown, []), tolerance) is null);
    }

    [Theory]
    [InlineData("""{"data":[{"y":[1,2]}]}""", """{"data":[{"y":[1,2.0001]}]}""", 0, false)]
    [InlineData("""{"data":[{"y":[1,2]}]}""", """{"data":[{"y":[1,2.0001]}]}""", 1e-3, true)]
    [InlineData("""{"data":[{"y":[1,2]}]}""", """{"data":[{"y":[1,2.1]}]}""", 1e-3, false)]
    [InlineData("""{"data":[{"y":[1,2]}]}""", """{"data":[{"y":[1,2,3]}]}""", 1, false)]
    [InlineData("""{"y":1,"z":null}""", """{"z":null,"y":1}""", 0, true)]
    [InlineData("""{"y":1}""", """{"z":1}""", 1, false)]
    [InlineData("""{"title":"loss 0.25"}""", """{"title":"loss 0.26"}""", 1e-3, true)]
    [InlineData("data:image/png;base64,AA", "data:image/png;base64,AB", 1, false)]
    public void Figures_have_the_same_data(string stored, string shown, double tolerance, bool isSame) =>
        Assert.Equal(isSame, OutputComparison.OfFigures(stored, shown, tolerance) is null);

    [Theory]
    [InlineData("""{"view":"head","weights":"#"}""", 32767, 32769, true)] // unsigned
    [InlineData("""{"view":"head","weights":"#"}""", 0, 65535, false)] // a weight of 0, and one of 1
    [InlineData("""{"stops":[{"data.0.y":{"$":"#","z":0,"s":1}}]}""", 3000, 3003, true)]
    [InlineData("""{"stops":[{"data.0.y":{"$":"#","z":0,"s":1}}]}""", 100, 103, false)]
    [InlineData("""{"stops":[{"data.0.y":{"$":"#","z":0,"s":0.0001}}]}""", 100, 103, true)]
    [InlineData("""{"data":[{"z":{"dtype":"i2","bdata":"#"}}]}""", 100, 900, false)]
    public void Packed_numbers_are_compared_as_numbers(string figure, int stored, int shown, bool isSame)
    {
        string With(int value)
        {
            byte[] bytes = new byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
            return figure.Replace("#", Convert.ToBase64String(bytes), StringComparison.Ordinal);
        }

        Assert.Equal(isSame, OutputComparison.OfFigures(With(stored), With(shown), 1e-3) is null);
        Assert.NotNull(OutputComparison.OfFigures(With(stored), With(shown), 0));
    }

    [Fact]
    public void Packed_numbers_with_another_step_may_be_the_same()
    {
        static string With(short value, double step) =>
            $"{{\"y\":{{\"$\":\"{Convert.ToBase64String(BitConverter.GetBytes(value))}\",\"z\":0,\"s\":{step}}}}}";
        Assert.Null(OutputComparison.OfFigures(With(200, 1), With(100, 2), 1e-3));
        Assert.NotNull(OutputComparison.OfFigures(With(200, 1), With(200, 2), 1e-3));
    }

    [Fact]
    public void A_figure_that_is_missing_is_a_difference() =>
        Assert.Contains("2 figures", new CellOutputs("", ["{}", "{}"]).Difference(new CellOutputs("", ["{}"])));
}
