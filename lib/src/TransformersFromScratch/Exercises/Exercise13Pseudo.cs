namespace TransformersFromScratch;

/// <summary>
/// Chapter 13, exercise 2: the pseudo-log-likelihood of a sentence (Salazar et al. 2020, equation 1).
/// </summary>
internal static class Exercise13Pseudo
{
    private const int Mask = 4, Special = 5;

    public static Question<Sentence, double> Question { get; } = new(Sentences)
    {
        Right = By(Score),
        Tolerance = 1e-6,
        Say = x => $"the ids {Values.Say(x.Ids)}",
        Slips =
        [
            (By((_, _, _) => 0), "It returns 0 so far."),
            (By((ids, _, ask) => Places(ids).Sum(i => ask(ids, i, ids[i]))),
                "Nothing is hidden: the model sees the word that it should guess. Put [MASK] in its place first."),
            (By((ids, mask, ask) =>
            {
                int[] hidden = [.. ids.Select(id => id < Special ? id : mask)];
                return Places(ids).Sum(i => ask(hidden, i, ids[i]));
            }), "You hide all words at once. Hide one, ask, put it back, and go on with the next."),
            (By((ids, mask, ask) =>
            {
                int[] seen = [.. ids];
                return Places(ids).Sum(i =>
                {
                    seen[i] = mask;
                    return ask(seen, i, ids[i]);
                });
            }), "The words that were hidden before stay hidden. Hide each in a fresh copy of the sentence."),
            (By((ids, mask, ask) => Enumerable.Range(0, ids.Length).Sum(i => Hidden(ids, i, mask, ask))),
                "You ask for [CLS] and [SEP] as well. They belong to no sentence: leave out the first and the last."),
            (By((ids, mask, ask) => Score(ids, mask, ask) / Math.Max(1, Places(ids).Count())), "That is the mean. " +
                "Return the sum over the words."),
            (By((ids, mask, ask) => -Score(ids, mask, ask)), "The sign is turned round. Return the sum of the " +
                "logarithms, which is below 0."),
            (By((ids, mask, ask) => Math.Exp(Score(ids, mask, ask))), "That is the product of the probabilities. " +
                "Return its logarithm, the sum."),
            (By((ids, mask, ask) => Places(ids).Sum(i => Math.Exp(Hidden(ids, i, mask, ask)))),
                "You add probabilities. Add their logarithms."),
            (By((ids, mask, ask) => Places(ids).Sum(i => ask([.. ids[..i], mask, .. ids[(i + 1)..]], i, mask))),
                "You ask how likely [MASK] is. Ask for the word that stood there."),
            (By((ids, mask, ask) => Places(ids)
                .Sum(
                    i => ask(
                        [.. ids[..i], mask, .. ids[(i + 1)..].Select(id => id < Special ? id : mask)], i, ids[i]))),
                "You hide the words to the right as well. That is how a GPT has to guess; this model may look at " +
                "both sides."),
        ],
        Symptoms = [((_, y) => y > 0, "A logarithm of a probability is never above 0.")],
    };

    private static Func<Sentence, double> By(Func<int[], int, Func<int[], int, int, double>, double> code) =>
        x => x.Run(code);

    private static double Score(int[] ids, int mask, Func<int[], int, int, double> ask) =>
        Places(ids).Sum(i => Hidden(ids, i, mask, ask));

    private static double Hidden(int[] ids, int i, int mask, Func<int[], int, int, double> ask) =>
        ask([.. ids[..i], mask, .. ids[(i + 1)..]], i, ids[i]);

    private static IEnumerable<int> Places(int[] ids) => Enumerable.Range(1, Math.Max(0, ids.Length - 2));

    private static IEnumerable<Sentence> Sentences() => Samples.Random(
        random => new Sentence(
            [2, .. Enumerable.Range(0, random.Next(2, 8)).Select(_ => random.Next(Special, 40)), 3], random.Next()),
                count: 100);

    /// <summary>
    /// A sentence, and a model that is a table of chance: what it says depends on every id that it sees.
    /// </summary>
    internal sealed record Sentence(int[] Ids, int Seed) : IInput
    {
        public object Data => Ids;

        public double Run(Func<int[], int, Func<int[], int, int, double>, double> code) =>
            code(Ids, Mask, (seen, place, id) =>
        {
            if (place < 0 || place >= seen.Length)
            {
                throw new Hint($"You ask about place {place}, but there are {seen.Length}.");
            }

            uint mixed = (uint)Seed;
            foreach (int number in seen.Append(place).Append(id))
            {
                mixed = ((mixed ^ (uint)number) * 2654435761) + 97;
            }

            return Math.Log(0.02 + (0.9 * (mixed >> 8) / (1 << 24)));
        });
    }
}
