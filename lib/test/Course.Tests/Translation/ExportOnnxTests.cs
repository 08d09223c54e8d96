namespace Course.Tests;

/// <summary>export --onnx: which files come, and what is said.</summary>
public sealed class ExportOnnxTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static readonly string[] s_pairs =
        ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"];

    private static readonly string[] s_three =
        ["encoder_model.onnx", "decoder_model.onnx", "decoder_with_past_model.onnx"];

    [Theory]
    [InlineData("en-fr", "ORTModelForSeq2SeqLM")]
    [InlineData("summaries", "ORTModelForSeq2SeqLM")]
    [InlineData("austen-gpt", "ORTModelForCausalLM")]
    [InlineData("bert", "ORTModelForMaskedLM")]
    public async Task A_shipped_model_becomes_a_folder_of_ONNX_files(string model, string opens)
    {
        var (code, said) = await CourseProgram.RunAsync(
            _folder.Path, "export", model, _folder.File("out"), "--onnx", "--half");
        Assert.True(code == 0, said);
        Assert.Contains(opens, said);
        string[] wanted = model switch
        {
            "bert" => ["config.json", "model.onnx", "tokenizer.json", "tokenizer_config.json", "vocab.txt"],
            "austen-gpt" => [.. s_pairs, "model.onnx"],
            _ => [.. s_pairs, .. s_three],
        };
        var files = new DirectoryInfo(_folder.File("out")).GetFiles();
        Assert.Equal(
            wanted.Order(StringComparer.Ordinal), files.Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.InRange(files.Where(file => file.Extension == ".onnx").Max(file => file.Length), 1_000_000, 6_000_000);
    }

    [Fact]
    public async Task A_folder_of_Hugging_Face_becomes_one_of_ONNX_files_and_nothing_else()
    {
        string published = Path.Combine(
            Repository.Find().Root, "lib", "test", "TransformersFromScratch.Tests", "Published", "t5");
        var (code, said) = await CourseProgram.RunAsync(
            _folder.Path, "export", published, _folder.File("out"), "--onnx");
        Assert.True(code == 0, said);
        Assert.Equal(
            ((string[])[.. s_three, "config.json", "generation_config.json", "spiece.model"])
                .Order(StringComparer.Ordinal),
            Directory.GetFiles(_folder.File("out")).Select(file => Path.GetFileName(file)!)
                .Order(StringComparer.Ordinal));
        foreach (string[] options in (string[][])[[], ["--page"], ["--page", "--onnx"]])
        {
            (code, said) = await CourseProgram.RunAsync(
                _folder.Path, ["export", published, _folder.File("other"), .. options]);
            Assert.Equal(1, code);
            Assert.Contains(options.Length == 2 ? "leave --onnx away" : "is a folder already", said);
            Assert.False(Directory.Exists(_folder.File("other")));
        }
    }

    [Fact]
    public async Task Halves_without_ONNX_are_refused_in_a_sentence()
    {
        var (code, said) = await CourseProgram.RunAsync(
            _folder.Path, "export", "en-fr", _folder.File("out"), "--half");
        Assert.Equal(1, code);
        Assert.Contains("--half is for ONNX files: add --onnx", said);
        Assert.False(Directory.Exists(_folder.File("out")));
    }
}
