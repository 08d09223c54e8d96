namespace Course.Tests;

/// <summary>The file of times, and what a page makes of it.</summary>
public class PageTimesReadTests
{
    [Fact]
    public void A_cell_that_takes_long_in_a_page_says_its_times_and_another_nothing()
    {
        using var temp = new TempFolder();
        PageTimes times = PageTimes.Read(temp.Write(
            """
            { "loop": 3.8, "slower": 8, "03-heads": {
              "measured": { "own": 6, "page": 51.26, "small": 4 }, "quick": { "own": 1.9 },
              "estimated": { "own": 2 }, "stopped": { "own": 20, "more": true } } }
            """, "times.json"));
        Assert.Equal(3.8, times.Loop);
        Assert.Equal(
            " data-own=\"6\" data-page=\"51.3\" data-small=\"4\"", times.AttributesOf("03-heads", "measured"));
        Assert.Equal(" data-own=\"2\" data-page=\"16\"", times.AttributesOf("03-heads", "estimated"));
        Assert.Equal(" data-own=\"20\" data-page=\"160\" data-more", times.AttributesOf("03-heads", "stopped"));
        Assert.Equal("", times.AttributesOf("03-heads", "quick"));
        Assert.Equal("", times.AttributesOf("04-other", "measured"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{ \"loop\": 3 }")]
    [InlineData("{ \"loop\": 3, \"slower\": 8, \"03\": { \"cell\": { \"page\": 3 } } }")]
    [InlineData("nothing")]
    public void Another_file_is_refused_with_its_name(string text)
    {
        using var temp = new TempFolder();
        string file = temp.Write(text, "times.json");
        Assert.StartsWith(file, Assert.Throws<CourseException>(() => PageTimes.Read(file)).Message);
        Assert.Empty(PageTimes.Read(file + ".not").Cells);
    }
}
