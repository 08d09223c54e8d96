using System.Text.Json.Nodes;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>What is committed for the anatomy page is what the shipped models compute, here and now.</summary>
public class AnatomyTracesTests
{
    private static readonly Repository s_repository = Repository.Find();

    public AnatomyTracesTests() => CourseLibrary.Load(s_repository);

    private static string Folder => AnatomyTraces.Folder(s_repository);

    public static TheoryData<string> Ids => [.. AnatomyTraces.All.Select(trace => trace.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_committed_trace_is_what_the_model_computes(string id)
    {
        AnatomyTrace trace = AnatomyTraces.All.Single(each => each.Id == id);
        string script = File.ReadAllText(Path.Combine(Folder, trace.FileName));
        string json = script[(script.IndexOf("] = ", StringComparison.Ordinal) + 4)..script.LastIndexOf(';')];
        Anatomy computed = AnatomyTraces.Compute(s_repository, trace);
        Same(JsonNode.Parse(computed.ToJson())!, JsonNode.Parse(json)!, id);
        Assert.Equal(trace.Text, computed.Text);
        Assert.Empty(computed.Strange);
        // Greedily, the likeliest token of each row is the next row's.
        int read = computed.Read, rows = computed.Guesses.Count;
        Assert.Equal(
            computed.Stacks[^1].Tokens.Skip(read).Select(token => token.Id),
            computed.Guesses.Take(rows - 1).Skip(read - 1).Select(row => row[0].Token.Id));
    }

    [Fact]
    public void The_translations_are_those_of_the_translator_and_so_is_what_they_looked_at()
    {
        var translator = Translator.Load(Path.Combine(s_repository.Data, "en-fr.safetensors"));
        IReadOnlyList<AttentionSeen> all = AnatomyTraces.Seen(Folder);
        Assert.Equal(3, all.Count);
        foreach (AttentionSeen seen in all)
        {
            Assert.Equal(translator.Translate([seen.Text])[0], seen.Written);
            int[] source = translator.Encode(seen.Text), target = translator.Encode(seen.Written);
            var cross = translator.Model.Forward(source, [Vocabulary.Start, .. target]).Decoder.CrossAttention[^1];
            Assert.Equal(target.Length, seen.Weights.Count);
            for (int t = 0; t < target.Length; t++)
            {
                Assert.Equal(1, seen.Weights[t].Sum(), 0.006);
                Assert.All(seen.Weights[t].Index(), weight => Assert.Equal(
                    cross.Average(head => head[t, weight.Index]), weight.Item, 0.002));
            }
        }
    }

    [Fact]
    public void All_of_them_are_light()
    {
        Assert.InRange(Directory.EnumerateFiles(Folder).Sum(file => new FileInfo(file).Length), 100_000, 500_000);
        string scripts = Path.GetDirectoryName(Folder)!;
        Assert.InRange(Directory.EnumerateFiles(scripts, "*.js").Where(file => Path.GetFileName(file) != "landing.js")
            .Sum(file => new FileInfo(file).Length), 1, 60_000);
        string picture = Path.Combine(s_repository.Images, AttentionMoving.FileName);
        Assert.InRange(new FileInfo(picture).Length, 1_000, 150_000);
        string svg = File.ReadAllText(picture);
        Assert.Contains("prefers-reduced-motion:reduce", svg);
        Assert.DoesNotContain("<script", svg);
    }

    /// <summary>The same shape and words, and numbers that are as near as another processor may bring them.</summary>
    private static void Same(JsonNode? expected, JsonNode? actual, string at)
    {
        if (expected is JsonObject { } matrix && matrix.ContainsKey("data"))
        {
            double scale = actual!["scale"]!.GetValue<double>();
            Assert.Equal(matrix["scale"]!.GetValue<double>(), scale, scale * 1e-3);
            string a = matrix["data"]!.GetValue<string>(), b = actual["data"]!.GetValue<string>();
            Assert.Equal(a.Length, b.Length);
            for (int i = 0; i < a.Length; i += 2) { Assert.InRange(Math.Abs(Number(a, i) - Number(b, i)), 0, 3); }
        }
        else if (expected is JsonObject thing)
        {
            Assert.Equal(thing.Select(pair => pair.Key), actual!.AsObject().Select(pair => pair.Key));
            foreach (var (key, value) in thing) { Same(value, actual[key], $"{at}.{key}"); }
        }
        else if (expected is JsonArray list)
        {
            Assert.Equal(list.Count, actual!.AsArray().Count);
            for (int i = 0; i < list.Count; i++) { Same(list[i], actual[i], $"{at}[{i}]"); }
        }
        else if (expected?.GetValueKind() == System.Text.Json.JsonValueKind.Number)
        {
            double value = expected.GetValue<double>();
            Assert.Equal(value, actual!.GetValue<double>(), Math.Max(1e-3, Math.Abs(value) * 2e-3));
        }
        else { Assert.True(JsonNode.DeepEquals(expected, actual), $"{at}: {expected} but {actual}"); }
    }

    private static int Number(string data, int at)
    {
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        return (letters.IndexOf(data[at], StringComparison.Ordinal) * 64)
            + letters.IndexOf(data[at + 1], StringComparison.Ordinal);
    }
}
