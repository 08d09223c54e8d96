using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text.Json.Nodes;
using Notebooks.Jupyter;
using TransformersFromScratch;

namespace Course;

/// <summary>Looks at a reader's machine: what the course needs, and what is good to have.</summary>
/// <param name="repository">The course.</param>
/// <param name="findProgram">The path of a program by its name, or null.</param>
/// <param name="jupyterFolders">Where Jupyter front ends look for kernels.</param>
internal sealed class Examination(
    Repository repository, Func<string, string?> findProgram, IReadOnlyList<string> jupyterFolders)
{
    public IEnumerable<Finding> Findings() =>
        [Sdk(), .. Built(), Weights(), .. new KernelExamination(jupyterFolders, findProgram).Findings(), Jupyter(),
            Editor(), Browser(), Processor()];

    private Finding Sdk()
    {
        if (WantedSdk() is not { } wanted)
        {
            return new Finding(
                Health.Missing, ".NET SDK", "global.json does not say which",
                "Take it from the repository again: git checkout global.json");
        }

        string? found = Ask("dotnet", "--version");
        return found is not null && Version.TryParse(found.Split('-')[0], out Version? version) && version >= wanted
            ? new Finding(Health.Fine, ".NET SDK", found)
            : new Finding(
                Health.Missing, ".NET SDK",
                found is null ? $"none that global.json accepts ({wanted} or later of .NET 10)" : $"{found}, too old",
                "Install the .NET 10 SDK from https://dotnet.microsoft.com/download/dotnet/10.0");
    }

    private Version? WantedSdk()
    {
        try
        {
            return ForeignJson.ReadFile(Path.Combine(repository.Root, "global.json"))["sdk"] is JsonObject sdk
                && Version.TryParse(sdk["version"]?.ToString(), out Version? version) ? version : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    private IEnumerable<Finding> Built()
    {
        yield return Part("library", repository.Library);
        yield return Part(
            "charts", Path.Combine(repository.LibraryFolder, "charts", "TransformersFromScratch.Charts.dll"));
        yield return Part("plotly.min.js", repository.PlotlyScript);
        yield return File.Exists(Path.Combine(repository.Data, "en-fr.train.tsv"))
            ? new Finding(Health.Fine, "data", "data/en-fr.train.tsv")
            : new Finding(
                Health.Missing, "data", "data/en-fr.train.tsv is not there",
                "Clone the repository again, without a filter: data/ is part of it.");

        Finding Part(string name, string path) => File.Exists(path)
            ? new Finding(
                Health.Fine, name, Path.GetRelativePath(repository.Root, path)
                    .Replace(Path.DirectorySeparatorChar, '/'))
            : new Finding(Health.Missing, name, "not built", "Run: dotnet build lib/src/Course");
    }

    /// <summary>The package of weights that chapter 17 reads; the library knows where it looks.</summary>
    private Finding Weights()
    {
        const string name = "all-MiniLM-L6-v2";
        if (!File.Exists(repository.Library))
        {
            return new Finding(Health.Optional, name, "the library looks for it, and is not built");
        }

        CourseLibrary.Load(repository);
        return Search(name);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Finding Search(string name) => Pretrained.HasMiniLM
        ? new Finding(Health.Fine, name, "restored, for chapter 17")
        : new Finding(
            Health.Missing, name, "not restored, and chapter 17 needs it",
            "With a network, run: dotnet restore lib/src/TransformersFromScratch");

    private Finding Jupyter() => findProgram("jupyter") is { } path
        ? new Finding(Health.Fine, "Jupyter", path)
        : new Finding(
            Health.Optional, "Jupyter", "not found",
            "Only needed to open the chapters in JupyterLab. VS Code needs none.");

    private Finding Editor() => findProgram("code") is { } path
        ? new Finding(
            Health.Fine, "VS Code", path,
            "Open this folder in it; it offers the extensions that .vscode/extensions.json lists.")
        : new Finding(
            Health.Optional, "VS Code", "not found",
            "Install it from https://code.visualstudio.com, or read lib/out/site/index.html in a browser after `run`.");

    private Finding Browser() => Chromium(findProgram) is { } path
        ? new Finding(Health.Fine, "Chromium", path)
        : new Finding(
            Health.Optional, "Chromium", "not found",
            "Only the browser tests need it: apt-get install chromium, or set CHROMIUM to Chrome's path.");

    private static Finding Processor()
    {
        int bits = Vector512.IsHardwareAccelerated || Avx512F.IsSupported ? 512 : Vector256.IsHardwareAccelerated
            ? 256
            : Vector128.IsHardwareAccelerated ? 128 : 0;
        return new Finding(bits > 0 ? Health.Fine : Health.Optional, "processor",
            $"{RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores, " +
            $"{(bits > 0 ? $"vectors of {bits} bits" : "no vectors")}",
            bits > 0 ? null : "Everything works, slowly.");
    }

    /// <summary>Chromium or Chrome: what CHROMIUM names, else the usual names, else the usual places.</summary>
    public static string? Chromium(Func<string, string?> findProgram) =>
        new[] { Environment.GetEnvironmentVariable("CHROMIUM") }.FirstOrDefault(File.Exists)
        ?? new[] { "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge" }.Select(
            findProgram).FirstOrDefault(path => path is not null)
        ?? new[]
        {
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "Google", "Chrome", "Application",
                "chrome.exe"),
            Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.ProgramFilesX86), "Microsoft", "Edge",
                "Application", "msedge.exe"),
        }.FirstOrDefault(File.Exists);

    /// <summary>Looks a program up where the shell would.</summary>
    public static string? OnPath(string program)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat"] : [""];
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, program + ending)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>What a program prints, in the course's folder; null where it cannot be started or fails.</summary>
    private string? Ask(string program, string argument)
    {
        try
        {
            using Process asked = Process.Start(new ProcessStartInfo(program, [argument])
            {
                WorkingDirectory = repository.Root, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            string said = asked.StandardOutput.ReadToEnd().Trim();
            asked.WaitForExit();
            return asked.ExitCode == 0 ? said : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
