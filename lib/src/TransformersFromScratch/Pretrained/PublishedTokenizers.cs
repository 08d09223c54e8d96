using Shared;

namespace TransformersFromScratch;

/// <summary>Which files of a folder hold its tokenizer, and what they are made into.</summary>
internal static class PublishedTokenizers
{
    private const int MostSentinels = 100; // T5's

    private static readonly string[] s_files =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
        "merges.txt", "vocab.txt", "spiece.model", "source.spm", "target.spm",
    ];

    /// <summary>The tokenizer of a folder; null if it has no file of one.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="kind">The architecture, as its config.json calls it.</param>
    /// <param name="config">Its config.json.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or asks for what there is not here.</exception>
    public static PublishedTokenizer? Load(string folder, string kind, PublishedJson config) => kind switch
    {
        "t5" => (PublishedTokenizer?)T5(folder, config) ?? ByteLevelAlone(folder),
        "marian" => (PublishedTokenizer?)Marian(folder, config) ?? ByteLevelAlone(folder),
        "mbart" => ByteLevelAlone(folder),
        "bert" => Bert(folder),
        _ => ByteLevel(folder, kind),
    };

    /// <summary>The files of a folder that have to do with its tokenizer, to be copied when it is saved.</summary>
    public static IReadOnlyList<PublishedFile> FilesOf(string folder) =>
    [
        .. s_files.Select(name => (Name: name, Path: Path.Combine(folder, name))).Where(file => File.Exists(file.Path))
            .Select(file => new PublishedFile(file.Name, () => File.ReadAllBytes(file.Path))),
    ];

    /// <summary>
    /// A model whose kin have SentencePiece may have bytes and merges all the same, as those of this course. A
    /// tokenizer.json of another kind is left alone.
    /// </summary>
    private static PublishedTokenizer? ByteLevelAlone(string folder) =>
        PublishedJson.ReadIfThere(Path.Combine(folder, "tokenizer.json")) is { } whole
            && whole.Object("model")?.Text("type") == "BPE"
            ? TokenizerJson.ByteLevel(whole)
            : null;

    private static T5Tokenizer? T5(string folder, PublishedJson config)
    {
        string path = Path.Combine(folder, "spiece.model");
        if (!File.Exists(path))
        {
            return null;
        }

        var pieces = SentencePiece.Load(path);
        return new T5Tokenizer(
            pieces, config.Int("eos_token_id", 0, missing: 1), Sentinels(folder, config, pieces.Count));
    }

    /// <summary>
    /// How many sentinels there are. tokenizer_config.json says it, where there is one. Otherwise they are as many tens
    /// as the embedding has rows for, a hundred at most: T5 has 32,000 pieces, 100 sentinels, and 28 rows for nothing.
    /// </summary>
    private static int Sentinels(string folder, PublishedJson config, int pieces)
    {
        if (PublishedJson.ReadIfThere(Path.Combine(folder, "tokenizer_config.json")) is { } said)
        {
            int named = (said.Object("added_tokens_decoder")?.Entries() ?? [])
                .Count(entry => PublishedJson.AsWritten(entry.Value, most: 1000)
                    .Contains("<extra_id_", StringComparison.Ordinal));
            if (said.OptionalInt("extra_ids", 0) is { } count)
            {
                return Math.Min(count, 10_000);
            }

            if (named > 0)
            {
                return named;
            }
        }

        return Math.Clamp((config.Int("vocab_size") - pieces) / 10 * 10, 0, MostSentinels);
    }

    private static MarianTokenizer? Marian(string folder, PublishedJson config)
    {
        string source = Path.Combine(folder, "source.spm"), target = Path.Combine(folder, "target.spm");
        string vocabulary = Path.Combine(folder, "vocab.json");
        if (!File.Exists(source) && !File.Exists(target) && !File.Exists(vocabulary))
        {
            return null;
        }

        foreach (string path in (string[])[source, target, vocabulary])
        {
            if (!File.Exists(path))
            {
                throw new FileNotFoundException(
                    $"A Marian tokenizer is three files, but {Excerpt.OfPath(path)} is missing. Download it, too.");
            }
        }

        var json = PublishedJson.Read(vocabulary);
        Dictionary<string, int> ids = TokenizerJson.Vocabulary(json);
        string end = Name("eos_token", "</s>"), unknown = Name("unk_token", "<unk>");
        string padding = Name("pad_token", "<pad>");
        return new MarianTokenizer(
            SentencePiece.Load(source), SentencePiece.Load(target), ids,
            new[] { end, unknown, padding }.Where(ids.ContainsKey).Select(name => new AddedToken(ids[name], name)),
            config.Int("eos_token_id", 0, missing: IdOf(end)), IdOf(unknown));

        string Name(string entry, string missing) =>
            SpecialName(PublishedJson.ReadIfThere(Path.Combine(folder, "tokenizer_config.json")), entry) ?? missing;

        int IdOf(string name) => ids.TryGetValue(name, out int id) ? id
            : throw new InvalidDataException($"'{json.Name}' has no token '{Excerpt.Of(name)}'.");
    }

    /// <summary>The name of a special token; some files have it in an object.</summary>
    private static string? SpecialName(PublishedJson? file, string entry)
    {
        try
        {
            return file?.Text(entry);
        }
        catch (InvalidDataException) when (file!.Object(entry) is { } token)
        {
            return token.Text("content");
        }
    }

    private static PublishedWordPieces? Bert(string folder)
    {
        string path = Path.Combine(folder, "vocab.txt"), json = Path.Combine(folder, "tokenizer.json");
        PublishedJson? whole = PublishedJson.ReadIfThere(json);
        bool lower = whole?.Object("normalizer")?.Bool("lowercase", true)
            ?? PublishedJson.ReadIfThere(Path.Combine(folder, "tokenizer_config.json"))?.Bool("do_lower_case", true)
            ?? true;
        return File.Exists(path) ? new PublishedWordPieces(WordPiece.Load(path, cased: !lower))
            : whole is null ? null
            : new PublishedWordPieces(WordPiece.Read(json, TokenizerJson.Pieces(whole), cased: !lower));
    }

    private static ByteLevelTokenizer? ByteLevel(string folder, string kind)
    {
        if (PublishedJson.ReadIfThere(Path.Combine(folder, "tokenizer.json")) is { } whole)
        {
            return TokenizerJson.ByteLevel(whole);
        }

        string vocabulary = Path.Combine(folder, "vocab.json"), merges = Path.Combine(folder, "merges.txt");
        if (!File.Exists(vocabulary) || !File.Exists(merges))
        {
            return null;
        }

        var json = PublishedJson.Read(vocabulary);
        Dictionary<string, int> ids = TokenizerJson.Vocabulary(json);
        var parts = new ByteLevelParts(json.Name, ids, Merges(merges));
        string[] special = kind is "bart" or "roberta"
            ? ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
            : ["<|endoftext|>"];
        AddedToken[] added = [.. special.Where(ids.ContainsKey).Select(
            name => new AddedToken(ids[name], name, TakesBlanksBefore: name == "<mask>"))];
        bool framed = kind is "bart" or "roberta" && ids.ContainsKey("<s>") && ids.ContainsKey("</s>");
        return new ByteLevelTokenizer(
            parts, new AddedTokens(added), framed ? Frame.Around(ids["<s>"], ids["</s>"], two: true) : Frame.None);
    }

    /// <summary>The lines of merges.txt: two tokens each, after a line with the version.</summary>
    private static List<(string Left, string Right)> Merges(string path)
    {
        var merges = new List<(string Left, string Right)>();
        foreach (var (number, line) in LineReader.OfFile(path))
        {
            if ((number == 1 && line.StartsWith("#version", StringComparison.Ordinal)) || line.Length == 0)
            {
                continue;
            }

            merges.Add(TokenizerJson.Merge(line, $"{Excerpt.OfPath(path)}, line {number}"));
        }

        return merges;
    }
}
