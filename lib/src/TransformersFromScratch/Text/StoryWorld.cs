namespace TransformersFromScratch;

/// <summary>
/// Who is where, and who has what: what a story changes sentence by sentence, and what its answer is read from.
/// </summary>
internal sealed class StoryWorld
{
    private readonly Dictionary<string, int> _moved = [];  // by person: the sentence that says where that one is
    private readonly Dictionary<string, string> _place = []; // by person, and by thing that was dropped
    private readonly Dictionary<string, string> _holder = []; // by thing
    // By thing: the sentence that says who has it, or who dropped it.
    private readonly Dictionary<string, int> _held = [];
    private readonly Dictionary<string, int> _dropped = []; // by thing: the sentence that says where it was dropped

    public List<string> Sentences { get; } = [];

    /// <summary>Where a person is, or null if nobody has said.</summary>
    public string? PlaceOf(string person) => _place.GetValueOrDefault(person);

    /// <summary>Who has a thing; null if nobody has.</summary>
    public string? HolderOf(string thing) => _holder.GetValueOrDefault(thing);

    /// <summary>Whether a person can take a thing: nobody has it, and it was not left elsewhere.</summary>
    public bool CanTake(string person, string thing) => PlaceOf(person) is { } place && HolderOf(thing) is null
        && (!_place.TryGetValue(thing, out string? left) || left == place);

    public void Move(string person, string place, string sentence)
    {
        (_moved[person], _place[person]) = (Sentences.Count, place);
        Sentences.Add(sentence);
    }

    /// <summary>A person takes a thing, or is given it.</summary>
    public void Hold(string person, string thing, string sentence)
    {
        (_held[thing], _holder[thing]) = (Sentences.Count, person);
        _place.Remove(thing);
        _dropped.Remove(thing);
        Sentences.Add(sentence);
    }

    public void Drop(string thing, string sentence)
    {
        string person = _holder[thing];
        (_held[thing], _dropped[thing], _place[thing]) = (Sentences.Count, _moved[person], _place[person]);
        _holder.Remove(thing);
        Sentences.Add(sentence);
    }

    /// <summary>The sentence that says where a person is.</summary>
    public int MovedIn(string person) => _moved[person];

    /// <summary>The sentence that says who has a thing.</summary>
    public int HeldIn(string thing) => _held[thing];

    /// <summary>Where a thing is, and the two sentences from which that is known; null if nobody has said.</summary>
    public (string Place, int Moved, int Held)? Whereabouts(string thing) =>
        HolderOf(thing) is { } holder ? (_place[holder], _moved[holder], _held[thing])
        : _dropped.TryGetValue(thing, out int moved) ? (_place[thing], moved, _held[thing]) : null;
}
