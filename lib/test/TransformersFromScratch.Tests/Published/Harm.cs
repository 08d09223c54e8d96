using System.Diagnostics;

namespace TransformersFromScratch.Tests.Published;

/// <summary>
/// What a file that somebody has damaged, or made to do damage, may do: it is read, or refused in one short line,
/// within a second and 100 MB.
/// </summary>
internal static class Harm
{
    /// <summary>Reads a file; whether it was refused.</summary>
    /// <param name="read">Reads it.</param>
    /// <param name="what">What was done to it, for a test that fails.</param>
    public static bool IsRefused(Action read, string what = "")
    {
        // A second is long; on a machine that is busy with others, one may be over by chance.
        Exception? error = Timed(read, out long milliseconds, out long bytes);
        if (milliseconds > 1000) { error = Timed(read, out milliseconds, out bytes); }

        Assert.True(milliseconds <= 1000 && bytes <= 100_000_000, $"{what}: {milliseconds} ms, {bytes} bytes");
        if (error is null)
        {
            return false;
        }

        Assert.True(
            error is InvalidDataException or FileNotFoundException && error.Message.Length is >= 20 and <= 1600
                && !error.Message.Any(char.IsControl),
            $"{what}: {error}");
        return true;
    }

    private static Exception? Timed(Action read, out long milliseconds, out long bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        Exception? error = Record.Exception(read);
        milliseconds = watch.ElapsedMilliseconds;
        bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return error;
    }
}
