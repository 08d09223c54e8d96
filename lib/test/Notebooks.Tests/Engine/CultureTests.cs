using System.Globalization;

namespace Notebooks.Tests.Engine;

/// <summary>A number is the same number wherever the reader lives.</summary>
public class CultureTests
{
    private const string Parse = "double.Parse(\"0.1\")";

    [Theory]
    [InlineData(Parse)]
    [InlineData("await Task.Run(() => " + Parse + ")")]
    [InlineData("double x = 0; var t = new System.Threading.Thread(() => x = " + Parse + "); t.Start(); t.Join(); x")]
    [InlineData("await Task.Delay(1); " + Parse)]
    [InlineData("await Task.Delay(1).ConfigureAwait(false); " + Parse)]
    [InlineData("Enumerable.Range(0, 4).AsParallel().Select(_ => " + Parse + ").Max()")]
    [InlineData("var done = new TaskCompletionSource<double>(); using (new System.Threading.Timer(_ => " +
        "done.SetResult(" + Parse + "), null, 1, -1)) { await done.Task; }\ndone.Task.Result")]
    [InlineData("double y = 0; using (System.Threading.ExecutionContext.SuppressFlow()) { Task.Run(() => y = " + Parse +
        ").Wait(); }\ny")]
    public async Task A_cell_reads_and_prints_the_same_number_on_a_German_host(string code)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal("0,5", 0.5.ToString(CultureInfo.CurrentCulture)); // the machine knows German
            await using var session = new Session();
            Assert.Equal("0.1", (await session.RunAsync(code)).Text);
        }
        finally { CultureInfo.CurrentCulture = before; }
    }

    [Theory]
    [InlineData("System.Globalization.CultureInfo.CurrentCulture = new System.Globalization.CultureInfo(\"de-DE\");")]
    [InlineData("System.Threading.Thread.CurrentThread.CurrentCulture = new " +
        "System.Globalization.CultureInfo(\"de-DE\");")]
    [InlineData("await Task.Yield(); System.Globalization.CultureInfo.CurrentCulture = new(\"de-DE\");")]
    public async Task A_culture_that_the_reader_sets_is_kept_in_later_cells(string code)
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync("using System.Globalization;\n" + code + "\n0.5.ToString()");
        Assert.Equal(("", "0,5"), (ran.Trace, ran.Text));
        Assert.Equal("0,5", (await session.RunAsync("0.5.ToString()")).Text);
        Assert.Equal("0,5", (await session.RunAsync("await Task.Delay(1); 0.5.ToString()")).Text);
        await using var other = new Session();
        Assert.Equal("0.5", (await other.RunAsync("0.5.ToString()")).Text);
    }
}
