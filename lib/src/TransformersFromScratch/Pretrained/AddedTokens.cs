using System.Buffers;

namespace TransformersFromScratch;

/// <summary>Tokens that are found in a text by their names, before it is cut into pieces.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<string, AddedToken> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<int, AddedToken> _byId = [];
    private readonly SearchValues<string> _names;
    private readonly int[] _lengths; // Of the names, the longest first.

    public AddedTokens(IEnumerable<AddedToken> tokens)
    {
        foreach (AddedToken token in tokens.Where(token => token.Name.Length > 0))
        {
            _byName[token.Name] = token;
            _byId[token.Id] = token;
        }

        _names = SearchValues.Create([.. _byName.Keys], StringComparison.Ordinal);
        _lengths = [.. _byName.Keys.Select(name => name.Length).Distinct().OrderDescending()];
    }

    /// <summary>The largest id; -1 if there is no token.</summary>
    public int Last => _byId.Keys.DefaultIfEmpty(-1).Max();

    public bool IsSpecial(int id) => _byId.TryGetValue(id, out AddedToken? token) && token.Special;

    public string? NameOf(int id) => _byId.GetValueOrDefault(id)?.Name;

    /// <summary>
    /// The parts of a text: those between, which are not empty, and the tokens. Of two names the longer.
    /// </summary>
    public IEnumerable<(string Text, int? Id)> Split(string text)
    {
        var names = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
        int start = 0;
        while (start < text.Length)
        {
            int at = text.AsSpan(start).IndexOfAny(_names);
            if (at < 0)
            {
                yield return (text[start..], null);
                yield break;
            }

            int first = start + at;
            AddedToken token = Longest(text.AsSpan(first));
            string before = text[start..first];
            before = token.TakesBlanksBefore ? before.TrimEnd() : before;
            if (before.Length > 0) { yield return (before, null); }

            yield return ("", token.Id);
            start = first + token.Name.Length;
            while (token.TakesBlanksAfter && start < text.Length && char.IsWhiteSpace(text[start])) { start++; }
        }

        AddedToken Longest(ReadOnlySpan<char> rest)
        {
            foreach (int length in _lengths)
            {
                if (length <= rest.Length && names.TryGetValue(rest[..length], out AddedToken? token))
                {
                    return token;
                }
            }

            throw new InvalidOperationException("A name was found that is none.");
        }
    }
}

/// <summary>A token that is found by its name.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">How it is written.</param>
/// <param name="Special">Whether it is no text.</param>
/// <param name="TakesBlanksBefore">Whether the blanks before it belong to it, as with BART's mask.</param>
/// <param name="TakesBlanksAfter">Whether those after it do.</param>
internal sealed record AddedToken(
    int Id, string Name, bool Special = true, bool TakesBlanksBefore = false, bool TakesBlanksAfter = false);
