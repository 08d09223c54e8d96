namespace TransformersFromScratch;

/// <summary>A few sentences about who is where with what, and a question that they answer.</summary>
/// <param name="Sentences">The story, in the order in which it happens.</param>
/// <param name="Question">What is asked when it is over.</param>
/// <param name="Answer">One or two words that stand in the story.</param>
/// <param name="AnswerSentence">The sentence that has the answer, from 0.</param>
/// <param name="Support">
/// The sentences that are needed to know it, ascending; that with the answer is one of them.
/// </param>
public sealed record Story(
    IReadOnlyList<string> Sentences, string Question, string Answer, int AnswerSentence, IReadOnlyList<int> Support)
{
    /// <summary>The sentences in one line.</summary>
    public string Text => string.Join(' ', Sentences);

    /// <summary>
    /// Whether a story is kept for tests, as one in ten is. Its text alone decides, so that no story of a training is
    /// ever in a test, whatever
    /// is asked about it.
    /// </summary>
    public bool IsForTests
    {
        get
        {
            uint hash = 2166136261; // FNV-1a: string.GetHashCode() would be another one in every run.
            foreach (char character in Text)
            {
                hash = (hash ^ character) * 16777619;
            }

            return hash % 10 == 0;
        }
    }

    /// <summary>The story and the question, for people.</summary>
    public override string ToString() => $"{Text} {Question} → {Answer}";
}
