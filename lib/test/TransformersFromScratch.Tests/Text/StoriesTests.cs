namespace TransformersFromScratch.Tests.Text;

public sealed class StoriesTests
{
    private static readonly WordPiece s_tokens = Stories.Tokens();

    public static TheoryData<int> Facts => [1, 2];

    [Theory]
    [MemberData(nameof(Facts))]
    public void A_story_has_an_answer_that_is_read_from_its_supporting_sentences(int facts)
    {
        var random = new SeededRandom(facts);
        var kind = new StoryKind(facts);
        var questions = new HashSet<string>();
        for (int draw = 0; draw < 3000; draw++)
        {
            Story story = Stories.Draw(random, kind);
            Assert.False(story.IsForTests);
            Assert.InRange(story.Sentences.Count, kind.Least, kind.Most);
            Assert.Contains(
                $" {story.Answer}", " " +
                story.Sentences[story.AnswerSentence].Replace(".", " ", StringComparison.Ordinal),
                    StringComparison.Ordinal);
            Assert.Contains(story.AnswerSentence, story.Support);
            Assert.Equal(facts, story.Support.Count);
            Assert.DoesNotContain(s_tokens.Unknown, s_tokens.Encode($"{story.Text} {story.Question}"));
            questions.Add(string.Join(' ', story.Question.Split(' ')[..2]));
            Assert.Equal(story.Answer, Oracle(story));
        }

        Assert.Equal(facts == 1 ? ["what did", "where is", "who has"] : ["where is", "who is"], questions.Order());
    }

    [Theory]
    [MemberData(nameof(Facts))]
    public void Asides_change_no_answer(int facts)
    {
        var random = new SeededRandom(3);
        for (int draw = 0; draw < 500; draw++)
        {
            Story story = Stories.Draw(random, new StoryKind(facts, Asides: 3));
            Assert.Equal(3, story.Sentences.Count(IsAside));
            Assert.All(story.Support, sentence => Assert.False(IsAside(story.Sentences[sentence])));
            Assert.Equal(
                story.Answer,
                Oracle(story with { Sentences = [.. story.Sentences.Where(sentence => !IsAside(sentence))] }));
        }
    }

    [Theory]
    [MemberData(nameof(Facts))]
    public void Lessons_leave_no_shortcut(int facts)
    {
        var random = new SeededRandom(4);
        var kind = new StoryKind(facts, Least: facts + 1, Most: 6, Lesson: true);
        var last = new Dictionary<string, List<(double Right, double Chance)>>();
        for (int draw = 0; draw < 6000; draw++)
        {
            Story story = Stories.Draw(random, kind);
            Assert.InRange(story.Sentences.Count, kind.Least, kind.Most);
            // Nobody goes twice, nobody takes twice, and nothing comes twice.
            Assert.Equal(story.Sentences, story.Sentences.DistinctBy(Deed));
            Assert.Equal(story.Answer, Oracle(story));
            Assert.Equal(facts, story.Support.Count);

            // Who always answers with the last of the sentences that have such a word is right as often as chance.
            string asked = story.Question.Split(' ')[^1].TrimEnd('?');
            string[] answers = [.. story.Sentences.Where(sentence => IsMove(sentence) == IsMove(
                story.Sentences[story.AnswerSentence]) && (facts == 1 || sentence.Split(' ')[0] != asked))];
            string form = Stories.FormOf(story.Question);
            last.TryAdd(form, []);
            last[form].Add((answers[^1] == story.Sentences[story.AnswerSentence] ? 1 : 0, 1.0 / answers.Length));
        }

        Assert.Equal(facts == 1 ? ["what did", "where is", "who has"] : ["where is", "who is"], last.Keys.Order());
        Assert.All(last.Values, draws => Assert.Equal(
            draws.Average(draw => draw.Chance), draws.Average(draw => draw.Right), 0.05));

        static bool IsMove(string sentence) => sentence.Contains(" to the ", StringComparison.Ordinal);

        static (string, bool) Deed(string sentence) => (sentence.Split(' ')[0], IsMove(sentence));
    }

    [Fact]
    public void Even_stories_ask_all_forms_of_question_nearly_equally()
    {
        var random = new SeededRandom(6);
        var (least, most) = Counts(even: false);
        Assert.True(most > 4 * least, $"{least}/{most}");
        (least, most) = Counts(even: true);
        Assert.True(most < 3.5 * least, $"{least}/{most}");

        (int Least, int Most) Counts(bool even)
        {
            int[] counts = [.. Enumerable.Range(0, 3000)
                .Select(_ => Stories.Draw(random, new StoryKind(Even: even)))
                .GroupBy(story => Stories.FormOf(story.Question)).Select(group => group.Count())];
            Assert.Equal(3, counts.Length);
            return (counts.Min(), counts.Max());
        }
    }

    [Fact]
    public void No_story_of_a_test_can_be_drawn_in_training_and_all_are_different()
    {
        var kind = new StoryKind(Least: 2, Most: 2); // few stories, so that some would come twice
        IReadOnlyList<Story> test = Stories.DrawTest(300, 1, kind);
        Assert.Equal(300, test.Select(story => story.Text).Distinct().Count());
        Assert.All(test, story => Assert.True(story.IsForTests));
        Assert.Equal(
            test.Select(story => story.ToString()), Stories.DrawTest(300, 1, kind).Select(story => story.ToString()));
        var random = new SeededRandom(1);
        HashSet<string> training = [.. Enumerable.Range(0, 5000).Select(_ => Stories.Draw(random, kind).Text)];
        Assert.Empty(training.Intersect(test.Select(story => story.Text)));
    }

    [Fact]
    public void A_row_says_how_long_ago_a_sentence_was_and_where_the_answer_stands()
    {
        var story = new Story(
            ["mary went to the living room.", "tom ran to the hall."], "where is mary?", "living room", 0, [0]);
        StoryRow row = StoryRow.Of(s_tokens, story.Text, story.Question, types: 9);
        Assert.Equal(
            "[CLS] where is mary ? [SEP] mary went to the living room . tom ran to the hall . [SEP]",
            string.Join(' ', row.Ids.Select(s_tokens.TokenText)));
        Assert.Equal([0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1], row.Types);
        Assert.Equal((10, 11), row.AnswerOf(s_tokens, story));
        Assert.Equal((6, 13), row.SentenceOf(s_tokens, 0));
        Assert.Equal((13, 19), row.SentenceOf(s_tokens, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => row.SentenceOf(s_tokens, 2));
        Assert.Equal(1, StoryRow.Of(s_tokens, story.Text, story.Question, types: 2).Types.Max());
        Assert.Throws<ArgumentException>(() => row.AnswerOf(s_tokens, story with { AnswerSentence = 1 }));
        var (batch, types) = StoryRow.Batch(
            [row, StoryRow.Of(s_tokens, "tom ran to the hall.", "where is tom?", 9)], s_tokens.Padding);
        Assert.Equal((40, 40, 0), (batch.Ids.Length, types.Length, types[^1]));
    }

    [Theory]
    [InlineData(3, 4, 8, 0, false)]
    [InlineData(1, 1, 8, 0, false)]
    [InlineData(1, 5, 4, 0, false)]
    [InlineData(1, 4, 8, -1, false)]
    [InlineData(2, 2, 8, 0, true)]
    [InlineData(0, 4, 8, 0, true)]
    [InlineData(1, 4, 13, 0, true)]
    public void There_are_no_other_stories(int facts, int least, int most, int asides, bool walks) =>
        Assert.Throws<ArgumentException>(
            () => Stories.Draw(new SeededRandom(1), new StoryKind(facts, least, most, asides, walks)));

    private static bool IsAside(string sentence) =>
        sentence.Contains(" of the ", StringComparison.Ordinal)
            || sentence.Contains(" about the ", StringComparison.Ordinal);

    /// <summary>
    /// A second opinion: the answer from the sentences alone, by rules written apart from the world's.
    /// </summary>
    private static string Oracle(Story story)
    {
        Dictionary<string, string> place = [], holder = [], took = [];
        foreach (string sentence in story.Sentences.Select(sentence => sentence.TrimEnd('.')))
        {
            string[] words = sentence.Split(' ');
            string rest = string.Join(' ', words.SkipWhile(word => word != "the").Skip(1));
            switch (words[1])
            {
                case "went" or "walked" or "ran" or "moved":
                    place[words[0]] = rest;
                    break;
                case "took" or "grabbed" or "got":
                    (holder[rest], took[words[0]]) = (words[0], rest);
                    break;
                case "dropped" or "left":
                    (holder[rest], place[rest]) = ("", place[words[0]]);
                    break;
                default:
                    string[] parts = rest.Split(" to ");
                    holder[parts[0]] = parts[1];
                    break;
            }
        }

        string asked = story.Question.TrimEnd('?');
        if (asked.StartsWith("what did ", StringComparison.Ordinal)) { return took[asked.Split(' ')[2]]; }
        if (asked.StartsWith("who has the ", StringComparison.Ordinal))
        {
            return holder[asked["who has the ".Length..]];
        }
        if (asked.StartsWith("where is the ", StringComparison.Ordinal))
        {
            string thing = asked["where is the ".Length..];
            return holder[thing].Length > 0 ? place[holder[thing]] : place[thing];
        }

        string person = asked.Split(' ')[^1];
        return asked.StartsWith("where is ", StringComparison.Ordinal) ? place[person]
            : place.Single(
                one => one.Value == place[person] && one.Key != person && Stories.People.Contains(one.Key)).Key;
    }
}
