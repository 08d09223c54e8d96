using System.Diagnostics;
using System.Globalization;

namespace Notebooks.Jupyter;

/// <summary>A client that dies without a word must not leave its kernels behind.</summary>
internal static class ParentProcess
{
    /// <summary>Jupyter names itself in JPY_PARENT_PID; when that process ends, so does this one.</summary>
    public static void ExitWithIt(Action<string> log)
    {
        if (!int.TryParse(
            Environment.GetEnvironmentVariable("JPY_PARENT_PID"), CultureInfo.InvariantCulture, out int id) || id <= 1)
        {
            return; // 1 is init: the client is not our parent, as in some containers.
        }

        try
        {
            var parent = Process.GetProcessById(id);
            parent.EnableRaisingEvents = true;
            parent.Exited += (_, _) =>
            {
                log("the client has ended, and the kernel with it");
                Environment.Exit(0);
            };
        }
        catch (ArgumentException)
        {
            // It has ended already, or lives in another process namespace: nothing to watch.
        }
    }
}
