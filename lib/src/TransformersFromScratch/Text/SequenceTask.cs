namespace TransformersFromScratch;

/// <summary>What is to be done with a sequence of symbols.</summary>
public enum SequenceRule
{
    /// <summary>Say it again.</summary>
    Copy,

    /// <summary>Say it backwards.</summary>
    Reverse,

    /// <summary>Say its symbols in ascending order.</summary>
    Sort,
}

/// <summary>
/// A task whose every answer is known, as a first thing to learn: sequences of random symbols, copied, reversed or
/// sorted. The symbols are ids from 3 on, after padding, start and end (<see cref="Vocabulary"/>).
/// </summary>
/// <param name="Rule">What to do.</param>
/// <param name="Length">T, how many symbols a sequence has.</param>
/// <param name="Symbols">How many different symbols there are.</param>
public sealed record SequenceTask(SequenceRule Rule, int Length = 16, int Symbols = 10)
{
    private const int First = TransformersFromScratch.Vocabulary.End + 1;

    /// <summary>How many ids there are: the symbols, and padding, start and end.</summary>
    public int Vocabulary => First + Symbols;

    /// <summary>A sequence of which every symbol is equally likely at every place.</summary>
    public int[] Draw(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int[] sequence = new int[Length];
        for (int t = 0; t < Length; t++)
        {
            sequence[t] = First + random.Next(Symbols);
        }

        return sequence;
    }

    /// <summary>
    /// A sequence to learn from. For sorting, half of them use a few symbols only, many times each: to sort is to
    /// count, and in an evenly drawn sequence (16 symbols out of 10) a given symbol comes more than four times with a
    /// probability of 0.017 only. (minGPT's demonstration of sorting does the same.)
    /// </summary>
    public int[] DrawForTraining(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (Rule != SequenceRule.Sort || random.Next(2) == 0)
        {
            return Draw(random);
        }

        int[] symbols = [.. Enumerable.Range(First, Symbols)];
        random.Shuffle(symbols);
        int few = 1 + random.Next((Symbols + 1) / 2);
        int[] sequence = new int[Length];
        for (int t = 0; t < Length; t++)
        {
            sequence[t] = symbols[random.Next(few)];
        }

        return sequence;
    }

    /// <summary>The right answer, as long as the question.</summary>
    public int[] Answer(IReadOnlyList<int> sequence) => Rule switch
    {
        SequenceRule.Copy => [.. sequence],
        SequenceRule.Reverse => [.. sequence.Reverse()],
        _ => [.. sequence.Order()],
    };

    /// <summary>Sequences with their answers, drawn for training.</summary>
    public IReadOnlyList<(int[] Source, int[] Target)> DrawPairs(int count, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return [.. Enumerable.Range(0, count).Select(_ => DrawForTraining(random))
            .Select(sequence => (sequence, Answer(sequence)))];
    }

    /// <summary>
    /// Sequences to be tested on, evenly drawn. There are Symbols^Length of them in all, 10^16 as a rule, so that one
    /// that has been trained on is not to be expected among them.
    /// </summary>
    public IReadOnlyList<int[]> DrawTest(int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Draw(random))];
    }

    /// <summary>A sequence for people: symbols as digits or letters.</summary>
    public string Show(IEnumerable<int> sequence) => string.Join(' ', Labels(sequence));

    /// <summary>Each symbol's digit or letter; the special ids as in a vocabulary.</summary>
    public IReadOnlyList<string> Labels(IEnumerable<int> sequence) => [.. sequence.Select(id => id switch
    {
        TransformersFromScratch.Vocabulary.Padding => "<pad>",
        TransformersFromScratch.Vocabulary.Start => "<s>",
        TransformersFromScratch.Vocabulary.End => "</s>",
        _ when Symbols <= 10 => $"{id - First}",
        _ => $"{(char)('a' + ((id - First) % 26))}",
    })];
}
