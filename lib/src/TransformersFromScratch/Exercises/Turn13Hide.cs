using Drawn = (int[] Ids, double[] Draws, double[] Dice, int[] Others);

namespace TransformersFromScratch;

/// <summary>
/// Chapter 13, masking: 15 % are asked for; of these 80 % are hidden, 10 % replaced, 10 % left (Devlin et al. 2018,
/// section 3.1).
/// </summary>
internal static class Turn13Hide
{
    private const int Mask = 4, Special = 5; // [PAD], [UNK], [CLS], [SEP] and [MASK] are 0 to 4.

    public static Question<Drawn, (int[] Seen, int[] Targets)> Question { get; } =
        new(HideInputs)
        {
            Right = x => Library(x.Ids, x.Draws, x.Dice, x.Others),
            Say = x => $"the ids {Values.Say(x.Ids)}, the draws {Values.Say(x.Draws)} and the dice " +
                $"{Values.Say(x.Dice)}",
            Slips =
            [
                (x => (x.Ids, x.Ids), "Nothing is hidden, and everything is a target."),
                (x => (x.Ids, [.. x.Ids.Select(_ => Op.NoTarget)]), "Nothing is asked for yet."),
                (x => By(x, special: true), "You ask for [CLS] and [SEP] too. They are the same in every text, so " +
                    "there is nothing to learn: ask for ids from 5 on only."),
                (x => (By(x).Seen, x.Ids), "The inputs are right, but every token is a target. Only those asked for " +
                    "are; the others get Op.NoTarget."),
                (x => By(x, target: (_, seen) => seen), "The target is what the model sees. It is the token that " +
                    "stood there before."),
                (x =>
                    (By(x).Seen,
                        [.. By(x).Seen.Index().Select(
                            at => at.Item != x.Ids[at.Index] ? x.Ids[at.Index] : Op.NoTarget)]),
                    "Tokens that were asked for but left as they are have no target. They must have one: the model " +
                    "cannot know that they were left."),
                (x => By(x, rate: 0.85), "You ask for 85 % of the tokens. A token is asked for if its draw is " +
                    "below 0.15."),
                (x => By(x, rate: 0.8), "You ask for 80 % of the tokens. 15 % are asked for; the 80 % are the share " +
                    "of these that is hidden."),
                (x => By(x, masked: 1, replaced: 0), "You hide all that are asked for behind [MASK]. A tenth of them " +
                    "is replaced by another piece, and a tenth is left."),
                (x => By(x, replaced: 0), "Nothing is replaced: where the die is from 0.8 to 0.9, another piece " +
                    "stands there."),
                (x => By(x, replaced: 0.2), "Nothing is left: where the die is 0.9 or more, the token stays as it " +
                    "is, and is asked for all the same."),
                (x => By(x, masked: 0.1, replaced: 0.8), "Hidden and replaced have changed places: below 0.8 [MASK], " +
                    "from there to 0.9 another piece."),
                (x => By(x, masked: 0.1, replaced: 0.1), "Your shares are 10, 10 and 80 per cent. It is 80 that " +
                    "are hidden."),
                (x => By(x with { Dice = x.Draws }), "You use one draw for both questions. A token that is asked for " +
                    "has a draw below 0.15, so its die would always be low."),
            ],
            Symptoms =
            [
                ((x, y) => y.Seen.Length != x.Ids.Length
                    || y.Targets.Length != x.Ids.Length, "Both lists must have one number a token."),
                ((x, y) => x.Ids.Index()
                    .Any(at => at.Item < Special && y.Seen[at.Index] != at.Item), "A special token is hidden or " +
                        "replaced. Ids below 5 stay."),
            ],
        };

    /// <summary>The rule as it is.</summary>
    public static (int[] Seen, int[] Targets) Library(int[] ids, double[] draws, double[] dice, int[] others) =>
        By((ids, draws, dice, others));

    private static (int[] Seen, int[] Targets) By(
        (int[] Ids, double[] Draws, double[] Dice, int[] Others) x, double rate = 0.15, double masked = 0.8,
        double replaced = 0.1,
        bool special = false, Func<int, int, int>? target = null)
    {
        int[] seen = [.. x.Ids], targets = [.. x.Ids.Select(_ => Op.NoTarget)];
        for (int i = 0; i < seen.Length; i++)
        {
            if ((x.Ids[i] < Special && !special) || x.Draws[i] >= rate) { continue; }

            seen[i] = x.Dice[i] < masked ? Mask : x.Dice[i] < masked + replaced ? x.Others[i] : x.Ids[i];
            targets[i] = target?.Invoke(x.Ids[i], seen[i]) ?? x.Ids[i];
        }

        return (seen, targets);
    }

    private static IEnumerable<(int[], double[], double[], int[])> HideInputs()
    {
        yield return ([2, 17, 9, 30, 12, 3], [0.1, 0.05, 0.6, 0.1, 0.14, 0.3], [0.2, 0.3, 0.85, 0.84, 0.95, 0.1],
            [7, 8, 21, 40, 6, 5]);
        foreach (var input in Samples.Random(random =>
        {
            int length = random.Next(2, 12);
            int[] ids =
                [2, .. Enumerable.Range(0, length).Select(_ => random.Next(Special, 60)), 3,
                    .. Enumerable.Repeat(0, random.Next(3))];
            return (
                ids,
                ids.Select(_ => random.Next(3) > 0 ? 0.14 * random.NextDouble() : Away(random, 0.15, 0.8, 0.85))
                    .ToArray(),
                ids.Select(_ => Away(random, 0.1, 0.2, 0.8, 0.9)).ToArray(),
                ids.Select(_ => random.Next(60, 99)).ToArray());
        })) { yield return input; }
    }

    /// <summary>A number that is no border, so that &lt; and ≤ are both right.</summary>
    private static double Away(Random random, params double[] borders)
    {
        double number;
        do
        {
            number = Math.Round(random.NextDouble(), 3);
        } while (borders.Any(border => Math.Abs(number - border) < 0.002));

        return number;
    }
}
