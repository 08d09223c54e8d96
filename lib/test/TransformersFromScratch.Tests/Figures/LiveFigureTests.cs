using System.Reflection;

namespace TransformersFromScratch.Tests.Figures;

public class LiveFigureTests
{
    private static readonly List<string> s_shown = [];

    [Fact]
    public void A_host_that_updates_shows_the_first_state_at_once_and_the_last_in_its_place()
    {
        s_shown.Clear();
        using (var live = new LiveFigure(Method(nameof(Display)), appending: null))
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
    public void A_host_that_appends_shows_the_last_state_alone()
    {
        s_shown.Clear();
        using (var live = new LiveFigure(updating: null, Method(nameof(Append))))
        {
            for (int i = 0; i < 10; i++)
            {
                int state = i;
                live.Show(() => State(state));
            }

            Assert.Empty(s_shown);
        }

        Assert.Equal(["display 9"], s_shown);
    }

    [Fact]
    public void Outside_a_notebook_nothing_is_drawn()
    {
        using var live = new LiveFigure(null, null);
        live.Show(() => State(1));
    }

    private static Figure State(int number) => Plot.Bars(["a"], [number], $"{number}");

    private static MethodInfo Method(string name) => typeof(LiveFigureTests).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private static Shown Display(object value)
    {
        s_shown.Add($"display {((Figure)value).Title}");
        return new Shown();
    }

    /// <summary>.NET Interactive's has a list of mime types, too.</summary>
    private static object? Append(object value, string[] mimeTypes)
    {
        Assert.Empty(mimeTypes);
        s_shown.Add($"display {((Figure)value).Title}");
        return null;
    }

    public sealed class Shown
    {
        public void Update(object value) => s_shown.Add($"update {((Figure)value).Title}");
    }
}
