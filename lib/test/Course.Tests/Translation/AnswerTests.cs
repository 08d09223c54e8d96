using System.Diagnostics;

namespace Course.Tests;

/// <summary>The command `answer`, through the reader of stories that the course ships.</summary>
public sealed class AnswerTests : IDisposable
{
    private const string Story = "Mary went to the kitchen. Tom ran to the hall. Mary took the ball.";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Where is Mary?", "kitchen")]
    [InlineData("Where is Tom?", "hall")]
    [InlineData("Who has the ball?", "mary")]
    [InlineData("What did Mary take last?", "ball")]
    public async Task A_question_is_answered_with_words_of_the_story(string question, string answer)
    {
        var (code, said) = await Run(Story, question);
        Assert.Equal((0, answer), (code, said.Trim()));
    }

    [Fact]
    public async Task A_file_and_standard_input_are_answered_line_by_line()
    {
        string lines = $"{Story}\tWhere is Tom?\n\n{Story}\tWhere is Mary?\n", output = _folder.File("out.txt");
        var (code, said) = await Run("--file", _folder.Write(lines, "in.tsv"), "--output", output);
        Assert.Equal((0, ""), (code, said));
        Assert.Equal("hall\n\nkitchen\n", File.ReadAllText(output));

        using Process process = CourseProgram.Start(Repository.Find().Root, "answer");
        Task<string> answers = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(lines);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Equal((0, "hall\n\nkitchen\n"), (process.ExitCode, await answers));
    }

    [Fact]
    public async Task A_word_that_it_has_never_seen_is_named()
    {
        var (code, said) = await Run("Zoe went to the kitchen. Tom ran to the hall.", "Where is Tom?");
        Assert.Equal(0, code);
        Assert.Contains("never seen: zoe.", said);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_in_its_own_words()
    {
        string endless = string.Concat(Enumerable.Repeat("Mary went to the hall. ", 40));
        (string[] Arguments, string Expected)[] cases =
        [
            ([Story], "The question is missing"),
            ([" ", "Where is Mary?"], "neither may be empty"),
            ([endless, "Where is Mary?"], "128 positions"),
            ([Story, "Where is Mary?", "--file", _folder.File("in.tsv")], "not both"),
            (["--file", _folder.File("none.tsv")], "Cannot read"),
            (["--file", _folder.Write("no tab here\n", "flat.tsv")], "line 1: A story and a question are needed"),
            ([Story, "Where is Mary?", "--model", _folder.File("none.safetensors")], "lab stories"),
            ([Story, "Where is Mary?", "--model", Path.Combine(Repository.Find().Data, "en-fr.safetensors")],
                "no reader of stories"),
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
    public async Task Help_says_what_the_model_has_learned_from()
    {
        var (code, said) = await Run("--help");
        Assert.Equal(0, code);
        Assert.Contains("made-up stories and from nothing else", said);
    }

    [Fact]
    public async Task The_laboratory_trains_readers_and_answer_reads_the_one_it_leaves()
    {
        string runs = _folder.File("stories.tsv");
        string[] command =
            ["lab", "stories", "--seeds", "2", "--steps", "2", "--only", "one fact", "--output", runs];
        var (code, said) = await CourseProgram.RunAsync(Repository.Find().Root, command);
        Assert.True(code == 0, said);
        string written = File.ReadAllText(runs);
        Assert.Equal(3, written.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length); // a header and two seeds
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length); // no checkpoint is left
        (code, said) = await Run(Story, "Where is Mary?", "--model", _folder.File("stories.safetensors"));
        Assert.Equal(0, code);
        Assert.Contains(said.Trim(), Story, StringComparison.OrdinalIgnoreCase);

        // What the file has is not made again.
        (code, said) = await CourseProgram.RunAsync(Repository.Find().Root, command);
        Assert.Equal((0, ""), (code, said.Trim()));
        Assert.Equal(written, File.ReadAllText(runs));

        (code, said) = await CourseProgram.RunAsync(
            Repository.Find().Root, ["lab", "stories", "--only", "three facts", "--output", runs]);
        Assert.Equal(1, code);
        Assert.Contains("'three facts'. There are: one fact, two facts, no lessons", said);
    }

    private static Task<(int ExitCode, string Said)> Run(params string[] arguments) =>
        CourseProgram.RunAsync(Repository.Find().Root, ["answer", .. arguments]);
}
