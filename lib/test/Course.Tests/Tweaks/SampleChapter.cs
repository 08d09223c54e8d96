using System.Text.Json.Nodes;
using Notebooks;

namespace Course.Tests;

/// <summary>A small chapter with settings, a check, and what it declares of both.</summary>
internal sealed class SampleChapter : IDisposable
{
    public const string Settings = """
        record Settings(
            string Sentence = "Click it",   // 2 to 4 words of the manual
            int Layers = 24,                // 4 to 48: how deep
            double Rate = 0.5)              // 0.25 to 0.75, even: r, the rate
        {
            public double[] Rates { get; init; } = [0.1, 0.2];   // 0.1 to 0.2: of the sweep
            public Settings Checked() => this;
        }
        var settings = new Settings().Checked();
        """;

    private readonly TempFolder _temp = new();
    private readonly Notebook _notebook = Notebook.Parse(
        Sample.Json(
            "md:# 1 · One", Sample.Reference, Settings, "int half = settings.Layers / 2;", "half * 2",
            "Expected.Check(\"01-one\", settings, (\"a loss\", half), (\"b\", 1.0))"));

    public Chapter Chapter => new(_temp.File("01-one.ipynb"));

    public IReadOnlyList<Cell> Cells => _notebook.Cells;

    /// <summary>The chapter with what its settings' cell and its check's cell declare, as JSON.</summary>
    public SampleChapter(string variants = "[]", string faults = "[]", string trains = "false", bool isLong = false)
    {
        Declare(2, "variants", variants);
        Declare(2, "trains", trains);
        Declare(5, "faults", faults);
        if (isLong) { _notebook.Cells[4].Metadata["tags"] = new JsonArray("long"); }

        _notebook.Save(Chapter.Path);
    }

    public TweakPlan Plan(bool withFaults = true) => TweakPlan.Of(Chapter, withFaults);

    /// <summary>What is said of the plan's cells when each shows what <paramref name="shown"/> says of it.</summary>
    public static IReadOnlyList<string> Judge(TweakPlan plan, Func<TweakPass, int, Output[]> shown) =>
        [.. TweakJudge.Problems(
            plan,
            [.. plan.Passes.Select(
                pass =>
                    (IReadOnlyList<IReadOnlyList<Output>>)[.. pass.Cells.Select(cell => shown(pass, cell.Number))])])];

    public void Dispose() => _temp.Dispose();

    private void Declare(int cell, string field, string json)
    {
        JsonObject metadata = _notebook.Cells[cell].Metadata;
        if (metadata[OutputHash.Section] is null) { metadata[OutputHash.Section] = new JsonObject(); }

        metadata[OutputHash.Section]![field] = JsonNode.Parse(json);
    }
}
