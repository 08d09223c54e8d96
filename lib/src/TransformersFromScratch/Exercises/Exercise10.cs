namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 10. Each says what is right, or names the likely mistake.</summary>
public static class Exercise10
{
    /// <summary>Exercise 1: joins a pair wherever it stands, from left to right.</summary>
    public static string CheckJoin(Func<IReadOnlyList<string>, (string Left, string Right), IReadOnlyList<string>> join) => Exercise.Run(() =>
    {
        List<string> word = ["b", "a", "n", "a", "n", "a", "s"];
        string[] before = [.. word];
        string[] Join(string text, string left, string right) => [.. join(text.Select(c => c.ToString()).ToList(), (left, right))];

        string[] got = [.. join(word, ("a", "n"))];
        return Exercise.FirstThatHolds(
            (!word.SequenceEqual(before), "Your code writes into the word it was given. Put the result into a new list."),
            (got.SequenceEqual(before), "The word comes back unchanged so far."),
            (string.Concat(got) != "bananas", $"Letters are lost or doubled: 'bananas' became '{string.Concat(got)}'. What happens to the last token?"),
            (got.SequenceEqual(["b", "an", "a", "n", "a", "s"]), "Only the first place is joined. Go on through the word."),
            (!got.SequenceEqual(["b", "an", "an", "a", "s"]), $"Joining a and n in b·a·n·a·n·a·s gives b·an·an·a·s, yours {string.Join('·', got)}."),
            (Join("aaa", "a", "a").SequenceEqual(["a", "aa"]), "You go from right to left. In a·a·a the left pair is joined first: aa·a."),
            (Join("aaaa", "a", "a").SequenceEqual(["aaaa"]), "The new token was joined again at once. A merge joins its two tokens, not what it has just made."),
            (Join("aaa", "a", "a") is var three && !three.SequenceEqual(["aa", "a"]),
                $"Places overlap in a·a·a: once the first two are joined, the second is no longer free. It gives aa·a, yours {string.Join('·', three)}."),
            (Join("na", "a", "n").SequenceEqual(["na"]), "You join n and a as well as a and n. The order counts."),
            (true, Exercise.Right));
    });

    /// <summary>Exercise 2: the tokens of a word, given what was learned.</summary>
    public static string CheckEncode(Func<string, IReadOnlyList<(string Left, string Right)>, IReadOnlyList<string>> encode) => Exercise.Run(() =>
    {
        // "abc" could be ab·c or a·bc; bc was learned first. "abcd": bc, then nothing, as ab and cd are no longer there.
        (string, string)[] merges = [("b", "c"), ("a", "b"), ("c", "d"), ("ab", "cd"), ("e", "f"), ("ef", "ef")];
        string[] Encode(string word) => [.. encode(word, merges)];
        string[] got = Encode("abcd"), twice = Encode("efef");
        return Exercise.FirstThatHolds(
            (string.Concat(got) != "abcd", $"The tokens must spell the word: 'abcd' became '{string.Concat(got)}'."),
            (got.SequenceEqual(["a", "b", "c", "d"]) && twice.Length == 4, "The word comes back as letters so far."),
            (got.SequenceEqual(["abcd"]), "You take the longest token that fits. Merges are played back in the order in which they were learned."),
            (got.SequenceEqual(["ab", "cd"]), "You join from left to right, whatever was learned first. Here b and c were, and come first."),
            (!got.SequenceEqual(["a", "bc", "d"]), $"'abcd' gives a·bc·d, as b and c were learned first; yours {string.Join('·', got)}."),
            (twice.SequenceEqual(["ef", "e", "f"]), "Each merge is applied in one place only. Apply it wherever its pair stands."),
            (twice.SequenceEqual(["ef", "ef"]), "What a merge has made may be joined by a later one: e·f·e·f → ef·ef → efef."),
            (!twice.SequenceEqual(["efef"]), $"'efef' gives one token, yours {string.Join('·', twice)}."),
            (Encode("").Length != 0, "An empty word has no tokens."),
            (true, Exercise.Right));
    });

    /// <summary>Exercise 3: text that appears while tokens arrive, and never half a character.</summary>
    public static string CheckStream(Func<IEnumerable<byte[]>, IEnumerable<string>> stream) => Exercise.Run(() =>
    {
        string[] letters = Stream("né"u8.ToArray(), "e"u8.ToArray());
        string[] split = Stream([0x6E, 0xC3], [0xA9, 0x65], [0xF0, 0x9F], [0x98], [0x80]);
        string[] wrong = Stream([0x61, 0xC3], [0x62]);
        return Exercise.FirstThatHolds(
            (letters.Length == 0, "Nothing comes out so far."),
            (string.Concat(letters) != "née", $"'né' and 'e', each whole, must come out as they are; yours: '{string.Join('|', letters)}'."),
            (letters is not ["né", "e"], "What is complete must appear at once, one text for each token; you seem to wait for the end."),
            (split.Length == 5 && string.Concat(split).Contains('\uFFFD'),
                "An é whose two bytes come in two tokens became �. Keep the bytes of an unfinished character until the rest arrives."),
            (split.Length != 5, $"Five tokens went in, {split.Length} texts came out: give one for each token, empty if nothing is complete yet."),
            (string.Concat(split) != "née😀", $"'née😀' in five tokens came out as '{string.Concat(split)}'."),
            (split is not ["n", "ée", "", "", "😀"], $"Each character must appear as soon as its last byte is there: n|ée|||😀, yours {string.Join('|', split)}."),
            (string.Concat(wrong) is not "a\uFFFDb", "Bytes that cannot become a character must not hold up what follows: show � for them and go on."),
            (true, Exercise.Right));

        string[] Stream(params byte[][] tokens) => [.. stream(tokens).Take(100)];
    });
}
