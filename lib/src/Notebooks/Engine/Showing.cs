namespace Notebooks;

/// <summary>How the running cell shows a value: as the host, a package or this engine says, in this order.</summary>
internal static class Showing
{
    /// <summary>The value in the mime types that a front end can show.</summary>
    public static MimeBundle Format(object? value)
    {
        CellScope? cell = CellScope.Current;
        try
        {
            if (value is not null && ForeignChart.JsonOf(value) is { } chart)
            {
                return cell?.Options.ShowChart?.Invoke(chart) ?? ForeignChart.Undrawn(chart);
            }
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            return Formatter.Plain($"The chart cannot be shown: {problem.GetBaseException().Message}");
        }

        try
        {
            return (value is null ? null : cell?.Interactive?.Format(value)) ?? Formatter.Format(value);
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            return Formatter.Plain(
                $"{value?.GetType().Name} (its formatter threw {problem.GetBaseException().GetType().Name}: " +
                $"{problem.GetBaseException().Message})");
        }
    }
}
