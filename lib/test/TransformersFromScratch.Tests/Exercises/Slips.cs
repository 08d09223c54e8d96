namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is asserted of every question with named slips.</summary>
internal static class Slips
{
    /// <summary>That the answer is wrong and the words hold this part.</summary>
    public static void Says(string part, Verdict verdict)
    {
        Assert.False(verdict.IsRight, $"It passes, but should say: {part}");
        Assert.Contains(part, verdict.Words, StringComparison.Ordinal);
    }

    /// <summary>
    /// That the right answer is right, the stub empty, and each slip is red in its own words, so that none stands in
    /// another's shadow.
    /// </summary>
    public static void AreTold<TIn, TOut>(Question<TIn, TOut> question)
    {
        Assert.True(question.Judge(question.Right!).IsRight);
        Assert.True(question.Judge(_ => throw new NotImplementedException()).IsEmpty);
        Assert.All(question.Slips, slip => Says(slip.Words, question.Judge(slip.Code)));
    }
}
