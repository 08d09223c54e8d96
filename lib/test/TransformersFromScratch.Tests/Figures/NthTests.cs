namespace TransformersFromScratch.Tests.Figures;

public class NthTests
{
    [Theory]
    [InlineData(2, "second")]
    [InlineData(3, "third")]
    [InlineData(4, "4th")]
    [InlineData(11, "11th")]
    [InlineData(12, "12th")]
    [InlineData(13, "13th")]
    [InlineData(21, "21st")]
    [InlineData(22, "22nd")]
    [InlineData(23, "23rd")]
    [InlineData(101, "101st")]
    [InlineData(111, "111th")]
    [InlineData(1113, "1113th")]
    [InlineData(1123, "1123rd")]
    public void An_ordinal_has_its_ending(int n, string expected) => Assert.Equal(expected, HeatmapLayout.Nth(n));
}
