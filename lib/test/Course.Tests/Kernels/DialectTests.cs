using Notebooks;

namespace Course.Tests;

/// <summary>
/// Cells in .NET Interactive's own terms, in its kernel and in the course's engine: both print the same.
/// </summary>
public class DialectTests
{
    /// <summary>Cells that run one after the other, and what they print or show, all together.</summary>
    public static TheoryData<string, string[], string> Cells { get; } = new()
    {
        { "values", ["#!value --name data\nsome text", "#!share data --from " +
            "value\nConsole.Write(data.Trim());"], "some text some text" },
        { "set", ["int y = 20;", "#!set --name x --value @csharp:y\nConsole.Write(x);"], "20" },
        { "set a literal", ["#!set --name n --value 15", "Console.Write(n + 1);"], "151" },
        { "if", ["#if false\nConsole.Write(1);\n#endif\nConsole.Write(2);"], "2" },
        {
            "formatter",
            ["""
            using Microsoft.DotNet.Interactive.Formatting;
            public record Point(int X);
            Formatter.Register<Point>(point => $"<b>{point.X}</b>", "text/html");
            new Point(3)
            """, "display(new Point(4));"], "<b>3</b> <b>4</b>"
        },
        {
            "preferred types",
            ["""
            using Microsoft.DotNet.Interactive.Formatting;
            public class Thing { }
            Formatter.Register<Thing>(_ => "plain thing", "text/plain");
            Formatter.SetPreferredMimeTypesFor(typeof(Thing), "text/plain");
            """, "new Thing()"], "plain thing"
        },
        {
            "context",
            ["""
            using Microsoft.DotNet.Interactive;
            KernelInvocationContext.Current.DisplayAs("<i>x</i>", "text/html");
            "<u>y</u>".DisplayAs("text/html");
            Console.Write(Kernel.Root.FindKernelByName("csharp").Name);
            """], "<i>x</i> <u>y</u> csharp"
        },
        { "import", ["#!import dialect.csx", "Console.Write(imported);"], "7" },
    };

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Both_kernels_show_the_same(string name, string[] cells, string shown)
    {
        GenuineKernel.Require();
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("dialect.csx"), "int imported = 7;");
        List<string> theirs = await TheirsAsync(folder.Path, cells);
        var ours = new List<string>();
        await using (var engine = new CSharpEngine(new EngineOptions { WorkingDirectory = folder.Path }))
        {
            foreach (string cell in cells)
            {
                await engine.ExecuteAsync(cell, happened => { lock (ours) { ours.Add(TextOf(happened)); } }, default);
            }
        }

        Assert.True(Joined(theirs) == Joined(ours), $"{name}: there '{Joined(theirs)}', here '{Joined(ours)}'");
        Assert.Equal(shown, Joined(ours));
    }

    /// <summary>
    /// What the genuine kernel shows. Now and then it never answers a cell with a directive: then another one is asked.
    /// </summary>
    private static async Task<List<string>> TheirsAsync(string folder, string[] cells)
    {
        for (int attempt = 1; ; attempt++)
        {
            await using GenuineKernel genuine = await GenuineKernel.StartAsync(folder);
            try { return await AskAsync(genuine).WaitAsync(TimeSpan.FromMinutes(1)); }
            catch (TimeoutException) when (attempt < 3) { }
        }

        async Task<List<string>> AskAsync(GenuineKernel genuine)
        {
            var texts = new List<string>();
            foreach (string cell in cells)
            {
                texts.AddRange((await genuine.RunAsync(cell)).Outputs.Select(TextOf));
            }

            return texts;
        }
    }

    private static string Joined(List<string> texts) =>
        string.Join(
            ' ', texts.Where(text => text.Length > 0 && !text.Contains("error", StringComparison.OrdinalIgnoreCase)))
            .Trim();

    private static string TextOf(Output output) => output switch
    {
        StreamOutput stream => stream.Text.Trim(),
        DisplayOutput display => TextOf(display.Data),
        ResultOutput result => TextOf(result.Data),
        _ => "error",
    };

    private static string TextOf(CellEvent happened) => happened switch
    {
        CellEvent.Stream stream => stream.Text.Trim(),
        CellEvent.Display display => TextOf(display.Data),
        CellEvent.Result result => TextOf(result.Data),
        _ => "error",
    };

    private static string TextOf(MimeBundle data) =>
        (data["text/html"] ?? data["text/plain"] ?? "").Trim().ReplaceLineEndings(" ");
}
