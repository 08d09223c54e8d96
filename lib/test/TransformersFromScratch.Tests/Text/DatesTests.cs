using System.Globalization;

namespace TransformersFromScratch.Tests.Text;

public class DatesTests
{
    /// <summary>A Tuesday with one-digit day and month, written out by hand.</summary>
    [Theory]
    [InlineData("English", "March 9, 2021|Tuesday, March 9, 2021|9 March 2021|the 9th of March, 2021|Mar 9, 2021|9 " +
        "Mar 2021|March 9th, 2021|Tuesday 9 March 2021")]
    [InlineData("German", "9. März 2021|Dienstag, 9. März 2021|9. März 2021|9.3.2021|Dienstag, den 9. März " +
        "2021|09.03.2021")]
    [InlineData("French", "9 mars 2021|le 9 mars 2021|mardi 9 mars 2021|9 mars 2021|le mardi 9 mars 2021")]
    [InlineData("Spanish", "9 de marzo de 2021|martes, 9 de marzo de 2021|9 mar 2021|el 9 de marzo de 2021")]
    [InlineData("Italian", "9 marzo 2021|martedì 9 marzo 2021|9 mar 2021|il 9 marzo 2021")]
    [InlineData("Portuguese", "9 de março de 2021|terça-feira, 9 de março de 2021|9 de mar. de 2021")]
    [InlineData("Dutch", "9 maart 2021|dinsdag 9 maart 2021|9 mrt 2021|2021/03/09")]
    public void A_day_in_every_form(string language, string forms) =>
        Assert.Equal(forms.Split('|'), Dates.Write(new DateOnly(2021, 3, 9), language));

    [Fact]
    public void English_endings()
    {
        string[] expected =
            ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "20th", "21st", "22nd", "23rd", "24th",
                "30th", "31st"];
        Assert.Equal(
            expected.Select(day => $"the {day} of May, 1999"),
            expected.Select(
                day => Dates.Write(
                    new DateOnly(1999, 5, int.Parse(day[..^2], CultureInfo.InvariantCulture)), "English")[3]));
    }

    /// <summary>
    /// Whole names do not change between versions of ICU; shortened ones do, so those are not compared.
    /// </summary>
    [Theory]
    [InlineData("English", "en-GB")]
    [InlineData("German", "de-DE")]
    [InlineData("French", "fr-FR")]
    [InlineData("Spanish", "es-ES")]
    [InlineData("Italian", "it-IT")]
    [InlineData("Portuguese", "pt-PT")]
    [InlineData("Dutch", "nl-NL")]
    public void Names_are_those_of_the_machine(string language, string culture)
    {
        DateTimeFormatInfo names = new CultureInfo(culture).DateTimeFormat;
        Assert.SkipWhen(
            language != "English" && names.MonthNames[0] == "January",
            "This machine has no names for other cultures (ICU is missing).");
        for (int day = 0; day < 366; day++)
        {
            DateOnly date = new DateOnly(2024, 1, 1).AddDays(day);
            IReadOnlyList<string> written = Dates.Write(date, language);
            Assert.Contains(names.MonthGenitiveNames[date.Month - 1], written[0], StringComparison.OrdinalIgnoreCase);
            Assert.Contains(
                written, text => text.Contains(
                    names.DayNames[(int)date.DayOfWeek], StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public void No_text_means_two_days()
    {
        var meanings = new Dictionary<string, DateOnly>();
        for (var day = new DateOnly(2023, 1, 1); day.Year < 2025; day = day.AddDays(1))
        {
            foreach (string text in Dates.Languages.SelectMany(language => Dates.Write(day, language)))
            {
                Assert.Equal(day, meanings.GetValueOrDefault(text, day));
                meanings[text] = day;
            }
        }
    }

    [Fact]
    public void Training_and_test_share_no_day_and_cover_every_language()
    {
        var random = new SeededRandom(1);
        SentencePair[] training = [.. Enumerable.Range(0, 5000).Select(_ => Dates.Draw(random))],
            test = [.. Dates.DrawTest(5000, seed: 2)];
        Assert.All(training, pair => Assert.False(Dates.IsForTests(Meaning(pair))));
        Assert.All(test, pair => Assert.True(Dates.IsForTests(Meaning(pair))));
        foreach (SentencePair[] drawn in (SentencePair[][])[training, test])
        {
            Assert.All(drawn, pair => Assert.Contains(pair.Source, Dates.Write(Meaning(pair), pair.Origin)));
            Assert.All(drawn, pair => Assert.InRange(Meaning(pair).Year, Dates.FirstYear, Dates.LastYear));
            Assert.Equal(Dates.Languages.Order(), drawn.Select(pair => pair.Origin).Distinct().Order());
            Assert.Equal(
                12 * 7, drawn.Select(pair => (Meaning(pair).Month, Meaning(pair).DayOfWeek)).Distinct().Count());
        }

        static DateOnly Meaning(SentencePair pair) =>
            DateOnly.ParseExact(pair.Target, "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_seed_gives_the_same_dates()
    {
        Assert.Equal(Dates.DrawTest(50, seed: 7), Dates.DrawTest(50, seed: 7));
        Assert.NotEqual(Dates.DrawTest(50, seed: 7), Dates.DrawTest(50, seed: 8));
        Assert.Contains(
            "Portuguese", Assert.Throws<ArgumentException>(() => Dates.Write(default, "Klingon")).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Dates.DrawTest(0, seed: 1));
    }
}
