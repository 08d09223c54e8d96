using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shared;

namespace Course;

/// <summary>Writes and removes the folder by which Jupyter front ends know a kernel.</summary>
internal static class KernelSpec
{
    public const string DefaultName = "transformers-csharp";

    /// <summary>The name that the chapters' own metadata asks for; .NET Interactive's, where that is installed.</summary>
    public const string ChaptersName = ".net-csharp";

    private const string Mark = "transformers_from_scratch";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Publishes the kernel under the data folder and writes its spec; and one under the name the chapters ask for, unless
    /// another program has installed that, so that the chapters open without choosing. Returns the folders written.
    /// </summary>
    public static IReadOnlyList<string> Install(string dataFolder, string name)
    {
        if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_')))
        {
            throw new CourseException($"'{name}' cannot be a kernel's name: Jupyter allows letters, digits, dots, dashes and underscores.");
        }

        string program = Publish(Path.Combine(dataFolder, "kernels", name));
        var written = new List<string> { Write(dataFolder, name, "C# (Transformers from Scratch)", program) };
        if (!JupyterPaths.WhereInstalled(ChaptersName, dataFolder).Any(folder => !IsOurs(folder)) && name != ChaptersName)
        {
            written.Add(Write(dataFolder, ChaptersName, ".NET (C#)", program));
        }

        return written;
    }

    /// <summary>Removes the folders that Install wrote, known by their mark. Returns them.</summary>
    public static IReadOnlyList<string> Uninstall(string dataFolder, string name)
    {
        string[] ours = [.. new[] { name, ChaptersName }.Distinct().Select(kernel => Path.Combine(dataFolder, "kernels", kernel)).Where(IsOurs)];
        foreach (string folder in ours) { Directory.Delete(folder, recursive: true); }

        return ours;
    }

    /// <summary>
    /// Copies this program beside its spec, so that the kernel neither changes nor is locked while the course is rebuilt. The
    /// library is not part of it: cells load that from lib/bin. Returns the path of the copy.
    /// </summary>
    private static string Publish(string kernelFolder)
    {
        string source = AppContext.BaseDirectory, target = Path.Combine(kernelFolder, "bin");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy + ".tmp", overwrite: true);
            File.Move(copy + ".tmp", copy, overwrite: true);
        }

        return Path.Combine(target, Path.GetFileName(typeof(KernelSpec).Assembly.Location));
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
            ["metadata"] = new JsonObject { [Mark] = new JsonObject { ["installed_by"] = "dotnet run --project lib/src/Course -- kernel install" } },
        };
        string path = Path.Combine(folder, "kernel.json");
        WholeFile.Write(path, spec.ToJsonString(s_indented) + "\n");
        return folder;
    }

    private static bool IsOurs(string folder)
    {
        string path = Path.Combine(folder, "kernel.json");
        try
        {
            return File.Exists(path) && JsonNode.Parse(File.ReadAllText(path))?["metadata"]?[Mark] is not null;
        }
        catch (JsonException)
        {
            return false; // somebody else's, and damaged
        }
    }
}
