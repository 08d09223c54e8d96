using System.Reflection;
using System.Runtime.CompilerServices;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>
/// What holds for every question of every chapter, to come or here: the right answer passes, each slip is red in its
/// own words, and no lazy answer passes. The questions are found, not listed.
/// </summary>
public class QuestionTests
{
    private static readonly Dictionary<string, object> s_questions = typeof(Exercise01).Assembly.GetTypes()
        .Where(
            type => type.Name.StartsWith("Exercise", StringComparison.Ordinal)
                || type.Name.StartsWith("Turn", StringComparison.Ordinal))
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
        .Where(
            field => field.FieldType.IsGenericType && field.FieldType.GetGenericTypeDefinition() == typeof(Question<,>))
        .ToDictionary(field => $"{field.DeclaringType!.Name}: {field.Name}", field => field.GetValue(null)!);

    /// <summary>
    /// What an answer does not depend on: the number of heads, a model's name, which words a model is asked about, rows
    /// where what is sought stands beside them for the judge, and the length of a tile: a softmax by tiles is the
    /// softmax.
    /// </summary>
    private static readonly HashSet<(string, int)> s_irrelevant =
        [("Exercise03: s_parameters", 2), ("Exercise09Sees: <Question>k__BackingField", 2),
            ("Exercise02: s_distance", 1), ("Exercise02: s_distance", 2),
            ("Exercise05Order: <Question>k__BackingField", 5), ("Exercise05Order: <Question>k__BackingField", 6),
            ("Turn18Online: <Question>k__BackingField", 3)];

    public static TheoryData<string> Names => [.. s_questions.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void There_is_a_question_for_each_exercise_and_turn() =>
        Assert.True(s_questions.Count >= 36, $"Only {s_questions.Count} were found.");

    [Theory]
    [MemberData(nameof(Names))]
    public void The_right_answer_passes(string name) => Examine(name, nameof(RightPasses));

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_slip_is_red_in_its_own_words(string name) => Examine(name, nameof(SlipsAreNamed));

    [Theory]
    [MemberData(nameof(Names))]
    public void An_answer_that_is_right_for_one_input_does_not_pass(string name) =>
        Examine(name, nameof(ConstantsFail));

    [Theory]
    [MemberData(nameof(Names))]
    public void An_answer_that_ignores_a_part_of_its_input_does_not_pass(string name) =>
        Examine(name, nameof(IgnoringFails));

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_tried_on_many_inputs(string name) => Examine(name, nameof(ManyInputs));

    private static void Examine(string name, string how) =>
        typeof(QuestionTests).GetMethod(how, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(s_questions[name].GetType().GenericTypeArguments)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [s_questions[name]], null);

    private static void RightPasses<TIn, TOut>(Question<TIn, TOut> question)
    {
        if (question.Right is null)
        {
            Assert.NotNull(question.Fault); // its right answers stand in the tests of the exercise
            return;
        }

        Verdict verdict = question.Judge(question.Right);
        Assert.True(verdict.IsRight, verdict.Words);
    }

    private static void SlipsAreNamed<TIn, TOut>(Question<TIn, TOut> question)
    {
        Assert.True(
            question.Slips.Length >= 5 || question.Right is null, $"Only {question.Slips.Length} slips are named.");
        Assert.All(question.Slips, slip => Assert.Equal(slip.Words, question.Judge(slip.Code).Words));
    }

    private static void ConstantsFail<TIn, TOut>(Question<TIn, TOut> question)
    {
        if (question.Right is null) { return; }

        foreach (TOut answer in question.Inputs.Take(20).Select(question.Right))
        {
            Assert.False(question.Judge(_ => answer).IsRight);
        }
    }

    private static void IgnoringFails<TIn, TOut>(Question<TIn, TOut> question)
    {
        if (question.Right is null) { return; }

        TIn first = question.Inputs.First();
        string name = s_questions.First(pair => ReferenceEquals(pair.Value, question)).Key;
        for (int part = 0; part < PartsOf(first).Length; part++)
        {
            if (s_irrelevant.Contains((name, part + 1))) { continue; }

            Verdict verdict = question.Judge(input => question.Right(With(input, part, PartsOf(first)[part])));
            Assert.False(verdict.IsRight, $"Part {part + 1} may be ignored.");
        }
    }

    private static void ManyInputs<TIn, TOut>(Question<TIn, TOut> question)
    {
        List<TIn> inputs = [.. question.Inputs];
        Assert.True(inputs.Count >= 60, $"Only {inputs.Count} inputs.");
        Assert.Equal(inputs.Select(question.Say), question.Inputs.Select(question.Say));
    }

    /// <summary>The parts that the reader's code sees: those of a tuple, or of a record made from its parts.</summary>
    private static object?[] PartsOf(object? input) => input switch
    {
        ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i])],
        IInput =>
            [.. Parameters(input.GetType())
                .Select(parameter => input.GetType().GetProperty(parameter.Name!)?.GetValue(input))],
        _ => [input],
    };

    private static TIn With<TIn>(TIn input, int part, object? value)
    {
        object?[] parts = PartsOf(input);
        parts[part] = value;
        return input is ITuple or IInput ? (TIn)Activator.CreateInstance(input.GetType(), parts)! : (TIn)value!;
    }

    private static ParameterInfo[] Parameters(Type type) =>
        type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First()
            .GetParameters();
}
