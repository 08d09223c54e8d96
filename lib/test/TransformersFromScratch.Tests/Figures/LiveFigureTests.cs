namespace TransformersFromScratch.Tests.Figures;

public class LiveFigureTests
{
    private static readonly List<string> s_shown = [];

    [Fact]
    public void A_host_that_updates_shows_the_first_state_at_once_and_the_last_in_its_place()
    {
        s_shown.Clear();
        using (var live = new LiveFigure(Display))
        {
            for (int i = 0; i < 1000; i++)
            {
                int state = i;
                live.Show(() => State(state));
            }
        }

        Assert.Equal("display 0", s_shown[0]);
        Assert.Equal("update 999", s_shown[^1]);
        Assert.InRange(s_shown.Count, 2, 20); // A few a second, however often it is told.
        Assert.Single(s_shown, text => text.StartsWith("display", StringComparison.Ordinal));
    }

    [Fact]
    public void Outside_a_notebook_nothing_is_drawn()
    {
        using var live = new LiveFigure(null);
        live.Show(() => State(1));
    }

    private static Figure State(int number) => Plot.Bars(["a"], [number], $"{number}");

    private static Shown Display(object value)
    {
        s_shown.Add($"display {((Figure)value).Title}");
        return new Shown();
    }

    public sealed class Shown
    {
        public void Update(object value) => s_shown.Add($"update {((Figure)value).Title}");
    }
}
