using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace TransformersFromScratch.Benchmarks;

/// <summary>
/// Byte-pair encoding on one thread: how long it takes to learn merges from real text, and how many megabytes a second
/// are encoded and decoded, beside Microsoft.ML.Tokenizers with the same merges.
/// </summary>
internal static class Tokens
{
    private const int Merges = 4000;

    public static void Print()
    {
        // Both languages of the shipped pairs, a sentence a text, as chapter 11 learns and encodes them.
        string[] texts =
            [.. SentencePair.Load(Corpus("en-fr.train.tsv")).SelectMany(pair => new[] { pair.Source, pair.Target })];
        string whole = string.Join('\n', texts);
        // The same words without the help of those that were seen before: each different piece once.
        string[] different = [.. texts.SelectMany(Pieces.Split).Distinct()];

        var seconds = new List<double>();
        BytePairEncoding? learned = null;
        for (int i = 0; i < 5; i++)
        {
            long start = Stopwatch.GetTimestamp();
            learned = BytePairEncoding.Train(texts, Merges);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        BytePairEncoding ours = learned!;
        BpeTokenizer theirs = Microsoft(ours);
        foreach (string text in texts.Take(2000))
        {
            if (!theirs.EncodeToIds(text).SequenceEqual(ours.Encode(text)))
                throw new InvalidOperationException($"The two tokenizers disagree on '{text}'.");
        }

        int[] ids = ours.Encode(whole);
        double bytes = Encoding.UTF8.GetByteCount(whole);
        Console.WriteLine($"## Byte-pair encoding: {bytes / 1e6:F1} MB of English and French, one thread");
        Console.WriteLine(
            $"Learning {ours.Merges.Count:N0} merges: {seconds.Order().ElementAt(2):F2} s, the median of five " +
            $"(the first, with the compiler at work: {seconds[0]:F2} s). " +
            $"The text becomes {ids.Length:N0} tokens, {bytes / ids.Length:F2} bytes each.");
        Console.WriteLine();

        (string Name, double Bytes, Action Ours, Action? Theirs)[] races =
        [
            ("encode, a sentence at a time", bytes, () => EncodeAll(ours, texts), () => Array.ForEach(
                texts, text => theirs.EncodeToIds(text))),
            ("encode, the whole text at once", bytes, () => ours.Encode(whole), () => theirs.EncodeToIds(whole)),
            // A tokenizer keeps the ids of words that it has seen; a new one with the same merges has seen none.
            ($"encode the {different.Length:N0} different words, none seen before", different.Sum(
                Encoding.UTF8.GetByteCount),
                () => EncodeAll(ours.Take(ours.Merges.Count), different), null),
            ("decode", bytes, () => ours.Decode(ids), () => theirs.Decode(ids)),
        ];
        var contestants = races.Select(
            race =>
                (Ours: new Contestant(race.Name, 0, race.Ours), Theirs: race.Theirs is null
                    ? null
                    : new Contestant(race.Name, 0, race.Theirs))).ToArray();
        Measure.Interleaved(
            7, 200, [.. contestants.SelectMany(pair => (Contestant?[])[pair.Ours, pair.Theirs]).OfType<Contestant>()]);

        Console.WriteLine("| MB/s as median (best) | this library | Microsoft.ML.Tokenizers 2 | times as fast |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var (race, (mine, other)) in races.Zip(contestants))
        {
            Console.WriteLine(
                $"| {race.Name} | {Rate(mine)} | {(other is null ? "–" : Rate(other))} | " +
                $"{(other is null ? "–" : $"{other.Median / mine.Median:F1}")} |");

            string Rate(Contestant contestant) =>
                $"{race.Bytes / contestant.Median / 1e6:F1} ({race.Bytes / contestant.Best / 1e6:F1})";
        }

        Console.WriteLine();
    }

    private static void EncodeAll(BytePairEncoding tokenizer, string[] texts) =>
        Array.ForEach(texts, text => tokenizer.Encode(text));

    private static BpeTokenizer Microsoft(BytePairEncoding ours) => BpeTokenizer.Create(new BpeOptions(
        Enumerable.Range(0, ours.Count).Select(id => KeyValuePair.Create(ours.Spelling(id), id)))
    {
        Merges = ours.Merges.Select(pair => $"{ours.Spelling(pair.Left)} {ours.Spelling(pair.Right)}"),
        PreTokenizer = new RegexPreTokenizer(new Regex(Pieces.Pattern, RegexOptions.Compiled), specialTokens: null),
        ByteLevel = true,
    });

    private static string Corpus(string name)
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "data", name)))
                return Path.Combine(folder, "data", name);
        }

        throw new FileNotFoundException(
            $"There is no data/{name} in any folder above {AppContext.BaseDirectory}. Run this from the course's " +
            "own folder.");
    }
}
