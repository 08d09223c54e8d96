using System.Diagnostics;
using System.Text.Json.Nodes;
using Notebooks;

namespace Course.Tests;

/// <summary>The server behind a front end that is not ours.</summary>
[Collection(LiveCourseCollection.Name)]
public class GatewayTests(LiveCourse course)
{
    [Fact]
    public async Task A_chapter_runs_through_Jupyters_own_gateway_client()
    {
        InstalledKernel.RequireJupyter();
        string chapter = Path.Combine(Repository.Find().Notebooks, "01-attention.ipynb");
        using Process process = Process.Start(new ProcessStartInfo(
            InstalledKernel.Python,
            [
                Path.Combine(AppContext.BaseDirectory, "Live", "gateway.py"),
                course.Server.Address.AbsoluteUri.TrimEnd('/'), course.Server.Token, chapter,
            ])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> said = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(9));
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, await said + await errors);
        string[] lines = (await said).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("kernelspecs: .net-csharp transformers-csharp", lines[0]);
        Cell[] cells = [.. Notebook.Load(chapter).Cells.Where(cell => cell.Kind == CellKind.Code)];
        JsonNode[] runs = [.. lines.Where(line => line[0] == '{').Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(cells.Length, runs.Length);
        Assert.All(runs, run => Assert.Equal("ok", run["status"]!.GetValue<string>()));
        for (int i = 0; i < cells.Length; i++)
        {
            // What stands in the chapter, word for word, in each cell that only prints.
            if (cells[i].Outputs.Count > 0 && cells[i].Outputs.All(output => output is StreamOutput))
            {
                Assert.Equal(
                    string.Concat(cells[i].Outputs.Cast<StreamOutput>().Select(stream => stream.Text)),
                    string.Concat(runs[i]["texts"]!.AsArray().Select(text => text!.GetValue<string>())));
            }
        }
    }
}
