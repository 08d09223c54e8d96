using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// What the checks of all chapters share. A check returns a sentence and never throws, so that a chapter whose exercises
/// are still unsolved runs to its end.
/// </summary>
internal static class Exercise
{
    /// <summary>The answer everybody wants.</summary>
    public const string Right = "";

    /// <summary>Puts an answer to a question; what is right is recorded under its id ("01.2": chapter 1, exercise 2).</summary>
    public static string Run<TIn, TOut>(string id, Question<TIn, TOut> question, Func<TIn, TOut> yours)
    {
        Verdict verdict = question.Judge(yours);
        if (verdict.IsRight) { Progress.Record(id); }

        return verdict.IsRight ? "✓ Right." : verdict.IsEmpty ? "✎ Yours to write." : $"✗ Not yet. {verdict.Words}";
    }

    /// <summary>Runs a check; an exception in the learner's code becomes part of the answer.</summary>
    public static string Run(Func<string> check)
    {
        try
        {
            string mistake = check();
            return mistake == Right ? "✓ Right." : $"✗ Not yet. {mistake}";
        }
        catch (Exception problem)
        {
            return $"✗ Not yet. Your code threw {problem.GetType().Name}: {problem.Message}";
        }
    }

    /// <summary>The message of the first case that holds; the last case says what makes the answer right.</summary>
    public static string FirstThatHolds(params (bool Holds, string Message)[] cases)
    {
        foreach (var (holds, message) in cases)
        {
            if (holds) { return message; }
        }

        return "The numbers are not what they should be. Compare a small case with your pencil.";
    }

    /// <summary>Whether two matrices agree to about five digits.</summary>
    public static bool Near(Matrix<float> left, Matrix<float> right) =>
        (left.RowCount, left.ColumnCount) == (right.RowCount, right.ColumnCount)
        && (left - right).Enumerate().All(difference => Math.Abs(difference) <= 1e-4f);
}
