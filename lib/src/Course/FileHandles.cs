using System.Runtime.CompilerServices;

namespace Course;

/// <summary>
/// .NET keeps every assembly's file open, and where the system allows too few it ends somewhere in a stack trace about
/// an assembly that is there. So this program tries before it loads any; with fewer than some forty not even .NET
/// starts.
/// </summary>
internal static class FileHandles
{
    private const int Needed = 250; // the kernel holds 184 after its first cell

    [ModuleInitializer]
    internal static void Require()
    {
        if (OperatingSystem.IsWindows()) { return; } // It has no such limit.

        var held = new List<FileStream>(Needed);
        bool enough = true;
        try
        {
            while (held.Count < Needed)
            {
                held.Add(new FileStream("/dev/null", FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0));
            }
        }
        catch (IOException)
        {
            enough = false;
        }

        foreach (FileStream file in held) { file.Dispose(); }

        if (enough) { return; }

        Console.Error.WriteLine(
            $"No file handles are left: .NET and this program need some {Needed} open files. Close programs, or " +
            $"allow more: ulimit -n 1024");
        Environment.Exit(1);
    }
}
