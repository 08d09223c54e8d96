using System.Net;
using System.Net.Sockets;

namespace Notebooks.Tests.Engine;

/// <summary>#r "nuget: …" and #i, from a feed of the tests' own: no network is asked.</summary>
public class PackageTests
{
    private static Session Session(string? memory = null, TimeSpan? limit = null) => new(options => options with
    {
        PackageMemory = memory ?? Path.Combine(options.WorkingDirectory, "memory"),
        RestoreLimit = limit ?? options.RestoreLimit,
    });

    [Theory]
    [InlineData("Versions", "2.1.0")]
    [InlineData("Versions, *", "2.1.0")]
    [InlineData("Versions, 1.*", "1.5.0")]
    [InlineData("Versions, [1.0.0, 2.0.0)", "1.0.0")]
    [InlineData("Versions, 1.0.0", "1.0.0")]
    [InlineData("Versions, *-*", "3.0.0-beta")]
    [InlineData("Unfinished", "0.1.0-alpha")]
    public async Task The_version_asked_for_is_the_one_that_comes_and_without_one_it_is_the_newest(
        string asked, string version)
    {
        await using Session session = Session();
        var feed = new PackageFeed(session.Folder);
        foreach (string one in new[] { "1.0.0", "1.5.0", "2.1.0", "3.0.0-beta" }) { feed.Add("Versions", one); }

        feed.Add("Unfinished", "0.1.0-alpha");
        Ran ran = await session.RunAsync($"#r \"nuget: {asked}\" // from the " +
            $"feed\n{asked.Split(',')[0]}.Answer.Version");
        Assert.Equal("", ran.Trace);
        Assert.Equal(version, ran.Text);
    }

    [Fact]
    public async Task A_version_that_does_not_exist_is_not_replaced_by_a_later_one()
    {
        await using Session session = Session();
        new PackageFeed(session.Folder).Add("Later", "2.0.0");
        Ran ran = await session.RunAsync("#r \"nuget: Later, 1.0.0\"");
        Assert.Contains("Later 1.0.0 could not be restored", ran.Trace, StringComparison.Ordinal);
        Assert.Contains("2.0.0", ran.Trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_needs_no_source()
    {
        string memory = Directory.CreateTempSubdirectory("package-memory").FullName;
        await using Session first = Session(memory);
        var feed = new PackageFeed(first.Folder);
        feed.Add("Below", "1.0.0");
        feed.Add("Kept", "1.0.0", [("Below", "1.0.0")]);
        Assert.Equal("1.0.0", (await first.RunAsync("#r \"nuget: Kept, 1.0.0\"\nBelow.Answer.Version")).Text);
        Assert.Equal("1.0.0", (await first.RunAsync("#r \"nuget: Kept\"\nKept.Answer.Version")).Text);

        await using Session before = Session(memory);
        Assert.Equal("1.0.0", (await before.RunAsync("#i \"nuget: https://127.0.0.1:9/index.json\"\n1 + 0 + " +
            "\".0.0\"")).Text);
        await using Session second = Session(memory);
        Ran ran = await second.RunAsync("#r \"nuget: Kept, 1.0.0\"\nBelow.Answer.Version"); // here there is no feed
        Assert.Equal("", ran.Trace);
        Assert.Equal("1.0.0", ran.Text);
    }

    [Fact]
    public async Task Where_no_source_answers_the_newest_is_what_an_earlier_run_has_found()
    {
        string memory = Directory.CreateTempSubdirectory("package-memory").FullName;
        await using Session first = Session(memory);
        new PackageFeed(first.Folder).Add("Newest", "1.2.3");
        Assert.Equal("1.2.3", (await first.RunAsync("#r \"nuget: Newest\"\nNewest.Answer.Version")).Text);

        await using Session second = Session(memory);
        File.WriteAllText(Path.Combine(second.Folder, "nuget.config"), """
            <configuration><packageSources><clear />
            <add key="dead" value="http://127.0.0.1:9/index.json" allowInsecureConnections="true" />
            </packageSources></configuration>
            """);
        Ran ran = await second.RunAsync("#r \"nuget: Newest\"\nNewest.Answer.Version");
        Assert.Equal("", ran.Trace);
        Assert.Equal("1.2.3", ran.Text);
        Assert.Contains("No package source answers", ran.Error, StringComparison.Ordinal);
        Assert.Contains("Newest 1.2.3", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_that_hangs_ends_with_a_sentence()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0); // takes connections and says nothing
        silent.Start();
        await using Session session = Session(limit: TimeSpan.FromSeconds(4));
        File.WriteAllText(Path.Combine(session.Folder, "nuget.config"), $"""
            <configuration><packageSources><clear />
            <add key="silent" value="http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/index.json"
              allowInsecureConnections="true" />
            </packageSources></configuration>
            """);
        Ran ran = await session.RunAsync("#r \"nuget: Waits.For.Ever, 1.0.0\"");
        Assert.Contains("had not ended after 4 seconds", ran.Trace, StringComparison.Ordinal);
        Assert.Equal("3", (await session.RunAsync("1 + 2")).Text);
    }

    [Fact]
    public async Task A_package_may_be_another_version_than_the_kernels_own()
    {
        await using Session session = Session();
        new PackageFeed(session.Folder).Add("NetMQ", "9.9.9"); // the kernel stands on 4.0
        Ran ran = await session.RunAsync("#r \"nuget: NetMQ, 9.9.9\"\nNetMQ.Answer.Version");
        Assert.Equal("", ran.Trace);
        Assert.Equal("9.9.9", ran.Text);
    }

    [Fact]
    public async Task A_conflict_is_said_and_leaves_the_session_as_it_was()
    {
        await using Session session = Session();
        var feed = new PackageFeed(session.Folder);
        feed.Add("Shared", "1.0.0");
        feed.Add("Shared", "2.0.0");
        feed.Add("NeedsTwo", "1.0.0", [("Shared", "2.0.0")]);
        Assert.Equal("", (await session.RunAsync("#r \"nuget: Shared, 1.0.0\"")).Trace);
        Ran needs = await session.RunAsync("#r \"nuget: NeedsTwo, 1.0.0\"");
        Assert.Contains("NeedsTwo needs Shared 2.0.0.0, and 1.0.0.0 is already " +
            "loaded", needs.Trace, StringComparison.Ordinal);
        Assert.Contains("restart", needs.Trace, StringComparison.Ordinal);
        Ran other = await session.RunAsync("#r \"nuget: Shared, 2.0.0\"");
        Assert.Contains("Shared 1.0.0 is already loaded", other.Trace, StringComparison.Ordinal);
        Assert.Equal("1.0.0", (await session.RunAsync("Shared.Answer.Version")).Text);

        // Side by side in one cell, versions are found that fit.
        await using Session together = Session();
        var again = new PackageFeed(together.Folder);
        again.Add("Shared", "1.0.0");
        again.Add("Shared", "2.0.0");
        again.Add("NeedsOne", "1.0.0", [("Shared", "1.0.0")]);
        again.Add("NeedsTwo", "1.0.0", [("Shared", "2.0.0")]);
        Ran both = await together.RunAsync(
            "#r \"nuget: NeedsOne, 1.0.0\"\n#r \"nuget: NeedsTwo, 1.0.0\"\nShared.Answer.Version");
        Assert.Equal("2.0.0", both.Text);
    }

    [Fact]
    public async Task Native_libraries_of_a_package_are_found()
    {
        await using Session session = Session();
        string system = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
        string library = Directory.EnumerateFiles(
            System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "*System.Native.*")
            .First(file => file.EndsWith(".so", StringComparison.Ordinal)
                || file.EndsWith(".dylib", StringComparison.Ordinal)
                || file.EndsWith(".dll", StringComparison.Ordinal));
        string name = "quite_native" + Path.GetExtension(library);
        new PackageFeed(session.Folder).Add(
            "HasNative", "1.0.0", more: [($"runtimes/{system}/native/{name}", File.ReadAllBytes(library))], code: """
                public static class Native
                {
                    [System.Runtime.InteropServices.DllImport("quite_native", EntryPoint = "SystemNative_GetPid")]
                    public static extern int Pid();
                }
                """);
        Ran ran = await session.RunAsync("#r \"nuget: HasNative, 1.0.0\"\nNative.Pid() == Environment.ProcessId");
        Assert.Equal("", ran.Trace);
        Assert.Equal("True", ran.Text);
    }

    [Fact]
    public async Task A_source_may_be_named_in_the_cell_and_one_that_is_none_is_said()
    {
        await using Session session = Session();
        var feed = new PackageFeed(session.Folder, "elsewhere");
        Directory.CreateDirectory(Path.Combine(session.Folder, "feed"));
        feed.Add("Elsewhere", "1.0.0");
        Assert.Contains(
            "could not be restored", (await session.RunAsync("#r \"nuget: Elsewhere, 1.0.0\"")).Trace,
            StringComparison.Ordinal);
        Ran ran = await session.RunAsync(
            "#i \"nuget: ./elsewhere\"\n#r \"nuget: Elsewhere, 1.0.0\"\nElsewhere.Answer.Version");
        Assert.Equal("", ran.Trace);
        Assert.Equal("1.0.0", ran.Text);
        Assert.Contains(
            "no folder nowhere", (await session.RunAsync("#i \"nuget: nowhere\"")).Trace, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#r \"nuget: \"")]
    [InlineData("#r \"nuget: A, \"")]
    [InlineData("#r \"nuget: A B\"")]
    [InlineData("#r \"nuget: A, 1.0<x/>\"")]
    public async Task What_names_no_package_is_said(string line)
    {
        await using Session session = Session();
        Assert.Contains(
            "Write the package, and its version", (await session.RunAsync(line)).Trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_build_of_a_framework_assembly_takes_its_place_also_for_earlier_cells()
    {
        await using Session session = Session();
        new PackageFeed(session.Folder).Add(
            "System.Text.Json", "99.0.0", code: "namespace System.Text.Json { public class JsonDocument { public int " +
                "New => 1; } }");
        Assert.Equal("", (await session.RunAsync("int before = 5;")).Trace);
        Ran ran = await session.RunAsync(
            "#r \"nuget: System.Text.Json, 99.0.0\"\nnew System.Text.Json.JsonDocument().New + before");
        Assert.Equal("", ran.Trace);
        Assert.Equal("6", ran.Text);
    }
}
