namespace TransformersFromScratch;

/// <summary>
/// A core piece of a chapter that the reader writes. Right, it is used from there on; left empty or wrong, the
/// library's version stands in, and a line says which of the two it is.
/// </summary>
internal static class YourTurn
{
    /// <summary>Checks the reader's version, prints one line, and gives back the version to use.</summary>
    /// <param name="id">Its name in the list of what is solved, such as "01.Softmax".</param>
    /// <param name="name">Its name at the beginning of a sentence, such as "The softmax".</param>
    /// <param name="yours">The reader's version.</param>
    /// <param name="library">The one that stands in.</param>
    /// <param name="question">What it must do.</param>
    /// <param name="call">How a version is called with an input of the question.</param>
    public static TCode Take<TCode, TIn, TOut>(
        string id, string name, TCode yours, TCode library, Question<TIn, TOut> question,
        Func<TCode, Func<TIn, TOut>> call) where TCode : Delegate
    {
        ArgumentNullException.ThrowIfNull(yours);
        Verdict verdict = question.Judge(call(yours));
        if (verdict.IsRight) { Progress.Record(id); }

        Console.WriteLine(
            verdict.IsRight ? $"✓ {name}: right on every input tried. Yours is used from here on."
            : verdict.IsEmpty ? $"✎ {name} is yours to write. Until then the library's version stands in."
            : $"✗ {name}: not yet. {verdict.Words} Until it is right, the library's version stands in.");
        return verdict.IsRight ? yours : library;
    }
}
