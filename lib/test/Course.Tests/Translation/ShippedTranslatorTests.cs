using System.Diagnostics;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The shipped translators, with what people really type.</summary>
public sealed class ShippedTranslatorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ShippedTranslatorTests() => CourseLibrary.Load(Repository.Find());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Typographic_forms_are_read_as_the_plain_ones()
    {
        string[] plain =
            ["Don't click the tab.", "Click the tab.", "Select the \"Paste\" option.", "Insert a café in the file.",
                "Choose File - Open."];
        string[] typed =
        [
            "Don’t click the tab.", "\u00A0Click\u202Fthe ta\u00ADb\u200B.\t", "Select the «Paste» option.",
            "Insert a cafe\u0301 in the ﬁle.", "Choose Ｆile ‑ Open.",
        ];
        var (code, said, noted) = await Run(
            "--file", _folder.Write(string.Join('\n', (string[])[.. plain, .. typed]), "in.txt"));
        string[] lines = said.TrimEnd('\n').Split('\n');
        Assert.Equal((0, plain.Length * 2), (code, lines.Length));
        Assert.Equal(lines[..plain.Length], lines[plain.Length..]);
        Assert.Contains("pas", lines[0].Split(' ')); // "Ne … pas": the negation is there
        Assert.DoesNotContain("’", noted);
    }

    [Theory]
    [InlineData("x", "a sentence of fewer than 2 words and marks")]
    [InlineData("I love my dog.", "'love', 'dog'")]
    [InlineData("Click the 😀 tab.", "'😀'")]
    [InlineData("Нажмите кнопку.", "'Нажмите', 'кнопку'")]
    [InlineData("Click\u001b[31m the tab.", "'\\u001b'")]
    public async Task What_it_has_never_seen_is_noted_and_not_in_the_output(string sentence, string expected)
    {
        var (code, said, noted) = await Run(sentence);
        Assert.Equal(0, code);
        Assert.Single(said.TrimEnd('\n').Split('\n'));
        Assert.Contains(expected, noted);
        Assert.Contains("learned from sentences of LibreOffice's help", noted);
        Assert.Single(noted.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task A_sentence_like_those_it_learned_from_is_not_noted() =>
        Assert.Equal("", (await Run("Click a filter to select it.")).Noted);

    [Fact]
    public async Task Help_says_what_the_models_have_learned_from()
    {
        var (_, said, _) = await Run("--help");
        Assert.Contains("LibreOffice's help", said);
        Assert.Contains("1.8 for en-fr, 1.4 for en-de", said);
    }

    /// <summary>
    /// Chapter 11 chose 1.8 and 1.4 on the validation pages; what the command does without an option is what it does
    /// with these.
    /// </summary>
    [Theory]
    [InlineData("en-fr", "1.8")]
    [InlineData("en-de", "1.4")]
    public async Task The_length_penalty_is_the_models_own(string model, string alpha)
    {
        CheckFile(model, double.Parse(alpha, System.Globalization.CultureInfo.InvariantCulture));
        string[] search =
            ["Opens the dialog to define the new page number of the document.", "--model", model, "--n-best", "3"];
        var own = await Run(search);
        Assert.Equal(own, await Run([.. search, "--length-penalty", alpha]));
        Assert.NotEqual(own, await Run([.. search, "--length-penalty", "0.6"]));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CheckFile(string model, double alpha)
    {
        string data = Repository.Find().Data;
        Translator translator = Translator.Load(Path.Combine(data, $"{model}.safetensors"));
        var corpus = TranslationCorpus.Load(data, model);
        Assert.Equal(alpha, translator.LengthPenalty);
        Assert.All(corpus.Training, pair => Assert.Empty(translator.Learned!.Strange(pair.Source)));

        // What the chapters and the log report of these sets is of the very sentences.
        Assert.All(
            corpus.Test.Concat(corpus.Validation),
            pair => Assert.Equal(pair.Source, translator.Normalise(pair.Source)));
    }

    [Fact]
    public async Task The_output_may_be_a_device_a_pipe_a_link_or_the_input()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "They are Unix's.");
        if (OperatingSystem.IsWindows()) { return; } // for the analyser

        string expected = (await Run("Click the tab.")).Said;
        Assert.Equal((0, "", ""), await Run("Click the tab.", "--output", "/dev/null"));
        Assert.Equal((0, expected, ""), await Run("Click the tab.", "--output", "/dev/stdout"));

        string file = _folder.Write("Click the tab.\n", "both.txt"), link = _folder.File("link.txt");
        File.CreateSymbolicLink(link, "both.txt");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal((0, "", ""), await Run("--file", link, "--output", link));
        Assert.Equal(expected, File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal("both.txt", new FileInfo(link).LinkTarget);
        Assert.Equal((await Run("Click the tab.")).Said, await Shell("translate 'Click the tab.' --output >(cat)"));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Fact]
    public async Task A_model_may_come_from_a_pipe()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no /dev/fd.");
        string said = await Shell($"translate 'Click the tab.' --model <(cat data/en-fr.safetensors) 2>&1");
        Assert.Equal((await Run("Click the tab.")).Said, said);
    }

    /// <summary>Bash, for what only a shell makes: the path of an open pipe.</summary>
    private static async Task<string> Shell(string command)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(
                "bash",
                ["-c", $"dotnet '{typeof(Repository).Assembly.Location.Replace("'", "'\\''")}' {command} | cat"])
            {
                RedirectStandardOutput = true, WorkingDirectory = Repository.Find().Root,
            })!;
        string said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said;
    }

    private static async Task<(int Code, string Said, string Noted)> Run(params string[] arguments)
    {
        using Process process = CourseProgram.Start(Repository.Find().Root, ["translate", .. arguments]);
        process.StandardInput.Close();
        Task<string> said = process.StandardOutput.ReadToEndAsync(), noted = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await said, await noted);
    }
}
