using System.Globalization;

namespace Course.Tests;

/// <summary>The processor time of a browser's workers, as Linux counts it.</summary>
internal static class WorkerTime
{
    private const double TicksPerSecond = 100; // sysconf(_SC_CLK_TCK), on every Linux that matters
    private const string Name = "DedicatedWorker"; // the first 15 letters of the thread's name

    /// <summary>Seconds of all workers of a browser; null where the system has no /proc.</summary>
    /// <param name="browser">The number of its first process.</param>
    public static double? Of(int browser)
    {
        if (!Directory.Exists("/proc/self/task")) { return null; }

        var parents = new Dictionary<int, int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int id) && Fields(folder) is { } fields)
            {
                parents[id] = int.Parse(fields[1], CultureInfo.InvariantCulture);
            }
        }

        return parents.Keys.Where(IsOurs).SelectMany(Tasks).Sum();

        bool IsOurs(int id) => id == browser || (parents.TryGetValue(id, out int parent) && IsOurs(parent));
    }

    private static IEnumerable<double> Tasks(int process)
    {
        string folder = $"/proc/{process}/task";
        if (!Directory.Exists(folder)) { yield break; } // it has ended meanwhile

        foreach (string task in Directory.EnumerateDirectories(folder))
        {
            if (Text(task, "comm")?.Trim() == Name && Fields(task) is { } fields)
            {
                yield return (Number(11) + Number(12)) / TicksPerSecond; // in user mode, and in the kernel

                double Number(int field) => double.Parse(fields[field], CultureInfo.InvariantCulture);
            }
        }
    }

    /// <summary>What stands in stat behind the name, which may have blanks.</summary>
    private static string[]? Fields(string folder) =>
        Text(folder, "stat") is { } text ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : null;

    private static string? Text(string folder, string file)
    {
        try { return File.ReadAllText(Path.Combine(folder, file)); }
        catch (IOException) { return null; } // it has ended meanwhile
    }
}
