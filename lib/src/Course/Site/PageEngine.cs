using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Shared;

namespace Course;

/// <summary>
/// The engine that runs cells in the page (lib/src/InThePage), put into a site: the folder engine, with .NET, the
/// library and the course's data, and pages that may start it.
/// </summary>
internal static class PageEngine
{
    private const string Folder = "engine";

    // What the library's folder has beside it in a clone, and cells refer to.
    private static readonly string[] s_library =
        ["TransformersFromScratch.dll", "MathNet.Numerics.dll", "charts/TransformersFromScratch.Charts.dll"];

    /// <summary>Adds the engine to a site.</summary>
    /// <returns>How many bytes a reader's first cell loads.</returns>
    /// <exception cref="CourseException">It could not be built; the message has the compiler's words.</exception>
    public static async Task<long> AddAsync(Repository repository, string site, CancellationToken cancellation)
    {
        string project = Path.Combine(repository.Source, "InThePage");
        string made = await PublishAsync(project, cancellation).ConfigureAwait(false);
        string folder = Path.Combine(site, Folder), framework = Path.Combine(folder, "framework");
        Directory.CreateDirectory(framework);
        long bytes = 0;
        foreach (string file in Directory.EnumerateFiles(made))
        {
            string target = Path.Combine(framework, Path.GetFileName(file));
            switch (Path.GetExtension(file))
            {
                case ".js": File.Copy(file, target); break;
                case ".dll" or ".wasm": bytes += Pack(file, target + ".gz"); break;
            }
        }

        File.Copy(Path.Combine(project, "worker.js"), Path.Combine(folder, "worker.js"));
        WriteContents(folder, bytes, CopyFiles(repository, folder));
        string size = string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
        foreach (string page in Directory.EnumerateFiles(site, "*.html", SearchOption.AllDirectories))
        {
            WholeFile.Write(page, Page.WithEngine(File.ReadAllText(page), "page", size));
        }

        return bytes;
    }

    private static async Task<string> PublishAsync(string project, CancellationToken cancellation)
    {
        // Below the project: the build puts an absolute path between quotes, and a folder of the reader's may have one
        // in its name.
        const string folder = "bin/published/";
        Console.WriteLine("Building the engine of the pages …");
        var start = new ProcessStartInfo(
            "dotnet", ["publish", project, "-c", "Release", $"-p:PublishDir={folder}", "-v", "q", "--nologo"])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process build = Process.Start(start)!;
        Task<string> said = build.StandardOutput.ReadToEndAsync(cancellation),
            errors = build.StandardError.ReadToEndAsync(cancellation);
        try { await build.WaitForExitAsync(cancellation).ConfigureAwait(false); }
        catch (OperationCanceledException)
        {
            build.Kill(entireProcessTree: true);
            throw;
        }

        return build.ExitCode == 0 ? Path.Combine(project, folder, "wwwroot", "_framework")
            : throw new CourseException(
                $"The engine of the pages could not be built.\n{await said}{await errors}\nIts packages come from " +
                "the same feed as all others; see lib/src/InThePage/README.md. Without it: course site " +
                "--without-engine");
    }

    /// <summary>
    /// Packed here and unpacked by the worker, so that any plain server sends few bytes, whatever it negotiates.
    /// </summary>
    private static long Pack(string file, string target)
    {
        WholeFile.Write(target, stream =>
        {
            using var packed = new GZipStream(stream, CompressionLevel.SmallestSize, leaveOpen: true);
            using FileStream source = File.OpenRead(file);
            source.CopyTo(packed);
        });
        return new FileInfo(target).Length;
    }

    /// <summary>What cells open, and the library's documentation: a reader loads what is opened, and no more.</summary>
    private static List<SiteFile> CopyFiles(Repository repository, string folder)
    {
        var files = new List<SiteFile>();
        if (new FileInfo(repository.PlotlyScript) is { Exists: true } plotly)
        {
            files.Add(new("lib/bin/plotly.min.js", "../assets/plotly.min.js", plotly.Length)); // the pages have it, too
        }

        foreach (string file in new PublishedFiles(repository.Root).All()
            .Where(file => Path.GetDirectoryName(file) == repository.Data).Order(StringComparer.Ordinal)
            .Append(Path.ChangeExtension(repository.Library, ".xml")).Where(File.Exists))
        {
            string path = Path.GetRelativePath(repository.Root, file).Replace('\\', '/');
            string target = Path.Combine(folder, "course", path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
            files.Add(new(path, "course/" + path, new FileInfo(file).Length));
        }

        return files;
    }

    /// <summary>What the worker must know of the folder before it has anything of .NET.</summary>
    private static void WriteContents(string folder, long bytes, IEnumerable<SiteFile> files) =>
        WholeFile.Write(Path.Combine(folder, "contents.json"), stream =>
        {
            using var json = new Utf8JsonWriter(stream);
            json.WriteStartObject();
            json.WriteNumber("bytes", bytes);
            json.WriteStartArray("library");
            foreach (string name in s_library) { json.WriteStringValue(name); }
            json.WriteEndArray();
            json.WriteStartArray("files");
            foreach (SiteFile file in files)
            {
                json.WriteStartObject();
                json.WriteString("path", file.Path);
                json.WriteString("at", file.At);
                json.WriteNumber("bytes", file.Bytes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    /// <summary>A file that cells may open.</summary>
    /// <param name="Path">Where the course has it, from its root.</param>
    /// <param name="At">Where the site has it, from the engine's folder.</param>
    /// <param name="Bytes">Its size.</param>
    private sealed record SiteFile(string Path, string At, long Bytes);
}
