using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;
using Spectre.Console;

namespace Course;

/// <summary>doctor: what this machine has, what it lacks, and what to do about it.</summary>
internal static class DoctorCommand
{
    /// <param name="What">What was looked at.</param>
    /// <param name="State">True: there. False: missing and needed. Null: missing, and needed for something only.</param>
    /// <param name="Says">What was found, or what to do.</param>
    internal sealed record Finding(string What, bool? State, string Says);

    public static Command Create()
    {
        var command = new Command("doctor", "Says what this machine has and lacks for the course.");
        command.SetAction(_ =>
        {
            Finding[] findings = [.. Examine(Repository.Find())];
            foreach (Finding finding in findings)
            {
                string mark = finding.State switch { true => "[green]✓[/]", false => "[red]✗[/]", null => "[yellow]–[/]" };
                AnsiConsole.MarkupLine($"{mark} {Markup.Escape(finding.What)}: {Markup.Escape(finding.Says)}");
            }

            return findings.Any(finding => finding.State == false) ? 1 : 0;
        });
        return command;
    }

    internal static IEnumerable<Finding> Examine(Repository repository)
    {
        using JsonDocument global = JsonDocument.Parse(File.ReadAllText(Path.Combine(repository.Root, "global.json")));
        string wanted = global.RootElement.GetProperty("sdk").GetProperty("version").GetString()!;
        int major = int.Parse(wanted.Split('.')[0], CultureInfo.InvariantCulture);
        yield return new Finding(".NET", Environment.Version.Major >= major, $"runtime {Environment.Version}; global.json asks for SDK {wanted} or a later one of .NET {major}");
        yield return new Finding("Processor", true,
            $"{Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, vectors of {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)} bits");
        yield return Needed("The library", repository.Library, Repository.BuildFirst);
        yield return Needed("Charts", Path.Combine(repository.LibraryFolder, "charts", "TransformersFromScratch.Charts.dll"), Repository.BuildFirst);
        yield return Needed("plotly.min.js", repository.PlotlyScript, Repository.BuildFirst);
        yield return Needed("Data", Path.Combine(repository.Data, "en-fr.train.tsv"), "Clone the repository again, without a filter: data/ is part of it.");
        yield return Optional("VS Code", ["code"], "install it to step through the chapters: https://code.visualstudio.com, then its Jupyter extension");
        yield return Optional("Jupyter", ["jupyter", "jupyter-lab", "jupyter-notebook"], "only for JupyterLab and Notebook; VS Code's Jupyter extension needs none");
        yield return Optional("Chromium or Chrome", ["chromium", "chromium-browser", "google-chrome", "chrome", "msedge"], "only for the tests that look at pages; without it they are skipped");
    }

    private static Finding Needed(string what, string path, string otherwise) =>
        File.Exists(path) ? new Finding(what, true, Path.GetFileName(path)) : new Finding(what, false, otherwise);

    private static Finding Optional(string what, string[] programs, string otherwise) =>
        programs.FirstOrDefault(IsOnPath) is { } found ? new Finding(what, true, found) : new Finding(what, null, "not found; " + otherwise);

    private static bool IsOnPath(string program)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [""];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(folder => folder.Length > 0)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, program + ending)))
            .Any(File.Exists);
    }
}
