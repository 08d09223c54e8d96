namespace Course.Tests;

/// <summary>What a training of an hour must say in its first seconds. That it learns, TranslationTraining's own tests show.</summary>
public sealed class TrainTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_would_lose_the_training_is_said_before_it()
    {
        CourseLibrary.Load(Repository.Find());
        string small = _folder.File("small.safetensors"), file = _folder.Write("", "a-file");
        TinyTranslator.Save(small);
        (string[] Arguments, string Expected)[] cases =
        [
            (["--output", Path.Combine(file, "out")], "Cannot write"),
            (["--epochs", "0"], "--epochs is at least 1"),
            (["--threads", "0"], "--threads is at least 1"),
            (["--dropout", "1"], "--dropout is between 0 and 0.9"),
            (["--merge-dropout", "-0.1"], "--merge-dropout is between 0 and 1"),
            (["--from", _folder.File("none.safetensors"), "--output", _folder.Path], "There is no translator"),
            (["--from", file, "--output", _folder.Path], "a-file"),
            (["--from", small, "--output", _folder.Path], "the recipe asks for"),
        ];
        foreach (var (arguments, expected) in cases)
        {
            var (code, said) = await CourseProgram.RunAsync(Repository.Find().Root, ["train", "en-fr", .. arguments]);
            Assert.Equal(1, code);
            Assert.Contains(expected, said);
            Assert.DoesNotContain("   at ", said);
        }

        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }
}
