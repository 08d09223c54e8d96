using System.Diagnostics;
using System.Text;

namespace Course.Tests;

/// <summary>
/// The train command in processes of its own, on a corpus of a hundred pairs: what a training of an hour must say in
/// its first seconds, and what is left of one that is ended in the middle. That it learns, TranslationTraining's own
/// tests show.
/// </summary>
public sealed class TrainTests : IDisposable
{
    private const string Pair = "Click the tab.\tCliquez sur l'onglet.\tpage";
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// A folder that the program takes for the course: the built library, and a corpus that is soon learned from.
    /// </summary>
    private string SmallCourse()
    {
        Repository real = Repository.Find();
        Directory.CreateDirectory(_folder.File("notebooks"));
        Directory.CreateDirectory(_folder.File("lib", "bin"));
        _folder.Write("{}", "global.json");
        foreach (string dll in Directory.GetFiles(real.LibraryFolder, "*.dll"))
        {
            File.Copy(dll, _folder.File("lib", "bin", Path.GetFileName(dll)));
        }

        string[] pairs =
            [.. File.ReadLines(Path.Combine(real.Data, "en-fr.train.tsv")).Where(line => line.Length < 90).Take(100)];
        // So that none of those to be translated is longer.
        string longest = string.Join(' ', pairs[..4].Select(line => line.Split('\t')[0]));
        Corpus(
            [.. pairs.Select(
                (line, i) => $"{line.Split('\t')[0]}\t{line.Split('\t')[1]}\tpage {(i < 3 ? 0 : 1 + (i % 9))}"),
                    $"{longest}\t{longest}\tpage 5"], pairs[50..53]);
        return _folder.Path;
    }

    private void Corpus(IEnumerable<string> train, IEnumerable<string> test)
    {
        _folder.Write(string.Concat(train.Select(line => line + "\n")), "data", "en-fr.train.tsv");
        _folder.Write(string.Concat(test.Select(line => line + "\n")), "data", "en-fr.test.tsv");
    }

    [Fact]
    public async Task What_would_lose_the_training_is_said_before_it()
    {
        CourseLibrary.Load(Repository.Find());
        string small = _folder.File("small.safetensors"), file = _folder.Write("", "a-file");
        TinyTranslator.Save(small);
        Directory.CreateDirectory(_folder.File("taken", "en-fr.safetensors"));
        (string[] Arguments, string Expected)[] cases =
        [
            (["--output", Path.Combine(file, "out")], "Cannot write"),
            (["--output", file], "Cannot write"),
            (["--output", _folder.File("taken")], "it is a folder"),
            (["--epochs", "0"], "--epochs is a whole number from 1"),
            (["--threads", "0"], "--threads is a whole number from 1"),
            (["--dropout", "1"], "--dropout is a number from 0 to 0.9"),
            (["--merge-dropout", "-0.1"], "--merge-dropout is a number from 0 to 1"),
            (["--from", _folder.File("none.safetensors"), "--output", _folder.Path], "There is no translator"),
            (["--from", file, "--output", _folder.Path], "a-file"),
            (["--from", small, "--output", _folder.Path], "the recipe asks for"),
            (["--resume", "--output", _folder.Path], "There is no checkpoint"),
        ];
        foreach (var (arguments, expected) in cases)
        {
            await Refused(Repository.Find().Root, expected, arguments);
        }

        using (new FileStream(_folder.File("en-fr.training.lock"), FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await Refused(Repository.Find().Root, "another training", "--output", _folder.Path);
        }

        File.Delete(_folder.File("en-fr.training.lock"));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public async Task A_corpus_that_a_training_cannot_end_with_is_refused_with_file_and_line()
    {
        string course = SmallCourse(), train = _folder.File("data", "en-fr.train.tsv"),
            test = _folder.File("data", "en-fr.test.tsv");
        string[] good = File.ReadAllLines(train), tests = File.ReadAllLines(test);
        string endless = string.Join(' ', Enumerable.Range(0, 90).Select(i => $"w{i * 7919}"));
        // Nothing in it comes twice, so that no tokenizer makes it short.
        string noWords = string.Concat(Enumerable.Range(0, 3000).Select(i => (char)(0x4E00 + i)));
        (string[] Train, string[] Test, string Expected)[] cases =
        [
            ([], tests, "en-fr.train.tsv is empty"),
            ([.. good[..2], "no tab", .. good[2..]], tests, "en-fr.train.tsv, line 3"),
            (good, [], "en-fr.test.tsv is empty"),
            (good, [tests[0], "no tab"], "en-fr.test.tsv, line 2"),
            ([Pair], tests, "all 1 pairs"),
            ([.. good[..2], $"{endless}\tlong\tpage 0", .. good[2..]], tests, "en-fr.train.tsv, line 3: this " +
                "validation sentence"),
            (good, [.. tests, $"{endless}\tlong\tpage"], $"en-fr.test.tsv, line {tests.Length + 1}: this " +
                "test sentence"),
            ([.. good[..4], $"{noWords}\tlong\tpage 5", .. good[4..]], tests, "en-fr.train.tsv, line 5: This pair has"),
        ];
        foreach (var (changedTrain, changedTest, expected) in cases)
        {
            Corpus(changedTrain, changedTest);
            await Refused(course, expected);
        }

        File.WriteAllBytes(
            train, [.. s_utf8.GetBytes(Pair + "\n"), .. Encoding.Latin1.GetBytes("the café\tle café\tother\n")]);
        await Refused(course, "en-fr.train.tsv, line 2");
        Corpus(good, tests);
        File.Delete(test);
        await Refused(course, "There is no file");
        Assert.Equal([train], Directory.GetFiles(_folder.File("data")));
    }

    [Fact]
    public async Task A_training_that_is_killed_and_stopped_and_gone_on_with_is_the_one_that_never_was_to_the_byte()
    {
        string course = SmallCourse(), whole = _folder.File("whole"), ended = _folder.File("ended");
        var (code, said) = await CourseProgram.RunAsync(course, "train", "en-fr", "--epochs", "12", "--output", whole);
        Assert.True(code == 0, said);
        Assert.Contains("A checkpoint is kept in", said);
        Assert.Contains("rises for 800 steps", said); // A note, not an error.

        string said1 = await Ended(course, 1, null, "--epochs", "12", "--output", ended); // SIGKILL
        Assert.DoesNotContain("Stopped", said1);
        Assert.Contains(
            Directory.GetFiles(ended), file => file.EndsWith("en-fr.checkpoint.safetensors", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(ended, "en-fr.safetensors")));
        string stale = Path.Combine(ended, "en-fr.checkpoint.safetensors.0123abcd.unfinished");
        File.WriteAllText(stale, "what a killed writer leaves");
        File.SetLastWriteTimeUtc(stale, DateTime.UtcNow.AddMinutes(-1));

        await Refused(
            course, "--epochs 9 is not what this training began with, which is 12", "--epochs", "9", "--output", ended,
            "--resume");
        await Refused(
            course, "--seed 2 is not what this training began with, which is 1", "--seed", "2", "--output", ended,
            "--resume");
        await Refused(
            course, "--from x is not what this training began with, which is none", "--from", "x", "--output", ended,
            "--resume");
        if (!OperatingSystem.IsWindows())
        {
            string said2 = await Ended(
                course, 3, CourseProgram.IgnoresInterrupts() ? "TERM" : "INT", "--output", ended, "--resume");
            Assert.Contains("Going on after step", said2);
            Assert.Contains("Stopped after step", said2);
            string said3 = await Ended(course, 5, "TERM", "--output", ended, "--resume", "--epochs", "12");
            Assert.Contains($"train en-fr --output \"{ended}\" --resume", said3);
        }

        (code, said) = await CourseProgram.RunAsync(course, "train", "en-fr", "--output", ended, "--resume");
        Assert.True(code == 0, said);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(whole, "en-fr.safetensors")),
            File.ReadAllBytes(Path.Combine(ended, "en-fr.safetensors")));
        Assert.Equal(WithoutSeconds(whole), WithoutSeconds(ended));
        Assert.Equal(15, WithoutSeconds(ended).Length); // The header, twelve epochs, averaged, float16.
        Assert.Equal(
            ["en-fr.log.tsv", "en-fr.safetensors"],
            Directory.GetFiles(ended).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        await Refused(
            course, "rises for 400 steps", "--from", Path.Combine(whole, "en-fr.safetensors"), "--epochs", "1",
            "--output", ended);
    }

    [Fact]
    public async Task A_checkpoint_is_not_lost_to_a_training_that_begins_anew()
    {
        string course = SmallCourse(), output = _folder.File("out");
        Directory.CreateDirectory(output);
        File.WriteAllText(Path.Combine(output, "en-fr.checkpoint.safetensors"), "damaged");
        await Refused(course, "cannot be read as safetensors", "--output", output, "--resume");
        File.WriteAllText(_folder.File("data", "en-fr.train.tsv"), ""); // It need not train.
        var (_, said) = await CourseProgram.RunAsync(course, "train", "en-fr", "--output", output);
        Assert.Contains("There is a checkpoint of a training that was stopped", said);
        Assert.Equal("damaged", File.ReadAllText(Path.Combine(output, "en-fr.checkpoint.old.safetensors")));
    }

    private static string[] WithoutSeconds(string folder) =>
        [.. File.ReadLines(Path.Combine(folder, "en-fr.log.tsv")).Select(line => line.Split('\t'))
            .Select(fields => $"{fields[0]} {fields[2]} {fields[3]}")];

    private static async Task Refused(string course, string expected, params string[] arguments)
    {
        var (code, said) = await CourseProgram.RunAsync(course, ["train", "en-fr", .. arguments]);
        Assert.True(code == 1, said);
        Assert.Contains(expected, said);
        Assert.DoesNotContain("   at ", said);
    }

    /// <summary>
    /// Trains until the log has an epoch, and ends the process then: by a signal, or without any warning.
    /// </summary>
    private static async Task<string> Ended(string course, int epoch, string? signal, params string[] arguments)
    {
        using Process process = CourseProgram.Start(course, ["train", "en-fr", .. arguments]);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        var said = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said.AppendLine(line);
            if (!line.StartsWith($"{epoch}\t", StringComparison.Ordinal)) { continue; }

            if (signal is null)
            {
                process.Kill();
            }
            else
            {
                using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
                await kill.WaitForExitAsync();
            }
        }

        await process.WaitForExitAsync();
        string all = said + await errors;
        Assert.True(signal is null ? process.ExitCode != 0 : process.ExitCode == 130, all);
        return all;
    }
}
