namespace TransformersFromScratch;

/// <summary>
/// Something that a reader is asked to write: what goes in, what must come out, and the slips that people make on the
/// way. An answer counts as right when it is right for every input. A slip is named when the answer does what the slip
/// does, for every input, so no diagnosis is a guess.
/// </summary>
/// <typeparam name="TIn">What goes in: one value, or a tuple.</typeparam>
/// <typeparam name="TOut">What comes out.</typeparam>
/// <param name="inputs">Makes the inputs anew, the same ones each time: small and telling ones first, then many at
/// random.</param>
internal sealed class Question<TIn, TOut>(Func<IEnumerable<TIn>> inputs)
{
    /// <summary>The inputs, made anew.</summary>
    public IEnumerable<TIn> Inputs => inputs();

    /// <summary>The right answer. Without one, <see cref="Fault"/> judges.</summary>
    public Func<TIn, TOut>? Right { get; init; }

    /// <summary>
    /// What is wrong with an answer, as a sentence, or empty: for questions with many right answers. It sees the inputs
    /// as they were.
    /// </summary>
    public Func<TIn, TOut, string>? Fault { get; init; }

    /// <summary>The usual slips, each as the code that makes it and the words that help.</summary>
    public (Func<TIn, TOut> Code, string Words)[] Slips { get; init; } = [];

    /// <summary>
    /// What a wrong answer may look like from outside, for slips that nobody has thought of. The first that shows in
    /// any answer is said.
    /// </summary>
    public (Func<TIn, TOut, bool> Shows, string Words)[] Symptoms { get; init; } = [];

    /// <summary>How two numbers may differ and still agree (<see cref="Values.Difference"/>).</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Names an input in a message.</summary>
    public Func<TIn, string> Say { get; init; } = input => Values.Say(input);

    /// <summary>How long the code may take for one input.</summary>
    public TimeSpan Patience { get; init; } = ReadersCode.Patience;

    /// <summary>Tries the answer on all inputs.</summary>
    public Verdict Judge(Func<TIn, TOut> yours)
    {
        List<TIn> given = [.. inputs()], kept = [.. inputs()];
        var (outcomes, late) = ReadersCode.Try(given, yours, Say, Patience);
        if (outcomes is [{ Problem: NotImplementedException }, ..]) { return Verdict.Empty; }

        if (late.Length > 0) { return new Verdict(late); }

        string[] faults = [.. outcomes.Select((outcome, i) => FaultOf(kept[i], outcome))];
        int changed = Enumerable.Range(0, kept.Count)
            .FirstOrDefault(i => Values.Difference(kept[i], given[i], 0).Length > 0, -1);
        int first = Array.FindIndex(faults, fault => fault.Length > 0);
        return first < 0 && changed < 0 ? Verdict.Right
            : first < 0 ? new Verdict(
                $"The answer is right, but your code changes what it was given ({Say(kept[changed])}). The cells " +
                "after it would go on with changed numbers. Make something new instead.")
            : new Verdict(SlipOf(kept, outcomes, faults) ?? Unknown(kept, outcomes, faults, first)
                + (changed < 0 ? "" : " And your code changes what it was given: make something new instead."));
    }

    private string FaultOf(TIn input, Outcome<TOut> outcome) =>
        outcome.Problem is Hint hint ? hint.Message
        : outcome.Problem is { } problem
        ? $"Your code threw {problem.GetType().Name} for {Say(input)}: {problem.Message}"
        : outcome.Value is null ? $"Your code returns null for {Say(input)}."
        : Fault is not null ? Fault(input, outcome.Value)
        : Values.Difference(Right!(input), outcome.Value, Tolerance) is { Length: > 0 } difference
        ? $"For {Say(input)}, {difference}." : "";

    /// <summary>
    /// A slip that explains every answer; or else one that explains nine tenths of them, where most are wrong: then
    /// something else is wrong as well.
    /// </summary>
    private string? SlipOf(List<TIn> kept, IReadOnlyList<Outcome<TOut>> outcomes, string[] faults)
    {
        int wrong = faults.Count(fault => fault.Length > 0);
        foreach (int most in wrong > faults.Length / 2 ? [0, faults.Length / 10] : new[] { 0 })
        {
            foreach (var (code, words) in Slips)
            {
                int[] unexplained =
                    [.. Enumerable.Range(0, kept.Count).Where(i => !Makes(code, kept[i], outcomes[i])).Take(most + 1)];
                if (unexplained.Length <= most)
                {
                    return unexplained.Length == 0 || faults[unexplained[0]].Length == 0
                        ? words
                        : $"{words} Besides: {faults[unexplained[0]]}";
                }
            }
        }

        return null;
    }

    private bool Makes(Func<TIn, TOut> slip, TIn input, Outcome<TOut> outcome)
    {
        TOut value;
        try { value = slip(input); }
        catch (Exception) { return outcome.Problem is not (null or NotImplementedException or Hint); }

        return outcome.Problem is null && Values.Difference(value, outcome.Value, Tolerance).Length == 0;
    }

    /// <summary>What an answer looks like can be asked of any answer, of the wrong shape too.</summary>
    private static bool IsTrue(Func<bool> looks)
    {
        try { return looks(); }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or NullReferenceException)
        {
            return false;
        }
    }

    private string Unknown(List<TIn> kept, IReadOnlyList<Outcome<TOut>> outcomes, string[] faults, int first)
    {
        foreach (var (shows, words) in Symptoms)
        {
            int at = Enumerable.Range(0, kept.Count)
                .FirstOrDefault(
                    i => outcomes[i] is { Problem: null, Value: { } value } && IsTrue(() => shows(kept[i], value)), -1);
            if (at >= 0) { return $"{words} {faults[at]}".TrimEnd(); }
        }

        bool same = outcomes.All(
            outcome => outcome is { Problem: null, Value: { } value }
                && Values.Difference(outcomes[0].Value, value, 0).Length == 0);
        return same && outcomes.Count > 1 && Right is not null
            ? $"It gives the same answer whatever goes in. {faults[first]}"
            : faults[first];
    }
}

/// <summary>
/// An input with a type of its own: what of it the reader's code sees, and so could change by mistake.
/// </summary>
internal interface IInput
{
    /// <summary>A value, or a tuple of values.</summary>
    object Data { get; }
}

/// <summary>What is said of an answer: the words that help, empty if it is right.</summary>
internal sealed record Verdict(string Words, bool IsEmpty = false)
{
    /// <summary>Right for every input.</summary>
    public static Verdict Right { get; } = new("");

    /// <summary>Not written yet: the stub as it was shipped.</summary>
    public static Verdict Empty { get; } = new("", IsEmpty: true);

    /// <summary>Whether the answer is right.</summary>
    public bool IsRight => !IsEmpty && Words.Length == 0;
}

/// <summary>
/// Thrown by what a check hands to the reader's code, a model say, when it is misused: the message is said as it
/// stands.
/// </summary>
internal sealed class Hint(string message) : Exception(message);
