namespace Notebooks.Tests.Engine;

/// <summary>
/// Packages that readers use, from the machine's own sources. Where those cannot be reached the tests are skipped,
/// unless REQUIRE_PACKAGES=1 says that they must be.
/// </summary>
public class PublishedPackageTests
{
    [Theory]
    // As new as the framework's, or newer: then it takes its place.
    [InlineData("#r \"nuget:System.Text.Json\"\nSystem.Text.Json.JsonSerializer.Serialize(new[] { 1, 2 })", "[1,2]")]
    // The kernel itself has Humanizer 2.14.
    [InlineData("#r \"nuget: Humanizer.Core, " +
        "2.8.26\"\ntypeof(Humanizer.StringHumanizeExtensions).Assembly.GetName().Version", "2.8.0.0")]
    [InlineData("#r \"nuget: Humanizer.Core, " +
        "3.0.10\"\ntypeof(Humanizer.StringHumanizeExtensions).Assembly.GetName().Version.Major", "3")]
    [InlineData("#r \"nuget: Humanizer.Core, 2.8.26\"\nusing Humanizer;\n\"HelloWorld\".Humanize()", "Hello world")]
    // A native library that the framework does not have.
    [InlineData("#r \"nuget: " +
        "SQLitePCLRaw.bundle_e_sqlite3\"\nSQLitePCL.Batteries_V2.Init();\n" +
            "SQLitePCL.raw.sqlite3_libversion().utf8_to_string()[..2]", "3.")]
    public async Task A_package_works_in_a_cell(string code, string value)
    {
        await using var session = new Session();
        Ran ran = await RunAsync(session, code);
        Assert.Equal("", ran.Trace);
        Assert.Equal(value, ran.Text);
    }

    /// <summary>Runs a cell; without a package source, it skips the test.</summary>
    internal static async Task<Ran> RunAsync(Session session, string code)
    {
        Ran ran = await session.RunAsync(code);
        Assert.SkipWhen(
            Environment.GetEnvironmentVariable("REQUIRE_PACKAGES") != "1"
                && (ran.Trace.Contains("NU1301", StringComparison.Ordinal)
                    || ran.Trace.Contains("had not ended after", StringComparison.Ordinal)),
            "No package source answers here (REQUIRE_PACKAGES=1 makes this a failure).");
        return ran;
    }
}
