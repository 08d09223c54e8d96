using System.Text.Json.Nodes;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>What the anatomy page computes from a trace is what the model computes.</summary>
[Collection(CommittedSiteCollection.Name)]
public class AnatomyNumbersTests
{
    private const string State = "courseAnatomy.page.state";

    private readonly CommittedSite _site;

    public AnatomyNumbersTests(CommittedSite site)
    {
        _site = site;
        CourseLibrary.Load(Repository.Find());
    }

    [Fact]
    public async Task The_weights_that_it_computes_are_the_models()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await browser.OpenAsync(
            _site.Address(AnatomyPage.FileName), 1280, 900, calm: true);
        Assert.True(await tab.WaitForAsync($"{State}.at === 0", TimeSpan.FromSeconds(30)));
        var translator = Translator.Load(Path.Combine(Repository.Find().Data, "en-fr.safetensors"));
        JsonNode ids = (await tab.EvaluateAsync($"{State}.trace.stacks.map(stack => stack.ids)"))!;
        TransformerResult model = translator.Model.Forward(
            [.. ids[0]!.AsArray().Select(id => id!.GetValue<int>())],
            [.. ids[1]!.AsArray().Select(id => id!.GetValue<int>())]);
        JsonNode maps = (await tab.EvaluateAsync($"""
            {State}.trace.stacks[1].layers.map(layer => layer[1].head.map(head => [...head.weights.data]))
            """))!;
        for (int layer = 0; layer < model.Decoder.CrossAttention.Count; layer++)
        {
            for (int head = 0; head < 4; head++)
            {
                float[] expected = model.Decoder.CrossAttention[layer][head].ToRowMajorArray();
                Assert.Equal(expected.Length, maps[layer]![head]!.AsArray().Count);
                Assert.All(expected.Index(), weight => Assert.Equal(
                    weight.Item, maps[layer]![head]![weight.Index]!.GetValue<double>(), 0.01));
            }
        }

        JsonNode memory = (await tab.EvaluateAsync($"[...{State}.trace.stacks[0].output.data]"))!;
        Assert.All(model.Encoder.Memory.ToRowMajorArray().Index(), number => Assert.Equal(
            number.Item, memory[number.Index]!.GetValue<double>(), 0.03));
    }
}
