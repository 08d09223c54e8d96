namespace Notebooks.Tests.Engine;

/// <summary>How values look: plain, as tables, escaped, and never hanging or crashing.</summary>
public class FormatterTests
{
    private sealed class Throws
    {
        public int Good => 1; public int Bad =>
        throw new InvalidOperationException(); public override string ToString() =>
            throw new InvalidOperationException("no text");
    }

    private sealed class Cyclic { public Cyclic Self => this; public string Name => "me"; }

    [TypeFormatterSource(typeof(Source), PreferredMimeTypes = ["text/html", "text/plain"])]
    private sealed record Branded(string Name);

    [AttributeUsage(AttributeTargets.Class)]
    private sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
    {
        public Type FormatterSourceType => formatterSourceType;

        public string[] PreferredMimeTypes { get; set; } = [];
    }

    private sealed class Source
    {
        public IEnumerable<object> CreateTypeFormatters() => [new AsHtml()];
    }

    private sealed class AsHtml
    {
        public string MimeType => "text/html";

        public bool Format(object instance, TextWriter writer)
        {
            writer.Write($"<em>{((Branded)instance).Name}</em>");
            return true;
        }
    }

    [Fact]
    public void Simple_values_are_plain_and_the_same_in_every_culture()
    {
        Thread.CurrentThread.CurrentCulture = new System.Globalization.CultureInfo("de-DE");
        Assert.Equal("1.5", Formatter.Format(1.5)["text/plain"]);
        Assert.Equal("<null>", Formatter.Format(null)["text/plain"]);
        Assert.Equal("text", Formatter.Format("text")["text/plain"]);
        Assert.Equal("True", Formatter.Format(true)["text/plain"]);
        Assert.Null(Formatter.Format("text")["text/html"]);
    }

    [Fact]
    public void Sequences_objects_and_dictionaries_are_tables()
    {
        Assert.Contains("<td>b</td>", Formatter.Format(new[] { "a", "b" })["text/html"], StringComparison.Ordinal);
        Assert.Contains(
            "<th>Name</th><th>Age</th>", Formatter.Format(new[] { new { Name = "x", Age = 1 } })["text/html"],
            StringComparison.Ordinal);
        Assert.Contains(
            "<td>k</td><td>7</td>", Formatter.Format(new Dictionary<string, int> { ["k"] = 7 })["text/html"],
            StringComparison.Ordinal);
        Assert.Contains(
            "<td>Item2</td><td>two</td>", Formatter.Format((1, "two"))["text/html"], StringComparison.Ordinal);
        Assert.Contains(
            "<td>4</td>", Formatter.Format(new[,] { { 1, 2 }, { 3, 4 } })["text/html"], StringComparison.Ordinal);
        Assert.Equal("   value\n0  1\n1  2", Formatter.Format(new List<int> { 1, 2 })["text/plain"]);
    }

    [Fact]
    public void Text_that_comes_from_data_is_escaped() =>
        Assert.Contains(
            "&lt;script&gt;", Formatter.Format(new[] { "<script>" })["text/html"], StringComparison.Ordinal);

    [Fact]
    public void A_long_sequence_is_cut_with_a_word_and_an_endless_one_ends()
    {
        static IEnumerable<int> Endless() { for (int i = 0; ; i++) { yield return i; } }
        Assert.Contains("only the first 100", Formatter.Format(Endless())["text/plain"], StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_that_throw_or_turn_in_circles_do_no_harm()
    {
        Assert.Contains(
            "threw InvalidOperationException",
            Formatter.Format(new[] { new Throws() })["text/plain"] + Formatter.Format(new Throws())["text/plain"],
            StringComparison.Ordinal);
        Assert.Contains("me", Formatter.Format(new Cyclic())["text/html"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_brings_its_own_formatters_by_name()
    {
        MimeBundle bundle = Formatter.Format(new Branded("x"));
        Assert.Equal("<em>x</em>", bundle["text/html"]);
        Assert.Equal(["text/html", "text/plain"], bundle.MimeTypes);
    }

    [Fact]
    public async Task MathNets_matrices_and_vectors_are_tables_without_a_reference_to_MathNet()
    {
        await using var session = new Session();
        await session.RunAsync("#r \"nuget: MathNet.Numerics, 5.0.0\"\nusing MathNet.Numerics.LinearAlgebra;");
        Ran matrix = await session.RunAsync("Matrix<float>.Build.Dense(30, 2, (i, j) => i + j / 3f)");
        Assert.Contains("30×2", matrix.Text, StringComparison.Ordinal);
        Assert.Contains("0.3333", matrix.Text, StringComparison.Ordinal);
        Assert.Contains("…", matrix.Text, StringComparison.Ordinal);
        Assert.Contains(
            "1×3", (await session.RunAsync("Vector<double>.Build.Dense(3)")).Text, StringComparison.Ordinal);
    }
}
