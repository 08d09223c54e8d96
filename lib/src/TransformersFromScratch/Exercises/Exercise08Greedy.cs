namespace TransformersFromScratch;

/// <summary>
/// Chapter 8, exercise 2: greedy decoding, tried on many small models that say what they were told to say.
/// </summary>
internal static class Exercise08Greedy
{
    /// <summary>Answers of no token up to twelve.</summary>
    public static Question<ScriptedModel, int[]> Question { get; } = new(() =>
        Samples.Random(
            random => new ScriptedModel(
                [.. Enumerable.Range(0, random.Next(0, 13)).Select(_ => random.Next(3, 6))], random.Next()))
                    .Prepend(new ScriptedModel([3, 4, 5], 1)))
    {
        Right = model => model.Wanted,
        Say = model => $"a model that says {Values.Say(model.Wanted)} and then </s>",
        Slips =
        [
            (_ => [], "Nothing is said. Has the model been asked? The best token is the one with the highest score, " +
                "and all scores are below 0."),
            (model => [Vocabulary.Start, .. model.Wanted], "The start token is read, not said: leave it out of " +
                "the answer."),
            (model => [.. model.Wanted, Vocabulary.End], "Everything is there, and </s> too. It ends the answer and " +
                "is no part of it."),
            (model => [Vocabulary.Start, .. model.Wanted, Vocabulary.End], "Everything is there, and <s> and </s> " +
                "too. They frame the answer and are no part of it."),
            (model => [.. model.Wanted.Skip(1)], "The first token is lost. Only <s> is left out of the answer."),
            (model => [.. model.Wanted.SkipLast(1)], "The last token before </s> is lost."),
            (model => [.. model.Wanted.Take(1)], "The model is asked once. Ask again, with all that it has said, " +
                "until it says </s>."),
            (model => [.. model.Wanted.Reverse()], "It is said from back to front."),
        ],
        Symptoms =
        [
            ((model, said) => said.Length > 0
                && said[0] == Vocabulary.Start, "The start token is read, not said: leave it out of the answer."),
            ((model, said) => said.Contains(Vocabulary.End), "</s> ends the answer and is no part of it."),
            ((model, said) => said.Length < model.Wanted.Length && said.SequenceEqual(model.Wanted[..said.Length]),
                "Long answers are cut. Go on until the model says </s>, however long that takes."),
            ((model, said) => said.Length == 0
                && model.Wanted.Length > 0, "Nothing is said. The best token is the one with the highest score, and " +
                    "all scores are below 0."),
        ],
    };

    /// <summary>
    /// A model of six tokens that wants to say something and then the end, if it reads what it has said so far.
    /// </summary>
    internal sealed class ScriptedModel(int[] wanted, int seed) : IInput
    {
        private int _asked;

        /// <summary>What it says.</summary>
        public int[] Wanted => wanted;

        public object Data => wanted;

        /// <summary>A log-probability for each of six tokens.</summary>
        /// <exception cref="Hint">It is asked in a way that cannot lead to an answer.</exception>
        public double[] Next(int[] read)
        {
            _asked++;
            if (MisuseOf(read) is { Length: > 0 } misuse) { throw new Hint(misuse); }

            // All scores are below 0, as log-probabilities are, and the last are the lowest.
            var random = new Random(seed + read.Length);
            double[] scores = [.. Enumerable.Range(0, 6).Select(i => -1 - i - random.NextDouble())];
            scores[read.Length - 1 < wanted.Length ? wanted[read.Length - 1] : Vocabulary.End] = -0.5;
            return scores;
        }

        /// <summary>
        /// Whoever always goes on with the best token reads a beginning of what the model wants to say, and nothing
        /// else.
        /// </summary>
        private string MisuseOf(int[] read)
        {
            if (read is null || read.Length == 0 || read[0] != Vocabulary.Start)
            {
                return "What the decoder reads begins with <s>, each time.";
            }

            int right = read.Skip(1).Zip(wanted).TakeWhile(pair => pair.First == pair.Second).Count();
            return right == read.Length - 1 ? _asked > 100
                ? "The model is asked the same again and again. The decoder must read all that it has said, and it " +
                    "says more each time."
                : ""
                : right == wanted.Length
                    && read[right + 1] == Vocabulary.End ? "It does not stop: after </s> nothing more is to be said."
                : read[right + 1] == 0 ? "It says token 0. All scores are below 0: did you start the search for the " +
                    "best with 0?"
                : read.Length == 2 && _asked > 2
                ? "The model sees the last token alone. The decoder must read all that it has said, beginning with <s>."
                : $"After {Values.Say(read[..(right + 1)])} the highest score was that of token " +
                    $"{(right < wanted.Length ? wanted[right] : Vocabulary.End)}, but your code goes on with " +
                    $"{read[right + 1]}.";
        }
    }
}
