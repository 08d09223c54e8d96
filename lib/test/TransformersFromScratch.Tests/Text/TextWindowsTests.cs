namespace TransformersFromScratch.Tests.Text;

public class TextWindowsTests
{
    private static readonly int[] s_counting = [.. Enumerable.Range(0, 12)];

    [Fact]
    public void Targets_are_the_inputs_one_token_later()
    {
        var (inputs, targets) = new TextWindows(s_counting, 4).Draw(new Random(1), 50);
        Assert.Equal((50, 4), (inputs.Sentences, inputs.Length));
        Assert.Equal(inputs.Ids.Select(id => id + 1), targets); // The text counts, so the next token is one more.
        Assert.All(inputs.Ids.Chunk(4), row => Assert.Equal(Enumerable.Range(row[0], 4), row));
    }

    [Fact]
    public void Every_start_is_drawn_about_equally_often_and_none_outside()
    {
        var windows = new TextWindows(s_counting, 4);
        Assert.Equal(8, windows.Count);
        int[] starts = [.. windows.Draw(new Random(2), 8000).Inputs.Ids.Chunk(4).Select(row => row[0])];
        int[] counts = [.. Enumerable.Range(0, 8).Select(start => starts.Count(one => one == start))];
        Assert.Equal(8000, counts.Sum());
        Assert.All(counts, count => Assert.InRange(count, 850, 1150)); // 1,000 ± 30 is one standard deviation.
    }

    [Fact]
    public void The_first_and_the_last_window_can_be_asked_for()
    {
        var windows = new TextWindows(s_counting, 4);
        Assert.Equal([0, 1, 2, 3], windows.At(0).Inputs.Ids);
        Assert.Equal([8, 9, 10, 11], windows.At(7).Targets);
        Assert.Throws<ArgumentOutOfRangeException>(() => windows.At(8));
        Assert.Throws<ArgumentOutOfRangeException>(() => windows.At(-1));
        Assert.Equal([0], new TextWindows([0, 1], 1).Draw(new Random(1), 1).Inputs.Ids); // The shortest text.
        Assert.Contains(
            "A text of 4 tokens has no window of 4",
            Assert.Throws<ArgumentException>(() => new TextWindows([0, 1, 2, 3], 4)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => windows.Draw(new Random(1), 0));
    }

    [Fact]
    public void The_exam_is_the_same_each_time()
    {
        var windows = new TextWindows([.. Enumerable.Range(0, 1000)], 8);
        int[][] first = [.. windows.Exam(5).Select(batch => batch.Inputs.Ids)],
            again = [.. windows.Exam(5).Select(batch => batch.Inputs.Ids)];
        Assert.Equal(first, again);
        Assert.Equal(5, first.Length);
        Assert.NotEqual(first[0], first[1]);
        Assert.All(first, ids => Assert.Equal(12 * 8, ids.Length));
    }
}
