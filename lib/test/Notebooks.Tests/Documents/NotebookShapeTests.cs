using System.Text;

namespace Notebooks.Tests.Documents;

/// <summary>Whatever a file holds: it is read, or one short line says what is wrong and where.</summary>
public class NotebookShapeTests
{
    private const string Sound = """
        {
         "cells": [
          {
           "cell_type": "code",
           "execution_count": 1,
           "id": "a",
           "metadata": {},
           "outputs": [
            {"output_type": "stream", "name": "stdout", "text": ["x"]},
            {"output_type": "execute_result", "data": {"text/plain": "1", "application/json": 5}, "metadata": {},
             "execution_count": 1},
            {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]}
           ],
           "source": ["1"]
          },
          {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "# x",
           "attachments": {"a.png": {"image/png": "AAAA"}}}
         ],
         "metadata": {},
         "nbformat": 4,
         "nbformat_minor": 5
        }
        """;

    [Theory]
    [InlineData("\"execution_count\": 1,\n", "\"execution_count\": \"1\",\n",
        "cell 1's execution_count is \"1\", not a whole number from 0, or null (line 5)")]
    [InlineData("\"execution_count\": 1,\n", "\"execution_count\": 3.0,\n", "execution_count is 3.0, not")]
    [InlineData("\"execution_count\": 1,\n", "\"execution_count\": 1e400,\n", "execution_count is 1e400, not")]
    [InlineData("\"execution_count\": 1,\n", "\"execution_count\": -1,\n", "execution_count is -1, not")]
    [InlineData("\"execution_count\": 1}", "\"execution_count\": \"1\"}",
        "cell 1's outputs[1].execution_count is \"1\", not")]
    [InlineData("\"metadata\": {},\n \"nb", "\"metadata\": null,\n \"nb",
        "its metadata is null, not an object (line 19)")]
    [InlineData("\"metadata\": {},\n   \"out", "\"metadata\": [],\n   \"out",
        "cell 1's metadata is [], not an object (line 7)")]
    [InlineData("[\"1\"]", "7", "cell 1's source is 7, not text or a list of texts (line 14)")]
    [InlineData("[\"1\"]", "[\"1\", null]", "cell 1's source is")]
    [InlineData("\"id\": \"a\"", "\"id\": 7", "cell 1's id is 7, not text")]
    [InlineData("[\"x\"]", "{}", "outputs[0].text is {}, not text")]
    [InlineData("\"text/plain\": \"1\"", "\"text/plain\": {\"a\": 1}", "data['text/plain'] is")]
    [InlineData("[\"t\"]", "\"t\"", "outputs[2].traceback is \"t\", not a list of texts")]
    [InlineData("[\"t\"]", "[null, 5]", "outputs[2].traceback is [null, 5], not a list of texts")]
    [InlineData("\"evalue\": \"v\"", "\"evalue\": null", "outputs[2].evalue is null, not text")]
    [InlineData("\"AAAA\"", "5", "cell 2's attachments is")]
    [InlineData("\"nbformat\": 4", "\"nbformat\": 3", "nbformat is not 4 but 3")]
    [InlineData("\"nbformat\": 4", "\"nbformat\": 5", "nbformat is not 4 but 5")]
    [InlineData("\"nbformat\": 4", "\"nbformat\": \"4\"", "nbformat is not 4 but \"4\"")]
    [InlineData("\"nbformat_minor\": 5", "\"nbformat_minor\": 99999999999", "nbformat_minor is 99999999999, not")]
    [InlineData("\"v\"", "\"\\ud83d\"", "half a character")]
    [InlineData("\"ename\"", "\"\\ude00\"", "half a character")]
    [InlineData("\"metadata\": {},\n \"nb", "\"metadata\": {\"deep\": [{\"k\": 1, \"k\": 2}]},\n \"nb",
        "the key 'k' stands twice in one object (line 19)")]
    [InlineData("\"nbformat\": 4,", "\"nbformat\": 4, \"nbformat\": 4,", "the key 'nbformat' stands twice")]
    [InlineData("\"id\": \"a\"", "\"\\u0069d\": \"a\", \"id\": \"a\"", "the key 'id' stands twice")]
    public void A_wrong_part_is_named_with_its_place(string part, string instead, string expected)
    {
        Notebook.Parse(Sound);
        string broken = Sound.ReplaceLineEndings("\n");
        Assert.Contains(part, broken);
        broken = broken.Replace(part, instead, StringComparison.Ordinal);
        AssertOneShortLine(Assert.Throws<NotebookFormatException>(() => Notebook.Parse(broken, "x.ipynb")), expected);
    }

    [Fact]
    public void A_traceback_of_Polyglots_with_a_null_in_it_is_read_and_stays_as_it_is()
    {
        string theirs = Sound.Replace("[\"t\"]", "[null]", StringComparison.Ordinal);
        Notebook notebook = Notebook.Parse(theirs);
        Assert.Equal([""], Assert.IsType<ErrorOutput>(notebook.Cells[0].Outputs[2]).Traceback);
        Assert.Contains("\"traceback\": [null]", notebook.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData(" \n", "the file is empty")]
    [InlineData("\u00ef\u00bb\u00bf", "the file is empty")]
    [InlineData("\u00ff\u00fe{\0}\0", "it is UTF-16; save it as UTF-8")]
    [InlineData("{\0}\0", "it is UTF-16")]
    [InlineData("{\"a\":\n\"\u00e9\"}", "it is not UTF-8 at line 2 (byte 7, 0xE9)")]
    [InlineData("{\"a\": \"\u00ed\u00a0\u00bd\"}", "it is not UTF-8 at line 1")]
    public void A_file_that_is_not_UTF_8_is_refused_with_the_place(string latin1, string expected) =>
        AssertOneShortLine(
        Assert.Throws<NotebookFormatException>(
            () => Notebook.Parse(Encoding.Latin1.GetBytes(latin1), "x.ipynb")), expected);

    [Fact]
    public void What_nests_too_deeply_is_refused_and_what_does_not_is_read()
    {
        string Nested(int depth) =>
            "{\"nbformat\": 4, \"cells\": [], \"metadata\": {\"a\": " + new string('[', depth) +
            new string(']', depth) + "}}";
        Assert.Equal(Nested(190), Notebook.Parse(Nested(190)).ToJson());
        AssertOneShortLine(
            Assert.Throws<NotebookFormatException>(() => Notebook.Parse(Nested(250))), "nests deeper than 200");
        AssertOneShortLine(
            Assert.Throws<NotebookFormatException>(() => Notebook.Parse(Nested(3_000_000))), "nests deeper than 200");
    }

    [Fact]
    public void What_is_not_a_file_or_too_large_is_one_line_too()
    {
        string folder = Directory.CreateTempSubdirectory("notebooks-tests").FullName;
        AssertOneShortLine(Assert.Throws<NotebookFormatException>(() => Notebook.Load(folder)), "it is a folder");
        AssertOneShortLine(
            Assert.Throws<NotebookFormatException>(() => Notebook.Load(Path.Combine(folder, "gone.ipynb"))),
            "there is no such file");
        string large = Path.Combine(folder, "large.ipynb");
        using (FileStream file = File.Create(large)) { file.SetLength(Notebook.Largest + 1_000_000L); }

        AssertOneShortLine(
            Assert.Throws<NotebookFormatException>(() => Notebook.Load(large)),
            "it has 101 MB, and 100 MB is the most");
        if (!OperatingSystem.IsWindows())
        {
            AssertOneShortLine(
                Assert.Throws<NotebookFormatException>(() => Notebook.Load("/dev/zero")), "it is a device or a pipe");
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_byte_order_mark_and_newer_fields_are_no_fault()
    {
        byte[] marked = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Sound)];
        Assert.Equal(marked, Notebook.Parse(marked).ToBytes());
        string newer = Sound.Replace("\"nbformat_minor\": 5", "\"nbformat_minor\": 9, \"new\": {}");
        Assert.Equal(newer, Notebook.Parse(newer).ToJson());
    }

    /// <summary>
    /// Thousands of damaged chapters: a value replaced, a key doubled or dropped, bytes changed or cut.
    /// </summary>
    [Fact]
    public void A_damaged_chapter_is_read_and_written_back_or_refused_in_one_line()
    {
        byte[] chapter = File.ReadAllBytes(Path.Combine(CommittedChapters.Folder, "00-start-here.ipynb"));
        byte[] small = Encoding.UTF8.GetBytes(Sound);
        int read = 0, refused = 0;
        for (int seed = 0; seed < 4_000; seed++)
        {
            var random = new Random(seed);
            byte[] damaged = Damage(seed % 20 == 0 ? chapter : small, random);
            try
            {
                var notebook = Notebook.Parse(damaged, "x.ipynb");
                Use(notebook);
                byte[] written = notebook.ToBytes();
                Assert.Equal(written, Notebook.Parse(written).ToBytes());
                read++;
            }
            catch (NotebookFormatException problem)
            {
                AssertOneShortLine(problem, "x.ipynb");
                refused++;
            }
            catch (Exception problem) when (problem is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"Seed {seed}: {problem}");
            }
        }

        Assert.True(read > 200 && refused > 1000, $"{read} read, {refused} refused");
    }

    /// <summary>Everything that others ask of a notebook.</summary>
    private static void Use(Notebook notebook)
    {
        _ = notebook.Metadata.Count + notebook.NbFormatMinor;
        foreach (Cell cell in notebook.Cells)
        {
            _ = $"{cell.Id} {cell.Kind} {cell.Source} {cell.ExecutionCount} {cell.Metadata.Count} " +
                $"{cell.Attachment("a.png")?["image/png"]}";
            foreach (Output output in cell.Outputs) { _ = output.ToJson().ToJsonString(); }
        }
    }

    private static byte[] Damage(byte[] sound, Random random)
    {
        string[] values =
            ["null", "3.0", "1e400", "-1", "\"\"", "[]", "{}", "[null]", "{\"a\": 1}", "\"\\ud83d\"", "true",
                "99999999999999999999", "[[[]]]", "\"\\u0000\""];
        string text = Encoding.UTF8.GetString(sound);
        switch (random.Next(5))
        {
            case 0: // a value, by the colon before it
                int colon = Nth(text, "\": ", random) + 3, end = text.IndexOfAny([',', '\n'], colon);
                return Encoding.UTF8.GetBytes(text[..colon] + values[random.Next(values.Length)] + text[end..]);
            case 1: // an item or value of text
                int quote = Nth(text, " \"", random) + 1, close = text.IndexOf('"', quote + 1) + 1;
                return Encoding.UTF8.GetBytes(text[..quote] + values[random.Next(values.Length)] + text[close..]);
            case 2: // a member twice, or gone
                string[] lines = text.Split('\n');
                int line = random.Next(lines.Length);
                return Encoding.UTF8.GetBytes(
                    string.Join(
                        '\n', random.Next(2) == 0
                            ? [.. lines[..line], lines[line], .. lines[line..]]
                            : [.. lines[..line], .. lines[(line + 1)..]]));
            case 3: // bytes
                byte[] changed = [.. sound];
                for (int i = random.Next(1, 4); i > 0; i--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }
                return changed;
            default: return sound[..random.Next(sound.Length)];
        }
    }

    private static int Nth(string text, string part, Random random)
    {
        int at = text.IndexOf(part, random.Next(text.Length), StringComparison.Ordinal);
        return at >= 0 ? at : text.IndexOf(part, StringComparison.Ordinal);
    }

    private static void AssertOneShortLine(NotebookFormatException problem, string expected)
    {
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
        Assert.True(problem.Problem.Length < 250, problem.Message);
        Assert.DoesNotContain(problem.Message, char.IsControl);
    }
}
