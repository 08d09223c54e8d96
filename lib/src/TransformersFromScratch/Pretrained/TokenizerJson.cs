using System.Text.Json;
using System.Text.RegularExpressions;

namespace TransformersFromScratch;

/// <summary>
/// Reads <c>tokenizer.json</c>, in which Hugging Face's tokenizers are kept whole: how a text is cut into words, what a
/// word is made of, what stands around a text.
/// </summary>
internal static class TokenizerJson
{
    private const int MostTokens = 1_000_000;

    /// <summary>The ids of the tokens; no two tokens have the same, and none is far beyond their number.</summary>
    public static Dictionary<string, int> Vocabulary(PublishedJson json)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var taken = new HashSet<int>();
        foreach (var (token, value) in json.Entries())
        {
            int id = json.Int(token, value, 0);
            if (!ids.TryAdd(token, id) || !taken.Add(id) || ids.Count > MostTokens)
            {
                throw new InvalidDataException(
                    $"'{json.Name}' has the token '{Excerpt.Of(token)}' or the id {id} twice, or more than " +
                    $"{MostTokens} tokens.");
            }
        }

        if (ids.Count == 0 || taken.Max() > (4 * ids.Count) + 1000)
        {
            throw new InvalidDataException(
                $"'{json.Name}' has {ids.Count} tokens, whose ids go up to {taken.DefaultIfEmpty(-1).Max()}.");
        }

        return ids;
    }

    /// <summary>The pieces of a WordPiece model, in the order of their ids.</summary>
    public static IEnumerable<string> Pieces(PublishedJson json)
    {
        PublishedJson model = Model(json, "WordPiece");
        Dictionary<string, int> ids = Vocabulary(model.Object("vocab") ?? throw new InvalidDataException(
            $"'{model.Name}' lacks vocab."));
        return ids.Values.Max() == ids.Count - 1
            ? ids.OrderBy(entry => entry.Value).Select(entry => entry.Key)
            : throw new InvalidDataException($"'{model.Name}' has {ids.Count} pieces, but an id {ids.Values.Max()}.");
    }

    /// <summary>A byte-level tokenizer.</summary>
    /// <exception cref="InvalidDataException">The file is of another kind, or damaged.</exception>
    public static ByteLevelTokenizer ByteLevel(PublishedJson json)
    {
        PublishedJson model = Model(json, "BPE");
        foreach (string name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            model.Refuse(model.Text(name) is null or "", name, "byte-level tokens have neither prefix nor suffix.");
        }

        model.Refuse(!model.Bool("byte_fallback", false), "byte_fallback", "only byte-level encoding is read here.");
        var (rule, prefixSpace) = Words(json);
        var parts = new ByteLevelParts(
            model.Name,
            Vocabulary(model.Object("vocab") ?? throw new InvalidDataException($"'{model.Name}' lacks vocab.")),
            Merges(model))
        {
            Rule = rule, PrefixSpace = prefixSpace, WholePiecesFirst = model.Bool("ignore_merges", false),
            BlankBefore = BlankBefore(json), StripsBlank = StripsBlank(json),
        };
        AddedToken[] added = [.. json.Objects("added_tokens").Select(token => new AddedToken(
            token.Int("id", 0), token.RequiredText("content"), token.Bool("special", false),
            token.Bool("lstrip", false), token.Bool("rstrip", false)))];
        if (Array.Find(added, token => token.Id > (4 * parts.Vocabulary.Count) + 1000) is { } far)
        {
            throw new InvalidDataException(
                $"'{json.Name}' adds the token '{Excerpt.Of(far.Name)}' with the id {far.Id}, far beyond the others.");
        }

        return new ByteLevelTokenizer(parts, new AddedTokens(added), FrameOf(json));
    }

    /// <summary>The two tokens of a merge with a blank between.</summary>
    public static (string Left, string Right) Merge(string text, string place) =>
        text.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right)
        : throw new InvalidDataException(
            $"'{place}' has a merge '{Excerpt.Of(text)}', where two tokens with a blank between should be.");

    private static PublishedJson Model(PublishedJson json, string kind)
    {
        PublishedJson model = json.Object("model")
            ?? throw new InvalidDataException($"'{json.Name}' lacks model, and is no tokenizer.");
        // Files from before 2021 have no type.
        model.Refuse((model.Text("type") ?? kind) == kind, "type", $"only {kind} is read here for this architecture.");
        return model;
    }

    private static List<(string Left, string Right)> Merges(PublishedJson model)
    {
        var merges = new List<(string Left, string Right)>();
        foreach (JsonElement merge in model.Array("merges"))
        {
            if (merges.Count == MostTokens)
            {
                throw new InvalidDataException($"'{model.Name}' has more than {MostTokens} merges.");
            }

            if (merge.ValueKind == JsonValueKind.String)
            {
                merges.Add(Merge(model.TextOf("merges", merge), model.Name));
                continue;
            }

            if (merge.ValueKind != JsonValueKind.Array || merge.GetArrayLength() != 2)
            {
                throw model.Wrong("merges", merge, "two tokens");
            }

            merges.Add((model.TextOf("merges", merge[0]), model.TextOf("merges", merge[1])));
        }

        return merges;
    }

    /// <summary>Whether a blank is put before a text, also where one stands there.</summary>
    private static bool BlankBefore(PublishedJson json)
    {
        PublishedJson? normalizer = json.Object("normalizer");
        json.Refuse(
            normalizer is null || (normalizer.Text("type") == "Prepend" && normalizer.Text("prepend") == " "),
            "normalizer", "a byte-level tokenizer takes a text as it is here, or puts a blank before it.");
        return normalizer is not null;
    }

    /// <summary>Whether one blank is taken from the beginning of a text that has been put together again.</summary>
    private static bool StripsBlank(PublishedJson json) => json.Object("decoder") is { } decoder
        && decoder.Text("type") == "Sequence" && decoder.Objects("decoders").Any(step => step.Text("type") == "Strip"
            && step.Text("content") == " " && step.Int("start", 0) == 1 && step.Int("stop", 0) == 0);

    /// <summary>
    /// The rule by which a text is cut into words, null for GPT-2's; and whether a blank is put before it.
    /// </summary>
    private static (Regex? Rule, bool PrefixSpace) Words(PublishedJson json)
    {
        PublishedJson words = json.Object("pre_tokenizer")
            ?? throw new InvalidDataException(
                $"'{json.Name}' has no pre_tokenizer, which a byte-level tokenizer needs.");
        PublishedJson[] steps = words.Text("type") == "Sequence" ? [.. words.Objects("pretokenizers")] : [words];
        Regex? rule = null;
        if (steps is [var split, _] && split.Text("type") == "Split")
        {
            rule = Rule(split);
            steps = steps[1..];
        }

        bool fits = steps.Length == 1 && steps[0].Text("type") == "ByteLevel"
            && steps[0].Bool("use_regex", true) == (rule is null);
        words.Refuse(fits, "type", "only ByteLevel is read here, alone or after one Split.");
        return (rule, steps[0].Bool("add_prefix_space", true));
    }

    private static Regex Rule(PublishedJson split)
    {
        string pattern = split.Object("pattern")?.Text("Regex")
            ?? throw new InvalidDataException($"'{split.Name}' splits by no Regex.");
        split.Refuse(split.Text("behavior") == "Isolated", "behavior", "only Isolated is read here.");
        split.Refuse(!split.Bool("invert", false), "invert", "only false is read here.");
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{split.Name}' has the Regex {Excerpt.Of(pattern)}, which is none.", e);
        }
    }

    /// <summary>What stands around a text: the file has it in one of two forms, or not at all.</summary>
    private static Frame FrameOf(PublishedJson json)
    {
        PublishedJson? around = json.Object("post_processor");
        PublishedJson[] steps = around is null ? []
            : around.Text("type") == "Sequence" ? [.. around.Objects("processors")] : [around];
        Frame? frame = null;
        foreach (PublishedJson step in steps)
        {
            string kind = step.RequiredText("type");
            step.Refuse(
                kind is "ByteLevel" or "TemplateProcessing" or "RobertaProcessing" or "BertProcessing", "type",
                "only ByteLevel, TemplateProcessing, RobertaProcessing and BertProcessing are read here.");
            frame = kind switch
            {
                "ByteLevel" => frame,
                "TemplateProcessing" => new Frame(Template(step, "single"), Template(step, "pair")),
                _ => Frame.Around(Named(step, "cls"), Named(step, "sep"), two: kind == "RobertaProcessing"),
            };
        }

        return frame ?? Frame.None;
    }

    /// <summary>The id of ["&lt;/s&gt;", 2].</summary>
    private static int Named(PublishedJson step, string name) =>
        step.Array(name).ToArray() is [_, var id] ? step.Int(name, id, 0)
        : throw new InvalidDataException($"'{step.Name}' lacks {name}, a token and its id.");

    private static FramePart[] Template(PublishedJson step, string name)
    {
        FramePart[] parts = [.. step.Objects(name).Select(part =>
        {
            if (part.Object("Sequence") is { } sequence)
            {
                string text = sequence.RequiredText("id");
                sequence.Refuse(text is "A" or "B", "id", "the texts are A and B.");
                return new FramePart(text == "A" ? 0 : 1) { Type = sequence.Int("type_id", 0, missing: 0) };
            }

            PublishedJson token = part.Object("SpecialToken")
                ?? throw new InvalidDataException($"'{part.Name}' has a part that is neither a text nor a token.");
            string id = token.RequiredText("id");
            int[] ids = step.Object("special_tokens")?.Object(id)?.Ids("ids") ?? [];
            return ids.Length > 0
                ? new FramePart((int?)null) { Ids = ids, Type = token.Int("type_id", 0, missing: 0) }
                : throw new InvalidDataException($"'{step.Name}' has no ids for '{Excerpt.Of(id)}'.");
        })];
        step.Refuse(
            parts.Length < 100 && parts.Count(part => part.Text == 0) == 1
                && parts.Count(part => part.Text == 1) == (name == "pair" ? 1 : 0),
            name, "each text stands in it once.");
        return parts;
    }
}
