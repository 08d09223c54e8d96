namespace TransformersFromScratch.Tests.Text;

public sealed class BytePairFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly BytePairEncoding _encoding = BytePairEncoding.Train(
        ["le café, le thé, là, le café. Le été\0\0\0 à l'été"], 12, ["<sep>"]);

    private string PathOf(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_saved_is_loaded_and_nothing_else_stays_in_the_folder()
    {
        string path = PathOf(Path.Combine("new", "bpe.txt"));
        _encoding.Save(path);
        _encoding.Save(path); // over the old one
        AssertSame(BytePairEncoding.Load(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        Assert.StartsWith(
            "#version: 0.2 merges 11 special <pad> <s> </s> <sep> sha256 ", File.ReadLines(path).First(),
            StringComparison.Ordinal);
        Assert.Contains("Ã ©", File.ReadLines(path)); // é
        // A space before a word.
        Assert.Contains(File.ReadLines(path), line => line.StartsWith("Ġ ", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_line_endings_do_no_harm()
    {
        string path = PathOf("bpe.txt");
        _encoding.Save(path);
        File.WriteAllText(path, File.ReadAllText(path).ReplaceLineEndings("\r\n"));
        AssertSame(BytePairEncoding.Load(path));
    }

    [Fact]
    public void Any_changed_byte_and_any_cut_is_found_and_its_line_named()
    {
        string path = PathOf("bpe.txt");
        _encoding.Save(path);
        byte[] whole = File.ReadAllBytes(path);
        var random = new SeededRandom(4);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= (byte)(1 << random.Next(8));
            AssertDamaged(changed);
            if (at < whole.Length - 1) // without its last line's end it is still whole
            {
                AssertDamaged(whole[..at]);
            }
        }

        void AssertDamaged(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            Assert.Matches(
                "bpe.txt, line [0-9]+(: | is not valid UTF-8: )",
                Assert.Throws<InvalidDataException>(() => BytePairEncoding.Load(path)).Message);
        }
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("{\"a\": 1}", "line 1: a tokenizer of this course begins")]
    [InlineData("#version: 0.2\nĠ t\n", "line 1: a tokenizer of this course begins")]
    [InlineData("#version: 0.2 merges 1 special <s> sha256 0\na b\n", "line 1: the first special tokens")]
    [InlineData("#version: 0.2 merges 1 special <pad> <s> </s> <s> sha256 0\na b\n",
        "line 1: The special token <s> is there twice")]
    [InlineData("#version: 0.2 merges 2 special <pad> <s> </s> sha256 0\na b\na b\n",
        "line 3: the token 'ab' has been made before")]
    [InlineData("#version: 0.2 merges 2 special <pad> <s> </s> sha256 0\na b\nabc d\n",
        "line 3: the token 'abc' is neither")]
    [InlineData("#version: 0.2 merges 2 special <pad> <s> </s> sha256 0\na b\nab\n", "line 3: expected two tokens")]
    [InlineData("#version: 0.2 merges 2 special <pad> <s> </s> sha256 0\na b\n",
        "line 2: the file ends after 1 merges")]
    [InlineData("#version: 0.2 merges 1 special <pad> <s> </s> sha256 0\na b\n", "line 1: the checksum")]
    public void A_file_of_another_kind_is_an_error_that_says_what_was_expected(string text, string expected)
    {
        File.WriteAllText(PathOf("other.txt"), text);
        Assert.Contains(
            expected, Assert.Throws<InvalidDataException>(() => BytePairEncoding.Load(PathOf("other.txt"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_place_that_cannot_be_written_are_named()
    {
        Assert.Contains(
            _folder, Assert.Throws<FileNotFoundException>(() => BytePairEncoding.Load(PathOf("none.txt"))).Message,
            StringComparison.Ordinal);
        Directory.CreateDirectory(PathOf("taken"));
        Assert.ThrowsAny<Exception>(() => _encoding.Save(PathOf("taken")));
        Assert.Equal([PathOf("taken")], Directory.GetFileSystemEntries(_folder)); // no unfinished file
    }

    private void AssertSame(BytePairEncoding loaded)
    {
        Assert.Equal(_encoding.Merges, loaded.Merges);
        Assert.Equal(_encoding.SpecialTokens, loaded.SpecialTokens);
        Assert.Equal(_encoding.Encode("là, le café"), loaded.Encode("là, le café"));
        Assert.Equal("là, le café", loaded.Decode(loaded.Encode("là, le café")));
    }
}
