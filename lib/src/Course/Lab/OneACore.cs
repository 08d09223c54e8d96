using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Spectre.Console;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// Many small trainings, one on each core: models as small as these leave a second core idle half of the time. The
/// numbers do not depend on it.
/// </summary>
internal static class OneACore
{
    /// <summary>Runs all, or none: the results in the order of <paramref name="subjects"/>.</summary>
    /// <param name="subjects">What to train. They are begun one after the other, so that long ones at the end do not
    /// wait for one core.</param>
    /// <param name="run">Trains one.</param>
    /// <param name="tell">The line to print about a result, before its seconds.</param>
    /// <param name="cancellation">Ends all.</param>
    /// <param name="cores">How many at once; as many as there are processor cores if not given.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TRun[] Run<TSubject, TRun>(
        IReadOnlyList<TSubject> subjects, Func<TSubject, CancellationToken, TRun> run,
        Func<TRun, FormattableString> tell, CancellationToken cancellation, int? cores = null)
    {
        var runs = new TRun[subjects.Count];
        int begun = 0, atOnce = Math.Min(cores ?? Environment.ProcessorCount, subjects.Count);
        MatrixProduct.Threads = 1;
        try
        {
            Parallel.For(
                0, atOnce,
                new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation }, _ =>
            {
                for (int i; (i = Interlocked.Increment(ref begun) - 1) < subjects.Count;)
                {
                    long start = Stopwatch.GetTimestamp();
                    runs[i] = run(subjects[i], cancellation);
                    AnsiConsole.WriteLine(
                        FormattableString.Invariant(tell(runs[i])) + FormattableString.Invariant(
                            $", {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s on one core"));
                }
            });
        }
        catch (AggregateException e)
        {
            cancellation.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(
                e.InnerExceptions[0] is ArgumentException or IOException or DivergenceException or InvalidDataException
                ? new CourseException(e.InnerExceptions[0].Message) : e.InnerExceptions[0]);
        }

        return runs;
    }
}
