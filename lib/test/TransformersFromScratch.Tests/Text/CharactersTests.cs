namespace TransformersFromScratch.Tests.Text;

public class CharactersTests
{
    [Fact]
    public void Ids_follow_the_code_of_the_characters()
    {
        var characters = Characters.Of("banana\nAb é");
        Assert.Equal("\n Aabné", characters.All);
        Assert.Equal(7, characters.Count);
        Assert.Equal([4, 3, 5, 3], characters.Encode("bana"));
        Assert.Equal("née", Characters.Of("née").Decode(Characters.Of("née").Encode("née")));
        Assert.Empty(characters.Encode(""));
        Assert.Equal("", characters.Decode([]));
    }

    [Fact]
    public void Every_text_of_its_characters_comes_back()
    {
        string novel = Austen.Load(Path.Combine(Corpus.Folder("austen.txt"), "austen.txt"));
        var characters = Characters.Of(novel);
        Assert.Equal(80, characters.Count);
        Assert.Equal(76, Characters.Of(novel[..Austen.EmmaLength]).Count);
        Assert.Equal(novel, characters.Decode(characters.Encode(novel)));
        // Two units, each a token.
        Assert.Equal("a😀", Characters.Of("😀a").Decode(Characters.Of("a😀").Encode("a😀")));
    }

    [Fact]
    public void What_is_not_in_it_is_named()
    {
        var characters = Characters.Of("ab \n");
        Assert.StartsWith(
            "The character 'é' at place 2 is not in this vocabulary. It has these 4: ↵␣ab",
            Assert.Throws<ArgumentException>(() => characters.Encode("abé")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "ids 0 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => characters.Decode([4])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => characters.TokenText(-1));
        Assert.Throws<ArgumentException>(() => Characters.Of(""));
    }

    [Fact]
    public void Tokens_without_a_shape_are_shown()
    {
        var characters = Characters.Of("\t\n x");
        Assert.Equal(["\\u0009", "↵", "␣", "x"], Enumerable.Range(0, 4).Select(characters.TokenText));
    }
}
