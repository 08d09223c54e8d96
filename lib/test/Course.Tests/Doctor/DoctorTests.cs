namespace Course.Tests;

public class DoctorTests
{
    [Fact]
    public void A_clone_that_is_not_built_is_told_what_to_run()
    {
        using var temp = new TempFolder();
        temp.Write("{ \"sdk\": { \"version\": \"10.0.100\", \"rollForward\": \"latestMinor\" } }", "global.json");
        temp.Write("", "data", "en-fr.train.tsv");
        Finding[] findings = [.. new Examination(new Repository(temp.Path), _ => null, []).Findings()];
        Assert.Equal(
            ["library", "charts", "plotly.min.js"],
            findings.Where(finding => finding.Health == Health.Missing).Select(finding => finding.Subject));
        Assert.All(
            findings.Where(finding => finding.Health == Health.Missing),
            finding => Assert.Equal("Run: dotnet build lib/src/Course", finding.Advice));
        Assert.Contains(
            findings, finding => finding is { Subject: "Jupyter", Health: Health.Optional, Found: "not found" });
    }

    [Fact]
    public void An_SDK_older_than_global_json_asks_for_is_missing()
    {
        using var temp = new TempFolder();
        temp.Write("{ \"sdk\": { \"version\": \"99.0.100\" } }", "global.json");
        Finding sdk = new Examination(new Repository(temp.Path), _ => null, []).Findings().First();
        Assert.Equal((Health.Missing, ".NET SDK"), (sdk.Health, sdk.Subject));
        Assert.Contains("99.0.100", sdk.Found);
    }

    [Fact]
    public async Task The_command_is_content_with_the_machine_that_runs_these_tests()
    {
        var (exit, said) = await CourseProgram.RunAsync(Repository.Find().Root, "doctor");
        Assert.True(exit == 0, said);
        Assert.Contains("All that the first command of README.md needs is here.", said);
    }
}
