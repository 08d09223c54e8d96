using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>
/// Reaches Plotly.NET, which is loaded apart. Plotly.NET needs its own version of FSharp.Core, and a notebook kernel
/// may have loaded another one already; in a load context of their own both live side by side. What crosses the
/// border is one string each way, so no type of either side is seen by the other. In a page no cell can bring another
/// version of anything, so there they are loaded as everything else is.
/// </summary>
internal static class PlotlyHost
{
    private const string Charts = "TransformersFromScratch.Charts", FileName = Charts + ".dll";

    private static readonly Lazy<(Func<string, string>? Build, string? Missing)> s_charts = new(Load);

    /// <summary>Plotly's data, layout and config as JSON, or null when the charts are not built.</summary>
    public static string? Json(ChartSpec spec) =>
        s_charts.Value.Build?.Invoke(JsonSerializer.Serialize(spec, ChartSpecJson.Default.ChartSpec));

    /// <summary>Why figures are still pictures, in a sentence; null when they are live.</summary>
    public static string? Missing => s_charts.Value.Missing;

    /// <summary>The load context of the charts, for a test of their isolation.</summary>
    internal static AssemblyLoadContext? Context { get; private set; }

    private static (Func<string, string>?, string?) Load()
    {
        if (OperatingSystem.IsBrowser()) { return (BuilderIn(Assembly.Load(Charts)), null); }

        if (Find() is not { } path)
        {
            return (null, $"This is a still picture: {Path.Combine("charts", FileName)} was not found beside " +
                "the library. " +
                "Build it with: dotnet build lib/src/TransformersFromScratch, and restart the kernel.");
        }

        Context = new ChartsContext(path);
        return (BuilderIn(Context.LoadFromAssemblyPath(path)), null);
    }

    private static Func<string, string> BuilderIn(Assembly charts) =>
        charts.GetType("TransformersFromScratch.Charts.PlotlyChart", throwOnError: true)!
            .GetMethod("ToJson", [typeof(string)])!.CreateDelegate<Func<string, string>>();

    /// <summary>
    /// The charts lie beside the library in lib/bin. A program that references the library has a copy of it in its own
    /// output folder, without the charts: from there they are found in the bin folder of a folder above.
    /// </summary>
    private static string? Find()
    {
        string beside = typeof(PlotlyHost).Assembly.Location is { Length: > 0 } file
            ? Path.GetDirectoryName(file)!
            : AppContext.BaseDirectory;
        string path = Path.Combine(beside, "charts", FileName);
        for (DirectoryInfo? above = new(beside); !File.Exists(path) && above is not null; above = above.Parent)
            path = Path.Combine(above.FullName, "bin", "charts", FileName);
        return File.Exists(path) ? path : null;
    }

    /// <summary>
    /// Finds an assembly where the charts' deps.json says; the framework's come from the default context.
    /// </summary>
    private sealed class ChartsContext(string path) : AssemblyLoadContext(Charts)
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName name) =>
            _resolver.ResolveAssemblyToPath(name) is { } found ? LoadFromAssemblyPath(found) : null;
    }
}
