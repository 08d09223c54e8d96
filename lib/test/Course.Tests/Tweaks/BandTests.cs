namespace Course.Tests;

public class BandTests
{
    [Theory]
    [InlineData(new[] { 24.0, 24, 24 }, 24, 24)]
    [InlineData(new[] { 2.0, 2 }, 2, 2)]
    [InlineData(new[] { 0.25, 0.25 }, 0.24975, 0.25025)]
    [InlineData(new[] { 1.0, 2, 3 }, 0.5, 4)]
    [InlineData(new[] { 0.1, 0.3 }, 0.05, 0.4)]
    [InlineData(new[] { 0.0, 2 }, 0, 3)]
    [InlineData(new[] { 0.0004, 9 }, 0.0002, 14)]
    [InlineData(new[] { 1.9999999, 2.0000001 }, 1.9979, 2.0021)]
    [InlineData(new[] { -1.0, 1 }, -2, 2)]
    [InlineData(new[] { 10.0, 11 }, 9.5, 11.5)]
    [InlineData(new[] { 0.61, 0.64 }, 0.595, 0.655)]
    public void A_band_is_half_as_wide_again_on_either_side(double[] runs, double low, double high) =>
        Assert.Equal(new Band(low, high), Band.Of(runs));

    [Fact]
    public void No_run_lies_outside_its_own_band()
    {
        var random = new Random(1);
        for (int i = 0; i < 1000; i++)
        {
            double[] runs =
                [.. Enumerable.Range(0, 10)
                    .Select(_ => (random.NextDouble() - 0.3) * Math.Pow(10, random.Next(-6, 7)))];
            Band band = Band.Of(runs);
            Assert.All(runs, run => Assert.InRange(run, band.Low, band.High));
            Assert.True(
                band.High - band.Low <= 2.5 * (runs.Max() - runs.Min())
                    || band.High - band.Low < 0.01 * Math.Abs(runs.Max()));
            Assert.True(runs.Min() <= 0 || band.Low > 0);
        }
    }

    [Theory]
    [InlineData("time of a step", 1, 2, true)]
    [InlineData("difference to the library", 0, 1e-5, true)]
    [InlineData("a loss", 0, 0.5, false)]
    [InlineData("a loss", 1e-5, 1e-4, false)]
    public void Times_and_roundings_are_set_by_hand(string name, double low, double high, bool byHand) =>
        Assert.Equal(byHand, Band.IsByHand(name, new Band(low, high), [0.1, 0.2]));

    [Fact]
    public void A_number_that_no_seed_changes_keeps_its_band_as_long_as_it_lies_inside()
    {
        Assert.True(Band.IsByHand("digits", new Band(10, 14), [11.8, 11.8]));
        Assert.False(Band.IsByHand("digits", new Band(12, 14), [11.8, 11.8]));
        Assert.False(Band.IsByHand("digits", new Band(10, 14), [11.8, 11.9]));
    }

    [Fact]
    public void The_file_is_written_as_it_was_and_only_the_chapter_changes()
    {
        using var temp = new TempFolder();
        string recorded = File.ReadAllText(Path.Combine(Repository.Find().Data, "expected.json"));
        string path = temp.Write(recorded, "expected.json");
        var file = BandsFile.Load(path);
        file.Save();
        Assert.Equal(recorded, File.ReadAllText(path));

        file.Set(
            "01-attention", new System.Text.Json.Nodes.JsonObject { ["Sentence"] = "Clé" }, [("a", new Band(0, 0.5))]);
        file.Save();
        string text = File.ReadAllText(path);
        Assert.StartsWith(
            recorded[..recorded.IndexOf("  \"01-", StringComparison.Ordinal)] +
                "  \"01-attention\": {\n    \"settings\": {\"Sentence\":\"Clé\"},\n    \"a\": [0, 0.5]\n  },\n", text,
                    StringComparison.Ordinal);
        Assert.EndsWith(
            recorded[recorded.IndexOf("  \"02-", StringComparison.Ordinal)..], text, StringComparison.Ordinal);
        Assert.Equal(new Band(0, 0.5), BandsFile.Load(path)["01-attention", "a"]);
    }
}
