using System.Text.Json;

namespace TransformersFromScratch.Tests.Measures;

/// <summary>
/// BLEU and chrF against the numbers of sacreBLEU itself; sacrebleu.json says which version and settings made them.
/// </summary>
public class SacreBleuTests
{
    private static readonly Case[] s_cases = Read();

    public static TheoryData<string> Names => [.. s_cases.Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Bleu_is_that_of_sacrebleu(string name)
    {
        Case expected = s_cases.Single(item => item.Name == name);
        BleuScore score = Bleu.Corpus(expected.Outputs, expected.References);
        Assert.Equal(expected.Bleu, score.Score, 1e-9);
        Assert.Equal(expected.Penalty, score.BrevityPenalty, 1e-12);
        Assert.Equal(expected.Precisions, score.Precisions, (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal(expected.Matches, score.Counts.Matches);
        Assert.Equal(expected.Totals, score.Counts.Totals);
        Assert.Equal(
            (expected.OutputLength, expected.ReferenceLength),
            (score.Counts.OutputLength, score.Counts.ReferenceLength));
        Assert.Equal(expected.Text, score.ToString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bleu_of_single_sentences_is_that_of_sacrebleu(string name)
    {
        Case expected = s_cases.Single(item => item.Name == name);
        Assert.Equal(
            expected.SentenceBleu,
            expected.Outputs.Zip(expected.References, (output, references) => Bleu.Sentence(output, references).Score),
            (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ChrF_is_that_of_sacrebleu(string name)
    {
        Case expected = s_cases.Single(item => item.Name == name);
        Assert.Equal(expected.ChrF, ChrF.Corpus(expected.Outputs, expected.References).Score, 1e-9);
    }

    [Fact]
    public void Copying_the_whole_test_set_scores_as_in_sacrebleu()
    {
        // sacrebleu 2.6.0 on columns 1 and 2 of data/en-fr.test.tsv, all 800 rows.
        IReadOnlyList<SentencePair> pairs = Corpus.Load("en-fr.test.tsv");
        string[] english = [.. pairs.Select(pair => pair.Source)], french = [.. pairs.Select(pair => pair.Target)];
        Assert.Equal(3.063453906540308, Bleu.Corpus(english, french).Score, 1e-9);
        Assert.Equal(24.928389829086473, ChrF.Corpus(english, french).Score, 1e-9);
    }

    private sealed record Case(
        string Name, string[] Outputs, string[][] References, double Bleu, double[] Precisions, double Penalty,
        long[] Matches, long[] Totals,
        long OutputLength, long ReferenceLength, string Text, double ChrF, double[] SentenceBleu);

    private static Case[] Read()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Measures", "sacrebleu.json");
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(path));
        return file.RootElement.GetProperty("cases")
            .Deserialize<Case[]>(new JsonSerializerOptions { PropertyNameCaseInsensitive = true })!;
    }
}
