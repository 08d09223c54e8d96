using System.Text.Json.Nodes;

namespace TransformersFromScratch;

/// <summary>
/// How a published model is meant to write: of <c>generation_config.json</c>, or of <c>config.json</c> in older
/// folders.
/// </summary>
public sealed record GenerationDefaults
{
    /// <summary>The token that a text begins with; null if nobody says.</summary>
    public int? Start { get; init; }

    /// <summary>The token that fills short texts; null if nobody says.</summary>
    public int? Padding { get; init; }

    /// <summary>The tokens that end what is written; none if none does.</summary>
    public IReadOnlyList<int> Ends { get; init; } = [];

    /// <summary>How many tokens are written at most, the end included; null if nobody says.</summary>
    public int? Longest { get; init; }

    /// <summary>Beam width, length penalty, and what may be written.</summary>
    public BeamOptions Beam { get; init; } = new() { Style = BeamStyle.Published, Width = 1, Alpha = 1 };

    /// <exception cref="InvalidDataException">An entry is no such number.</exception>
    internal static GenerationDefaults Read(PublishedJson config, PublishedJson? generation, bool encoderDecoder)
    {
        int start = encoderDecoder ? 1 : 0; // Lengths in the files count the start token, and a prompt.
        int? longest = Int("max_new_tokens", 1)
            ?? (encoderDecoder && Int("max_length", 2) is { } all ? all - start : null);
        int beams = Int("num_beams", 1) ?? 1;
        double alpha = From("length_penalty").Number("length_penalty", 1);
        Require(beams <= 1000, "num_beams", "1000 beams are the most.");
        Require(alpha is >= 0 and <= 100, "length_penalty", "it has to lie between 0 and 100.");
        PublishedJson early = From("early_stopping");
        return new GenerationDefaults
        {
            Start = Int("bos_token_id", 0), Padding = Int("pad_token_id", 0),
            Ends = From("eos_token_id").Ids("eos_token_id"), Longest = longest,
            Beam = new BeamOptions
            {
                Style = BeamStyle.Published, Width = beams, Alpha = alpha,
                EarlyStopping = early.Bool("early_stopping", false),
                Rules = new TokenRules
                {
                    NoRepeat = Int("no_repeat_ngram_size", 0) ?? 0,
                    First = Int("forced_bos_token_id", 0), Last = Int("forced_eos_token_id", 0),
                    Shortest = Int("min_new_tokens", 0)
                        ?? (encoderDecoder ? Math.Max(0, (Int("min_length", 0) ?? 0) - start) : 0),
                    Never = Never(From("bad_words_ids")),
                },
            },
        };

        PublishedJson From(string name) => generation is not null && generation.Has(name) ? generation : config;

        int? Int(string name, int least) => From(name).OptionalInt(name, least);

        void Require(bool right, string name, string why) => From(name).Refuse(right, name, why);
    }

    /// <summary>The generation_config.json, beside a config.json that has the special tokens.</summary>
    internal JsonObject Write(JsonObject config)
    {
        var file = new JsonObject();
        foreach (string name in (string[])["bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id",
            "forced_eos_token_id"])
        {
            if (config[name] is { } id) { file[name] = id.DeepClone(); }
        }

        TokenRules rules = Beam.Rules;
        Add("forced_bos_token_id", rules.First is not null, rules.First ?? 0);
        Add("max_new_tokens", Longest is not null, Longest ?? 0);
        Add("min_new_tokens", rules.Shortest > 0, rules.Shortest);
        Add("no_repeat_ngram_size", rules.NoRepeat > 0, rules.NoRepeat);
        Add("num_beams", Beam.Width > 1, Beam.Width);
        Add("length_penalty", Beam.Alpha != 1, Beam.Alpha);
        Add("early_stopping", Beam.EarlyStopping, true);
        if (rules.Never.Count > 0)
        {
            file["bad_words_ids"] = new JsonArray([.. rules.Never.Select(id => new JsonArray(id))]);
        }

        return file;

        void Add(string name, bool said, JsonNode value)
        {
            if (said) { file[name] = value; }
        }
    }

    /// <summary>Words of one token that are never written: Marian's padding. Longer ones are left out.</summary>
    private static int[] Never(PublishedJson file) =>
    [
        .. file.Array("bad_words_ids").Where(word => word.ValueKind == System.Text.Json.JsonValueKind.Array
            && word.GetArrayLength() == 1).Select(word => file.Int("bad_words_ids", word[0], 0)),
    ];
}
