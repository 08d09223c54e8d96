using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>What summarise shares with translate is tested there; here is what is its own.</summary>
public sealed class SummariseTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _model;

    public SummariseTests()
    {
        CourseLibrary.Load(Repository.Find());
        _model = _folder.File("tiny.safetensors");
        TinySummarizer.Save(_model);
    }

    public void Dispose() => _folder.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string[] Alone(string path, string[] texts, int beam, int noRepeat)
    {
        Summarizer summarizer = Summarizer.Load(path);
        return [.. texts.Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(
            summarizer.SummariseByBeam([text], beam, noRepeat: noRepeat)[0].Replace('\r', ' ').Replace('\n', ' '))))];
    }

    [Fact]
    public async Task A_file_is_summarised_in_its_own_order()
    {
        string[] texts =
            [.. Enumerable.Range(0, 30)
            .Select(i => string.Concat(Enumerable.Repeat("the cat ", 2 + (i % 3))) + (i % 2 == 0 ? "sees" : "dog"))];
        string output = _folder.File("out.txt");
        var (code, said) = await Run("--file", _folder.Write(string.Join('\n', texts), "in.txt"), "--output", output,
            "--beam", "2", "--no-repeat", "3");
        Assert.True(code == 0, said);
        Assert.Equal("", said);
        string[] written = File.ReadAllText(output).Split('\n')[..^1];
        Assert.Equal(Alone(_model, texts, 2, 3), written);
        Assert.True(written.Distinct().Count() > 2, "All summaries are alike: their order would not show.");
    }

    [Fact]
    public async Task Standard_input_is_as_good_and_a_blank_line_stays_one()
    {
        using Process process = CourseProgram.Start(Repository.Find().Root, "summarise", "--model", _model);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync("the cat\n\nthe dog\n");
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        string[] expected = Alone(_model, ["the cat", "the dog"], 4, 2);
        Assert.Equal([expected[0], "", expected[1], ""], (await output).Split('\n'));
    }

    [Fact]
    public async Task What_it_has_never_seen_is_named_on_standard_error()
    {
        var (code, said) = await Run("the zebra sees the cat", "--beam", "1");
        Assert.Equal(0, code);
        Assert.Contains("Note: this model learned from a sentence about pets. It has never seen 'zebra'", said);
        Assert.DoesNotContain("'cat'", said);
        (code, said) = await Run("cat", "--beam", "1");
        Assert.Equal(0, code);
        Assert.Contains("a text of fewer than 5 words and marks", said);
    }

    [Fact]
    public async Task The_attention_page_shows_what_the_summary_reads()
    {
        string page = _folder.File("out.html");
        var (code, said) = await Run("the cat sees the dog", "--attention", page);
        Assert.True(code == 0, said);
        string html = File.ReadAllText(page);
        Assert.Contains("What the summary reads", html);
        Assert.Equal(2, html.Split("<figure class=\"tfs-figure\"").Length - 1);
        Assert.Contains("default-src 'none'", html);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_in_its_own_words()
    {
        (string[] Arguments, string Expected)[] cases =
        [
            ([""], "The text is empty: there is nothing to summarise"),
            (["xxxxxxxxxxxxxxxxxxxxxxxxx"], "The text is too long: it has 26 tokens, and 20 are the most"),
            (["the cat", "--file", _folder.File("in.txt")], "Give either a text or --file, not both"),
            (["--file", _folder.File("none.txt")], "Cannot read"),
            (["the cat", "--n-best", "5"], "--n-best is from 1 to --beam, here 4, not 5"),
            (["the cat", "--no-repeat", "-1"], "--no-repeat is a whole number from 0 to 64"),
            (["the cat", "--attention", _folder.File("a.txt")], "ends in .html"),
        ];
        foreach (var (arguments, expected) in cases)
        {
            var (code, said) = await Run(arguments);
            Assert.Equal(1, code);
            Assert.Contains(expected, said);
            Assert.DoesNotContain("   at ", said);
        }
    }

    [Fact]
    public async Task A_translator_or_a_missing_file_is_no_summariser()
    {
        foreach (var (model, expected) in new[] { (_folder.File("none.safetensors"), "lab summaries"),
            (Path.Combine(Repository.Find().Data, "en-fr.safetensors"), "no summariser") })
        {
            var (code, said) = await CourseProgram.RunAsync(Repository.Find().Root, "summarise", "the cat",
                "--model", model);
            Assert.Equal(1, code);
            Assert.Contains(expected, said);
        }
    }

    [Theory]
    [InlineData("summarise", "descriptions of Debian packages, of 15 to 70 words each")]
    [InlineData("translate", "sentences of LibreOffice's help, of 3 to 24 words and marks each")]
    public async Task Help_says_what_the_model_has_learned_from(string command, string from)
    {
        var (code, said) = await CourseProgram.RunAsync(Repository.Find().Root, command, "--help");
        Assert.Equal(0, code);
        Assert.Contains(from, said);
    }

    private Task<(int ExitCode, string Said)> Run(params string[] arguments) =>
        CourseProgram.RunAsync(Repository.Find().Root, ["summarise", .. arguments, "--model", _model]);
}
