using System.Diagnostics;
using Shared;

namespace Course.Tests;

public class WholeFileTests : IDisposable
{
    private const string NoUnix = "Links, modes and devices are Unix's.";
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private string PathOf(string name) => Path.Combine(_temp.Path, name);

    [Fact]
    public void A_file_and_its_folder_are_made_and_nothing_else()
    {
        WholeFile.Write(PathOf("a/b/c.txt"), "déjà\n");
        Assert.Equal("déjà\n"u8, File.ReadAllBytes(PathOf("a/b/c.txt")));
        Assert.Equal([PathOf("a/b/c.txt")], Directory.GetFileSystemEntries(PathOf("a/b")));
    }

    [Fact]
    public void What_is_not_completed_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(PathOf("old"), "old");
        using (var file = WholeFile.Open(PathOf("old"))) { file.Stream.Write("half"u8); }

        Assert.Throws<InvalidDataException>(() => WholeFile.Write(PathOf("old"), stream =>
        {
            stream.Write("half"u8);
            throw new InvalidDataException();
        }));
        Assert.Equal("old", File.ReadAllText(PathOf("old")));
        Assert.Equal([PathOf("old")], Directory.GetFileSystemEntries(_temp.Path));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)]
    public void The_mode_stays(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoUnix);
        if (OperatingSystem.IsWindows()) { return; } // for the analyser

        File.WriteAllText(PathOf("f"), "old");
        File.SetUnixFileMode(PathOf("f"), mode);
        WholeFile.Write(PathOf("f"), "new");
        Assert.Equal((mode, "new"), (File.GetUnixFileMode(PathOf("f")), File.ReadAllText(PathOf("f"))));
    }

    [Fact]
    public void The_owner_stays()
    {
        Assert.SkipUnless(
            Environment.UserName == "root" && OperatingSystem.IsLinux(), "Only root can give files away.");
        File.WriteAllText(PathOf("f"), "old");
        Assert.Equal("", Output("chown", "1234:2345", PathOf("f")));
        WholeFile.Write(PathOf("f"), "new");
        Assert.Equal("1234:2345\n", Output("stat", "-c", "%u:%g", PathOf("f")));
    }

    [Fact]
    public void A_link_stays_a_link_and_a_dangling_one_gets_its_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoUnix);
        Directory.CreateDirectory(PathOf("elsewhere"));
        File.CreateSymbolicLink(PathOf("inner"), "elsewhere/file");
        File.CreateSymbolicLink(PathOf("outer"), "inner");
        WholeFile.Write(PathOf("outer"), "first");
        WholeFile.Write(PathOf("outer"), "second");
        Assert.Equal("second", File.ReadAllText(PathOf("elsewhere/file")));
        Assert.Equal(
            ("elsewhere/file", "inner"),
            (new FileInfo(PathOf("inner")).LinkTarget, new FileInfo(PathOf("outer")).LinkTarget));
        Assert.Equal([PathOf("elsewhere/file")], Directory.GetFileSystemEntries(PathOf("elsewhere")));
    }

    [Fact]
    public void A_link_through_a_linked_folder_reaches_its_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoUnix);
        Directory.CreateDirectory(PathOf("far/away"));
        Directory.CreateSymbolicLink(PathOf("near"), "far/away");
        File.CreateSymbolicLink(PathOf("far/away/link"), "../file"); // that is far/file, not file
        WholeFile.Write(PathOf("near/link"), "text");
        Assert.Equal("text", File.ReadAllText(PathOf("far/file")));
        Assert.False(File.Exists(PathOf("file")));
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/zero")]
    public void A_device_is_written_through(string device)
    {
        Assert.SkipUnless(File.Exists(device), NoUnix);
        var before = Directory.GetFileSystemEntries("/dev");
        WholeFile.Write(device, "text");
        Assert.False(new FileInfo(device).LinkTarget is not null);
        Assert.True(FileKind.Of(device).IsSpecial);
        Assert.Equal(before, Directory.GetFileSystemEntries("/dev"));
    }

    [Fact]
    public async Task A_pipe_is_written_through()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoUnix);
        Assert.Equal("", Output("mkfifo", PathOf("pipe")));
        File.CreateSymbolicLink(PathOf("link"), "pipe");
        Task<string> read = Task.Run(() => File.ReadAllText(PathOf("pipe")));
        WholeFile.Write(PathOf("link"), "through");
        Assert.Equal("through", await read.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.True(FileKind.Of(PathOf("pipe")).IsSpecial);
    }

    [Fact]
    public void A_full_device_is_a_sentence()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        var problem = Assert.Throws<IOException>(() => WholeFile.Write("/dev/full", "text"));
        Assert.StartsWith("Cannot write /dev/full: ", problem.Message);
    }

    [Theory]
    [InlineData("folder", "is a folder")]
    [InlineData("new/", "is a folder")]
    [InlineData("missing/file", "there is no folder")]
    [InlineData("file/below", "there is no folder")]
    [InlineData("loop", "circle")]
    [InlineData("readonly", "may not be written to")]
    public void What_cannot_be_written_is_a_sentence_with_the_path_as_it_was_given(string name, string reason)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), NoUnix);
        Directory.CreateDirectory(PathOf("folder"));
        File.WriteAllText(PathOf("file"), "");
        File.WriteAllText(PathOf("readonly"), "");
        File.SetAttributes(PathOf("readonly"), FileAttributes.ReadOnly);
        File.CreateSymbolicLink(PathOf("loop"), "pool");
        File.CreateSymbolicLink(PathOf("pool"), "loop");
        var before = Directory.GetFileSystemEntries(_temp.Path).Order();
        var problem = Assert.Throws<IOException>(() => WholeFile.Open(PathOf(name)));
        Assert.StartsWith($"Cannot write {PathOf(name)}: ", problem.Message);
        Assert.Contains(reason, problem.Message);
        Assert.DoesNotContain(".unfinished", problem.Message);
        Assert.Equal(before, Directory.GetFileSystemEntries(_temp.Path).Order());
    }

    [Fact]
    public void A_file_below_a_file_is_a_sentence() =>
        Assert.StartsWith("Cannot write ", Assert.Throws<IOException>(() =>
        {
            File.WriteAllText(PathOf("file"), "");
            WholeFile.Write(PathOf("file/below"), "text");
        }).Message);

    [Fact]
    public void The_longest_name_is_no_trouble()
    {
        string path = PathOf(new string('ä', 127)); // 254 bytes
        WholeFile.Write(path, "one");
        WholeFile.Write(path, "two");
        Assert.Equal("two", File.ReadAllText(path));
    }

    [Fact]
    public async Task Many_writers_to_one_path_all_succeed_and_one_of_them_wins()
    {
        string[] texts = [.. Enumerable.Range(0, 8).Select(i => new string((char)('a' + i), 100_000))];
        await Parallel.ForEachAsync(texts, (text, _) =>
        {
            for (int i = 0; i < 20; i++) { WholeFile.Write(PathOf("f"), text); }

            return ValueTask.CompletedTask;
        });
        Assert.Contains(File.ReadAllText(PathOf("f")), texts);
        Assert.Single(Directory.GetFileSystemEntries(_temp.Path));
    }

    [Fact]
    public void What_a_killed_writer_left_goes_with_the_next_and_nothing_else_does()
    {
        DateTime before = DateTime.UtcNow.AddMinutes(-1);
        string[] others =
            [PathOf("g.12345678.unfinished"), PathOf("f.unfinished"), PathOf("f.1.12345678.unfinished"),
                PathOf("f.12345678")];
        foreach (string path in (string[])[.. others, PathOf("f.12345678.unfinished")])
        {
            File.WriteAllText(path, "half");
            File.SetLastWriteTimeUtc(path, before);
        }

        using (WholeFile open = WholeFile.Open(PathOf("f")))
        {
            string being = Directory.GetFiles(_temp.Path)
                .Single(path => File.GetLastWriteTimeUtc(path) > before.AddSeconds(1));
            File.SetLastWriteTimeUtc(being, before); // a slow one
            WholeFile.Write(PathOf("f"), "in between");
            open.Stream.Write("last"u8);
            open.Complete();
        }

        Assert.Equal("last", File.ReadAllText(PathOf("f")));
        Assert.Equal(
            others.Append(PathOf("f")).Order(StringComparer.Ordinal),
            Directory.GetFiles(_temp.Path).Order(StringComparer.Ordinal));
    }

    private static string Output(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
