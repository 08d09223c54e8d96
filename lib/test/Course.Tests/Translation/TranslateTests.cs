using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Shared;
using TransformersFromScratch;

namespace Course.Tests;

public sealed class TranslateTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _model;

    public TranslateTests()
    {
        CourseLibrary.Load(Repository.Find());
        _model = _folder.File("tiny.safetensors");
        TinyTranslator.Save(_model);
    }

    public void Dispose() => _folder.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string[] Alone(string path, string[] sentences, int beam)
    {
        Translator translator = Translator.Load(path);
        return [.. sentences.Select(
            sentence => translator.Translate([sentence], beam)[0].Replace('\r', ' ').Replace('\n', ' '))];
    }

    [Fact]
    public async Task A_file_is_translated_in_its_own_order_across_windows()
    {
        string[] sentences =
            [.. Enumerable.Range(0, 520)
                .Select(i => string.Concat(Enumerable.Repeat("cat ", 1 + (i % 3))) + (char)('a' + (i % 26)))];
        string input = _folder.Write(string.Join('\n', sentences), "in.txt"), output = _folder.File("out.txt");
        var (code, said) = await Run("--file", input, "--output", output, "--beam", "1");
        Assert.True(code == 0, said);
        Assert.Equal("", said);

        string[] written = File.ReadAllText(output, new UTF8Encoding(false, true)).Split('\n');
        Assert.Equal("", written[^1]);
        Assert.Equal(sentences.Length, written.Length - 1);
        int[] some = [0, 1, 2, 27, 300, 511, 512, 519];
        Assert.Equal(Valid(Alone(_model, [.. some.Select(i => sentences[i])], 1)), some.Select(i => written[i]));
        Assert.True(written.Distinct().Count() > 5, "All translations are alike: their order would not show.");
        Assert.Equal([input, output, _model], Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Standard_input_with_a_mark_and_Windows_line_ends_is_as_good()
    {
        var (code, said) = await RunWith("\uFEFFthe cat\r\nthe dog\r\n"u8.ToArray());
        Assert.True(code == 0, said);
        Assert.Equal(Valid(Alone(_model, ["the cat", "the dog"], 4)), said.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task The_n_best_come_with_falling_scores()
    {
        var (code, said) = await Run("the cat", "--n-best", "3", "--beam", "5");
        Assert.True(code == 0, said);
        string[][] lines = [.. said.TrimEnd('\n').Split('\n').Select(line => line.Split('\t', 3))];
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Equal("1", line[0]));
        double[] scores = [.. lines.Select(line => double.Parse(line[1], CultureInfo.InvariantCulture))];
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.All(scores, score => Assert.True(score < 0));
    }

    [Theory]
    [InlineData("the cat\nxxxxxxxxxxxxxxxxxxxxxxxxx\n", "line 2 is too long: it has 26 tokens, and 20 are the most")]
    [InlineData("", "is empty: there is nothing to translate")]
    public async Task A_bad_line_is_named_and_nothing_half_is_left(string text, string expected)
    {
        string output = _folder.Write("as before", "out", "out.txt");
        var (code, said) = await Run("--file", _folder.Write(text, "in.txt"), "--output", output);
        Assert.Equal(1, code);
        Assert.Contains(expected, said);
        Assert.DoesNotContain("   at ", said);
        Assert.Equal("as before", File.ReadAllText(output));
        Assert.Single(Directory.GetFiles(_folder.File("out")));
    }

    [Fact]
    public async Task Lines_before_a_bad_one_are_still_written()
    {
        var (code, said) = await RunWith([.. "the cat\n"u8, 0x61, 0xE9, 0x62, (byte)'\n']);
        Assert.Equal(1, code);
        Assert.StartsWith(Valid(Alone(_model, ["the cat"], 4)).Single() + "\n", said);
        Assert.Contains("standard input, line 2 is not valid UTF-8: the byte E9 at place 2", said);
    }

    [Fact]
    public async Task A_line_is_answered_before_the_next_is_written()
    {
        using Process process = CourseProgram.Start(Repository.Find().Root, "translate", "--model", _model);
        foreach (string sentence in (string[])["the cat", "the dog"])
        {
            await process.StandardInput.WriteLineAsync(sentence);
            await process.StandardInput.FlushAsync();
            Assert.Equal(
                Valid(Alone(_model, [sentence], 4)).Single(),
                await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)));
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task The_place_of_a_wrong_byte_counts_the_mark_before_it()
    {
        var (code, said) = await RunWith([0xEF, 0xBB, 0xBF, 0x61, 0xE9, 0x62, (byte)'\n']);
        Assert.Equal(1, code);
        Assert.Contains("line 1 is not valid UTF-8: the byte E9 at place 5", said);
    }

    [Fact]
    public async Task A_line_without_an_end_is_not_read_for_ever()
    {
        string input = _folder.File("zeros.bin");
        File.WriteAllBytes(input, new byte[LineReader.MostBytes + 2]);
        var (code, said) = await Run("--file", input);
        Assert.Equal(1, code);
        Assert.Contains("line 1 has more than", said);
    }

    [Fact]
    public async Task A_missing_foreign_or_damaged_checkpoint_says_what_to_do()
    {
        string foreign = _folder.Write("not a checkpoint at all", "foreign.safetensors"),
            damaged = _folder.File("damaged.safetensors");
        byte[] bytes = File.ReadAllBytes(_model);
        File.WriteAllBytes(damaged, bytes[..^10]);
        string diverged = _folder.File("diverged.safetensors");
        File.WriteAllBytes(diverged, [.. bytes[..^2], 0x00, 0x7E]); // the last number, in float16, is NaN
        foreach (var (model, expected) in new[] { (_folder.File("none.safetensors"), "-- train"),
            (foreign, "--model en-fr"), (damaged, "--model en-fr"), (diverged, "holds a number that is none"),
            (_folder.Path, "no config.json") })
        {
            var (code, said) = await CourseProgram.RunAsync(
                Repository.Find().Root, "translate", "the cat", "--model", model);
            Assert.Equal(1, code);
            Assert.Contains(expected, said);
            Assert.Contains(Path.GetFileName(model), said);
            Assert.DoesNotContain("   at ", said);
        }
    }

    [Fact]
    public async Task What_cannot_be_written_read_or_meant_is_said()
    {
        string file = _folder.Write("the cat\n", "in.txt");
        (string[] Arguments, string Expected)[] cases =
        [
            (["--file", file, "--output", _folder.Path], "it is a folder"),
            (["--file", file, "--output", _folder.File("none", "out.txt")], "there is no folder"),
            (["the cat", "--attention", _folder.File("none", "out.html")], "there is no folder"),
            (["the cat", "--attention", _folder.File("out.txt")], "ends in .html"),
            (["the cat", "--attention", _folder.File("a.html"), "--output", _folder.File("a.html")],
                "Give them two names"),
            (["--file", file, "--output", Path.Combine(file, "out.txt")], "Cannot write"),
            (["--file", _folder.File("none.txt")], "Cannot read"),
            (["the cat", "--file", file], "not both"),
            (["--file", file, "--attention", _folder.File("a.html")], "--attention draws one sentence"),
            (["the cat", "--beam", "0"], "--beam is a whole number from 1 to 64, not '0'."),
            (["the cat", "--n-best", "5"], "--n-best is from 1 to --beam, here 4, not 5"),
            (["the cat", "--length-penalty", "NaN"], "--length-penalty is a number from 0 to 10, not 'NaN'."),
            ([" \u00A0"], "The sentence is empty"),
            ([""], "The sentence is empty"),
        ];
        foreach (var (arguments, expected) in cases)
        {
            var (code, said) = await Run(arguments);
            Assert.Equal(1, code);
            Assert.Contains(expected, said);
            Assert.InRange(said.Trim().Split('\n').Length, 1, 2);
        }

        Assert.Equal([file, _model], Directory.GetFileSystemEntries(_folder.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("the cat\n\nthe dog\n", 3)]
    [InlineData("\n   \nthe cat\n\t\nthe dog", 5)]
    [InlineData("\uFEFF\r\nthe cat\r\n\u00A0\r\n\r\n", 4)]
    [InlineData("\n\n", 2)]
    public async Task A_blank_line_gives_a_blank_line(string text, int lines)
    {
        string output = _folder.File("out.txt");
        var (code, said) = await Run("--file", _folder.Write(text, "in.txt"), "--output", output);
        Assert.True(code == 0, said);
        string[] read = text.TrimStart('\uFEFF').TrimEnd('\n').Split('\n'),
            written = File.ReadAllText(output).Split('\n')[..^1];
        Assert.Equal(lines, written.Length);
        Assert.All(
            written.Index(), line => Assert.Equal(
                line.Index >= read.Length || string.IsNullOrWhiteSpace(read[line.Index]), line.Item == ""));
    }

    [Fact]
    public async Task The_attention_page_has_every_layer_and_head_and_may_load_nothing()
    {
        string page = _folder.File("out.html");
        var (code, said) = await Run("the cat <b>", "--attention", page);
        Assert.True(code == 0, said);
        string html = File.ReadAllText(page);
        Assert.Equal(2, html.Split("<figure class=\"tfs-figure\"").Length - 1);
        Assert.Contains("Layer 1", html);
        Assert.Contains("Layer 2", html);
        Assert.Contains("2 heatmaps of", html);
        Assert.Contains("the cat &lt;b&gt;", html);
        Assert.Contains("default-src 'none'", html);
        Assert.Contains("plotly.js v", html);
        Assert.DoesNotContain(" src=\"http", html);
        Assert.DoesNotContain("<link", html);
        Assert.DoesNotContain("<script src", html);
    }

    /// <summary>Bytes that are no character are written as U+FFFD.</summary>
    private static string[] Valid(string[] texts) =>
        [.. texts.Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)))];

    private Task<(int ExitCode, string Said)> Run(params string[] arguments) =>
        CourseProgram.RunAsync(Repository.Find().Root, ["translate", .. arguments, "--model", _model]);

    private async Task<(int ExitCode, string Said)> RunWith(byte[] input)
    {
        using Process process = CourseProgram.Start(Repository.Find().Root, "translate", "--model", _model);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
