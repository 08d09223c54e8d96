using System.Diagnostics;

namespace TransformersFromScratch.Benchmarks;

/// <summary>Something to be timed.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Flop">Floating-point operations of one run; a multiply-add counts as two.</param>
/// <param name="Run">One run.</param>
internal sealed record Contestant(string Name, double Flop, Action Run)
{
    public List<double> Seconds { get; } = [];

    /// <summary>Seconds for one run: the median over all rounds.</summary>
    public double Median => Seconds.Order().ElementAt(Seconds.Count / 2);

    /// <summary>Seconds for one run in the best round: what the machine gives when its neighbours are quiet.</summary>
    public double Best => Seconds.Min();

    public double MedianGflops => Flop / Median / 1e9;

    public double BestGflops => Flop / Best / 1e9;
}

internal static class Measure
{
    /// <summary>
    /// Times the contestants in turns, round after round, so that whatever else slows the machine down for a while
    /// slows all of them down.
    /// </summary>
    /// <param name="rounds">How often each has its turn.</param>
    /// <param name="milliseconds">How long a turn lasts at least; a turn is one run or more.</param>
    /// <param name="contestants">Who takes part.</param>
    public static void Interleaved(int rounds, double milliseconds, IReadOnlyList<Contestant> contestants)
    {
        foreach (Contestant contestant in contestants)
        {
            // Half a second or three runs, whichever is longer, for the just-in-time compiler to finish its work.
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < 0.5; i++)
                contestant.Run();
        }

        foreach (int round in Enumerable.Range(0, rounds + 1))
        {
            foreach (Contestant contestant in contestants)
            {
                // The clock itself takes some 30 ns: short runs go by the hundred between two looks at it.
                int batch = round == 0 ? 1 : (int)Math.Clamp(2e-5 / contestant.Best, 1, 1000), runs = 0;
                long start = Stopwatch.GetTimestamp();
                TimeSpan elapsed;
                do
                {
                    for (int i = 0; i < batch; i++)
                        contestant.Run();
                    runs += batch;
                    elapsed = Stopwatch.GetElapsedTime(start);
                }
                while (elapsed.TotalMilliseconds < milliseconds);
                if (round == 1)
                    contestant.Seconds.Clear(); // round 0 only told how short a run is
                contestant.Seconds.Add(elapsed.TotalSeconds / runs);
            }
        }
    }
}
