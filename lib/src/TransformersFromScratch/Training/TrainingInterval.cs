using System.Diagnostics;

namespace TransformersFromScratch;

/// <summary>What has happened in a training since its last report.</summary>
internal sealed class TrainingInterval
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>The sum over all tokens.</summary>
    public double Loss { get; private set; }

    public double Norm { get; private set; }

    public long Tokens { get; private set; }

    public int Steps { get; private set; }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public void Add(double loss, double norm, int tokens)
    {
        Loss += loss * tokens;
        Norm = norm;
        Tokens += tokens;
        Steps++;
    }
}
