using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>What the doctor says of the kernels that front ends would offer.</summary>
public class KernelExaminationTests : IDisposable
{
    private const string Mark = """ "metadata": {"transformers_from_scratch": {}} """;
    private readonly TempFolder _temp = new();
    private readonly string _dotnet;
    private readonly string _program = typeof(Repository).Assembly.Location;

    public KernelExaminationTests()
    {
        _dotnet = _temp.Write("", "dotnet");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_dotnet, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void None_is_said_and_how_to_install_one()
    {
        Says(Examine(), Health.Optional, "C# kernel", "not installed", "kernel install");
        Spec("python3", """{"argv": ["python3"]}""");
        Spec("broken-but-not-ours", "{");
        Says(Examine(), Health.Optional, "C# kernel", "not installed", "kernel install");
    }

    [Fact]
    public void One_of_this_build_is_fine()
    {
        Spec("mine", Ours(_dotnet, _program));
        Says(Examine(), Health.Fine, "C# kernel mine", "kernels", null);
    }

    [Fact]
    public void A_program_that_is_gone_is_missing()
    {
        Spec("mine", Ours(_dotnet, _temp.File("gone", "Course.dll")));
        Says(Examine(), Health.Missing, "C# kernel mine", "gone", "kernel install");
        Spec("mine", Ours(_temp.File("no-dotnet"), _program));
        Says(Examine(), Health.Missing, "C# kernel mine", "which is not there", "kernel install");
        Spec("mine", Ours("no-such-program", _program));
        Says(Examine(), Health.Missing, "C# kernel mine", "not on PATH", "kernel install");
    }

    [Fact]
    public void A_program_that_is_not_executable_is_broken()
    {
        if (OperatingSystem.IsWindows()) { Assert.Skip("Windows has no such mark."); return; }

        File.SetUnixFileMode(_dotnet, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Spec("mine", Ours(_dotnet, _program));
        Says(Examine(), Health.Missing, "C# kernel mine", "which is not executable", "kernel install");
    }

    [Fact]
    public void An_older_build_or_another_clones_is_said()
    {
        Spec("mine", Ours(_dotnet, _temp.Write("older", "other", "Course.dll")));
        Says(
            Examine(), Health.Optional, "C# kernel mine", "older than this clone's build, or another clone's",
            "kernel install");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"argv": ["a"], "argv": ["b"]}""")]
    [InlineData("""{"argv": 5}""")]
    [InlineData("""{"argv": []}""")]
    [InlineData("""{"argv": [null]}""")]
    public void A_spec_of_the_chapters_kernel_that_cannot_be_read_is_broken(string spec)
    {
        Spec(".net-csharp", spec);
        Assert.Equal(Health.Missing, Assert.Single(Examine()).Health);
    }

    [Fact]
    public void DotNet_Interactive_is_fine_while_it_is_there()
    {
        Spec(".net-csharp", new JsonObject { ["argv"] = new JsonArray(_dotnet, "stdio") }.ToJsonString());
        Says(Examine(), Health.Fine, "C# kernel .net-csharp", "another program's", null);
        File.Delete(_dotnet);
        Says(Examine(), Health.Missing, "C# kernel .net-csharp", "which is not there", "Mend or remove");
    }

    [Fact]
    public void The_first_of_two_with_one_name_is_the_one_that_front_ends_see()
    {
        Spec("mine", Ours(_dotnet, _temp.File("gone", "Course.dll")), folder: "first");
        Spec("mine", Ours(_dotnet, _program));
        Finding[] findings =
            [.. new KernelExamination([_temp.File("first"), _temp.File("jupyter")], _ => null).Findings()];
        Says(findings, Health.Missing, "C# kernel mine", "gone", "kernel install");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"sdk\": 5}")]
    [InlineData("{\"sdk\": {\"version\": [1]}}")]
    public void A_damaged_global_json_is_a_finding(string text)
    {
        using var root = new TempFolder();
        root.Write(text, "global.json");
        Finding sdk = new Examination(new Repository(root.Path), _ => null, []).Findings().First();
        Assert.Equal((Health.Missing, "global.json does not say which"), (sdk.Health, sdk.Found));
    }

    [Fact]
    public void The_machine_without_a_kernel_is_not_told_that_all_is_here() =>
        Assert.Contains(
            new Examination(Repository.Find(), _ => null, []).Findings(),
            finding => finding is { Subject: "C# kernel", Health: Health.Optional });

    public void Dispose() => _temp.Dispose();

    private static string Ours(string dotnet, string program) =>
        $$"""{"argv": [{{Json(dotnet)}}, {{Json(program)}}, "kernel", "start", "{connection_file}"], {{Mark}}}""";

    private static string Json(string text) => JsonValue.Create(text).ToJsonString();

    private static void Says(Finding[] findings, Health health, string subject, string found, string? advice)
    {
        Finding finding = Assert.Single(findings);
        Assert.Equal((health, subject), (finding.Health, finding.Subject));
        Assert.Contains(found, finding.Found, StringComparison.Ordinal);
        if (advice is null) { Assert.Null(finding.Advice); }
        else
        {
            Assert.Contains(advice, finding.Advice!, StringComparison.Ordinal);
        }
    }

    private void Spec(string name, string text, string folder = "jupyter") =>
        _temp.Write(text, folder, "kernels", name, "kernel.json");

    private Finding[] Examine() => [.. new KernelExamination([_temp.File("jupyter")], _ => null).Findings()];
}
