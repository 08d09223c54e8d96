using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>Commands with a folder of a published model: the small ones of the library's tests.</summary>
public sealed class PublishedTextTests : IDisposable
{
    private static readonly string s_published = Path.Combine(
        Repository.Find().Root, "lib", "test", "TransformersFromScratch.Tests", "Published");

    private readonly TempFolder _folder = new();

    public PublishedTextTests() => CourseLibrary.Load(Repository.Find());

    public void Dispose() => _folder.Dispose();

    private static string Place(string name) => Path.Combine(s_published, name);

    private static Task<(int ExitCode, string Said)> Run(params string[] arguments) =>
        CourseProgram.RunAsync(Repository.Find().Root, arguments);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string[] Alone(string name, string text, BeamOptions options) => [.. Pretrained.Load(Place(name))
        .Write(text, options: options).Select(target => target.Replace('\r', ' ').Replace('\n', ' '))];

    [Theory]
    [InlineData("translate", "marian")]
    [InlineData("translate", "t5")]
    [InlineData("summarise", "bart")]
    public async Task A_file_goes_through_a_folder_line_by_line(string command, string name)
    {
        string output = _folder.File("out.txt");
        string[] options = ["--beam", "2", "--length-penalty", "0.5"];
        int noRepeat = command == "summarise" ? 3 : 0; // translate has no such option.
        var (code, said) = await Run([
            command, "--model", Place(name), "--file", _folder.Write("Click a filter.\n\nSelect it.\n", "in.txt"),
            "--output", output, .. options, .. noRepeat > 0 ? (string[])["--no-repeat", "3"] : []]);
        Assert.True(code == 0, said);
        BeamOptions own = Pretrained.Load(Place(name)).Generation.Beam;
        own = own with { Width = 2, Alpha = 0.5, Rules = own.Rules with { NoRepeat = noRepeat } };
        Assert.Equal(
            [Alone(name, "Click a filter.", own)[0], "", Alone(name, "Select it.", own)[0], ""],
            (await File.ReadAllTextAsync(output)).Split('\n'));
    }

    [Fact]
    public async Task Several_translations_come_with_their_scores_and_what_was_read_as_a_page()
    {
        string page = _folder.File("out.html");
        var (code, said) = await Run(
            "translate", "Click a filter.", "--model", Place("marian"), "--n-best", "2", "--attention", page);
        Assert.True(code == 0, said);
        string[][] rows = [.. said.TrimEnd('\n').Split('\n').Select(line => line.Split('\t'))];
        Assert.Equal(2, rows.Length);
        Assert.All(rows, row => Assert.Equal("1", row[0]));
        Assert.True(Score(rows[0]) >= Score(rows[1]));
        string html = await File.ReadAllTextAsync(page);
        Assert.Equal(2, html.Split("<figure class=\"tfs-figure\"").Length - 1); // Its two layers.
        Assert.Contains("▁filter", html);

        static double Score(string[] row) => double.Parse(row[1], CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama")]
    public async Task A_text_is_gone_on_with(string name)
    {
        var (code, said) = await Run("complete", "Emma was", "--model", Place(name), "--tokens", "9");
        Assert.True(code == 0, said);
        Assert.Equal("Emma was" + string.Concat(Pretrained.Load(Place(name)).Complete("Emma was", 9)) + "\n", said);
        string[] drawn =
            ["complete", "Emma was", "--model", Place(name), "--tokens", "9", "--temperature", "2", "--seed"];
        string first = (await Run([.. drawn, "1"])).Said;
        Assert.Equal(first, (await Run([.. drawn, "1"])).Said);
        Assert.NotEqual(first, (await Run([.. drawn, "2"])).Said);
    }

    [Fact]
    public async Task The_courses_own_language_model_goes_on_too()
    {
        var (code, said) = await Run("complete", "Emma was", "--tokens", "5");
        Assert.True(code == 0, said);
        Assert.StartsWith("Emma was", said);
        Assert.True(said.Trim().Length > "Emma was".Length);
    }

    /// <summary>Folders and files, models that go on and models that turn a text into another.</summary>
    [Theory]
    [InlineData("int8")]
    [InlineData("float16")]
    [InlineData("bfloat16")]
    public async Task Weights_are_kept_as_it_is_asked(string weights)
    {
        WeightFormat format = Enum.Parse<WeightFormat>(weights, ignoreCase: true);
        const string text = "Click a filter to select it.";
        Assert.Equal(Completed(format), await Said("complete", text, "--tokens", "12", "--model", Place("gpt2")));
        Assert.Equal(Translated(format), await Said("translate", text));
        Assert.Equal(
            Written("bart", format), await Said("summarise", text, "--model", Place("bart"), "--no-repeat", "0"));
        Assert.StartsWith(text, await Said("complete", text, "--tokens", "12"));

        async Task<string> Said(params string[] arguments)
        {
            var (code, said) = await Run([.. arguments, "--weights", weights]);
            Assert.True(code == 0, said);
            return said.TrimEnd('\n');
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static string Completed(WeightFormat format) =>
            (text + string.Concat(Pretrained.Load(Place("gpt2"), format).Complete(text, 12))).TrimEnd('\n');

        [MethodImpl(MethodImplOptions.NoInlining)]
        static string Written(string name, WeightFormat format)
        {
            var model = Pretrained.Load(Place(name), format);
            BeamOptions options = model.Generation.Beam with { Width = 4, Best = 1 };
            return PublishedText.OneLine(model.Write(text, options: options)[0]);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static string Translated(WeightFormat format)
        {
            var translator = Translator.Load(Path.Combine(Repository.Find().Data, "en-fr.safetensors"));
            translator.Compact(format);
            return translator.Translate([text], beam: 4)[0];
        }
    }

    [Fact]
    public async Task Weights_that_there_are_not_are_refused()
    {
        var (code, said) = await Run("complete", "A", "--weights", "int4");
        Assert.NotEqual(0, code);
        Assert.Contains("int8", said);
    }

    [Fact]
    public async Task Each_line_has_a_vector_of_length_1()
    {
        using Process process = CourseProgram.Start(Repository.Find().Root, "embed", "--model", Place("bert"));
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync("Click a filter.\n\nSelect it.\n");
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        string[] lines = (await output).Split('\n');
        Assert.Equal(("", "", 4), (lines[1], lines[3], lines.Length));
        Assert.All(new[] { lines[0], lines[2] }, line =>
        {
            double[] vector =
                [.. line.Split('\t').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
            Assert.Equal(48, vector.Length);
            Assert.Equal(1, vector.Sum(number => number * number), 1e-4);
        });
        Assert.NotEqual(lines[0], lines[2]);
    }

    [Theory]
    [InlineData("translate", "bert", "needs a Marian, a T5 or a BART")]
    [InlineData("complete", "t5", "needs a GPT-2 or a Llama")]
    [InlineData("answer", "bert", "needs a BERT that was trained to answer")]
    [InlineData("embed", "gpt2", "needs a BERT or a RoBERTa")]
    [InlineData("embed", "roberta", "no files of a tokenizer")]
    [InlineData("embed", "none", "no folder")]
    [InlineData("embed", "", "no config.json")]
    public async Task A_folder_of_another_kind_is_refused_in_a_sentence(string command, string name, string says)
    {
        string[] text = command == "answer" ? ["Click a filter.", "What?"] : ["Click a filter."];
        var (code, said) = await Run([command, .. text, "--model", Place(name)]);
        Assert.Equal(1, code);
        Assert.Contains(says, said);
        Assert.Single(said.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Without_a_folder_embed_takes_the_model_of_chapter_17()
    {
        var (code, said) = await Run("embed", "Click a filter.");
        Assert.Equal(0, code);
        double[] vector =
            [.. said.Trim().Split('\t').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        Assert.Equal(384, vector.Length);
        Assert.Equal(1, vector.Sum(x => x * x), tolerance: 1e-3);
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_named_with_its_line()
    {
        string path = _folder.Write("short\n" + string.Concat(Enumerable.Repeat("too long ", 60)) + "\n", "long.txt");
        var (code, said) = await Run("embed", "--model", Place("bert"), "--file", path);
        Assert.Equal(1, code);
        Assert.Contains($"{path}, line 2: ", said);
        Assert.Contains("64 positions", said);
    }
}
