namespace TransformersFromScratch;

/// <summary>
/// Stories of a small world of our own, in the manner of the bAbI tasks (Weston et al. 2015): people go to places,
/// take things, drop
/// them and give them to each other. What is asked can be known for certain, from one sentence or from two.
/// </summary>
/// <remarks>
/// One fact: "Where is Mary?", "Who has the ball?", "What did Mary take last?". Two facts: "Where is the ball?" has
/// to be read from who
/// has it, or dropped it, and where that one was; "Who is with Mary?" from where two people went.
/// </remarks>
public static class Stories
{
    private static readonly string[] s_people =
        ["anna", "ben", "clara", "david", "emma", "felix", "george", "helen", "ivan", "julia", "mary", "tom"];

    private static readonly string[] s_places =
        ["kitchen", "garden", "office", "bathroom", "hall", "attic", "living room", "dining room", "front yard",
            "school", "park", "station"];

    private static readonly string[] s_things =
        ["ball", "book", "apple", "lamp", "letter", "umbrella", "red box", "blue box", "tea cup", "coat",
            "key", "milk"];

    private static readonly string[] s_goes = ["went", "walked", "ran", "moved"];
    private static readonly string[] s_takes = ["took", "grabbed", "got"];
    private static readonly string[] s_drops = ["dropped", "left"];
    private static readonly string[] s_gives = ["gave", "handed"];
    private static readonly string[] s_asides = ["thinks of", "asks about", "dreams of", "talks about"];

    /// <summary>The people, of whom each story has a few.</summary>
    public static IReadOnlyList<string> People => s_people;

    /// <summary>Every word and mark that can stand in a story or a question, in the order of the alphabet.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        .. ((string[][])[s_people, s_places, s_things, s_goes, s_takes, s_drops, s_gives, s_asides,
            ["to the . ?", "where is", "who has", "who is with", "what did", "take last"]])
            .SelectMany(group => group).SelectMany(words => words.Split(' ')).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>A tokenizer that has each of <see cref="Words"/> as one piece, and no other.</summary>
    public static WordPiece Tokens() => WordPiece.Of([.. WordPiece.SpecialTokens, .. Words]);

    /// <summary>What kind of question it is: its first two words, "who has".</summary>
    public static string FormOf(string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return string.Join(' ', question.Split(' ').Take(2));
    }

    /// <summary>A story to learn from, never one of those kept for tests.</summary>
    public static Story Draw(Random random, StoryKind kind) => Draw(random, kind, forTests: false);

    /// <summary>Stories to be tested on: all different, and none that training can draw.</summary>
    public static IReadOnlyList<Story> DrawTest(int count, int seed, StoryKind kind)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var random = new SeededRandom(seed);
        var stories = new Dictionary<string, Story>(count);
        while (stories.Count < count)
        {
            Story story = Draw(random, kind, forTests: true);
            stories[story.Text] = story;
        }

        return [.. stories.Values];
    }

    /// <summary>
    /// The same sentences in another order, and the old question with its old answer. Whoever answers it by the order
    /// of the sentences now
    /// answers otherwise, wherever the order matters.
    /// </summary>
    public static Story Shuffled(Story story, Random random)
    {
        ArgumentNullException.ThrowIfNull(story);
        ArgumentNullException.ThrowIfNull(random);
        int[] order = [.. Enumerable.Range(0, story.Sentences.Count)];
        random.Shuffle(order);
        return story with
        {
            Sentences = [.. order.Select(sentence => story.Sentences[sentence])],
            AnswerSentence = Array.IndexOf(order, story.AnswerSentence),
            Support = [.. story.Support.Select(sentence => Array.IndexOf(order, sentence)).Order()],
        };
    }

    private static Story Draw(Random random, StoryKind kind, bool forTests)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(kind);
        kind.Check();
        kind = kind.Facts == 0 ? kind with { Facts = random.Next(1, 3) } : kind;
        while (true)
        {
            if (TryDraw(random, kind) is { } story && story.IsForTests == forTests)
            {
                return story;
            }
        }
    }

    /// <summary>A story, or null if nothing can be asked at its end.</summary>
    private static Story? TryDraw(Random random, StoryKind kind)
    {
        string[] people = Some(s_people, 3, 5, random), places = Some(s_places, 3, 5, random),
            things = Some(s_things, 1, 3, random);
        var world = new StoryWorld();
        int length = random.Next(kind.Least, kind.Most + 1);
        if (kind.Lesson)
        {
            (people, places, things) = (Some(s_people, length, length, random), Some(s_places, length, length, random),
                Some(s_things, length, length, random));
            StoryLesson.Tell(world, kind.Facts, people, places, things, random);
        }

        while (world.Sentences.Count < length)
        {
            Happen(world, people, places, things, random);
        }

        Story[] questions = [.. kind.Facts == 1 ? OneFact(world, people, things) : TwoFacts(world, people, things)];
        return questions.Length == 0
            ? null
            : WithAsides(One(kind.Even ? OfOneForm(questions, random) : questions, random), kind.Asides, people, places,
                random);
    }

    /// <summary>Of the questions those that begin alike, with one of the beginnings that there are.</summary>
    private static Story[] OfOneForm(Story[] questions, Random random)
    {
        string form = One([.. questions.Select(story => FormOf(story.Question)).Distinct()], random);
        return [.. questions.Where(story => FormOf(story.Question) == form)];
    }

    /// <summary>Something that can happen happens; somebody goes somewhere about half of the time.</summary>
    private static void Happen(StoryWorld world, string[] people, string[] places, string[] things, Random random)
    {
        string person = One(people, random), thing = One(things, random);
        switch (random.Next(8))
        {
            case < 4:
                string place = One([.. places.Where(place => place != world.PlaceOf(person))], random);
                Walk(world, person, place, random);
                break;
            case < 6 when world.CanTake(person, thing):
                Take(world, person, thing, random);
                break;
            case 6 when world.HolderOf(thing) == person:
                world.Drop(thing, $"{person} {One(s_drops, random)} the {thing}.");
                break;
            case 7 when world.HolderOf(thing) == person
                && people.Where(one => one != person && world.PlaceOf(one) == world.PlaceOf(person))
                    .ToArray() is { Length: > 0 } near:
                string other = One(near, random);
                world.Hold(other, thing, $"{person} {One(s_gives, random)} the {thing} to {other}.");
                break;
            default:
                break; // It cannot happen now.
        }
    }

    internal static void Walk(StoryWorld world, string person, string place, Random random) =>
        world.Move(person, place, $"{person} {One(s_goes, random)} to the {place}.");

    internal static void Take(StoryWorld world, string person, string thing, Random random) =>
        world.Hold(person, thing, $"{person} {One(s_takes, random)} the {thing}.");

    private static IEnumerable<Story> OneFact(StoryWorld world, string[] people, string[] things)
    {
        foreach (string person in people)
        {
            if (world.PlaceOf(person) is { } place)
            {
                yield return Of(world, $"where is {person}?", place, world.MovedIn(person));
            }

            if (world.Sentences.FindLastIndex(sentence => IsTake(sentence, person)) is >= 0 and var taken)
            {
                string taking = world.Sentences[taken];
                string took = things.Single(thing => taking.EndsWith($" the {thing}.", StringComparison.Ordinal));
                yield return Of(world, $"what did {person} take last?", took, taken);
            }
        }

        foreach (string thing in things.Where(thing => world.HolderOf(thing) is not null))
        {
            yield return Of(world, $"who has the {thing}?", world.HolderOf(thing)!, world.HeldIn(thing));
        }
    }

    private static IEnumerable<Story> TwoFacts(StoryWorld world, string[] people, string[] things)
    {
        foreach (string thing in things)
        {
            if (world.Whereabouts(thing) is { } known)
            {
                yield return Of(world, $"where is the {thing}?", known.Place, known.Moved, known.Held);
            }
        }

        foreach (string person in people.Where(person => world.PlaceOf(person) is not null))
        {
            if (people.Where(one => one != person && world.PlaceOf(one) == world.PlaceOf(person))
                .ToArray() is [var other])
            {
                yield return Of(world, $"who is with {person}?", other, world.MovedIn(other), world.MovedIn(person));
            }
        }
    }

    private static Story Of(
        StoryWorld world, string question, string answer, int answerSentence, params int[] further) =>
        new([.. world.Sentences], question, answer, answerSentence,
            [.. further.Append(answerSentence).Distinct().Order()]);

    private static bool IsTake(string sentence, string person) =>
        sentence.Split(' ') is [var who, var verb, ..] && who == person && s_takes.Contains(verb);

    /// <summary>Sentences in between that name a person and a place of the story, and change nothing.</summary>
    private static Story WithAsides(Story story, int count, string[] people, string[] places, Random random)
    {
        for (int i = 0; i < count; i++)
        {
            int at = random.Next(story.Sentences.Count + 1);
            string aside = $"{One(people, random)} {One(s_asides, random)} the {One(places, random)}.";
            story = story with
            {
                Sentences = [.. story.Sentences.Take(at), aside, .. story.Sentences.Skip(at)],
                AnswerSentence = After(story.AnswerSentence),
                Support = [.. story.Support.Select(After)],
            };

            int After(int sentence) => sentence >= at ? sentence + 1 : sentence;
        }

        return story;
    }

    private static T One<T>(T[] some, Random random) => some[random.Next(some.Length)];

    private static string[] Some(string[] words, int least, int most, Random random)
    {
        string[] mixed = [.. words];
        random.Shuffle(mixed);
        return mixed[..random.Next(least, most + 1)];
    }
}
