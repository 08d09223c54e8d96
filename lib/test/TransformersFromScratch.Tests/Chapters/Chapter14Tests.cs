namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What chapter 14 works out by hand, and what it says of the bias of a head.</summary>
public class Chapter14Tests
{
    [Theory]
    [InlineData("the small tool plays sounds", 60, 0, 60)]
    [InlineData("sounds plays tool small the", 60, 0, 20)]
    [InlineData("tool that plays many sounds", 100, 100, 100)]
    [InlineData("nothing in common", 0, 0, 0)]
    public void The_cases_by_hand(string output, double one, double two, double l)
    {
        const string Reference = "tool that plays many sounds";
        RougeScores library = Rouge.Of(output, Reference);
        Assert.Equal([one, two, l, l],
            new[] { library.One, library.Two, library.L, library.Lsum }.Select(x => Math.Round(x, 9)));
    }

    [Fact]
    public void The_worked_bucket_is_right()
    {
        Assert.Equal(10, RelativeBias.Bucket(-20, true, 32, 128));
        Assert.Equal(26, RelativeBias.Bucket(20, true, 32, 128));
    }

    [Fact]
    public void A_head_adds_the_same_when_the_text_moves()
    {
        var bias = new RelativeBias(heads: 1, bidirectional: true, 16, 40, dModel: 16, new Random(1))
            .Matrices(24, 24)[0];
        Assert.All(Enumerable.Range(0, 23 * 23),
            i => Assert.Equal(bias[i / 23, i % 23], bias[(i / 23) + 1, (i % 23) + 1]));
        Assert.NotEqual(bias[0, 1], bias[1, 0]);
    }
}
