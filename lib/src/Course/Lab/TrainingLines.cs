using System.Diagnostics;
using Spectre.Console;
using TransformersFromScratch;

namespace Course;

/// <summary>How a long training is going, as a line every 20 seconds.</summary>
internal sealed class TrainingLines
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(20);
    private long _told = Stopwatch.GetTimestamp();

    public void Report(TrainingProgress progress)
    {
        if (Stopwatch.GetElapsedTime(_told) < s_between) { return; }

        _told = Stopwatch.GetTimestamp();
        AnsiConsole.WriteLine(progress.ToString());
    }
}
