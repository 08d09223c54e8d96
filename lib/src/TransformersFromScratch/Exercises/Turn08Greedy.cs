namespace TransformersFromScratch;

/// <summary>
/// Chapter 8, writing with the likeliest next token: tried on many small models that say what they were told to say.
/// </summary>
internal static class Turn08Greedy
{
    /// <summary>Answers of no token up to twelve, some of them cut.</summary>
    public static Question<ScriptedModel, int[]> Question { get; } = new(() =>
        Samples.Random(
            random => new ScriptedModel(
                [.. Enumerable.Range(0, random.Next(0, 13)).Select(_ => random.Next(3, 6))],
                random.Next(3) == 0 ? random.Next(1, 6) : 20, random.Next()))
                    .Prepend(new ScriptedModel([3, 4, 5, 4, 3], 4, 1)).Prepend(new ScriptedModel([3, 4, 5], 20, 1)))
    {
        Right = model => model.Said,
        Say = model => $"a model that says {Values.Say(model.Wanted)} and then </s>, with at most {model.Longest}",
        Slips =
        [
            (_ => [], "Nothing is said. Has the model been asked? The best token is the one with the highest score, " +
                "and all scores are below 0."),
            (model => [Vocabulary.Start, .. model.Said], "The start token is read, not said: leave it out of " +
                "the answer."),
            (model => model.Ends ? [.. model.Said, Vocabulary.End] : model.Said, "Everything is there, and </s> too. " +
                "It ends the answer and is no part of it."),
            (model => model.Ends ? [Vocabulary.Start, .. model.Said, Vocabulary.End]
                : [Vocabulary.Start, .. model.Said], "Everything is there, and <s> and </s> " +
                "too. They frame the answer and are no part of it."),
            (model => [.. model.Said.Skip(1)], "The first token is lost. Only <s> is left out of the answer."),
            (model => [.. model.Said.SkipLast(1)], "The last token before </s> is lost."),
            (model => [.. model.Said.Take(1)], "The model is asked once. Ask again, with all that it has said, " +
                "until it says </s>."),
            (model => [.. model.Said.Reverse()], "It is said from back to front."),
            (model => model.Wanted, "An answer may have `longest` tokens at most. A model that has learned little " +
                "may never say </s>, and your loop would never end."),
            (model => [.. model.Wanted.Take(model.Longest - 1)], "It stops one token too early: <s> is read and not " +
                "said, so it does not count among the `longest` tokens."),
            (model => [.. model.Wanted.Take(model.Longest + 1)], "It stops one token too late: an answer may have " +
                "`longest` tokens, and no more."),
        ],
        Symptoms =
        [
            ((model, said) => said.Length > 0
                && said[0] == Vocabulary.Start, "The start token is read, not said: leave it out of the answer."),
            ((model, said) => said.Contains(Vocabulary.End), "</s> ends the answer and is no part of it: stop " +
                "there."),
            ((model, said) => said.Length < model.Said.Length && said.SequenceEqual(model.Said[..said.Length]),
                "Answers are cut. Go on until the model says </s>, or until there are `longest` tokens."),
            ((model, said) => said.Length == 0
                && model.Said.Length > 0, "Nothing is said. The best token is the one with the highest score, and " +
                    "all scores are below 0."),
        ],
    };

    /// <summary>The writing as it is.</summary>
    public static int[] Library(Func<int[], double[]> next, int longest)
    {
        var read = new List<int> { Vocabulary.Start };
        while (read.Count <= longest)
        {
            double[] scores = next([.. read]);
            int best = Array.IndexOf(scores, scores.Max());
            if (best == Vocabulary.End) { break; }

            read.Add(best);
        }

        return [.. read.Skip(1)];
    }

    /// <summary>
    /// A model of six tokens that wants to say something and then the end, if it reads what it has said so far.
    /// </summary>
    internal sealed class ScriptedModel(int[] wanted, int longest, int seed) : IInput
    {
        private int _asked;

        /// <summary>What it would say.</summary>
        public int[] Wanted => wanted;

        /// <summary>How many tokens it may say.</summary>
        public int Longest => longest;

        /// <summary>Sees to it that no two models have the same scores.</summary>
        public int Seed => seed;

        /// <summary>What it says.</summary>
        public int[] Said => [.. wanted.Take(longest)];

        /// <summary>Whether it comes to its end.</summary>
        public bool Ends => wanted.Length < longest;

        public object Data => (wanted, longest);

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
