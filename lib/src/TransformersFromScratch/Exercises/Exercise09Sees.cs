namespace TransformersFromScratch;

/// <summary>Chapter 9, exercise 3: who sees whom, tried on many models, of which it is known.</summary>
internal static class Exercise09Sees
{
    /// <summary>Causal, a window, all, nobody, then at random.</summary>
    public static Question<Model, bool[,]> Question { get; } = new(Models)
    {
        Right = model => model.Table((t, s) => model.Sees[t, s]),
        Say = model => $"a model of {model.Length} tokens, {model.Name}",
        Slips =
        [
            (model => model.Table((_, _) => false), "It says that nobody sees anything. Was the model asked? Did you " +
                "change a token, to another one than it was? And do you compare all numbers of a row?"),
            (model => model.Table((_, _) => true), "It says that everybody sees everything. Compare the numbers of " +
                "row t, one by one; two arrays are never equal with ==."),
            (model => model.Table((t, s) => model.Sees[s, t]), "The table lies on its side: row t is who looks, " +
                "column s who is seen."),
            (model => model.Table((t, s) => !model.Sees[t, s]), "It is turned round: true is where row t changes " +
                "with token s."),
            (model => model.Table((t, s) => s <= t), "That is the table of a causal model, whatever the model does. " +
                "Find out by asking it."),
            (model => model.Table((t, s) => s != t && model.Sees[t, s]), "Everybody may see itself, too: if changing " +
                "token t changes row t, that is true."),
            (model => model.Table((t, s) => Enumerable.Range(0, s + 1).Any(earlier => model.Sees[t, earlier])),
                "The table is wrong where earlier tokens are seen. Do you put the old token back before you " +
                "change the next?"),
            (model => model.Table((t, s) => Enumerable.Range(0, model.Length).Any(row => model.Sees[row, s])),
                "You ask whether anything changes. Ask it of each row by itself."),
        ],
        Symptoms =
        [
            ((model, y) => (y.GetLength(0), y.GetLength(1)) != (model.Length, model.Length), "The table has a row " +
                "for each place that answers and a column for each that is read: for 5 tokens it is 5×5."),
        ],
    };

    private static IEnumerable<Model> Models()
    {
        yield return Of(5, "causal", (t, s) => s <= t);
        yield return Of(5, "in which each place looks at itself and two places back", (t, s) => s == t || s == t - 2);
        yield return Of(5, "in which everybody sees everybody", (_, _) => true);
        yield return Of(4, "in which nobody sees anybody", (_, _) => false);
        foreach (Model model in Samples.Random(
            random => random.Next() is var seed
                && Enumerable.Range(0, 64).Select(_ => random.Next(2) == 0).ToArray() is var coins
            ? Of(random.Next(1, 8), $"number {seed % 1000}", (t, s) => coins[(8 * t) + s]) : null!))
        {
            yield return model;
        }

        static Model Of(int length, string name, Func<int, int, bool> sees)
        {
            bool[,] table = new bool[length, length];
            for (int i = 0; i < table.Length; i++) { table[i / length, i % length] = sees(i / length, i % length); }

            return new Model(length, name, table);
        }
    }

    /// <summary>A model whose row t mixes the tokens it sees.</summary>
    internal sealed record Model(int Length, string Name, bool[,] Sees) : IInput
    {
        public object Data => Length;

        /// <summary>
        /// Its first number is always 1 and its last repeats the place, so that whoever looks at one number only is
        /// found out.
        /// </summary>
        /// <exception cref="Hint">It is given another number of tokens.</exception>
        public double[][] Run(int[] ids) => ids.Length != Length
            ? throw new Hint($"The model reads {Length} tokens, not {ids.Length}.")
            : [.. ids.Select(
                (_, t) =>
                    new[] { 1, Enumerable.Range(0, Length)
                        .Sum(s => Sees[t, s] ? Math.Cos((ids[s] * 1.7) + s) : 0), t })];

        /// <summary>A table of the model's size.</summary>
        public bool[,] Table(Func<int, int, bool> wanted)
        {
            bool[,] table = new bool[Length, Length];
            for (int i = 0; i < table.Length; i++) { table[i / Length, i % Length] = wanted(i / Length, i % Length); }

            return table;
        }
    }
}
