namespace TransformersFromScratch;

/// <summary>
/// What the checks of all chapters share. A check returns a sentence and never throws, so that a chapter whose
/// exercises are still unsolved runs to its end.
/// </summary>
internal static class Exercise
{
    /// <summary>
    /// Puts an answer to a question; what is right is recorded under its id ("01.2": chapter 1, exercise 2).
    /// </summary>
    public static string Run<TIn, TOut>(string id, Question<TIn, TOut> question, Func<TIn, TOut> yours) =>
        Say(id, question.Judge(yours));

    /// <summary>A verdict as the reader sees it; what is right is recorded.</summary>
    public static string Say(string id, Verdict verdict)
    {
        if (verdict.IsRight) { Progress.Record(id); }

        return verdict.IsRight ? "✓ Right." : verdict.IsEmpty ? "✎ Yours to write." : $"✗ Not yet. {verdict.Words}";
    }
}
