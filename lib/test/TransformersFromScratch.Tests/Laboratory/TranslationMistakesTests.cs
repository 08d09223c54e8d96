namespace TransformersFromScratch.Tests.Laboratory;

public class TranslationMistakesTests
{
    private static string[] Found(string source, string output, string reference) =>
        [.. TranslationMistakes.Count([source], [output], [reference]).Where(kind => kind.Sentences == 1)
            .Select(kind => kind.Name)];

    [Fact]
    public void Each_kind_is_found_where_it_is_and_nowhere_else()
    {
        const string Source = "Enter 5 in XNPV here", Reference = "Saisissez 5 dans XNPV ici";
        Assert.Equal(["equal to the reference"], Found(Source, Reference, Reference));
        Assert.Equal(["numbers changed", "one word off"], Found(Source, "Saisissez 6 dans XNPV ici", Reference));
        Assert.Equal(
            ["names in capitals changed", "one word off"], Found(Source, "Saisissez 5 dans VAN ici", Reference));
        Assert.Equal(["one word off"], Found(Source, "Saisissez 5 dans XNPV là", Reference));
        Assert.Equal(
            ["right words, other order"],
            Found(Source, "Ici".ToLowerInvariant() + " Saisissez 5 dans XNPV", Reference));
        Assert.Contains("too short", Found(Source, "5 dans XNPV", Reference));
        Assert.Contains("too long", Found(Source, Reference + " pour le calcul", Reference));
        Assert.Contains(
            "something else entirely", Found(Source, "La page est 5 XNPVX vide .", "Un tout autre texte que celui ."));
    }

    [Fact]
    public void A_repetition_counts_if_the_reference_has_none()
    {
        Assert.Contains("repeats itself", Found("x", "le mot le mot suit", "le mot suit bien là"));
        Assert.DoesNotContain("repeats itself", Found("x", "le mot le suit", "le mot suit bien"));
        Assert.DoesNotContain("repeats itself", Found("x", "le mot le mot suit", "un an un an suit"));
        Assert.DoesNotContain("repeats itself", Found("x", "non non", "non oui")); // A single word may be said twice.
    }

    [Fact]
    public void What_the_translator_changed_himself_is_no_mistake()
    {
        Assert.DoesNotContain("numbers changed", Found("in 2 steps", "en étapes", "en étapes"));
        Assert.DoesNotContain("numbers changed", Found("in 2 steps", "en 2 étapes", "en étapes"));
        Assert.DoesNotContain("names in capitals changed", Found("the HTML page", "la page", "la page"));
    }

    [Fact]
    public void Lists_that_do_not_match_are_refused_and_an_empty_output_is_too_short()
    {
        Assert.Contains(
            "1 sources, 0 outputs", Assert.Throws<ArgumentException>(
                () => TranslationMistakes.Count(["a"], [], ["b"])).Message, StringComparison.Ordinal);
        Assert.Contains("too short", Found("a", "", "b"));
        Assert.All(TranslationMistakes.Count([], [], []), kind => Assert.Equal(0, kind.Sentences));
    }
}
