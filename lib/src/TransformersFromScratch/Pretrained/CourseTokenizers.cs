using System.Text;
using System.Text.Json.Nodes;

namespace TransformersFromScratch;

/// <summary>
/// The tokenizers of this course as files that Hugging Face's tokenizers read: a <c>tokenizer.json</c> in which all is
/// said, and what <c>AutoTokenizer</c> needs to find it.
/// </summary>
/// <remarks>
/// Three things differ there. A text in which a special token is written out, such as <c>&lt;/s&gt;</c>, has it; here
/// no text has one. A letter or number beyond U+FFFF counts as one and not as a mark, which matters only where a merge
/// joins such a one with what stands beside it. And half a surrogate pair, which is no text, cannot be encoded.
/// </remarks>
internal static class CourseTokenizers
{
    /// <summary>Byte-pair encoding, with <see cref="Pieces"/> for its rule.</summary>
    /// <param name="tokens">The tokenizer.</param>
    /// <param name="blankBefore">Whether a blank is put before each text and taken away again, as translators
    /// do.</param>
    /// <param name="longest">How many tokens a text may have; null if nobody says.</param>
    /// <exception cref="NotSupportedException">A special token is spelled like a merge.</exception>
    public static IReadOnlyList<PublishedFile> FilesOf(BytePairEncoding tokens, bool blankBefore, int? longest)
    {
        var vocabulary = new JsonObject();
        for (int id = 0; id < tokens.Count; id++)
        {
            if (!vocabulary.TryAdd(tokens.Spelling(id), id))
            {
                throw new NotSupportedException(
                    $"A merge of this tokenizer makes the text '{Excerpt.Of(tokens.Spelling(id))}', which is the " +
                    "name of a special token, too. In tokenizer.json every token has a name of its own: name the " +
                    "special token otherwise.");
            }
        }

        JsonObject byteLevel = new()
        {
            ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = false,
        };
        JsonObject file = Start(tokens.SpecialTokens.Select((name, id) => (name, id)));
        file["normalizer"] = blankBefore ? new JsonObject { ["type"] = "Prepend", ["prepend"] = " " } : null;
        file["pre_tokenizer"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = Pieces.Pattern },
                    ["behavior"] = "Isolated", ["invert"] = false,
                },
                byteLevel.DeepClone()),
        };
        file["post_processor"] = Around([], [Text("A", 0)], [Text("A", 0), Text("B", 1)]);
        file["decoder"] = !blankBefore ? byteLevel : new JsonObject
        {
            ["type"] = "Sequence",
            ["decoders"] = new JsonArray(
                byteLevel,
                new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 }),
        };
        file["model"] = new JsonObject
        {
            ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = null, ["continuing_subword_prefix"] = null,
            ["end_of_word_suffix"] = null, ["fuse_unk"] = false, ["byte_fallback"] = false,
            ["ignore_merges"] = false, ["vocab"] = vocabulary,
            ["merges"] = new JsonArray([.. tokens.Merges.Select(
                pair => JsonValue.Create($"{tokens.Spelling(pair.Left)} {tokens.Spelling(pair.Right)}"))]),
        };
        JsonObject config = new()
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["bos_token"] = tokens.SpecialTokens[BytePairEncoding.Start],
            ["eos_token"] = tokens.SpecialTokens[BytePairEncoding.End],
            ["pad_token"] = tokens.SpecialTokens[BytePairEncoding.Padding],
            ["clean_up_tokenization_spaces"] = false, // It would take the blank before a French question mark away.
            ["model_input_names"] = new JsonArray("input_ids", "attention_mask"),
        };
        if (longest is not null) { config["model_max_length"] = longest; }

        return [PublishedFile.Of("tokenizer.json", file), PublishedFile.Of("tokenizer_config.json", config)];
    }

    /// <summary>WordPiece, which is BERT's own.</summary>
    /// <param name="pieces">The tokenizer.</param>
    /// <param name="longest">How many tokens a text may have.</param>
    public static IReadOnlyList<PublishedFile> FilesOf(WordPiece pieces, int longest)
    {
        JsonObject file = Start(pieces.Vocabulary.Index().Where(piece => pieces.IsSpecial(piece.Index))
            .Select(piece => (piece.Item, piece.Index)));
        file["normalizer"] = new JsonObject
        {
            ["type"] = "BertNormalizer", ["clean_text"] = true, ["handle_chinese_chars"] = true,
            ["strip_accents"] = null, ["lowercase"] = !pieces.Cased,
        };
        file["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" };
        JsonObject[] single = [Token("[CLS]", 0), Text("A", 0), Token("[SEP]", 0)];
        file["post_processor"] = Around(
            [("[CLS]", pieces.First), ("[SEP]", pieces.Separator)], single,
            [.. single.Select(part => (JsonObject)part.DeepClone()), Text("B", 1), Token("[SEP]", 1)]);
        file["decoder"] = new JsonObject
        {
            ["type"] = "WordPiece", ["prefix"] = WordPiece.Inside, ["cleanup"] = true,
        };
        var vocabulary = new JsonObject();
        foreach (var (id, piece) in pieces.Vocabulary.Index())
        {
            vocabulary.Add(piece, id);
        }

        file["model"] = new JsonObject
        {
            ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["continuing_subword_prefix"] = WordPiece.Inside,
            ["max_input_chars_per_word"] = WordPiece.LongestWord, ["vocab"] = vocabulary,
        };
        JsonObject config = new()
        {
            ["tokenizer_class"] = "BertTokenizer", ["do_lower_case"] = !pieces.Cased, ["cls_token"] = "[CLS]",
            ["mask_token"] = "[MASK]", ["pad_token"] = "[PAD]", ["sep_token"] = "[SEP]", ["unk_token"] = "[UNK]",
            ["model_input_names"] = new JsonArray("input_ids", "token_type_ids", "attention_mask"),
            ["model_max_length"] = longest,
        };
        return
        [
            new PublishedFile("vocab.txt", () => Encoding.UTF8.GetBytes(pieces.Write())),
            PublishedFile.Of("tokenizer.json", file), PublishedFile.Of("tokenizer_config.json", config),
        ];
    }

    private static JsonObject Start(IEnumerable<(string Name, int Id)> special) => new()
    {
        ["version"] = "1.0", ["truncation"] = null, ["padding"] = null,
        ["added_tokens"] = new JsonArray([.. special.Select(token => new JsonObject
        {
            ["id"] = token.Id, ["content"] = token.Name, ["single_word"] = false, ["lstrip"] = false,
            ["rstrip"] = false, ["normalized"] = false, ["special"] = true,
        })]),
    };

    /// <summary>What stands around a text and around two.</summary>
    private static JsonObject Around((string Name, int Id)[] tokens, JsonObject[] single, JsonObject[] pair) => new()
    {
        ["type"] = "TemplateProcessing", ["single"] = new JsonArray([.. single]), ["pair"] = new JsonArray([.. pair]),
        ["special_tokens"] = new JsonObject(tokens.Select(token => KeyValuePair.Create(token.Name, (JsonNode?)
            new JsonObject
            {
                ["id"] = token.Name, ["ids"] = new JsonArray(token.Id), ["tokens"] = new JsonArray(token.Name),
            }))),
    };

    private static JsonObject Text(string name, int type) => Part("Sequence", name, type);

    private static JsonObject Token(string name, int type) => Part("SpecialToken", name, type);

    private static JsonObject Part(string kind, string name, int type) =>
        new() { [kind] = new JsonObject { ["id"] = name, ["type_id"] = type } };
}
