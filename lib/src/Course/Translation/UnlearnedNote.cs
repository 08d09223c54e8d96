using System.Runtime.CompilerServices;
using Notebooks;
using TransformersFromScratch;

namespace Course;

/// <summary>Remembers what a model was asked that it has never seen, and says so at the end, on standard error: what it
/// writes stays what it is.</summary>
internal sealed class UnlearnedNote(LearnedText? learned, string source, bool oneSource)
{
    private const int Most = 8; // so many words are named; more would be a list that nobody reads

    private readonly Dictionary<string, int> _strange = new(StringComparer.Ordinal);
    private int _short, _firstShort;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Read(int line, EncodedText source)
    {
        if (learned is null || source.IsBlank) { return; }

        string text = source.Text;
        foreach (string piece in learned.Strange(text)) { _strange.TryAdd(piece, line); }

        if (learned.IsShort(text) && _short++ == 0) { _firstShort = line; }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Say()
    {
        if (learned is null || (_strange.Count == 0 && _short == 0)) { return; }

        var never = new List<string>();
        if (_strange.Count > 0)
        {
            string rest = _strange.Count > Most ? $" and {_strange.Count - Most} more" : "";
            never.Add(string.Join(", ", _strange.Take(Most).Select(piece =>
                $"'{Quoted.Of(piece.Key, 30)}'{At(piece.Value)}")) + rest);
        }

        if (_short > 0) { never.Add($"a {source} of fewer than {learned.Fewest} words and marks{At(_firstShort)}"); }

        Console.Error.WriteLine(
            $"Note: this model learned from {learned.About}. It has never seen {string.Join(", or ", never)}: " +
            "what it makes of that is a guess.");
    }

    private string At(int line) => oneSource ? "" : $" (line {line})";
}
