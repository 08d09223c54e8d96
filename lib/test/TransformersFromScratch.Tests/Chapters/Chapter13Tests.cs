namespace TransformersFromScratch.Tests.Chapters;

/// <summary>The numbers that chapter 13 works out by hand.</summary>
public class Chapter13Tests
{
    [Fact]
    public void The_numbers_by_hand_are_right()
    {
        Assert.Equal(1.39, ((2 * Math.Log(2)) + (2 * Math.Log(4)) + (2 * Math.Log(8))) / 6, 0.005);
        Assert.Equal(
            ["package", "##s"], Turn13Pieces.Library("packages", ["p", "pack", "package", "##age", "##ages", "##s"]));
        Assert.Equal(["[UNK]"], Turn13Pieces.Library("café", ["c", "ca", "##f"]));
    }
}
