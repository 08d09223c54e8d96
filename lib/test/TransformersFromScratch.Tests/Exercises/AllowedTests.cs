using System.Globalization;
using System.Reflection;

namespace TransformersFromScratch.Tests;

public class AllowedTests
{
    private sealed record Settings(int Dimensions = 64, int Heads = 8, double Rate = 0.5, string Sentence = "Click it");

    private static string Sentence(Action check)
    {
        string message = Assert.Throws<ArgumentException>(check).Message;
        Assert.DoesNotContain('\n', message);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        return message;
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(256)]
    public void A_bound_and_what_lies_between_is_allowed(int Dimensions) => Allowed.Between(Dimensions, 8, 256);

    [Theory]
    [InlineData(7, "Dimensions is 7, but it may be 8 to 256.")]
    [InlineData(257, "Dimensions is 257, but it may be 8 to 256.")]
    [InlineData(int.MinValue, "Dimensions is -2147483648, but it may be 8 to 256.")]
    public void A_number_outside_is_a_sentence(int Dimensions, string expected) =>
        Assert.Equal(expected, Sentence(() => Allowed.Between(Dimensions, 8, 256)));

    [Fact]
    public void A_double_may_be_a_bound_and_nothing_beyond_it()
    {
        double Rate = 1e-9;
        Allowed.Between(Rate, 1e-9, 0.25);
        Rate = 0.25;
        Allowed.Between(Rate, 1e-9, 0.25);
        Rate = Math.BitIncrement(0.25);
        Assert.Equal(
            "Rate is 0.25000000000000006, but it may be 1E-09 to 0.25.",
            Sentence(() => Allowed.Between(Rate, 1e-9, 0.25)));
        Rate = Math.BitDecrement(1e-9);
        Assert.StartsWith("Rate is 9.99", Sentence(() => Allowed.Between(Rate, 1e-9, 0.25)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void What_is_no_number_lies_nowhere(double Rate, string text)
    {
        Assert.Equal($"Rate is {text}, but it may be 0 to 1.", Sentence(() => Allowed.Between(Rate, 0, 1)));
        Assert.Equal($"Rate is {text}, but it may be 0 to 1.", Sentence(() =>
        {
            double one = 1;
            double Rate2 = Rate;
            Allowed.Between(Rate2, 0, one, nameof(Rate));
        }));
    }

    [Fact]
    public void A_float_keeps_its_own_digits()
    {
        float Smoothing = 0.95f;
        Assert.Equal(
            "Smoothing is 0.95, but it may be 0 to 0.9.", Sentence(() => Allowed.Between(Smoothing, 0f, 0.9f)));
    }

    [Fact]
    public void The_name_is_the_last_part_of_what_is_written()
    {
        var settings = new Settings(Dimensions: 7);
        Assert.StartsWith(
            "Dimensions is 7,", Sentence(() => Allowed.Between(settings.Dimensions, 8, 256)), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_number_of_a_list_is_looked_at()
    {
        double[] Rates = [0.1, 0.2];
        Allowed.Each(Rates, 0.1, 0.2);
        Assert.Equal("Rates[1] is 0.2, but it may be 0 to 0.15.", Sentence(() => Allowed.Each(Rates, 0, 0.15)));
        Rates = [];
        Assert.Equal(
            "Rates is empty, but it needs at least one number, each 0 to 1.",
            Sentence(() => Allowed.Each(Rates, 0, 1)));
        Rates = null!;
        Assert.StartsWith("Rates is empty", Sentence(() => Allowed.Each(Rates, 0, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Even_numbers_and_multiples()
    {
        int Dimensions = 64, Heads = 8;
        Allowed.Even(Dimensions);
        Allowed.Even(0);
        Allowed.Multiple(Dimensions, Heads);
        Dimensions = 63;
        Assert.Equal("Dimensions is 63, but it must be even, such as 62.", Sentence(() => Allowed.Even(Dimensions)));
        Assert.Equal(
            "Dimensions is 63, but it must be a multiple of Heads, which is 8.",
            Sentence(() => Allowed.Multiple(Dimensions, Heads)));
        Assert.Equal(
            "Dimensions is 63, but it must be a multiple of 4.", Sentence(() => Allowed.Multiple(Dimensions, 4)));
        Heads = 0;
        Assert.Equal(
            "Dimensions is 63, but it must be a multiple of Heads, which is 0.",
            Sentence(() => Allowed.Multiple(Dimensions, Heads)));
    }

    [Fact]
    public void One_of_a_few()
    {
        string Task = "reverse";
        Allowed.OneOf(Task, ["copy", "reverse"]);
        Task = "mirror";
        Assert.Equal(
            "Task is 'mirror', but it may be 'copy', 'reverse' or 'sort'.",
            Sentence(() => Allowed.OneOf(Task, ["copy", "reverse", "sort"])));
        DayOfWeek Day = (DayOfWeek)9;
        Assert.Equal(
            "Day is 9, but it may be Sunday or Monday.",
            Sentence(() => Allowed.OneOf(Day, [DayOfWeek.Sunday, DayOfWeek.Monday])));
        Assert.Equal("Day is 9, but it may be Friday.", Sentence(() => Allowed.OneOf(Day, [DayOfWeek.Friday])));
    }

    [Theory]
    [InlineData("", "Sentence has 0 words and marks, but it may have 2 to 4.")]
    [InlineData("  \t ", "Sentence has 0 words and marks, but it may have 2 to 4.")]
    [InlineData(null, "Sentence has 0 words and marks, but it may have 2 to 4.")]
    [InlineData("Click", "Sentence has 1 word, but it may have 2 to 4.")]
    [InlineData("Click it, then it", "Sentence has 5 words and marks, but it may have 2 to 4.")]
    public void A_sentence_has_so_many_words(string? Sentence, string expected) =>
        Assert.Equal(expected, AllowedTests.Sentence(() => Allowed.Words(Sentence!, 2, 4)));

    [Fact]
    public void A_sentence_of_either_bound_is_allowed_and_its_words_may_have_to_be_known()
    {
        Vocabulary known = Vocabulary.Build(["click select a filter click"]);
        string Sentence = "Click a";
        Allowed.Words(Sentence, 2, 4, known);
        Sentence = "Select a filter a";
        Allowed.Words(Sentence, 2, 4, known);
        Sentence = "Select a filler";
        Allowed.Words(Sentence, 2, 4);
        Assert.Equal(
            "Sentence has the word 'filler', but it may only have words of the manual; near it are filter, " +
            "click, select.",
            AllowedTests.Sentence(() => Allowed.Words(Sentence, 2, 4, known)));
    }

    [Fact]
    public void Whatever_else_is_said_in_the_callers_words()
    {
        Allowed.That(true, "never said");
        Assert.Equal(
            "Heads is 3, but it must divide 64.",
            Sentence(() => Allowed.That(64 % 3 == 0, "Heads is 3, but it must divide 64.")));
    }

    [Fact]
    public void A_sentence_does_not_depend_on_where_the_reader_lives()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            double Rate = 1.5;
            Assert.Equal("Rate is 1.5, but it may be 0.25 to 0.75.", Sentence(() => Allowed.Between(Rate, 0.25, 0.75)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Every_check_writes_down_the_name_by_itself() => Assert.All(
        typeof(Allowed).GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Where(method => method.Name != nameof(Allowed.That)),
        method => Assert.Contains(
            method.GetParameters(), parameter => parameter.Name == "name" && parameter.HasDefaultValue));
}
