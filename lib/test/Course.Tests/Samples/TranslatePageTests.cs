using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The page that translates in the browser, in a browser that reaches no other machine.</summary>
public sealed class TranslatePageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public TranslatePageTests() => CourseLibrary.Load(Repository.Find());

    public void Dispose() => _folder.Dispose();

    private static bool HasRuntime => Directory.Exists(TranslatePage.RuntimeFolder(Repository.Find()));

    private static void RequireRuntime()
    {
        const string how = "ONNX Runtime for the web is not here. Fetch it: npm ci --ignore-scripts --prefix " +
            "lib/samples/translate-page";
        Assert.SkipWhen(!HasRuntime && Environment.GetEnvironmentVariable("REQUIRE_BROWSER") != "1", how);
        Assert.True(HasRuntime, how);
    }

    [Theory]
    [InlineData("en-fr", 1280, false)]
    [InlineData("en-de", 400, true)]
    public async Task Sentences_that_are_typed_are_translated_as_the_course_does(string name, int width, bool dark)
    {
        RequireRuntime();
        string folder = _folder.File("page");
        var (code, said) = await CourseProgram.RunAsync(_folder.Path, "export", name, folder, "--page");
        Assert.True(code == 0, said);
        using TranslationServer server = await TranslationServer.StartAsync("--page", folder);
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(server.Address, width, 900, dark);
        await page.WaitForAsync(
            "!document.querySelector('#status').textContent.startsWith('Loading')", TimeSpan.FromMinutes(2));
        Assert.StartsWith("Ready.", Text(await page.EvaluateAsync("document.querySelector('#status').textContent")));
        var wanted = Translated(name);
        foreach (var (sentence, translation, tokens) in wanted)
        {
            await page.EvaluateAsync($$"""
                document.querySelector('textarea').value = {{JsonSerializer.Serialize(sentence)}};
                document.querySelector('output').textContent = '';
                document.querySelector('#status').textContent = 'waiting';
                document.querySelector('textarea').focus();
                """);
            await page.PressAsync("Enter");
            Assert.True(await page.WaitForAsync(
                "document.querySelector('#status').textContent !== 'waiting'", TimeSpan.FromMinutes(1)));
            Assert.Equal(translation, Text(await page.EvaluateAsync("document.querySelector('output').textContent")));
            await AssertAttention(page, tokens);
        }

        await page.EvaluateAsync("document.querySelector('textarea').value = ' '");
        await page.ClickAsync("document.querySelector('button')");
        Assert.True(await page.WaitForAsync(
            "document.querySelector('#status').textContent.startsWith('There is nothing')", TimeSpan.FromMinutes(1)));
        Assert.Empty(page.Errors);
        Assert.All(page.Requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)), url =>
            Assert.StartsWith(server.Address.AbsoluteUri, url, StringComparison.Ordinal));
        int scroll = (await page.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>();
        Assert.True(scroll <= width, $"The page is {scroll} pixels wide, on a screen of {width}.");
        await Screenshot(page, $"{name}-{width}");
    }

    /// <summary>A row a token that was written, and each row's weights sum to 1.</summary>
    private static async Task AssertAttention(BrowserPage page, int tokens)
    {
        JsonNode sums = (await page.EvaluateAsync("""
            [...document.querySelectorAll('tbody tr')].map(row => [...row.querySelectorAll('td')]
              .reduce((sum, cell) => sum + Number(cell.style.getPropertyValue('--weight')), 0))
            """))!;
        Assert.Equal(tokens, sums.AsArray().Count);
        Assert.All(sums.AsArray(), sum => Assert.Equal(1, sum!.GetValue<double>(), 0.02));
    }

    private static async Task Screenshot(BrowserPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.EvaluateAsync("document.querySelector('textarea').value = 'Click a filter to select it.'");
            await page.ClickAsync("document.querySelector('button')");
            await page.WaitForAsync("!document.querySelector('figure').hidden", TimeSpan.FromMinutes(1));
            await page.SaveScreenshotAsync(Path.Combine(folder, $"translate-{name}.png"));
        }
    }

    private static string? Text(JsonNode? value) => value?.GetValue<string>();

    /// <summary>Some sentences, their translations, and how many tokens these have, the end included.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<(string Sentence, string Translation, int Tokens)> Translated(string name)
    {
        string data = Repository.Find().Data;
        var translator = Translator.Load(Path.Combine(data, $"{name}.safetensors"));
        string[] sentences =
        [
            "Click a filter to select it.", "The file is not saved, is it?",
            .. File.ReadLines(Path.Combine(data, $"{name}.test.tsv")).Select(line => line.Split('\t')[0])
                .Where(text => translator.Normalise(text) == text && !translator.Read(text).IsTooLong).Take(6),
        ];
        return [.. sentences.Select(text => (
            text, translator.Translate([text])[0], TokensOf(translator, text)))];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int TokensOf(Translator translator, string text)
    {
        int[] source = translator.Encode(text);
        int[] written = Greedy.Decode(
            translator.Model, TokenBatch.Of([source], translator.Model.Config.PaddingId), source.Length + 50)[0];
        return written.Length + 1;
    }

    [Fact]
    public async Task A_model_that_does_not_translate_and_a_full_folder_are_refused()
    {
        RequireRuntime();
        var (code, said) = await CourseProgram.RunAsync(
            _folder.Path, "export", "bert", _folder.File("out"), "--page");
        Assert.Equal((1, true), (code, said.Contains("a bert does not", StringComparison.Ordinal)));
        _folder.Write("mine", "full", "a.txt");
        (code, said) = await CourseProgram.RunAsync(_folder.Path, "export", "en-fr", _folder.File("full"), "--page");
        Assert.Equal((1, true), (code, said.Contains("not an empty folder", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(_folder.File("out")));
    }
}
