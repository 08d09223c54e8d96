using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The shipped models as folders of Hugging Face: what is read there writes what the model writes.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ExportTests() => CourseLibrary.Load(Repository.Find());

    public void Dispose() => _folder.Dispose();

    private static string Shipped(string name) => Path.Combine(Repository.Find().Data, name);

    private async Task<string> Export(string model, string says)
    {
        string folder = _folder.File(Path.GetFileNameWithoutExtension(model));
        var (code, said) = await CourseProgram.RunAsync(_folder.Path, "export", model, folder);
        Assert.True(code == 0, said);
        Assert.Contains(says, said);
        return folder;
    }

    private static string[] Sources(string file, int column, int count) =>
        [.. File.ReadLines(Shipped(file)).Take(count).Select(line => line.Split('\t')[column])];

    [Theory]
    [InlineData("en-fr")]
    [InlineData("en-de")]
    public async Task A_translator_translates_as_before(string name) =>
        AssertTranslates(Shipped($"{name}.safetensors"), await Export(name, "(marian)"), $"{name}.test.tsv");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AssertTranslates(string file, string folder, string test)
    {
        var before = Translator.Load(file);
        var after = Pretrained.Load(folder);
        Assert.Equal((1, before.Longest + 50), (after.Generation.Beam.Width, after.Generation.Longest));
        // What a translator knows of typography is not in the folder.
        string[] sources = [.. Sources(test, 0, 60).Select(before.Normalise)
            .Where(text => !before.Read(text).IsTooLong)];
        Assert.True(sources.Length > 50);
        IReadOnlyList<string> wanted = before.Translate(sources);
        Assert.All(sources.Zip(wanted), pair =>
        {
            Assert.Equal(before.Encode(pair.First), after.Tokens!.Sentence(pair.First));
            Hypothesis got = after.Generate(after.Tokens.Sentence(pair.First))[0];
            Assert.Equal(pair.Second, before.Decode(got.Tokens)); // Token for token,
            Assert.Equal(pair.Second, after.Tokens.Decode(got.Tokens)); // and as a text.
        });
    }

    [Fact]
    public async Task A_GPT_goes_on_as_before() =>
        AssertCompletes(Shipped("austen-gpt.safetensors"), await Export("austen-gpt", "(gpt2)"));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AssertCompletes(string file, string folder)
    {
        var before = LanguageModel.Load(file);
        var after = Pretrained.Load(folder);
        Assert.All((string[])["Emma was", "It is a truth", "\"My dear Mr. ", "  He\n"], prompt =>
        {
            Assert.Equal(before.Encode(prompt), after.Tokens!.Sentence(prompt));
            Assert.Equal(string.Concat(before.Complete(prompt, 60)), string.Concat(after.Complete(prompt, 60)));
        });
    }

    [Fact]
    public async Task A_summariser_summarises_as_before() =>
        AssertSummarises(Shipped("summaries.safetensors"), await Export("summaries", "(mbart)"));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AssertSummarises(string file, string folder)
    {
        var before = Summarizer.Load(file);
        var after = Pretrained.Load(folder);
        string[] sources = [.. Sources("package-summaries.test.tsv", 0, 30).Select(before.Normalise)
            .Where(text => !before.Read(text).IsTooLong)];
        Assert.True(sources.Length > 20);
        Assert.Equal(before.Summarise(sources), sources.Select(text => after.Write(text)[0]));
    }

    [Fact]
    public async Task A_BERT_fills_blanks_as_before() =>
        AssertFills(Shipped("bert.safetensors"), await Export("bert", "(bert)"));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AssertFills(string file, string folder)
    {
        var before = MaskedLanguageModel.Load(file);
        var after = new MaskedLanguageModel(Pretrained.Load(folder).Bert!, before.Tokens);
        foreach (string text in (string[])["This package ___ the library.", "A ___ for reading ___ files."])
        {
            Assert.Equal(before.Fill(text), after.Fill(text));
            string masked = text.Replace(MaskedLanguageModel.Blank, "[MASK]", StringComparison.Ordinal);
            Assert.Equal(before.Encode(text), Pretrained.Load(folder).Tokens!.Sentence(masked));
        }
    }

    [Fact]
    public async Task The_other_commands_take_the_folder()
    {
        string folder = await Export("en-fr", "AutoModelForSeq2SeqLM");
        var (code, said) = await CourseProgram.RunAsync(
            _folder.Path, "translate", "Click a filter to select it.", "--model", folder, "--beam", "1");
        Assert.True(code == 0, said);
        var own = await CourseProgram.RunAsync(
            _folder.Path, "translate", "Click a filter to select it.", "--beam", "1");
        Assert.Equal(own.Said, said);
    }

    [Theory]
    [InlineData("stories", "Buckets = 32", "layout of BERT")]
    [InlineData("induction", "configuration and a tokenizer", "induction.safetensors")]
    public async Task A_model_that_no_layout_has_a_place_for_is_refused_in_a_sentence(
        string name, string says, string names)
    {
        var (code, said) = await CourseProgram.RunAsync(
            _folder.Path, "export", Shipped($"{name}.safetensors"), _folder.File("out"));
        Assert.Equal(1, code);
        Assert.Contains(says, said);
        Assert.Contains(names, said);
        Assert.Single(said.TrimEnd('\n').Split('\n'));
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public async Task A_missing_file_and_a_full_folder_are_named()
    {
        var (code, said) = await CourseProgram.RunAsync(_folder.Path, "export", "none.bin", _folder.File("out"));
        Assert.Equal((1, true), (code, said.Contains("There is no model none.bin", StringComparison.Ordinal)));
        _folder.Write("mine", "full", "a.txt");
        (code, said) = await CourseProgram.RunAsync(_folder.Path, "export", "en-fr", _folder.File("full"));
        Assert.Equal((1, true), (code, said.Contains("not an empty folder", StringComparison.Ordinal)));
        Assert.Equal(["a.txt"], Directory.GetFiles(_folder.File("full")).Select(Path.GetFileName));
    }
}
