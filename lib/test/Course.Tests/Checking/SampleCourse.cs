using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>A small course without a fault, for tests that put one in.</summary>
internal sealed class SampleCourse : IDisposable
{
    private readonly TempFolder _temp = new();

    public SampleCourse()
    {
        _temp.Write("{}", "global.json");
        _temp.Write(
            "# The course\n\n[Syllabus](notebooks/README.md) and [where it starts](notebooks/01-one.ipynb#setup)\n",
            "README.md");
        _temp.Write("# Syllabus\n\n- [one](01-one.ipynb)\n- [two](02-two.ipynb)\n", "notebooks", "README.md");
        _temp.Write(
            "namespace A;\n\n/// <summary>Says 1 &lt; 2.</summary>\npublic class Thing { }\n", "lib", "Thing.cs");
        _temp.Write(Sample.RunJson(
            "md:# 1 · One\n\nIt promises $x^2$.\n\n*About 5 minutes.* Previous: [the syllabus](README.md) Next: " +
            "[two](02-two.ipynb)",
            "md:## Setup", Sample.Reference, "var a = \"<b>&\"; // a comment",
            "md:Read [Thing.cs](../lib/Thing.cs), all of [lib](../lib), [the setup](#setup), and [the " +
            "web](https://example.org). Next: [two](02-two.ipynb)\n\n| a | b |\n|---|---|\n| $$\\frac{1}{2}$$ | 2 " +
            "|\n\n<details><summary>Solution</summary>\n\n```csharp\nint b = 1;\n```\n\n</details>"),
            "notebooks", "01-one.ipynb");
        _temp.Write(
            Sample.RunJson(
                "md:# 2 · Two\n\nIt promises more.\n\nPrevious: [one](01-one.ipynb#setup)", Sample.Reference, "1 + 1"),
                    "notebooks", "02-two.ipynb");
        CourseImages.Write(Repository, Repository.Chapters());
    }

    public Repository Repository => new(_temp.Path);

    public TempFolder Files => _temp;

    public string First => _temp.File("notebooks", "01-one.ipynb");

    public IReadOnlyList<Problem> Problems() => new CourseCheck(Repository, Repository.Notebooks).Problems();

    public IReadOnlyList<string> Fix() => new CourseCheck(Repository, Repository.Notebooks).Fix();

    /// <summary>Changes the first chapter's JSON.</summary>
    public void Change(Action<JsonObject> change)
    {
        JsonObject root = JsonNode.Parse(File.ReadAllText(First))!.AsObject();
        change(root);
        File.WriteAllText(First, root.ToJsonString());
    }

    /// <summary>Changes a chapter's cell as if it had been run again after the change.</summary>
    public void Rewrite(int cell, string source)
    {
        var notebook = Notebooks.Notebook.Load(First);
        notebook.Cells[cell].Source = source;
        OutputHash.Stamp(notebook);
        notebook.Save(First);
    }

    public void Dispose() => _temp.Dispose();
}
