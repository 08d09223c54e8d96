using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Notebooks;
using Notebooks.Jupyter;
using Shared;

namespace Course;

/// <summary>Writes and removes the folder by which Jupyter front ends know a kernel.</summary>
internal static class KernelSpec
{
    public const string DefaultName = "transformers-csharp";

    /// <summary>
    /// The name that the chapters' own metadata asks for; .NET Interactive's, where that is installed.
    /// </summary>
    public const string ChaptersName = ".net-csharp";

    /// <summary>What front ends show.</summary>
    public const string DisplayName = "C# (Transformers from Scratch)";

    private const string Mark = "transformers_from_scratch";

    private static readonly JsonSerializerOptions s_indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Publishes the kernel under the data folder and writes its spec; and one under the name the chapters ask for,
    /// unless another program has installed that, so that the chapters open without choosing. Returns the folders
    /// written.
    /// </summary>
    public static IReadOnlyList<string> Install(string dataFolder, string name)
    {
        RefuseWrong(name);
        string folder = Path.Combine(dataFolder, "kernels", name);
        if (File.Exists(Path.Combine(folder, "kernel.json")) && !IsOurs(folder))
        {
            throw new CourseException(
                $"There is a kernel named '{name}' already, which another program has installed in {folder}. Choose " +
                "another name: --name NAME");
        }

        string program = Publish(folder);
        var written = new List<string> { Write(dataFolder, name, DisplayName, program) };
        if (!JupyterPaths.WhereInstalled(ChaptersName, dataFolder).Any(folder => !IsOurs(folder))
            && name != ChaptersName)
        {
            written.Add(Write(dataFolder, ChaptersName, ".NET (C#)", program));
        }

        RemoveOlder(folder, Path.GetDirectoryName(program)!);
        return written;
    }

    /// <summary>Removes the folders that Install wrote, known by their mark. Returns them.</summary>
    public static IReadOnlyList<string> Uninstall(string dataFolder, string name)
    {
        RefuseWrong(name);
        string[] ours =
            [.. new[] { name, ChaptersName }.Distinct().Select(kernel => Path.Combine(dataFolder, "kernels", kernel))
                .Where(IsOurs)];
        foreach (string folder in ours) { Directory.Delete(folder, recursive: true); }

        return ours;
    }

    /// <summary>
    /// Copies this program beside its spec, so that the kernel neither changes nor is locked while the course is
    /// rebuilt. The library is not part of it: cells load that from lib/bin. Every copy has a folder of its own: one
    /// that a running kernel uses is left in peace, and one that finds no room leaves the old kernel as it was. Returns
    /// the path of the copy.
    /// </summary>
    private static string Publish(string kernelFolder)
    {
        bool isNew = !Directory.Exists(kernelFolder);
        string source = AppContext.BaseDirectory,
            target = Path.Combine(kernelFolder, $"bin-{Guid.NewGuid().ToString("N")[..8]}");
        try
        {
            foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            {
                string copy = Path.Combine(target, Path.GetRelativePath(source, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
        catch
        {
            Remove(isNew ? kernelFolder : target);
            throw;
        }

        return Path.Combine(target, Path.GetFileName(typeof(KernelSpec).Assembly.Location));
    }

    /// <summary>Removes the programs of earlier installations, but for those that Windows still runs.</summary>
    private static void RemoveOlder(string kernelFolder, string newest)
    {
        foreach (string old in Directory.EnumerateDirectories(kernelFolder, "bin*").Where(folder => folder != newest))
        {
            Remove(old);
        }
    }

    private static void Remove(string folder)
    {
        try { Directory.Delete(folder, recursive: true); }
        catch (Exception problem)
            when (problem is IOException or UnauthorizedAccessException)
        { /* in use, or never made */ }
    }

    private static void RefuseWrong(string name)
    {
        if (name.Trim('.').Length == 0 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_')))
        {
            throw new CourseException(
                $"'{Quoted.Of(name)}' cannot be a kernel's name: Jupyter allows letters, digits, dots, dashes and " +
                "underscores.");
        }
    }

    private static string Write(string dataFolder, string name, string displayName, string program)
    {
        string folder = Directory.CreateDirectory(Path.Combine(dataFolder, "kernels", name)).FullName;
        foreach (string logo in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Assets", "kernel")))
        {
            File.Copy(logo, Path.Combine(folder, Path.GetFileName(logo)), overwrite: true);
        }

        var spec = new JsonObject
        {
            ["argv"] = new JsonArray("dotnet", program, "kernel", "start", "{connection_file}"),
            ["display_name"] = displayName,
            ["language"] = "C#",
            ["interrupt_mode"] = "message",
            ["metadata"] =
                new JsonObject
                {
                    [Mark] =
                    new JsonObject { ["installed_by"] = "dotnet run --project lib/src/Course -- kernel install" }
                },
        };
        string path = Path.Combine(folder, "kernel.json");
        WholeFile.Write(path, spec.ToJsonString(s_indented) + "\n");
        return folder;
    }

    /// <summary>Whether Install wrote a kernel's folder. One that cannot be read is somebody else's.</summary>
    private static bool IsOurs(string folder)
    {
        try { return IsOurs(ForeignJson.ReadFile(Path.Combine(folder, "kernel.json"))); }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Whether Install wrote a kernelspec.</summary>
    public static bool IsOurs(JsonObject spec) => spec["metadata"] is JsonObject metadata && metadata[Mark] is not null;
}
