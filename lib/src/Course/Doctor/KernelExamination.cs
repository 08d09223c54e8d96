using System.Text.Json.Nodes;
using Notebooks;
using Notebooks.Jupyter;

namespace Course;

/// <summary>
/// Looks at the kernels that a Jupyter front end would offer for the chapters: whether there are any, and whether they
/// can start.
/// </summary>
/// <param name="jupyterFolders">Where front ends look, in their order.</param>
/// <param name="findProgram">The path of a program by its name, or null.</param>
internal sealed class KernelExamination(IReadOnlyList<string> jupyterFolders, Func<string, string?> findProgram)
{
    private const string Install = "Run: dotnet run --project lib/src/Course -- kernel install";

    public IEnumerable<Finding> Findings()
    {
        Finding[] found = [.. Folders().Select(Examine).OfType<Finding>()];
        return found.Length > 0 ? found
            : [new Finding(
                Health.Optional, "C# kernel", "not installed",
                $"VS Code and Jupyter need it to run the chapters. {Install}")];
    }

    /// <summary>The folders of kernels; of several with one name the first, which hides the others.</summary>
    private IEnumerable<string> Folders() =>
        jupyterFolders.Select(folder => Path.Combine(folder, "kernels")).Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        .DistinctBy(Path.GetFileName);

    /// <summary>Null for a kernel that has nothing to do with the course.</summary>
    private Finding? Examine(string folder)
    {
        string name = Path.GetFileName(folder), subject = $"C# kernel {Quoted.Of(name, 40)}";
        bool isForChapters = name is KernelSpec.ChaptersName or KernelSpec.DefaultName;
        JsonObject spec;
        try
        {
            spec = ForeignJson.ReadFile(Path.Combine(folder, "kernel.json"));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return isForChapters ? new Finding(
                Health.Missing, subject, $"{folder} has no kernel.json that can be read: {problem.Message}",
                $"Remove that folder. {Install}") : null;
        }

        bool isOurs = KernelSpec.IsOurs(spec);
        if (!isOurs && !isForChapters) { return null; }

        string[] command = spec["argv"] is JsonArray words ? [.. words.Select(word => word?.ToString() ?? "")] : [];
        if (command.Length == 0) { return Broken("its kernel.json does not say how to start it"); }

        string? program = Path.IsPathRooted(command[0]) ? command[0] : findProgram(command[0]);
        if (program is null) { return Broken($"it starts {Quoted.Of(command[0])}, which is not on PATH"); }

        if (WrongWith(program, isStarted: true) is { } wrong) { return Broken(wrong); }

        if (!isOurs)
        {
            return new Finding(
                Health.Fine, subject, $"another program's, in {folder}; the chapters run in .NET Interactive's too");
        }

        if (command.Length < 2) { return Broken("its kernel.json does not say what to start"); }

        if (WrongWith(command[1], isStarted: false) is { } gone) { return Broken(gone); }

        return IsOfThisBuild(Path.GetDirectoryName(command[1])!) ? new Finding(Health.Fine, subject, folder)
            : new Finding(
                Health.Optional, subject, $"{command[1]} is older than this clone's build, or another clone's",
                $"To have this clone's kernel: {Install}");

        Finding Broken(string what) =>
            new(Health.Missing, subject, what, isOurs ? Install : $"Mend or remove {folder}.");
    }

    /// <summary>Null, or why a file of a kernel's command is of no use.</summary>
    private static string? WrongWith(string file, bool isStarted)
    {
        if (!File.Exists(file)) { return $"it starts {Quoted.Of(file, 300)}, which is not there"; }

        const UnixFileMode executable =
            UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if (isStarted)
        {
            return OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & executable) != 0
                ? null
                : $"it starts {Quoted.Of(file, 300)}, which is not executable";
        }

        try
        {
            using FileStream opened = File.OpenRead(file);
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return $"it starts {Quoted.Of(file, 300)}, which cannot be read";
        }
    }

    /// <summary>Whether the kernel's program is the one that runs here: the same source gives the same bytes.</summary>
    private static bool IsOfThisBuild(string folder) =>
        new[] { typeof(KernelExamination), typeof(ForeignJson) }.Select(
            type => Path.GetFileName(type.Assembly.Location))
        .All(
            name => File.Exists(Path.Combine(folder, name))
                && File.ReadAllBytes(Path.Combine(folder, name)).AsSpan()
                    .SequenceEqual(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, name))));
}
