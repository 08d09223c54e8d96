using System.Diagnostics;
using Notebooks;

namespace Course.Tests;

/// <summary>
/// Whoever lives where 0.6 is written 0,6, where 1000 is written 1 000, or where the small I has no dot, reads what
/// everybody reads. .NET takes the culture from LC_ALL, whether the system has that locale or not, but needs ICU for
/// it; without ICU these tests fail, as they should.
/// </summary>
public sealed class LocaleTests : IDisposable
{
    private static readonly string[] s_locales = ["de_DE.UTF-8", "fr_FR.UTF-8", "tr_TR.UTF-8"];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commands_say_the_same_everywhere()
    {
        string[][] commands =
        [
            ["translate", "INSERT a title in the file.", "--length-penalty", "0.6", "--n-best", "3"],
            ["translate", "--help"],
            ["run", "1-ATTENTION"],
            ["train", "EN-FR"],
            ["check"],
        ];
        foreach (string[] command in commands)
        {
            var expected = await Run("C", command);
            Assert.DoesNotContain("   at ", expected.Said);
            foreach (string locale in s_locales)
            {
                Assert.Equal((locale, expected), (locale, await Run(locale, command)));
            }
        }
    }

    [Theory]
    [InlineData("translate Click --length-penalty 0,6",
        "--length-penalty is a number from 0 to 10, not '0,6'. Write a point for the comma.")]
    [InlineData("translate Click --length-penalty 1e999", "--length-penalty is a number from 0 to 10, not '1e999'.")]
    [InlineData("translate Click --length-penalty -0", "--length-penalty is a number from 0 to 10, not '-0'.")]
    [InlineData("translate Click --length-penalty 1.000,5",
        "--length-penalty is a number from 0 to 10, not '1.000,5'. Write a point for the comma.")]
    [InlineData("translate Click --beam 2147483648", "--beam is a whole number from 1 to 64, not '2147483648'.")]
    [InlineData("translate Click --n-best 1.0", "--n-best is a whole number from 1 to 64, not '1.0'.")]
    [InlineData("run --timeout NaN", "--timeout is a number from 0.001 to 1000000, not 'NaN'.")]
    [InlineData("run --timeout 1,5",
        "--timeout is a number from 0.001 to 1000000, not '1,5'. Write a point for the comma.")]
    [InlineData("run --jobs 1e3", "--jobs is a whole number from 1 to 1024, not '1e3'.")]
    [InlineData("train en-fr --dropout 0,1",
        "--dropout is a number from 0 to 0.9, not '0,1'. Write a point for the comma.")]
    [InlineData("train en-fr --seed ١", "--seed is a whole number, not '١'.")]
    [InlineData("lab --seeds 5,000", "--seeds is a whole number from 1 to 1000, not '5,000'.")]
    public async Task A_number_that_is_none_is_a_sentence_with_option_text_and_range(string command, string expected)
    {
        foreach (string locale in (string[])["C", "de_DE.UTF-8"])
        {
            Assert.Equal(
                (1, expected), await Run(locale, command.Split(' ')) is var (code, said)
                    ? (code, said.Trim())
                    : default);
        }
    }

    [Fact]
    public async Task A_chapter_runs_to_its_committed_outputs_everywhere()
    {
        var executed = new List<string>();
        foreach (string locale in (string[])["C", .. s_locales])
        {
            string output = _folder.File(locale);
            var (code, said) = await Run(locale, "run", "1", "--out", output, "--no-site", "--timeout", "300.5");
            Assert.True(code == 0, said);
            executed.Add(_folder.File(locale, "notebooks", "01-attention.ipynb"));
        }

        byte[] first = File.ReadAllBytes(executed[0]);
        Assert.All(executed, file => Assert.Equal(first, File.ReadAllBytes(file)));
        Assert.Equal(Texts(Path.Combine(Repository.Find().Notebooks, "01-attention.ipynb")), Texts(executed[^1]));
    }

    /// <summary>Cells of a reader's own, in the worker: what they print, parse, upper-case and sort.</summary>
    [Fact]
    public async Task A_cell_prints_and_reads_numbers_alike_everywhere()
    {
        const string cell = """
            var parsed = await System.Threading.Tasks.Task.Run(() => double.Parse("0.1"));
            var order = string.Join(",", new[] { "ö", "z", "I", "i" }.Order());
            Console.WriteLine($"{parsed} {1234567.891:N2} {-1} {"title".ToUpper()} {new DateTime(2021, 8, 3)} {order}");
            Console.WriteLine(0.5.ToString(System.Globalization.CultureInfo.GetCultureInfo("de-DE")));
            string threads = "";
            var thread = new System.Threading.Thread(() => threads = $"{0.5}"); thread.Start(); thread.Join(); threads
            """;
        string chapter = _folder.Write(Sample.Json("md:# 1 · One\n\nA promise.", cell), "notebooks", "01-one.ipynb");
        var texts = new List<string>();
        foreach (string locale in (string[])["C", .. s_locales])
        {
            var (code, said) = await Run(
                locale, "run", "--notebooks", Path.GetDirectoryName(chapter)!, "--out", _folder.File(locale),
                "--no-site");
            Assert.True(code == 0, said);
            texts.Add(Texts(_folder.File(locale, "notebooks", "01-one.ipynb")));
        }

        Assert.Contains("0.1 1,234,567.89 -1 TITLE 08/03/2021 00:00:00", texts[0]);
        Assert.Contains("0,5", texts[0]); // ICU is here: asked for German, it answers in German
        Assert.All(texts, text => Assert.Equal(texts[0], text));
    }

    /// <summary>What the cells printed, and their values as text.</summary>
    private static string Texts(string notebook) =>
        string.Join('\n', Notebook.Load(notebook).Cells.SelectMany(cell => cell.Outputs).Select(output => output switch
    {
        StreamOutput stream => stream.Text,
        DisplayOutput display => display.ToJson()["data"]?["text/plain"]?.ToString(),
        ResultOutput result => result.ToJson()["data"]?["text/plain"]?.ToString(),
        _ => output.ToString(),
    }));

    private static async Task<(int Code, string Said)> Run(string locale, params string[] command)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Repository).Assembly.Location, .. command])
        {
            WorkingDirectory = Repository.Find().Root, RedirectStandardOutput = true, RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["LC_ALL"] = locale;
        start.Environment.Remove("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT");
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> said = process.StandardOutput.ReadToEndAsync(), noted = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await said + await noted);
    }
}
