using System.Text.Json;

namespace TransformersFromScratch.Tests.Published;

/// <summary>Awkward texts, and what Hugging Face's tokenizers make of them.</summary>
public class PublishedTokenizerTests
{
    public static TheoryData<string> Folders => PublishedFolder.With("tokenizer.cases.json");

    private static (PublishedTokenizer Tokens, string Place) Load(string name)
    {
        var from = new PublishedFolder(name);
        return (from.Load().Tokens!, from.Place);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Awkward_texts_have_the_published_ids_tokens_and_decoded_texts(string name)
    {
        var (tokens, place) = Load(name);
        AssertCases(tokens, place);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Rows_that_a_model_has_beyond_its_tokens_have_no_text(string name)
    {
        PublishedTokenizer tokens = Load(name).Tokens;
        int[] ids = tokens.Encode("Click a filter to select it.");
        int[] padded = [tokens.Count, .. ids[..2], tokens.Count + 47, .. ids[2..], int.MaxValue];
        Assert.Equal(tokens.Decode(ids), tokens.Decode(padded));
        Assert.Equal(tokens.Decode(ids, special: true), tokens.Decode(padded, special: true));
    }

    private static void AssertCases(PublishedTokenizer tokens, string place)
    {
        JsonElement cases = PublishedFolder.Read(Path.Combine(place, "tokenizer.cases.json"));
        Assert.True(cases.GetArrayLength() > 20);
        Assert.All(cases.EnumerateArray(), wanted =>
        {
            int[] ids = tokens.Sentence(wanted.GetProperty("text").GetString()!);
            Assert.Equal(Ints(wanted.GetProperty("ids")), ids);
            Assert.Equal(
                wanted.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()),
                ids.Select(tokens.TokenText));
            Assert.Equal(wanted.GetProperty("decoded").GetString(), tokens.Decode(ids, special: true));
            Assert.Equal(wanted.GetProperty("decoded_skip_special").GetString(), tokens.Decode(ids));
        });
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Pairs_have_the_published_ids_and_types(string name)
    {
        var (tokens, place) = Load(name);
        Assert.All(PublishedFolder.Read(Path.Combine(place, "tokenizer.pairs.json")).EnumerateArray(), wanted =>
        {
            var (ids, types) = tokens.Pair(wanted.GetProperty("a").GetString()!, wanted.GetProperty("b").GetString()!);
            Assert.Equal(Ints(wanted.GetProperty("ids")), ids);
            if (wanted.GetProperty("token_type_ids") is { ValueKind: JsonValueKind.Array } wantedTypes)
            {
                Assert.Equal(Ints(wantedTypes), types);
            }
        });
    }

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetInt32())];
}
