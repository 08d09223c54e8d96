using System.Diagnostics;
using System.Globalization;

namespace Course.Tests;

/// <summary>The command as a reader starts it.</summary>
public sealed class OpenCommandTests : IDisposable
{
    private const string Before = "Open in a browser: ";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("open", "--no-browser", "--port", "0")]
    [InlineData] // the bare program: what README's first command starts
    public async Task It_says_its_address_and_serves_and_leaves_no_kernel_behind_when_it_is_killed(
        params string[] arguments)
    {
        using Process process = Start(arguments);
        try
        {
            Uri address = await AddressAsync(process);
            Assert.Equal("127.0.0.1", address.Host);
            string token = address.Query["?token=".Length..];
            using HttpClient http = LiveClient.HttpOf(address, token);
            Assert.Contains("class=\"card\"", await http.GetStringAsync("index.html"));
            Assert.Contains("data-engine=\"server\"", await http.GetStringAsync("01-attention.html"));

            // Not disposed, which would end the kernel in order.
            LiveClient client = await LiveClient.ConnectAsync(address, token);
            var (_, shown) = await client.RunAsync("Console.Write(Environment.ProcessId)");
            int kernel = int.Parse(LiveClient.Printed(shown), CultureInfo.InvariantCulture);
            Assert.True(CourseProgram.IsAlive(kernel));

            process.Kill(); // not the tree: nobody tells the kernel
            await CourseProgram.UntilAsync(
                () => !CourseProgram.IsAlive(kernel), "The kernel has outlived its server.");
        }
        finally
        {
            if (!process.HasExited) { process.Kill(entireProcessTree: true); }
        }
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("INT")]
    public async Task A_signal_ends_it_with_its_kernels(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        Assert.SkipWhen(
            (signal == "INT" && CourseProgram.IgnoresInterrupts()) ||
            (signal == "HUP" && CourseProgram.IgnoresHangups()), $"This process hands on that SIG{signal} is ignored.");
        using Process process = Start(["open", "--no-browser", "--port", "0"]);
        try
        {
            Uri address = await AddressAsync(process);
            LiveClient client = await LiveClient.ConnectAsync(address, address.Query["?token=".Length..]);
            var (_, shown) = await client.RunAsync("Console.Write(Environment.ProcessId)");
            int kernel = int.Parse(LiveClient.Printed(shown), CultureInfo.InvariantCulture);
            using (Process.Start("kill", [$"-{signal}", $"{process.Id}"])) { }
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal(0, process.ExitCode);
            await CourseProgram.UntilAsync(
                () => !CourseProgram.IsAlive(kernel), "The kernel has outlived its server.");
        }
        finally
        {
            if (!process.HasExited) { process.Kill(entireProcessTree: true); }
        }
    }

    [Fact]
    public async Task What_an_earlier_start_has_made_is_served_again_and_a_changed_chapter_is_made_anew()
    {
        using var course = new SampleCourse();
        string folder = course.Files.File("out");
        async Task<string> ReadAsync()
        {
            await using LiveServer server = await LiveServer.StartAsync(course.Repository, folder, 0, _ => { });
            await Task.Run(() => server.Site.Make(problem => Assert.Fail(problem)));
            using HttpClient http = LiveClient.HttpOf(server);
            return await http.GetStringAsync("01-one.html");
        }

        string first = await ReadAsync(), page = Path.Combine(folder, "open", "01-one.html");
        DateTime made = File.GetLastWriteTimeUtc(page);
        Assert.Equal(first, await ReadAsync());
        Assert.Equal(made, File.GetLastWriteTimeUtc(page));
        course.Rewrite(1, "## Something else");
        Assert.Contains("Something else", await ReadAsync());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_a_sentence()
    {
        await using LiveServer server = await LiveServer.StartAsync(Repository.Find(), _temp.Path, 0, _ => { });
        var problem = await Assert.ThrowsAsync<CourseException>(
            () => LiveServer.StartAsync(Repository.Find(), _temp.Path, server.Address.Port, _ => { }));
        Assert.Contains($"Port {server.Address.Port} cannot be had", problem.Message);
        Assert.Contains("--port", problem.Message);
    }

    [Fact]
    public async Task The_address_for_the_browser_that_is_started_opens_once()
    {
        await using LiveServer server = await LiveServer.StartAsync(Repository.Find(), _temp.Path, 0, _ => { });
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false });
        Uri once = server.AddressForOnce();
        Assert.DoesNotContain(server.Token, once.Query);
        using HttpResponseMessage first = await http.GetAsync(once), second = await http.GetAsync(once);
        Assert.True(first.IsSuccessStatusCode);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, second.StatusCode);
    }

    /// <summary>In a folder where no browser is found: a test opens none.</summary>
    private static Process Start(string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet", [typeof(Repository).Assembly.Location, .. arguments])
        {
            WorkingDirectory = Repository.Find().Root, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        info.Environment["BROWSER"] = info.Environment["DISPLAY"] = "";
        if (!OperatingSystem.IsWindows())
        {
            info.Environment["PATH"] = Path.GetDirectoryName(Environment.ProcessPath) + ":" + Path.GetDirectoryName(
                Examination.OnPath("dotnet"));
        }

        Process process = Process.Start(info)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<Uri> AddressAsync(Process process)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith(Before, StringComparison.Ordinal)) { return new Uri(line[Before.Length..]); }
        }

        Assert.Fail("The program has ended without an address.");
        throw new UnreachableException();
    }
}
