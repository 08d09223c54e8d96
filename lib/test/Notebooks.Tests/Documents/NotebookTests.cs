using System.Text.Json.Nodes;

namespace Notebooks.Tests.Documents;

public class NotebookTests
{
    private const string AsJupyterSavesIt = """
        {
         "cells": [
          {
           "cell_type": "markdown",
           "id": "intro-1",
           "metadata": {
            "tags": [
             "keep"
            ],
            "zz_unknown": {
             "b": 1,
             "a": 2.50
            }
           },
           "source": [
            "# Títle <b>& \"quotes\" 😀\n",
            "\n",
            "second line"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": 3,
           "id": "code-1",
           "metadata": {},
           "outputs": [
            {
             "data": {
              "application/x-unknown+json": {
               "deep": [
                1,
                null
               ]
              },
              "text/plain": [
               "42"
              ]
             },
             "execution_count": 3,
             "metadata": {},
             "output_type": "execute_result"
            },
            {
             "future_field": true,
             "output_type": "from_the_future"
            }
           ],
           "source": [
            "6 * 7 // \\uD83D stays as typed"
           ]
          }
         ],
         "metadata": {
          "kernelspec": {
           "display_name": ".NET (C#)",
           "language": "C#",
           "name": ".net-csharp"
          },
          "some_front_end": {
           "width": 1.0
          }
         },
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """;

    private static string Folder() => Directory.CreateTempSubdirectory("notebooks-tests").FullName;

    [Fact]
    public void A_notebook_nobody_changed_is_written_back_byte_for_byte() =>
        Assert.Equal(AsJupyterSavesIt, Notebook.Parse(AsJupyterSavesIt).ToJson());

    [Fact]
    public void Cells_and_outputs_are_read()
    {
        var notebook = Notebook.Parse(AsJupyterSavesIt);
        Assert.Equal([CellKind.Markdown, CellKind.Code], notebook.Cells.Select(cell => cell.Kind));
        Assert.Equal("# Títle <b>& \"quotes\" 😀\n\nsecond line", notebook.Cells[0].Source);
        Assert.Equal(3, notebook.Cells[1].ExecutionCount);
        Assert.Equal("42", Assert.IsType<ResultOutput>(notebook.Cells[1].Outputs[0]).Data["text/plain"]);
        Assert.IsType<UnknownOutput>(notebook.Cells[1].Outputs[1]);
    }

    [Fact]
    public void Changing_one_thing_leaves_the_rest()
    {
        var notebook = Notebook.Parse(AsJupyterSavesIt);
        notebook.Cells[1].ExecutionCount = 4;
        string[] before = AsJupyterSavesIt.ReplaceLineEndings("\n").Split('\n'), after = notebook.ToJson().Split('\n');
        Assert.Equal(before.Length, after.Length);
        Assert.Equal(1, before.Zip(after).Count(lines => lines.First != lines.Second));
    }

    [Fact]
    public void Outputs_survive_a_round_trip()
    {
        var notebook = new Notebook();
        var cell = Cell.Create(CellKind.Code, "a", "1");
        notebook.Cells.Add(cell);
        cell.SetOutputs(
        [
            new StreamOutput("stdout", "one\ntwo"),
            new DisplayOutput(new MimeBundle(("text/html", "<b>x</b>"), ("text/plain", "x"))),
            new ResultOutput(new MimeBundle(("text/plain", "😀")), 2),
            new ErrorOutput("Oops", "why", ["line 1", "line 2"]),
        ]);
        var read = Notebook.Parse(notebook.ToJson()).Cells[0].Outputs;
        Assert.Equal("one\ntwo", Assert.IsType<StreamOutput>(read[0]).Text);
        Assert.Equal("<b>x</b>", Assert.IsType<DisplayOutput>(read[1]).Data["text/html"]);
        Assert.Equal("😀", Assert.IsType<ResultOutput>(read[2]).Data["text/plain"]);
        Assert.Equal(["line 1", "line 2"], Assert.IsType<ErrorOutput>(read[3]).Traceback);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("{\"cells\": [", "JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{\"nbformat\": 3, \"cells\": []}", "nbformat is not 4")]
    [InlineData("{\"nbformat\": 4}", "no list of cells")]
    [InlineData("{\"nbformat\": 4, \"cells\": [7]}", "cell 1 is not an object")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"poem\", \"source\": \"\"}]}", "cell_type 'poem'")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\"}]}", "has no source")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\", \"source\": \"\", \"outputs\": [1]}]}",
        "output that is not an object")]
    public void A_malformed_notebook_is_explained_and_left_alone(string text, string explanation)
    {
        string path = Path.Combine(Folder(), "broken.ipynb");
        File.WriteAllText(path, text);
        string message = Assert.Throws<NotebookFormatException>(() => Notebook.Load(path)).Message;
        Assert.Contains(explanation, message, StringComparison.Ordinal);
        Assert.Contains("broken.ipynb", message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(path));
    }

    [Fact]
    public void A_truncated_notebook_is_explained_at_every_length()
    {
        string whole = Notebook.Parse(AsJupyterSavesIt).ToJson();
        for (int length = 0; length < whole.Length - 2; length += 37)
        {
            Assert.Throws<NotebookFormatException>(() => Notebook.Parse(whole[..length]));
        }
    }

    [Fact]
    public void Saving_leaves_no_temporary_file_and_fails_without_touching_the_old_one()
    {
        string folder = Folder(), path = Path.Combine(folder, "a.ipynb");
        Notebook.Parse(AsJupyterSavesIt).Save(path);
        Assert.Equal([path], Directory.GetFiles(folder));
        Assert.ThrowsAny<IOException>(
            () => Notebook.Parse(AsJupyterSavesIt).Save(Path.Combine(folder, "missing", "b.ipynb")));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_new_cell_has_what_nbformat_asks_for()
    {
        JsonObject code = JsonNode.Parse(new Func<string>(() =>
        {
            var notebook = new Notebook();
            notebook.Cells.Add(Cell.Create(CellKind.Code, "id-1", "a\nb"));
            return notebook.ToJson();
        })())!["cells"]![0]!.AsObject();
        Assert.Equal(
            ["cell_type", "id", "metadata", "source", "execution_count", "outputs"], code.Select(member => member.Key));
        Assert.Equal(["a\n", "b"], code["source"]!.AsArray().Select(line => line!.GetValue<string>()));
    }
}
