using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The web service of lib/samples by HTTP.</summary>
public sealed class TranslationApiTests
{
    private const string Sentence = "Click a filter to select it.";

    [Fact]
    public async Task It_translates_as_the_course_does_and_answers_what_it_cannot_understand_with_a_sentence()
    {
        CourseLibrary.Load(Repository.Find());
        using TranslationServer server = await TranslationServer.StartAsync();
        using var client = new HttpClient { BaseAddress = server.Address };
        foreach (int beam in (int[])[1, 4])
        {
            var (status, answer) = await AskAsync(client, $$"""{"text":"{{Sentence}}","beam":{{beam}}}""");
            Assert.Equal((HttpStatusCode.OK, Translated(Sentence, beam)), (status, Text(answer, "translation")));
        }

        // Without a beam it is 4, as in the paper; many may ask at a time; and ’ is read as '.
        string[] sentences = [.. Enumerable.Range(1, 8).Select(i => $"Don’t select the layer {i}.")];
        var answers = await Task.WhenAll(sentences.Select(text => AskAsync(client, $$"""{"text":"{{text}}"}""")));
        Assert.Equal(
            sentences.Select(text => Translated(text, 4)), answers.Select(one => Text(one.Answer, "translation")));

        await Refused(client, """{"text":""}""", "nothing to translate");
        await Refused(client, """{"text":"  \u00a0 "}""", "nothing to translate");
        await Refused(client, "{}", "nothing to translate");
        await Refused(client, """{"text":"a","beam":0}""", "'beam' is 0; it may be 1 to 16");
        string text = string.Concat(Enumerable.Repeat("a long text ", 200));
        await Refused(client, $$"""{"text":"{{text}}"}""", "cut it into");
        foreach (string broken in (string[])["", "null", "Bonjour", """{"text":""", """{"text":5}""", "[]"])
        {
            await Refused(client, broken, "Send a POST to /translate with JSON");
        }

        var home = await client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, home.StatusCode);
        Assert.Contains("Send a POST to /translate", await home.Content.ReadAsStringAsync());
        var asked = await client.GetAsync(new Uri("/translate", UriKind.Relative));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, asked.StatusCode);
    }

    private static async Task Refused(HttpClient client, string body, string why)
    {
        var (status, answer) = await AskAsync(client, body);
        Assert.Equal((HttpStatusCode.BadRequest, null), (status, Text(answer, "translation")));
        Assert.Contains(why, Text(answer, "error"));
    }

    private static async Task<(HttpStatusCode Status, JsonNode Answer)> AskAsync(HttpClient client, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.PostAsync(
            new Uri("/translate", UriKind.Relative), content);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private static string? Text(JsonNode answer, string name) => answer[name]?.GetValue<string>();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Translated(string sentence, int beam)
    {
        var translator = Translator.Load(Path.Combine(Repository.Find().Data, "en-fr.safetensors"));
        return translator.Translate([translator.Normalise(sentence)], beam)[0];
    }
}
