using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices.JavaScript;

namespace Notebooks.InThePage;

/// <summary>The engine as the worker's script sees it (worker.js): texts and JSON in both directions.</summary>
internal static partial class Program
{
    private static readonly string[] s_library = ["MathNet.Numerics", "TransformersFromScratch"];
    // Of a cell that was told to stop; then it is stopped by force. The page waits longer (wasm-engine.js).
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1.5);
    private static CSharpEngine? s_engine;

    private static void Main()
    {
        // Nothing runs before the script asks for it.
    }

    /// <summary>Makes the engine ready for cells of a notebook in this folder.</summary>
    [JSExport]
    internal static async Task StartAsync(string folder)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        Directory.SetCurrentDirectory(folder);
        // So that a #r of the library means this one, and not a second copy.
        foreach (string name in s_library) { Assembly.Load(name); }

        // From here on we are a thread of the pool. Whoever waits for a task then runs it himself, where he would wait
        // for ever: the compiler does so.
        await Task.Yield();
        s_engine = new CSharpEngine(new EngineOptions
        {
            WorkingDirectory = folder,
            WhyNoPackages = "Packages cannot be fetched in a page. On your own machine they can: dotnet run " +
                "--project lib/src/Course",
            ReadInput = async (prompt, password, stop) =>
                await AskAsync(prompt, password).WaitAsync(stop).ConfigureAwait(true),
        });
        await s_engine.WarmUpAsync().ConfigureAwait(true);
    }

    /// <summary>Runs a cell to its end and returns ok or error; what it shows goes to <see cref="Show"/>.</summary>
    /// <param name="number">The script's number for this run.</param>
    /// <param name="code">The cell.</param>
    [JSExport]
    internal static async Task<string> ExecuteAsync(int number, string code)
    {
        using var stop = new CellStop(IsStopAsked, s_grace);
        var messages = new CellMessages((type, content) =>
        {
            Show(number, type, content);
            stop.Look();
        });
        CellResult result = await s_engine!.ExecuteAsync(code, messages.Publish, stop.Token).ConfigureAwait(true);
        messages.Flush();
        return result.Status == CellStatus.Succeeded ? "ok" : "error";
    }

    /// <summary>Lets a cell that only waits, and so turns no loop, look whether it is to stop.</summary>
    [JSExport]
    internal static void Look() => StopPoint.Look?.Invoke();

    /// <summary>What can be written at a place, as JSON.</summary>
    [JSExport]
    internal static string Complete(string code, int at) =>
        CellHelp.Complete(s_engine!.Draft(code), code, at).ToJsonString();

    /// <summary>What stands at a place, or an empty text.</summary>
    [JSExport]
    internal static string Inspect(string code, int at) => CellHelp.Inspect(s_engine!.Draft(code), code, at) ?? "";

    [JSImport("isStopAsked", "worker")]
    internal static partial bool IsStopAsked();

    [JSImport("show", "worker")]
    internal static partial void Show(int number, string type, string content);

    [JSImport("ask", "worker")]
    [return: JSMarshalAs<JSType.Promise<JSType.String>>]
    internal static partial Task<string> AskAsync(string prompt, bool password);
}
