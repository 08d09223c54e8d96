using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace Notebooks.Tests.Documents;

/// <summary>What nobody changed is written back to the byte.</summary>
public class FidelityTests
{
    private const string Odd = "\u00a0\u202f\u2028\u007f\u00e9\ufffd\U0001F600\\\"\t";

    [Fact]
    public void Every_committed_chapter_is_written_back_to_the_byte()
    {
        string[] files = Directory.GetFiles(CommittedChapters.Folder, "*.ipynb");
        Assert.True(files.Length >= 12);
        foreach (string file in files)
        {
            byte[] bytes = File.ReadAllBytes(file);
            Assert.Equal(bytes, Notebook.Load(file).ToBytes());
            string text = Encoding.UTF8.GetString(bytes);
            byte[] windows = Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n")),
                tabs = Encoding.UTF8.GetBytes(
                    System.Text.RegularExpressions.Regex.Replace(
                        text, "^ +", m => new string('\t', m.Length),
                        System.Text.RegularExpressions.RegexOptions.Multiline));
            Assert.Equal(windows, Notebook.Parse(windows).ToBytes());
            Assert.Equal(tabs, Notebook.Parse(tabs).ToBytes());
        }
    }

    [Fact]
    public void Any_notebook_is_written_back_to_the_byte() =>
        Documents().Sample(text => Assert.Equal(text, Notebook.Parse(text).ToJson()), iter: 2_000);

    [Fact]
    public void Of_a_notebook_that_was_run_the_other_cells_keep_their_bytes() =>
        Gen.Select(Documents(), Gen.Int[0, 3]).Sample((text, chosen) =>
    {
        var notebook = Notebook.Parse(text);
        string[] before = CellsOf(text);
        int cell = chosen % before.Length;
        notebook.Cells[cell].Metadata["stamp"] = "new";
        if (notebook.Cells[cell].Kind == CellKind.Code)
        {
            notebook.Cells[cell].ExecutionCount = 77;
            notebook.Cells[cell].SetOutputs(
                [new StreamOutput("stdout", Odd + "\n"), new ResultOutput(new MimeBundle(("text/plain", Odd)), 77)]);
        }

        string written = notebook.ToJson();
        string[] after = CellsOf(written);
        for (int i = 0; i < before.Length; i++) { if (i != cell) { Assert.Equal(before[i], after[i]); } }

        Assert.Equal(
            text[..text.IndexOf(before[0], StringComparison.Ordinal)],
            written[..written.IndexOf(after[0], StringComparison.Ordinal)]);
        Assert.EndsWith(
            text[(text.LastIndexOf(before[^1], StringComparison.Ordinal) + before[^1].Length)..], written,
            StringComparison.Ordinal);
        Assert.Equal(written, Notebook.Parse(written).ToJson());
        if (notebook.Cells[cell].Kind == CellKind.Code)
        {
            Assert.Equal(Odd, ((ResultOutput)Notebook.Parse(written).Cells[cell].Outputs[1]).Data["text/plain"]);
        }
    }, iter: 2_000);

    [Theory]
    [InlineData(" ", "\n")]
    [InlineData("  ", "\r\n")]
    [InlineData("\t", "\n")]
    public void What_is_new_has_the_indent_and_line_ends_of_the_rest(string indent, string newLine)
    {
        string Indented(string text) => string.Join(newLine, text.ReplaceLineEndings("\n").Split('\n').Select(line =>
            string.Concat(Enumerable.Repeat(indent, line.Length - line.TrimStart().Length)) + line.TrimStart()));
        var notebook = Notebook.Parse(Indented("""
            {
             "cells": [
              {
               "cell_type": "code",
               "execution_count": null,
               "id": "a",
               "metadata": {},
               "outputs": [],
               "source": "\u00e9"
              }
             ],
             "metadata": {},
             "nbformat": 4,
             "nbformat_minor": 5
            }
            """));
        notebook.Cells[0].SetOutputs([new StreamOutput("stdout", "\u00a0é\n")]);
        Assert.Equal(Indented("""
            {
             "cells": [
              {
               "cell_type": "code",
               "execution_count": null,
               "id": "a",
               "metadata": {},
               "outputs": [
                {
                 "name": "stdout",
                 "output_type": "stream",
                 "text": [
                  "#é\n"
                 ]
                }
               ],
               "source": "\u00e9"
              }
             ],
             "metadata": {},
             "nbformat": 4,
             "nbformat_minor": 5
            }
            """).Replace('#', '\u00a0'), notebook.ToJson());
    }

    [Fact]
    public void A_cell_that_moves_keeps_its_bytes()
    {
        const string cells = """
            {"cell_type":"raw","id":"a","metadata":{},"source":"\u0061"},
            {"cell_type":"raw","id":"b","metadata":{"n": 1.50e1},"source":"\u0062"}
            """;
        var notebook = Notebook.Parse(
            $$"""{"cells": [{{cells}}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}""");
        notebook.Cells.Insert(0, Cell.Create(CellKind.Markdown, "new", "x"));
        notebook.Cells.Add(Cell.Create(CellKind.Markdown, "last", "x"));
        string written = notebook.ToJson();
        Assert.Contains("\"id\":\"a\",\"metadata\":{},\"source\":\"\\u0061\"", written);
        notebook = Notebook.Parse(written);
        notebook.Cells.RemoveAt(0);
        Assert.Contains(
            """{"cell_type":"raw","id":"b","metadata":{"n": 1.50e1},"source":"\u0062"}""", notebook.ToJson());
    }

    [Theory]
    [InlineData("\"id\": null, ", "cell-1")]
    [InlineData("", "cell-1")]
    [InlineData("\"id\": \"same\", ", "same")]
    [InlineData("\"id\": \"not valid!\", ", "cell-1")]
    [InlineData("\"id\": \"\", ", "cell-1")]
    [InlineData("\"id\": \"cell-2\", ", "cell-2")]
    public void Ids_are_made_where_the_format_asks_for_them_and_the_same_each_time(string first, string expected)
    {
        string Of(int minor) =>
            $$"""
            {"cells": [
              {"cell_type": "raw", {{first}}"metadata": {}, "source": ""},
              {"cell_type": "raw", "id": "same", "metadata": {}, "source": ""},
              {"cell_type": "raw", "metadata": {}, "source": ""}
            ], "metadata": {}, "nbformat": 4, "nbformat_minor": {{minor}}}
            """;
        string written = Notebook.Parse(Of(5)).ToJson();
        string[] ids =
            [.. JsonNode.Parse(written)!["cells"]!.AsArray().Select(cell => cell!["id"]!.GetValue<string>())];
        Assert.Equal(expected, ids[0]);
        Assert.Equal(3, ids.Distinct().Count());
        Assert.All(ids, id => Assert.True(CellIds.IsId(id)));
        Assert.Equal(written, Notebook.Parse(Of(5)).ToJson());
        Assert.Equal(written, Notebook.Parse(written).ToJson());
        Assert.Equal(Of(4).Replace("\"id\": null, ", ""), Notebook.Parse(Of(4)).ToJson().Replace("\"id\": null, ", ""));
        Assert.DoesNotContain("\"id\": null", Notebook.Parse(Of(4)).ToJson());
    }

    [Fact]
    public void Half_a_character_that_a_cell_printed_is_not_written()
    {
        var notebook = new Notebook();
        notebook.Cells.Add(Cell.Create(CellKind.Code, "a", ""));
        notebook.Cells[0].SetOutputs([new StreamOutput("stdout", "a\ud83db")]);
        Assert.Equal("a\ufffdb", ((StreamOutput)Notebook.Parse(notebook.ToBytes()).Cells[0].Outputs[0]).Text);
    }

    /// <summary>The texts of the cells, cut out by their brackets: no text of these documents holds one.</summary>
    private static string[] CellsOf(string document)
    {
        var cells = new List<string>();
        int depth = 0, start = 0;
        for (int at = document.IndexOf('[') + 1; depth >= 0; at++)
        {
            if (document[at] == '{' && depth++ == 0) { start = at; }
            else if (document[at] == '[') { depth++; }
            else if (document[at] == ']') { depth--; }
            else if (document[at] == '}' && --depth == 0) { cells.Add(document[start..(at + 1)]); }
        }

        return [.. cells];
    }

    /// <summary>
    /// Notebooks as any program may write them: escapes or not, any space between, lists or texts, unknown fields.
    /// </summary>
    private static Gen<string> Documents()
    {
        Gen<string> space = OneOf("", " ", "\n", "\r\n  ", "\t", "\n \n"), comma = space.Select(s => "," + s),
            colon = OneOf(":", ": ", " : ");
        Gen<string> piece = OneOf(
            "a", @"\u00e9", "é", "\u00a0", @"\u00A0", @"\/", "/", @"\n", "😀", @"\ud83d\uDE00", "\u2028", "\u007f",
            @"\\ud83d", @"\""");
        Gen<string> text = piece.Array[0, 5].Select(pieces => $"\"{string.Concat(pieces)}\"");
        Gen<string> number = OneOf(
            "1", "1.0", "1e5", "1E+05", "-0", "-0.0", "0.10", "1e400", "123456789012345678901234567890");
        Gen<string> any = Gen.OneOf(
            text, number, OneOf("null", "true", "[]", "{}", "[ ]", "{\n}", "[1, {\"\\u0078\": 2.50}]"));
        Gen<string> prose = Gen.OneOf(
            text, Gen.Select(text.Array[0, 3], comma, space)
                .Select(x => $"[{x.Item3}{string.Join(x.Item2, x.Item1)}]"));
        Gen<string> Object(params (string Name, Gen<string> Value)[] members) =>
            Gen.Select(Gen.Shuffle(members), comma, colon).SelectMany(x =>
            Gen.Select(space, Gen.Const(""))
                .SelectMany(
                    s => Concat(
                        [.. x.Item1.Select(
                            member => member.Value.Select(value => $"\"{member.Name}\"{x.Item3}{value}"))])
                .Select(parts => $"{{{s.Item1}{string.Join(x.Item2, parts)}{s.Item1}}}")));
        Gen<string> metadata = Object(("zz", any), ("a\\u0062", any));
        Gen<string> output = Gen.OneOf(
            Object(("output_type", Gen.Const("\"stream\"")), ("name", text), ("text", prose)),
            Object(
                ("output_type", Gen.Const("\"display_data\"")),
                ("data", Object(("text/plain", prose), ("application/json", any))), ("metadata", metadata)),
            Object(("output_type", Gen.Const("\"new\"")), ("future", any)));
        Gen<string> Cell(int i) => Gen.OneOf(
            Object(
                ("cell_type", Gen.Const("\"markdown\"")), ("id", Gen.Const($"\"c{i}\"")), ("metadata", metadata),
                ("source", prose)),
            Object(
                ("cell_type", Gen.Const("\"code\"")), ("id", Gen.Const($"\"c{i}\"")), ("metadata", metadata),
                ("source", prose), ("unknown", any),
                ("execution_count", OneOf("null", "3")),
                ("outputs", Gen.Select(output.Array[0, 2], comma).Select(x => $"[{string.Join(x.Item2, x.Item1)}]"))));
        Gen<string> cells = Gen.Select(Gen.Int[1, 4], comma)
            .SelectMany(
                x => Concat([.. Enumerable.Range(0, x.Item1).Select(Cell)])
                    .Select(all => $"[{string.Join(x.Item2, all)}]"));
        // The cells first, so that the test finds them by the first bracket.
        return Gen.Select(
            cells, Object(("metadata", metadata), ("nbformat", Gen.Const("4")), ("nbformat_minor", Gen.Const("5"))),
            comma, space, colon)
            .Select(x => $"{x.Item4}{{{x.Item4}\"cells\"{x.Item5}{x.Item1}{x.Item3}{x.Item2[1..]}{x.Item4}");
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<string[]> Concat(Gen<string>[] parts) => parts.Aggregate(
        Gen.Const(Array.Empty<string>()),
        (all, part) => Gen.Select(all, part).Select(x => (string[])[.. x.Item1, x.Item2]));
}
